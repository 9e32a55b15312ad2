"""Topics over a filter: found, named, counted, and the same for everybody."""

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from indexer.store.contract import Store
from indexer.store.embedded import EmbeddedStore
from indexer.store.memory import MemoryStore
from indexer.topics import (
    ANALYSES,
    FoundTopics,
    find_topics,
    forget,
    keep,
    moment_at,
    moments_of,
    size_of,
)
from models import EVERYTHING, Kind, SearchFilter, Side
from models.errors import PaperNotFound, QueryInvalid
from models.topic import Step, TopicsAsked
from tests.factories import NOON, a_record, said
from tests.indexer.topics.talks import THINGS, a_talk, shelved

CALLS = 15


@pytest.fixture(scope="module")
def shelf() -> Store:
    return shelved(*(a_talk(n, weeks=n % 3) for n in range(CALLS)))


def found(store: Store, where: SearchFilter = EVERYTHING, **asked: object) -> FoundTopics:
    wanted = TopicsAsked(**{"where": {}, "k": 3} | asked)  # type: ignore[arg-type]
    return find_topics(wanted, where=where, store=store, now=NOON)


def test_what_calls_are_about_is_found_and_named(shelf: Store) -> None:
    analysis = found(shelf).analysis
    assert (analysis.k, analysis.selected, analysis.read, analysis.calls) == (3, 15, 15, 15)
    names = {topic.words[0].split()[0] for topic in analysis.topics}
    told = {thing: {thing, *words} for thing, words in THINGS.items()}
    assert all(any(name in words for name in names) for words in told.values())
    for topic in analysis.topics:
        of = next(w for w in told.values() if topic.words[0].split()[0] in w)
        assert {part for word in topic.words for part in word.split()} <= of
        assert topic.calls == 5
        assert topic.stability > 0.9


def test_every_passage_is_in_a_topic_or_outside_all(shelf: Store) -> None:
    whole = found(shelf)
    analysis = whole.analysis
    assert analysis.passages == CALLS * 8
    assert analysis.short == CALLS  # goodbyes
    assert sum(topic.passages for topic in analysis.topics) + analysis.other == analysis.passages
    assert [len(held) for held in whole.members.topics] == [t.passages for t in analysis.topics]


def test_topics_do_not_depend_on_the_order_of_calls_nor_on_the_engine(tmp_path: Path) -> None:
    records = [a_talk(n) for n in range(9)]
    shuffled = random.Random(4).sample(records, len(records))
    embedded = shelved(*shuffled, store=EmbeddedStore(tmp_path))
    try:
        one, other = found(shelved(*records)), found(embedded)
    finally:
        embedded.close()
    assert one.members == other.members
    assert replace(one.analysis, seconds=0) == replace(other.analysis, seconds=0)


def test_calls_are_drawn_by_the_seed_where_they_are_too_many(shelf: Store) -> None:
    def drawn(seed: str) -> FoundTopics:
        asked = TopicsAsked(where={}, k=2, seed=seed)
        return find_topics(asked, where=EVERYTHING, store=shelf, now=NOON, most=50)

    first, again, other = drawn("a"), drawn("a"), drawn("b")
    assert (first.analysis.read, first.analysis.selected, first.analysis.passages) == (7, 15, 56)
    assert first.members == again.members
    assert first.members.calls != other.members.calls
    shares = [topic.calls for topic in first.analysis.topics]
    assert max(shares) <= first.analysis.calls == 7


def test_only_words_that_count_are_compared(shelf: Store) -> None:
    whole = found(shelf, SearchFilter(side=Side.CONTACT))
    assert whole.analysis.passages == CALLS * 4
    utterances = {member.utterance for held in whole.members.topics for member in held}
    assert utterances <= {1, 3, 5, 7}


def test_trends_count_calls_by_week_or_month(shelf: Store) -> None:
    weekly = found(shelf, step=Step.WEEK).analysis
    assert [(p.start, p.calls) for p in weekly.periods] == [
        (date(2026, 3, 9), 5),
        (date(2026, 3, 16), 5),
        (date(2026, 3, 23), 5),
    ]
    for topic in weekly.topics:  # each is talked about in one of the three weeks
        assert sorted(topic.by_period) == [0, 0, 5]
        assert sum(topic.by_period) == topic.calls
    monthly = found(shelf, step=Step.MONTH).analysis
    assert [(p.start, p.calls) for p in monthly.periods] == [(date(2026, 3, 1), 15)]


def test_long_spans_are_counted_by_month_with_the_months_in_between() -> None:
    store = shelved(*(a_talk(n, weeks=40 * (n % 2)) for n in range(8)))
    analysis = found(store, k=2).analysis
    assert analysis.step is Step.MONTH
    assert [p.calls for p in analysis.periods] == [4, *[0] * 8, 4]
    assert analysis.periods[-1].start == date(2026, 12, 1)


def test_how_many_topics_there_are_follows_from_how_much_is_said(shelf: Store) -> None:
    assert found(shelf, k=None).analysis.k <= 120 // 25
    assert (
        found(
            shelf, SearchFilter(call_ids=tuple(f"acti_{n:03}" for n in range(3))), k=None
        ).analysis.k
        == 2
    )


