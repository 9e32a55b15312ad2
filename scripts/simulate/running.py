"""Running one case many times."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.random import Generator

from models.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was found in one invented set of calls, and the truth it was drawn from."""

    estimate: Estimate
    truth: float


@dataclass(frozen=True, slots=True)
class Case:
    """An interval to look at: `draw` invents calls and estimates from them."""

    area: str
    name: str
    draw: Callable[[Generator], Drawn]


@dataclass(frozen=True, slots=True)
class Alarm:
    """A test to look at: `raised` invents calls and says whether it spoke up."""

    area: str
    name: str
    raised: Callable[[Generator], bool]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of `given` intervals, the shares that held the truth, or lay above or below it."""

    name: str
    runs: int
    given: int
    covered: float
    above: float
    below: float


def coverage(case: Case, *, runs: int) -> Coverage:
    """How often a case's interval holds the truth; every case has calls of its own."""
    generator = np.random.default_rng(crc32(case.name.encode()))
    held = above = below = 0
    for _ in range(runs):
        drawn = case.draw(generator)
        if drawn.estimate.interval is not None:
            held += drawn.estimate.interval.holds(drawn.truth)
            above += drawn.estimate.interval.low > drawn.truth
            below += drawn.estimate.interval.high < drawn.truth
    given = held + above + below
    shares = [count / given if given else float("nan") for count in (held, above, below)]
    return Coverage(case.name, runs, given, *shares)


def frequency(alarm: Alarm, *, runs: int) -> float:
    """How often a test speaks up."""
    generator = np.random.default_rng(crc32(alarm.name.encode()))
    return sum(alarm.raised(generator) for _ in range(runs)) / runs


def together(found: Iterable[Coverage], name: str) -> Coverage:
    """Several cases as one, each counting by the intervals it was given."""
    cases = list(found)
    given = sum(one.given for one in cases)
    shares = [
        sum(getattr(one, side) * one.given for one in cases if one.given) / max(1, given)
        for side in ("covered", "above", "below")
    ]
    return Coverage(name, sum(one.runs for one in cases), given, *shares)
