"""Labels: in which order, of which words, and which of them count for which hits."""

from dataclasses import replace
from typing import Any

import pytest

from indexer.papers import Written
from indexer.store.memory import MemoryStore
from indexer.tracking import (
    LABELS,
    Asked,
    Hit,
    Precision,
    Spoken,
    ask,
    change,
    in_order,
    labels_of,
    precision,
    precisions,
    put_label,
    to_label,
)
from models import EVERYTHING, Kind, SearchFilter
from models.errors import QueryInvalid
from models.tracker import Tracker, Verdict
from tests.factories import NOON, hours
from tests.indexer.tracking.watching import EMBEDDER, a_talk, a_tracker, put

YES, NO, UNSURE = Verdict.YES, Verdict.NO, Verdict.UNSURE


def asked(
    store: MemoryStore,
    tracker: Written[Tracker],
    where: SearchFilter = EVERYTHING,
    **options: Any,
) -> Asked:
    return ask(tracker.id, where, store=store, embedder=EMBEDDER, **options)


def ordered(store: MemoryStore, tracker: Written[Tracker], **options: Any) -> list[Hit]:
    return in_order(tracker.id, asked(store, tracker, **options).found.hits())


def label(
    store: MemoryStore, tracker: Written[Tracker], *verdicts: Verdict, **options: Any
) -> None:
    """Label the next hits, as somebody does who reads them one after the other."""
    for verdict in verdicts:
        [first], _ = to_label(asked(store, tracker, **options), limit=1, store=store)
        put_label(tracker, first.hit.spoken, verdict, store=store, by="Dana", at=NOON)


def judged(
    store: MemoryStore,
    tracker: Written[Tracker],
    where: SearchFilter = EVERYTHING,
    **options: Any,
) -> Precision:
    known = asked(store, tracker, where, **options)
    return precision(known.tracker, known.found, store=store)


def calls_of_price(store: MemoryStore, numbers: range) -> None:
    """Each says price once, further from `the price is high` the higher its number."""
    for number in numbers:
        rest = " ".join(f"word{n}" for n in range(number % 10))
        put(store, a_talk(number, f"the price is high {rest}", user_id=f"user_{number % 2}"))


@pytest.fixture
def tracker(store: MemoryStore) -> Written[Tracker]:
    calls_of_price(store, range(20))
    return a_tracker(store)


def test_the_order_of_labelling_is_the_same_whatever_comes_first(
    store: MemoryStore, tracker: Written[Tracker]
) -> None:
    hits = ordered(store, tracker)
    assert in_order(tracker.id, reversed(hits)) == hits
    assert in_order("another", hits) != hits
    assert [hit.spoken.call_id for hit in hits] != sorted(hit.spoken.call_id for hit in hits)
    some = hits[::3]
    assert in_order(tracker.id, some) == some


def test_the_labelled_beginning_counts(store: MemoryStore, tracker: Written[Tracker]) -> None:
    assert (
        judged(store, tracker).rate.why
        == "none of these hits is labelled in the order of labelling yet"
    )
    label(store, tracker, YES, YES, NO, UNSURE, YES)
    told = judged(store, tracker)
    assert (told.hits, told.labelled, told.waiting, told.yes, told.no, told.unsure) == (
        20,
        5,
        0,
        3,
        1,
        1,
    )
    assert (told.rate.value, told.rate.n) == (0.75, 4)
    assert told.rate.interval is not None
    assert (told.rate.interval.low, told.rate.interval.high) == pytest.approx(
        (0.3006, 0.9544), abs=1e-4
    )


def test_a_label_beyond_a_gap_waits_until_the_gap_is_closed(
    store: MemoryStore, tracker: Written[Tracker]
) -> None:
    hits = ordered(store, tracker)
    for number in (0, 1, 3):
        put_label(tracker, hits[number].spoken, YES, store=store, by="Dana", at=NOON)
    assert (judged(store, tracker).labelled, judged(store, tracker).waiting) == (2, 1)
    label(store, tracker, NO)  # the next one to label is the gap
    assert (judged(store, tracker).labelled, judged(store, tracker).waiting) == (4, 0)


def test_when_every_hit_is_labelled_nothing_is_left_to_chance(store: MemoryStore) -> None:
    calls_of_price(store, range(4))
    tracker = a_tracker(store)
    label(store, tracker, YES, NO, YES, YES)
    rate = judged(store, tracker).rate
    assert rate.value == 0.75
    assert rate.interval is not None
    assert (rate.interval.low, rate.interval.high, rate.interval.method) == (
        0.75,
        0.75,
        "every hit is labelled",
    )
    assert to_label(asked(store, tracker), limit=5, store=store) == ([], 0)


@pytest.mark.parametrize("verdict", [YES, NO])
def test_labels_that_all_say_the_same_leave_room_for_doubt(
    store: MemoryStore, tracker: Written[Tracker], verdict: Verdict
) -> None:
    label(store, tracker, *[verdict] * 6)
    interval = judged(store, tracker).rate.interval
    assert interval is not None
    assert interval.high - interval.low > 0.3


def test_nobody_being_sure_is_no_precision(store: MemoryStore, tracker: Written[Tracker]) -> None:
    label(store, tracker, UNSURE, UNSURE)
    told = judged(store, tracker)
    assert (told.labelled, told.rate.value, told.rate.why) == (
        2,
        None,
        "nobody was sure of any of the labelled hits",
    )


def test_no_hits_have_no_precision(store: MemoryStore, tracker: Written[Tracker]) -> None:
    assert (
        judged(store, tracker, SearchFilter(user_ids=("user_none",))).rate.why
        == "there are no hits"
    )