@pytest.mark.parametrize(
    ("where", "asked", "field", "told"),
    [
        (SearchFilter(user_ids=("nobody",)), {}, "where", "no call passes"),
        (SearchFilter(call_ids=("acti_001",)), {}, "where", "these calls have 8"),
        (EVERYTHING, {"k": 13}, "k", "ask for at most 12"),
        (SearchFilter(kinds=(Kind.NOTE,)), {}, "where", "no call passes"),
    ],
)
def test_too_little_is_said_plainly(
    shelf: Store, where: SearchFilter, asked: dict[str, object], field: str, told: str
) -> None:
    with pytest.raises(QueryInvalid) as refused:
        found(shelf, where, **asked)
    assert refused.value.field == field
    assert told in refused.value.problem


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"k": 1}, "k"),
        ({"k": 51}, "k"),
        ({"seed": ""}, "seed"),
        ({"seed": "x" * 101}, "seed"),
        ({"seed": "a\nb"}, "seed"),
        ({"name": " "}, "name"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, object], field: str) -> None:
    with pytest.raises(QueryInvalid) as refused:
        TopicsAsked(**{"where": {}} | asked)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_calls_in_which_all_is_the_same_are_one_topic() -> None:
    texts = ["We said this very thing before"] * 12
    store = shelved(*(a_record(*texts, call_id=f"acti_{n}") for n in range(3)))
    analysis = found(store, k=2).analysis
    assert [(topic.passages, topic.calls) for topic in analysis.topics] == [(36, 3)]


def test_what_is_kept_is_opened_as_it_was_found(shelf: Store) -> None:
    store = shelved(*(a_talk(n) for n in range(6)))
    made = found(store, name="Spring")
    kept = keep(made, store=store, by="Dana", at=NOON)
    opened = ANALYSES.find(store, "spring")
    assert opened == kept
    assert opened.body == made.analysis
    assert opened.created_by == "Dana"


def test_moments_come_nearest_first_and_the_example_says_a_word_of_the_topic() -> None:
    store = shelved(*(a_talk(n) for n in range(6)))
    kept = keep(found(store), store=store, by=None, at=NOON)
    for topic in kept.body.topics:
        moments = [m for m in moments_of(kept, topic.number, store=store, limit=None) if m]
        assert len(moments) == topic.passages == size_of(kept, topic.number)
        nearness = [m.nearness or 0 for m in moments]
        assert nearness == sorted(nearness, reverse=True)
        assert nearness[0] <= 1.0001
        example = moment_at(topic.example, store)
        assert example is not None
        assert any(word.split()[0] in example.utterance.text.lower() for word in topic.words)
        page = list(moments_of(kept, topic.number, store=store, skip=1, limit=2))
        assert page == moments[1:3]


def test_moments_of_calls_that_are_gone_or_say_other_words_are_not_shown() -> None:
    records = [a_talk(n) for n in range(6)]
    store = shelved(*records)
    kept = keep(found(store), store=store, by=None, at=NOON)
    store.remove(["acti_000"])
    changed = records[1].recording
    assert changed is not None
    others = tuple(replace(u, text="Something else is said here now") for u in changed.utterances)
    shelved(
        a_record(call_id="acti_001", recording=replace(changed, utterances=others)), store=store
    )
    for topic in kept.body.topics:
        there = [m for m in moments_of(kept, topic.number, store=store, limit=None) if m]
        assert not {"acti_000", "acti_001"} & {m.record.call.id for m in there}
    lost = sum(
        m is None
        for t in kept.body.topics
        for m in moments_of(kept, t.number, store=store, limit=None)
    )
    assert lost > 0


def test_what_is_kept_can_be_deleted() -> None:
    store = shelved(*(a_talk(n) for n in range(6)))
    kept = keep(found(store), store=store, by=None, at=NOON)
    forget(kept.id, store)
    assert store.papers("topic analysis") == store.papers("topic members") == []
    with pytest.raises(PaperNotFound):
        forget(kept.id, store)


def test_there_is_no_topic_beyond_the_last(shelf: Store) -> None:
    store = MemoryStore()
    kept = keep(found(shelf), store=store, by=None, at=NOON)
    for number in (0, 4, -1):
        with pytest.raises(QueryInvalid, match="topics 1 to 3"):
            size_of(kept, number)


def test_a_voicemail_is_compared_too() -> None:
    texts = [
        said(Side.CONTACT, f"We schedule the appointment on tuesday number {n}", n * 5.0)
        for n in range(10)
    ]
    talk = a_talk(1)
    assert talk.recording is not None
    voicemails = [
        a_record(
            call_id=f"acti_v{n}",
            voicemail=replace(talk.recording, utterances=tuple(texts)),
            date_created=NOON + timedelta(days=n),
        )
        for n in range(2)
    ]
    whole = found(shelved(*voicemails), k=2)
    assert {m.kind for held in whole.members.topics for m in held} == {Kind.VOICEMAIL}
