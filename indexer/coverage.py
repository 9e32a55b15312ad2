"""Which calls were ever looked at: by rep, outcome, length and more, and who was never seen.

A call is looked at once a review of it is done. Random draws, risk queues and calibrations
are counted apart: only the first are meant to look like all calls.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from indexer.papers import Written
from indexer.reviewing import REVIEWS, reviewers_in
from indexer.sampling import SAMPLES
from indexer.sampling.cells import NOTHING, band_of, in_order, week_of
from indexer.statistics.balance import Representation, balance
from indexer.store.contract import Store
from models import EVERYTHING, Facet, SearchFilter
from models.outline import CallOutline
from models.review import ReplaceReason, Review, ReviewState
from models.sample import SampleSort
from models.saved import name_key

_EDGES_S: Final = (60, 300, 900)
_ALARM: Final = 0.05
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Way(StrEnum):
    """How a call came to be reviewed."""

    RANDOM = "random"
    RISK = "risk"
    CALIBRATION = "calibration"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """Calls that have one value: all, those looked at in any way, and those in each way."""

    value: str
    label: str
    calls: int
    reviewed: int
    ways: Mapping[Way, int]

    @property
    def share(self) -> float | None:
        """The share that was looked at; None where there is no call."""
        return self.reviewed / self.calls if self.calls else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """Calls divided by one fact of theirs; and whether random draws look like all calls in it.

    `is_alarming` takes account of how many dimensions are looked at together (Holm).
    """

    name: str
    rows: tuple[CoverageRow, ...]
    random: Representation
    is_alarming: bool

    @property
    def alarming(self) -> frozenset[str]:
        """The values that random draws have too many or too few of; none without an alarm."""
        kinds = self.random.kinds if self.is_alarming else ()
        return frozenset(kind.name for kind in kinds if kind.is_alarming)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacements:
    """How many of the calls one reviewer was given they had replaced, and for which reasons.

    `given` are those done or replaced: what is still open may be replaced yet.
    """

    reviewer: str
    given: int
    replaced: int
    reasons: Mapping[ReplaceReason, int]
    without_substitute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was looked at of the calls that pass a filter."""

    calls: int
    reviewed: int
    ways: Mapping[Way, int]
    dimensions: tuple[Dimension, ...]
    never_reviewed: tuple[CoverageRow, ...]
    """Reps who have calls under the filter, none of which was looked at; most calls first."""
    replacements: tuple[Replacements, ...]
    """Of all samples, whatever the filter; by reviewer."""


def coverage(store: Store, where: SearchFilter = EVERYTHING) -> Coverage:
    """What was looked at of the calls that pass a filter."""
    calls = store.outlines(where, formulas="")
    reviews = REVIEWS.all(store)
    ways = _ways(store, reviews)
    labels = _labels(store)
    dimensions = _judged(
        [
            (name, _rows(calls, value_of, ways, labels), value_of)
            for name, value_of in _VALUES.items()
        ],
        calls,
        ways[Way.RANDOM],
    )
    looked_at = frozenset[str]().union(*ways.values())
    by_rep = next(one for one in dimensions if one.name == "rep")
    unseen = [row for row in by_rep.rows if not row.reviewed and row.value != NOTHING]
    return Coverage(
        calls=len(calls),
        reviewed=sum(call.id in looked_at for call in calls),
        ways={way: sum(call.id in ids for call in calls) for way, ids in ways.items()},
        dimensions=dimensions,
        never_reviewed=tuple(sorted(unseen, key=lambda row: (-row.calls, row.label))),
        replacements=replacements(reviews),
    )