def test_labels_count_at_every_higher_threshold_and_under_every_filter(store: MemoryStore) -> None:
    calls_of_price(store, range(30))
    tracker = a_tracker(store, phrases="", examples=("the price is high",), threshold=0.3)
    label(store, tracker, *[YES, NO] * 8)
    begun = {hit.spoken for hit in ordered(store, tracker)[:16]}
    table = precisions(
        asked(store, tracker).tracker, EVERYTHING, store=store, embedder=EMBEDDER
    ).thresholds
    assert [row.threshold for row in table[:3]] == [0.3, 0.35, 0.4]
    for row in table:
        hits = {hit.spoken for hit in ordered(store, tracker, threshold=row.threshold)}
        assert (row.hits, row.labelled) == (len(hits), len(hits & begun))
    assert table[0].hits > table[-1].hits > 0
    half = judged(store, tracker, SearchFilter(user_ids=("user_0",)))
    assert half.labelled == sum(int(spoken.call_id[5:]) % 2 == 0 for spoken in begun)


def test_at_a_lower_threshold_labels_count_up_to_the_first_hit_that_is_new(
    store: MemoryStore,
) -> None:
    calls_of_price(store, range(30))
    tracker = a_tracker(store, phrases="", examples=("the price is high",), threshold=0.7)
    label(store, tracker, *[YES] * 8)
    labelled = {hit.spoken for hit in ordered(store, tracker)[:8]}
    lower = ordered(store, tracker, threshold=0.3)
    first_gap = next(n for n, hit in enumerate(lower) if hit.spoken not in labelled)
    told = judged(store, tracker, threshold=0.3)
    assert (told.labelled, told.waiting) == (first_gap, 8 - first_gap)
    assert first_gap < 8


def test_another_version_takes_over_what_is_a_sample_of_its_hits(
    store: MemoryStore, tracker: Written[Tracker]
) -> None:
    label(store, tracker, *[YES] * 10)
    narrower = change(
        tracker,
        replace(tracker.body, phrases="price -word5"),
        store=store,
        embedder=EMBEDDER,
        by=None,
        at=NOON,
    )
    kept = {hit.spoken for hit in ordered(store, narrower)}
    begun = {hit.spoken for hit in ordered(store, tracker, version=1)[:10]}
    told = judged(store, narrower)
    assert 0 < told.hits == len(kept) < 20
    assert told.labelled == len(kept & begun)
    assert told.version == 2
    wider = change(
        narrower,
        replace(tracker.body, phrases="price OR hello"),
        store=store,
        embedder=EMBEDDER,
        by=None,
        at=NOON,
    )
    hits = ordered(store, wider)
    assert judged(store, wider).labelled == next(
        n for n, hit in enumerate(hits) if hit.spoken not in begun
    )
    both = precisions(asked(store, wider).tracker, EVERYTHING, store=store, embedder=EMBEDDER)
    assert [(row.version, row.hits) for row in both.versions] == [(1, 20), (2, len(kept)), (3, 40)]


def test_a_label_of_words_that_changed_is_dropped(
    store: MemoryStore, tracker: Written[Tracker]
) -> None:
    label(store, tracker, YES, YES, NO)
    second = ordered(store, tracker)[1].spoken.call_id
    number = int(second.removeprefix("acti_"))
    put(store, a_talk(number, "the price is quite another", user_id="user_0"))
    labels = labels_of(tracker.id, store=store)
    assert (len(labels.by_hit), labels.dropped) == (2, 1)
    told = judged(store, tracker)
    assert (told.labelled, told.waiting) == (1, 1)
    store.remove([second])
    assert (judged(store, tracker).labelled, labels_of(tracker.id, store=store).dropped) == (2, 1)


def test_calls_that_come_later_take_no_label_away(
    store: MemoryStore, tracker: Written[Tracker]
) -> None:
    label(store, tracker, *[YES] * 6)
    calls_of_price(store, range(20, 80))
    told = judged(store, tracker)
    assert (told.hits, told.in_frame, told.later, told.labelled) == (80, 20, 60, 6)
    gaps = 0
    while told.later or told.waiting:  # those that come before are labelled first
        label(store, tracker, NO)
        gaps += 1
        told = judged(store, tracker)
        assert told.labelled >= 6
    assert (told.hits, told.in_frame, told.labelled, told.no) == (80, 80, 6 + gaps, gaps)
    assert gaps > 1


def test_a_second_thought_is_kept_beside_the_first(
    store: MemoryStore, tracker: Written[Tracker]
) -> None:
    label(store, tracker, YES)
    spoken = ordered(store, tracker)[0].spoken
    calls_of_price(store, range(20, 22))
    again = put_label(tracker, spoken, NO, store=store, by="Eli", at=NOON + hours(1))
    assert [(v.body.verdict, v.written_by) for v in LABELS.versions(store, again.id)] == [
        (YES, "Dana"),
        (NO, "Eli"),
    ]
    assert (judged(store, tracker).yes, judged(store, tracker).no) == (0, 1)
    assert again.body.arrived == 20  # when it was drawn


@pytest.mark.parametrize(
    ("spoken", "field"),
    [
        (Spoken(call_id="acti_1", kind=Kind.RECORDING, position=99), "utterance"),
        (Spoken(call_id="acti_none", kind=Kind.RECORDING, position=0), "utterance"),
        (Spoken(call_id="acti_1", kind=Kind.VOICEMAIL, position=0), "utterance"),
        (Spoken(call_id="acti_1", kind=Kind.NOTE, position=0), "kind"),
    ],
)
def test_what_nobody_said_cannot_be_labelled(
    store: MemoryStore, tracker: Written[Tracker], spoken: Spoken, field: str
) -> None:
    with pytest.raises(QueryInvalid) as refused:
        put_label(tracker, spoken, YES, store=store, by="Dana", at=NOON)
    assert refused.value.field == field
