"""Whether the intervals of precision hold what they promise, by simulation.

600 hits with a truth that depends on their score, and 600 trackers that differ in nothing
but their id, and so in the order of labelling. The true precision of a set of hits is to lie
in its 95 % interval 93 to 97 times in a hundred. (Of 600, one standard error is 0.9 %.)
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from indexer.papers import Written
from indexer.statistics.proportions import proportion
from indexer.store.memory import MemoryStore
from indexer.tracking import Hit, Spoken
from indexer.tracking.labelling import Labels, in_order
from indexer.tracking.precision import judge
from models import Kind
from models.tracker import HitLabel, Tracker, Verdict
from tests.factories import NOON

TRIALS = 600
HITS = 600
LABELLED = 40
STORE = MemoryStore()


def a_hit(number: int, score: float) -> Hit:
    spoken = Spoken(call_id=f"acti_{number // 3}", kind=Kind.RECORDING, position=number % 3)
    return Hit(spoken=spoken, start_ms=0, end_ms=0, score=score, by_phrase=False, example=0)


_random = np.random.default_rng(20260311)
_SCORES = _random.uniform(0.4, 1.0, HITS)
WORLD = [a_hit(n, float(score)) for n, score in enumerate(_SCORES)]
TRUTH = {
    hit.spoken: bool(right)
    for hit, right in zip(WORLD, _random.random(HITS) < _SCORES, strict=True)
}
"""The higher the score, the more are right: half of those at the bottom, all at the top."""


def a_trial(number: int) -> Written[Tracker]:
    return Written(
        id=f"tracker-{number}", version=1, body=Tracker(name="Price", phrases="price"), within=None,
        created_at=NOON, created_by=None, written_at=NOON, written_by=None,
    )  # fmt: skip


def labels_of(hits: Sequence[Hit]) -> Labels:
    """True labels of these hits."""
    return Labels(by_hit={hit.spoken: a_label(hit.spoken) for hit in hits}, dropped=0)


def a_label(spoken: Spoken) -> Written[HitLabel]:
    verdict = Verdict.YES if TRUTH[spoken] else Verdict.NO
    body = HitLabel(
        call_id=spoken.call_id, kind=spoken.kind, position=spoken.position, words="",
        verdict=verdict, version=1, arrived=0,
    )  # fmt: skip
    return Written(
        id="", version=1, body=body, within=None, created_at=NOON, created_by=None,
        written_at=NOON, written_by="Dana",
    )  # fmt: skip


def true_precision(hits: Sequence[Hit]) -> float:
    return sum(TRUTH[hit.spoken] for hit in hits) / len(hits)


def coverage(drawn_from: Sequence[Hit], judged: Sequence[Hit]) -> tuple[float, float]:
    """How often the interval holds the truth, and how many labels counted on average.

    Labels are given to the first of one set of hits, and read for another.
    """
    truth, held, counted = true_precision(judged), 0, 0
    for number in range(TRIALS):
        tracker = a_trial(number)
        labels = labels_of(in_order(tracker.id, drawn_from)[:LABELLED])
        told = judge(tracker, judged, labels, store=STORE)
        held += told.rate.interval is not None and told.rate.interval.holds(truth)
        counted += told.labelled
    return held / TRIALS, counted / TRIALS


@pytest.mark.parametrize(
    ("drawn_from", "judged", "least"),
    [
        pytest.param(0.4, 0.4, 40, id="the hits that were labelled"),
        pytest.param(0.4, 0.7, 15, id="a higher threshold"),
    ],
)
def test_precision_by_threshold_lies_in_its_interval(
    drawn_from: float, judged: float, least: int
) -> None:
    sets = [[h for h in WORLD if (h.score or 0) >= at] for at in (drawn_from, judged)]
    held, counted = coverage(*sets)
    assert 0.93 <= held <= 0.97
    assert counted >= least


def test_precision_of_a_changed_version_lies_in_its_interval() -> None:
    before = WORLD[: HITS // 2]
    after = [h for h in before if (h.score or 0) >= 0.6] + WORLD[HITS // 2 : HITS // 2 + 3]
    held, counted = coverage(before, after)
    assert 0.93 <= held <= 0.97
    assert 10 <= counted <= LABELLED


def test_to_count_every_label_of_a_changed_version_would_flatter_it() -> None:
    """The reason for all this: a version that adds bad hits, judged by the labels of the old."""
    before = [h for h in WORLD if (h.score or 0) >= 0.8]
    truth = true_precision(WORLD)
    held = 0
    for number in range(100):
        first = in_order(f"tracker-{number}", before)[:LABELLED]
        interval = proportion(sum(TRUTH[h.spoken] for h in first), LABELLED).interval
        assert interval is not None
        held += interval.holds(truth)
    assert held < 10


def test_unsure_hits_leave_the_interval_valid_for_the_others() -> None:
    sure = [hit for n, hit in enumerate(WORLD) if n % 5]
    truth, held = true_precision(sure), 0
    unsure = {hit.spoken for n, hit in enumerate(WORLD) if n % 5 == 0}
    for number in range(TRIALS):
        tracker = a_trial(number)
        known = dict(labels_of(in_order(tracker.id, WORLD)[:LABELLED]).by_hit)
        for spoken in known.keys() & unsure:
            known[spoken] = replace(
                known[spoken], body=replace(known[spoken].body, verdict=Verdict.UNSURE)
            )
        rate = judge(tracker, WORLD, Labels(by_hit=known, dropped=0), store=STORE).rate
        held += rate.interval is not None and rate.interval.holds(truth)
    assert 0.93 <= held / TRIALS <= 0.97
