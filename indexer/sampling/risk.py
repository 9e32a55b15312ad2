"""What makes a call risky: trackers that hit it, and metrics beyond a threshold."""

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from indexer.embedder import Embedder
from indexer.metrics import METRICS, figure_of
from indexer.store.contract import Store
from indexer.tracking import TRACKERS, calls_with_hits
from models import SearchFilter
from models.errors import QueryInvalid
from models.outline import CallOutline
from models.sample import SamplePlan

_COMPARED: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_THRESHOLD: Final = re.compile(r"\s*(\w+)\s*(>=|<=|>|<)\s*(\S+)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A metric beyond a number; a call in which it is not defined does not meet it."""

    metric: str
    sign: str
    number: float

    def __str__(self) -> str:
        return f"{self.metric} {self.sign} {self.number:g}"

    def is_met_by(self, call: CallOutline) -> bool:
        """Whether a call has been measured, and is beyond the number."""
        figure = figure_of(call, self.metric)
        return figure is not None and _COMPARED[self.sign](figure, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A tracker, and how many hits each call has that has any."""

    name: str
    hits: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """The criteria of a queue."""

    trackers: tuple[Watched, ...]
    thresholds: tuple[Threshold, ...]

    @property
    def criteria(self) -> tuple[str, ...]:
        """Each in words, in order."""
        return (*(f"tracker {one.name}" for one in self.trackers), *map(str, self.thresholds))

    def cell_of(self, call: CallOutline) -> tuple[str, ...]:
        """Each criterion that a call meets, and an empty text for each that it does not."""
        met = [
            *(call.id in one.hits for one in self.trackers),
            *(one.is_met_by(call) for one in self.thresholds),
        ]
        return tuple(name if holds else "" for name, holds in zip(self.criteria, met, strict=True))

    def is_met_by(self, call: CallOutline) -> bool:
        """Whether a call meets a criterion."""
        return any(self.cell_of(call))

    def why(self, call: CallOutline) -> str:
        """What brings a call into the queue, with its numbers."""
        hits = [
            f"{one.name}: {one.hits[call.id]} {'hit' if one.hits[call.id] == 1 else 'hits'}"
            for one in self.trackers
            if call.id in one.hits
        ]
        figures = call.figures or {}
        beyond = [
            f"{one.metric} {figures[one.metric]:.4g} ({one.sign} {one.number:g})"
            for one in self.thresholds
            if one.is_met_by(call)
        ]
        return "; ".join([*hits, *beyond])


def risk_of(plan: SamplePlan, where: SearchFilter, *, store: Store, embedder: Embedder) -> Risk:
    """The criteria of a plan, looked up in the calls of a filter.

    Raises:
        PaperNotFound: there is no such tracker.
        QueryInvalid: a threshold names no metric, or no number.
        EmbedderMismatch: a tracker compares meaning, and the vectors are another embedder's.
    """
    thresholds = tuple(map(read_threshold, plan.thresholds))
    trackers = [TRACKERS.get(store, tracker).body for tracker in plan.trackers]
    return Risk(
        trackers=tuple(
            Watched(
                name=tracker.name,
                hits=calls_with_hits(tracker, where, store=store, embedder=embedder),
            )
            for tracker in trackers
        ),
        thresholds=thresholds,
    )


def read_threshold(text: str) -> Threshold:
    """A threshold as people type it: `longest_monologue_s > 180`.

    Raises:
        QueryInvalid: it is none.
    """
    found = _THRESHOLD.fullmatch(text)
    if found is None:
        raise QueryInvalid(
            "metrics", f"write {text!r} as a metric, > or <, and a number: talk_ratio > 0.7"
        )
    metric, sign, number = found.groups()
    if metric not in METRICS:
        raise QueryInvalid("metrics", f"there is no metric {metric!r}")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise QueryInvalid("metrics", f"{number!r} is no number")
    return Threshold(metric=metric, sign=sign, number=value)
