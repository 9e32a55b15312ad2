"""What calls are compared by: their metrics, and whether a tracker finds something in them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from indexer.embedder import Embedder
from indexer.metrics import METRICS, figure_of
from indexer.papers import Written
from indexer.statistics.means import Bounds
from indexer.store.contract import Store
from indexer.tracking import TRACKERS, find
from models import SearchFilter
from models.errors import PaperNotFound, QueryInvalid
from models.metric import Metric, Unit
from models.outline import CallOutline
from models.tracker import Tracker

TRACKER: Final = "tracker:"
"""What comes before a tracker's id or name where it stands for a metric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number that calls have: `value_of` gives a call's, None where it is not defined.

    `needs_figures` where a call must have been measured for it.
    """

    name: str
    version: int
    title: str
    unit: str
    bounds: Bounds
    value_of: Callable[[CallOutline], float | None]
    needs_figures: bool


def measures(
    names: Iterable[str], where: SearchFilter, *, store: Store, embedder: Embedder
) -> list[Measure]:
    """What the calls that pass a filter are compared by.

    Raises:
        QueryInvalid: there is no such metric or tracker.
    """
    return [
        _of_tracker(name, where, store=store, embedder=embedder)
        if name.startswith(TRACKER)
        else _of_metric(name)
        for name in names
    ]


def require_metric(name: str, *, store: Store) -> None:
    """See to it that calls have such a number.

    Raises:
        QueryInvalid: there is no such metric or tracker.
    """
    if name.startswith(TRACKER):
        _tracker(name, store)
    else:
        _metric(name)


def _of_metric(name: str) -> Measure:
    metric = _metric(name)
    return Measure(
        name=metric.name,
        version=metric.version,
        title=metric.title,
        unit=metric.unit,
        bounds=metric.bounds,
        value_of=partial(figure_of, metric=metric.name),
        needs_figures=True,
    )


def _of_tracker(name: str, where: SearchFilter, *, store: Store, embedder: Embedder) -> Measure:
    """Whether a call has a hit: 1 or 0, or nothing where nobody spoke whom it listens to."""
    tracker = _tracker(name, store)
    calls = replace(where, part=None, asked=False, said=None, in_one_turn=False, side=None)
    found = find(tracker.body, calls, store=store, embedder=embedder)
    heard, hits = set(found.heard_ids()), found.by_call()
    return Measure(
        name=f"{TRACKER}{tracker.id}",
        version=tracker.version,
        title=f"Calls with “{tracker.body.name}”",
        unit=Unit.SHARE,
        bounds=(0.0, 1.0),
        value_of=lambda call: float(call.id in hits) if call.id in heard else None,
        needs_figures=False,
    )


def _metric(name: str) -> Metric:
    bare, _, version = name.partition("@")
    metric = METRICS.get(bare)
    if metric is None:
        known = ", ".join(METRICS)
        raise QueryInvalid(
            "metric", f"there is no metric {name!r}; there are {known}, and {TRACKER}NAME"
        )
    if version and version.removeprefix("v") != str(metric.version):
        raise QueryInvalid("metric", f"{bare} is {metric.id} here, and no other version is kept")
    return metric


def _tracker(name: str, store: Store) -> Written[Tracker]:
    try:
        return TRACKERS.find(store, name.removeprefix(TRACKER).strip())
    except PaperNotFound as error:
        raise QueryInvalid("metric", str(error)) from None