def replacements(reviews: Sequence[Written[Review]]) -> tuple[Replacements, ...]:
    """How often each reviewer of samples had a call replaced, and why."""
    of_samples = [one for one in reviews if one.body.sample_id is not None]
    found = []
    for reviewer in reviewers_in(of_samples):
        key = name_key(reviewer.name)
        theirs = [one.body for one in of_samples if name_key(one.body.reviewer) == key]
        gone = [one.replacement for one in theirs if one.replacement is not None]
        found.append(
            Replacements(
                reviewer=reviewer.name,
                given=sum(one.state is not ReviewState.OPEN for one in theirs),
                replaced=len(gone),
                reasons=dict(sorted(Counter(one.reason for one in gone).items())),
                without_substitute=sum(one.substitute is None for one in gone),
            )
        )
    return tuple(sorted(found, key=lambda one: name_key(one.reviewer)))


def _ways(store: Store, reviews: Sequence[Written[Review]]) -> dict[Way, frozenset[str]]:
    """The calls looked at in each way."""
    at_risk = {one.id for one in SAMPLES.all(store) if one.body.plan.sort is SampleSort.RISK}
    ids: dict[Way, set[str]] = {way: set() for way in Way}
    for one in reviews:
        if one.body.state is not ReviewState.DONE:
            continue
        if one.body.calibration_id is not None:
            way = Way.CALIBRATION
        else:
            way = Way.RISK if one.body.sample_id in at_risk else Way.RANDOM
        ids[way].add(one.body.call_id)
    return {way: frozenset(found) for way, found in ids.items()}


def _rows(
    calls: Sequence[CallOutline],
    value_of: Callable[[CallOutline], str | None],
    ways: Mapping[Way, Collection[str]],
    labels: Mapping[str, str],
) -> tuple[CoverageRow, ...]:
    by_value: dict[str, list[str]] = {}
    for call in calls:
        by_value.setdefault(value_of(call) or NOTHING, []).append(call.id)
    return tuple(
        CoverageRow(
            value=value,
            label=labels.get(value, value),
            calls=len(ids),
            reviewed=sum(any(one in seen for seen in ways.values()) for one in ids),
            ways={way: sum(one in seen for one in ids) for way, seen in ways.items()},
        )
        for value, ids in sorted(by_value.items(), key=lambda one: in_order((one[0],)))
    )


def _judged(
    found: Sequence[tuple[str, tuple[CoverageRow, ...], Callable[[CallOutline], str | None]]],
    calls: Sequence[CallOutline],
    random: Collection[str],
) -> tuple[Dimension, ...]:
    """Dimensions with what random draws look like in each, alarms held to 5 % over all."""
    judged = []
    for name, rows, value_of in found:
        drawn = Counter(value_of(call) or NOTHING for call in calls if call.id in random)
        judged.append((name, rows, balance(drawn, {row.value: row.calls for row in rows})))
    tested = sorted(
        ((one.p_value, name) for name, _, one in judged if one.p_value is not None),
    )
    alarming = set()
    for rank, (p_value, name) in enumerate(tested):
        if p_value * (len(tested) - rank) >= _ALARM:
            break
        alarming.add(name)
    return tuple(
        Dimension(name=name, rows=rows, random=one, is_alarming=name in alarming)
        for name, rows, one in judged
    )


def _labels(store: Store) -> dict[str, str]:
    """What reps, outcomes and weekdays are called."""
    facets = (Facet.USER, Facet.OUTCOME)
    known = {one.value: one.label for facet in facets for one in store.counts(facet)}
    return known | {str(number): day for number, day in enumerate(_WEEKDAYS, 1)}


def _words(call: CallOutline) -> str | None:
    return " and ".join(sorted(kind.value for kind in call.spoken)) or "no transcript"


_VALUES: Final[Mapping[str, Callable[[CallOutline], str | None]]] = {
    "rep": lambda call: call.user_id,
    "outcome": lambda call: call.outcome_id,
    "disposition": lambda call: call.disposition,
    "direction": lambda call: call.direction,
    "duration": lambda call: band_of(call.duration_s, _EDGES_S),
    "words": _words,
    "week": week_of,
    "weekday": lambda call: str(call.activity_at.isoweekday()),
}
