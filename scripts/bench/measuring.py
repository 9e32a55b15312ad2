"""Times, and what is made of them: interleaved rounds, medians, ratios within a round."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np


@dataclass(slots=True, kw_only=True)
class Table:
    """A table of the report: `rows` are cells by column, all in the same columns."""

    title: str
    rows: list[dict[str, object]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What was to be reached, what was measured, and whether that is it."""

    name: str
    wanted: str
    measured: str
    is_reached: bool


def interleaved(ways: dict[str, Callable[[int], float]], *, rounds: int) -> dict[str, list[float]]:
    """What each way gives in each round, one after the other: noise meets all of them alike."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, run in ways.items():
            found[name].append(run(number))
    return found


def seconds(run: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def ratio(of: Sequence[float], to: Sequence[float]) -> float:
    """The median over rounds of one figure against another of the same round."""
    return median(one / other for one, other in zip(of, to, strict=True))


def percentile(times_s: Sequence[float], per_cent: float) -> float:
    """A percentile in milliseconds."""
    return float(np.percentile(times_s, per_cent)) * 1000
