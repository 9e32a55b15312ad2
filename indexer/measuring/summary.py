"""What is kept of calls' figures, read: of one call, of many in sum, of many call by call."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from indexer.exporting import Row
from indexer.measuring.keeping import figures_of
from indexer.metrics import FORMULAS, METRICS, figure_of, type_of
from indexer.statistics.enough import are_many
from indexer.statistics.means import mean
from indexer.store.contract import Store
from models import EVERYTHING, SearchFilter
from models.errors import CallNotFound
from models.estimate import Estimate
from models.metric import CallType, Metric, MetricSummary, Summary
from models.outline import CallOutline

_ALL: Final = 2**62
_READ_TOGETHER: Final = 1000
"""Calls that are in memory at a time while rows stream."""
_NOBODY: Final = "?"
"""Calls whose rep is not known count as one rep's: so that nothing looks surer than it is."""

_FACTS: Final = (
    "id", "activity_at", "user_id", "user_name", "lead_id", "contact_id", "direction",
    "disposition", "call_method", "outcome_id", "duration_s",
)  # fmt: skip
COLUMNS: Final = (*_FACTS, "type", "is_measured", *(metric.id for metric in METRICS.values()))
"""The columns of `rows`, in their order."""


def measured_call(call_id: str, store: Store) -> CallOutline:
    """One call with its figures, whether they are kept yet or not.

    Raises:
        CallNotFound: it is not here.
    """
    record = store.get(call_id)
    found = store.outlines(replace(EVERYTHING, call_ids=(call_id,)), formulas=FORMULAS)
    if record is None or not found:
        raise CallNotFound(call_id)
    return replace(found[0], figures=figures_of(record))


def summarise(where: SearchFilter, of: CallType, store: Store) -> Summary:
    """What calls of a type that pass a filter measure; figures are of whole calls."""
    outlines = store.outlines(where, formulas=FORMULAS)
    types = [type_of(outline) for outline in outlines]
    chosen = [one for one, its in zip(outlines, types, strict=True) if its is of]
    measured = [one for one in chosen if one.figures is not None]
    return Summary(
        type=of,
        calls=len(outlines),
        conversations=types.count(CallType.CONVERSATION),
        voicemails=types.count(CallType.VOICEMAIL),
        silent=types.count(None),
        measured=len(measured),
        metrics=tuple(_summed(metric, measured) for metric in METRICS.values()),
    )


def rows(where: SearchFilter, store: Store) -> Iterator[Row]:
    """A row for each call that passes, by id: its facts, and every figure under its metric's id."""
    for some in _in_batches(store.passing(where, limit=_ALL)):
        for outline in store.outlines(replace(EVERYTHING, call_ids=some), formulas=FORMULAS):
            facts = {name: getattr(outline, name) for name in _FACTS}
            figures = {m.id: figure_of(outline, m.name) for m in METRICS.values()}
            its = type_of(outline)
            measured = outline.figures is not None
            yield {**facts, "type": its and its.value, "is_measured": measured, **figures}


def _summed(metric: Metric, calls: Sequence[CallOutline]) -> MetricSummary:
    defined = [
        (figure, call.user_id or _NOBODY)
        for call in calls
        if (figure := figure_of(call, metric.name)) is not None
    ]
    if not defined:
        why = "it is not defined for any of these calls" if calls else "no such call is measured"
        return MetricSummary(metric=metric, mean=Estimate(value=None, n=0, why=why))
    figures = np.array([figure for figure, _ in defined])
    reps = [rep for _, rep in defined]
    lower, median, upper = np.quantile(figures, [0.25, 0.5, 0.75]).tolist()
    return MetricSummary(
        metric=metric,
        mean=mean(figures, clusters=reps if are_many(reps) else None, bounds=metric.bounds),
        lower_quartile=lower,
        median=median,
        upper_quartile=upper,
    )


def _in_batches(call_ids: Sequence[str]) -> Iterator[tuple[str, ...]]:
    ids = iter(call_ids)
    while some := tuple(itertools.islice(ids, _READ_TOGETHER)):
        yield some
