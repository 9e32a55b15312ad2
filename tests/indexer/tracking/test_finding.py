"""What trackers find: held against a plain reading of every utterance."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from indexer.grammar import read_demand
from indexer.heard import heard_lines, hears
from indexer.passages import MIN_UTTERANCE_WORDS, word_count
from indexer.store.contract import Store
from indexer.tracking import calls_with_hits, change, find, told_of_embedder
from indexer.tracking.defining import TRACKERS, part_of
from models import EVERYTHING, CallRecord, End, Part, SearchFilter, Side, Term
from models.errors import QueryInvalid
from models.tracker import Tracker
from tests.factories import NOON, a_record, a_transcript, hours, said
from tests.fakes import WordEmbedder
from tests.indexer.tracking.watching import EMBEDDER, a_talk, a_tracker, places, put

WORDS = (
    "the price is too high for our team now maybe we can talk about a discount next week".split()
)

TRACKERS_TO_TRY = [
    Tracker(name="1", phrases="price OR discount"),
    Tracker(name="2", phrases='"too high" -team', side=Side.CONTACT),
    Tracker(name="3", examples=("the price is too high",), threshold=0.45),
    Tracker(
        name="4", examples=("talk next week", "a discount maybe"), threshold=0.6, side=Side.USER
    ),
    Tracker(
        name="5", phrases="team", examples=("the price is high",), threshold=0.5, part="first 20s"
    ),
    Tracker(name="6", phrases="price", question=True),
    Tracker(name="7", phrases="price", examples=("discount",), threshold=0.4, part="last 40%"),
]
FILTERS = [
    EVERYTHING,
    SearchFilter(user_ids=("user_1",), since=NOON),
    SearchFilter(side=Side.CONTACT),
    SearchFilter(said=Term("discount", exact=False), side=Side.USER),
    SearchFilter(part=Part(End.FIRST, 30), asked=True),
    SearchFilter(dispositions=("busy",)),
]


def some_calls(count: int) -> list[CallRecord]:
    random_ = random.Random(7)
    calls = []
    for number in range(count):
        spoken = [
            said(
                random_.choice([Side.USER, Side.CONTACT]),
                " ".join(random_.sample(WORDS, random_.randint(1, 6))) + random_.choice("?. "),
                None if random_.random() < 0.1 else 7.0 * n,
            )
            for n in range(random_.randint(1, 12))
        ]
        calls.append(
            a_record(
                call_id=f"acti_{number}",
                recording=a_transcript(*spoken),
                voicemail=a_transcript(*spoken[:2]) if number % 3 == 0 else None,
                user_id=f"user_{number % 3}",
                date_created=NOON + hours(number - 5),
                note="the price was discussed",
            )
        )
    return calls


def plainly(
    tracker: Tracker, where: SearchFilter, calls: list[CallRecord]
) -> Iterator[tuple[str, str, int]]:
    """Every hit, by reading each utterance on its own."""
    watched = SearchFilter(side=tracker.side, part=part_of(tracker), asked=tracker.question)
    examples = [EMBEDDER.embed_query(text) for text in tracker.examples]
    for record in calls:
        lines = list(heard_lines(record, where))
        if not where.admits(record.call) or not hears(lines, where):
            continue
        counting = {(line.kind, line.position) for line in lines}
        for line in heard_lines(record, watched):
            if (
                line.kind is None
                or not line.kind.is_spoken
                or (line.kind, line.position) not in counting
            ):
                continue
            says = bool(tracker.phrases) and hears(
                [line], SearchFilter(said=read_demand(tracker.phrases, "phrases"))
            )
            has_vector = word_count(line.text) >= MIN_UTTERANCE_WORDS or _is_alone(
                record, line.kind, line.position
            )
            vector = EMBEDDER.embed_query(line.text)
            near = has_vector and any(float(e @ vector) >= tracker.threshold for e in examples)
            if says or near:
                yield record.call.id, line.kind.value, line.position


def _is_alone(record: CallRecord, kind: object, position: int) -> bool:
    """The longest utterance of a transcript of short ones has a vector, too."""
    return any(
        p.first == p.last == position and p.kind is kind and p.grain == "utterance"
        for p in record.passages
    )


def test_hits_are_what_says_the_phrases_or_is_near_an_example_under_any_filter(
    any_store: Store,
) -> None:
    calls = some_calls(24)
    put(any_store, *calls)
    found_any = 0
    for tracker in TRACKERS_TO_TRY:
        for where in FILTERS:
            found = find(tracker, where, store=any_store, embedder=EMBEDDER)
            hits = {
                (h.spoken.call_id, h.spoken.kind.value, h.spoken.position) for h in found.hits()
            }
            assert hits == set(plainly(tracker, where, calls)), (tracker, where)
            found_any += len(hits)
    assert found_any > 100


def test_a_hit_says_by_what_it_was_found(store: Store) -> None:
    put(store, a_talk(1, "the price is high", "it is far too expensive", "nothing else at all"))
    tracker = Tracker(
        name="Price",
        phrases="price",
        examples=("so many trees", "far too expensive"),
        threshold=0.5,
    )
    by_phrase, by_example = find(tracker, EVERYTHING, store=store, embedder=EMBEDDER).hits()
    assert (by_phrase.spoken.position, by_phrase.by_phrase, by_phrase.score, by_phrase.example) == (
        1,
        True,
        None,
        None,
    )
    assert (by_example.spoken.position, by_example.by_phrase, by_example.example) == (2, False, 1)
    vectors = EMBEDDER.embed_passages(["far too expensive", "it is far too expensive"])
    assert by_example.score == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-3)


def test_a_new_call_is_found_at_once_and_asking_again_changes_nothing(any_store: Store) -> None:
    tracker = Tracker(name="Price", phrases="price")
    put(any_store, a_talk(1, "the price is high"))
    before = list(find(tracker, EVERYTHING, store=any_store, embedder=EMBEDDER).hits())
    put(any_store, a_talk(2, "what is your price"))
    after = list(find(tracker, EVERYTHING, store=any_store, embedder=EMBEDDER).hits())
    assert places(before) == [("acti_1", 1)]
    assert places(after) == [("acti_1", 1), ("acti_2", 1)]
    assert after == list(find(tracker, EVERYTHING, store=any_store, embedder=EMBEDDER).hits())
    any_store.remove(["acti_1"])
    assert places(find(tracker, EVERYTHING, store=any_store, embedder=EMBEDDER).hits()) == [
        ("acti_2", 1)
    ]


def test_an_old_version_finds_what_it_found(store: Store) -> None:
    put(
        store,
        a_talk(1, "the price is high", "a discount would help"),
        a_talk(2, "no discount for us"),
    )
    made = a_tracker(store)
    first = places(find(made.body, EVERYTHING, store=store, embedder=EMBEDDER).hits())
    changed = change(
        made,
        replace(made.body, phrases="discount"),
        store=store,
        embedder=EMBEDDER,
        by=None,
        at=NOON,
    )
    assert changed.version == 2
    assert places(find(changed.body, EVERYTHING, store=store, embedder=EMBEDDER).hits()) == [
        ("acti_1", 2),
        ("acti_2", 1),
    ]
    old = TRACKERS.get(store, made.id, version=1)
    assert (
        places(find(old.body, EVERYTHING, store=store, embedder=EMBEDDER).hits())
        == first
        == [("acti_1", 1)]
    )


def test_an_utterance_of_two_words_is_found_by_a_phrase_and_not_by_meaning(store: Store) -> None:
    put(store, a_talk(1, "too expensive", "we should talk about that"))
    by_meaning = Tracker(name="a", examples=("too expensive",), threshold=0.9)
    by_phrase = Tracker(name="b", phrases='"too expensive"')
    assert not len(find(by_meaning, EVERYTHING, store=store, embedder=EMBEDDER))
    assert len(find(by_phrase, EVERYTHING, store=store, embedder=EMBEDDER)) == 1


def test_a_higher_threshold_can_be_read_off_a_lower_one(store: Store) -> None:
    put(store, *some_calls(12))
    low = Tracker(
        name="t", phrases="team", examples=("the price is too high", "a discount"), threshold=0.3
    )
    found = find(low, EVERYTHING, store=store, embedder=EMBEDDER)
    for threshold in (0.3, 0.45, 0.6, 0.9):
        fresh = find(low.at(threshold), EVERYTHING, store=store, embedder=EMBEDDER)
        assert list(found.at(threshold).hits()) == list(fresh.hits())


def test_calls_are_those_in_which_its_side_speaks_wherever_it_looks(store: Store) -> None:
    put(
        store,
        a_talk(1, "the price is high"),
        a_talk(2),  # only we speak
        a_record(
            call_id="acti_3", recording=a_transcript(said(Side.CONTACT, "no time is known of this"))
        ),
        a_record(call_id="acti_4"),
    )
    theirs = Tracker(name="t", phrases="price", side=Side.CONTACT, part="first 5s", question=True)
    found = find(theirs, EVERYTHING, store=store, embedder=EMBEDDER)
    assert found.heard_ids() == ["acti_1", "acti_3"]
    assert not len(found)
    anyone = find(Tracker(name="t", phrases="price"), EVERYTHING, store=store, embedder=EMBEDDER)
    assert anyone.heard_ids() == ["acti_1", "acti_2", "acti_3"]


def test_calls_with_hits_count_them(any_store: Store) -> None:
    put(
        any_store,
        a_talk(1, "the price", "price again here"),
        a_talk(2, "nothing"),
        a_talk(3, "a price"),
    )
    tracker = Tracker(name="Price", phrases="price")
    assert calls_with_hits(tracker, EVERYTHING, store=any_store, embedder=EMBEDDER) == {
        "acti_1": 2,
        "acti_3": 1,
    }
    nobody = SearchFilter(user_ids=("user_none",))
    assert calls_with_hits(tracker, nobody, store=any_store, embedder=EMBEDDER) == {}


def test_a_value_that_nothing_can_have_is_refused(store: Store) -> None:
    with pytest.raises(QueryInvalid, match="disposition"):
        find(
            Tracker(name="t", phrases="a"),
            SearchFilter(dispositions=("answred",)),
            store=store,
            embedder=EMBEDDER,
        )


def test_another_embedder_is_told_of(store: Store) -> None:
    by_words, by_meaning = (
        a_tracker(store),
        a_tracker(store, name="Near", examples=("too dear for us",)),
    )
    other = WordEmbedder(name="other")
    assert told_of_embedder(by_meaning.body, EMBEDDER) is None
    assert told_of_embedder(by_words.body, other) is None
    told = told_of_embedder(by_meaning.body, other)
    assert told is not None
    assert "words (1, 64 dimensions)" in told
    assert "other (1, 64 dimensions)" in told
    again = change(by_meaning, by_meaning.body, store=store, embedder=other, by=None, at=NOON)
    assert again.version == 2  # saved again, it is chosen with the new one
    assert told_of_embedder(again.body, other) is None
