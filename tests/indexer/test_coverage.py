"""Which calls were ever looked at, and the alarm when they are not like all calls."""

from collections.abc import Collection

import numpy as np

from indexer.coverage import Coverage, CoverageRow, Dimension, Way, coverage
from indexer.reviewing import REVIEWS, Reviewer, assign, finish, queue_of
from indexer.store.memory import MemoryStore
from models import SearchFilter
from models.review import Review, ReviewState
from models.sample import SampleSort
from tests.factories import NOON
from tests.indexer.reviewing.making import a_sample, a_scorecard, answers, with_calls

TRIES = 100


def row(found: Coverage, dimension: str, value: str) -> CoverageRow:
    return next(one for one in by(found, dimension).rows if one.value == value)


def by(found: Coverage, dimension: str) -> Dimension:
    return next(one for one in found.dimensions if one.name == dimension)


def looked_at(store: MemoryStore, call_ids: Collection[str]) -> None:
    """Reviews that are done, of calls drawn by chance."""
    for call_id in call_ids:
        review = Review(
            call_id=call_id, user_id=None, user_name=None, reviewer="Rae", scorecard_id="s",
            scorecard_version=1, sample_id="drawn", state=ReviewState.DONE,
        )  # fmt: skip
        REVIEWS.add(store, review, by="Rae", at=NOON, within="drawn")


def test_reviewed_calls_are_counted_by_each_of_their_facts() -> None:
    store = with_calls(MemoryStore(), 24)
    random, risk = (
        a_sample(store, name="Random", drawn=5),
        a_sample(store, name="Risk", drawn=6, sort=SampleSort.RISK),
    )
    card = a_scorecard(store)
    for sample in (random, risk):
        assign(store, sample.id, card.id, [Reviewer(name="Rae")], by="Q", at=NOON)
    for one in queue_of(store, "Rae"):
        if one.body.call_id != "acti_00":
            finish(store, one.id, answers(), by="Rae", at=NOON)
    found = coverage(store)
    assert (found.calls, found.reviewed) == (24, 5)
    assert found.ways == {Way.RANDOM: 4, Way.RISK: 5, Way.CALIBRATION: 0}
    ana = row(found, "rep", "user_ana")  # acti_00, 03, 06, ...: one of the first six is done
    assert (ana.label, ana.calls, ana.reviewed, ana.share) == ("Ana Lopez", 8, 1, 0.125)
    assert (ana.ways[Way.RANDOM], ana.ways[Way.RISK]) == (1, 1)
    assert sum(one.calls for one in by(found, "week").rows) == 24
    assert row(found, "weekday", "3").label == "Wednesday"
    assert [one.value for one in by(found, "duration").rows] == [
        "0-59 s",
        "60-299 s",
        "300-899 s",
        "900+ s",
    ]
    assert found.never_reviewed == ()


def test_a_filter_narrows_what_is_counted_and_names_who_was_never_seen() -> None:
    store = with_calls(MemoryStore(), 24)
    looked_at(store, ["acti_00", "acti_01"])
    found = coverage(store, SearchFilter(directions=("inbound",)))
    assert (found.calls, found.reviewed) == (12, 1)
    assert [(one.label, one.calls) for one in found.never_reviewed] == [
        ("Bo Chen", 4),
        ("Cy Young", 4),
    ]


def test_without_calls_or_reviews_nothing_is_alarming() -> None:
    for store in (MemoryStore(), with_calls(MemoryStore(), 9)):
        found = coverage(store)
        assert found.reviewed == 0
        assert not any(one.is_alarming for one in found.dimensions)
        assert all(one.random.p_value is None for one in found.dimensions)
    assert coverage(MemoryStore(), SearchFilter(user_ids=("nobody",))).calls == 0


def alarms(store: MemoryStore, drawn: Collection[str]) -> set[str]:
    """The dimensions in which these calls, as if they alone were reviewed, alarm."""
    REVIEWS.discard(store, [one.id for one in REVIEWS.all(store)])
    looked_at(store, drawn)
    return {one.name for one in coverage(store).dimensions if one.is_alarming}


def test_calls_drawn_blindly_alarm_in_5_of_100_at_most() -> None:
    """In all dimensions together. At 5 %, 100 draws alarm more than 12 times in 2 of 1,000."""
    random = np.random.default_rng(11)
    store, ids = with_calls(MemoryStore(), 150), [f"acti_{n:02}" for n in range(150)]
    found = [alarms(store, random.choice(ids, 30, replace=False)) for _ in range(TRIES)]
    assert sum(map(bool, found)) <= 12


def test_a_planted_bias_is_alarming_and_named() -> None:
    """Half of the calls are inbound, 65 % of those reviewed: a standardised difference of 0.3."""
    random = np.random.default_rng(12)
    many = with_calls(MemoryStore(), 400)
    inbound, outbound = ([f"acti_{n:02}" for n in range(odd, 400, 2)] for odd in (0, 1))
    tries = 20
    seen = 0
    for _ in range(tries):
        of_one = int(random.binomial(200, 0.65))
        drawn = [
            *random.choice(inbound, of_one, replace=False),
            *random.choice(outbound, 200 - of_one, replace=False),
        ]
        seen += "direction" in alarms(many, drawn)
    assert seen >= 0.9 * tries
    direction = by(coverage(many), "direction")
    assert direction.alarming == {"inbound", "outbound"}
