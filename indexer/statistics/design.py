"""A stratified sample, and what its design makes of the spread that is seen in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.statistics.inputs import Numbers, numbers
from indexer.statistics.studentised import Studentised

_DOUBT: Final = 8
"""Calls' worth of doubt, for a rate, that calls are more alike within strata at all."""

_DOUBT_OF_MEAN: Final = 2
"""The same for a mean, where strata with one sampled call borrow the others' spread."""

_TWO, _THREE = 2, 3


@dataclass(frozen=True, slots=True)
class DomainStratum:
    """`population` calls of which `sampled` were drawn: the values of those in the domain."""

    population: int
    sampled: int
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Strata with a sampled call, each array with a place per stratum; all sums are over it.

    `each` is how many calls a sampled one stands for, as a share of all that are stood
    for; `left` the share of calls not sampled (the finite population correction); `inside`
    how many sampled calls lie in the domain, and `calls` how many these stand for.
    """

    sampled: Numbers
    inside: Numbers
    each: Numbers
    left: Numbers
    values: tuple[Numbers, ...]
    value: float
    calls: float

    @property
    def shares(self) -> Numbers:
        """What each stratum adds to the variance if a call's own variance is 1 everywhere."""
        return self.each**2 * self.left * self.inside

    @property
    def is_census(self) -> bool:
        """Whether nothing is left to chance: every call was sampled."""
        return not self.left.any()


def designed(strata: Sequence[DomainStratum]) -> Design | None:
    """The strata with a sampled call, checked; None where no sampled call is in the domain."""
    for one in strata:
        if not len(one.values) <= one.sampled <= one.population:
            raise ValueError(
                f"{len(one.values)} values of {one.sampled} sampled of {one.population} calls"
            )
    drawn = [one for one in strata if one.sampled]
    values = tuple(numbers(one.values) for one in drawn)
    if not any(map(len, values)):
        return None
    population = np.array([one.population for one in drawn], dtype=np.float64)
    sampled = np.array([one.sampled for one in drawn], dtype=np.float64)
    inside = np.array([len(one) for one in values], dtype=np.float64)
    each = population / sampled
    calls = float((each * inside).sum())
    each /= calls
    mean = sum(
        weight * float(found.sum()) for weight, found in zip(each.tolist(), values, strict=True)
    )
    everything = np.concatenate(values)
    return Design(
        sampled=sampled,
        inside=inside,
        each=each,
        left=1 - sampled / population,
        values=values,
        value=min(max(mean, float(everything.min())), float(everything.max())),
        calls=calls,
    )


def within(design: Design) -> float:
    """What a rate's variance is of that of as many lone calls, taken to be 1 until shown.

    What lies between strata does not make a stratified sample unsure. Each stratum counts
    by what it adds to the variance, and one with a single sampled call as if its calls were
    spread like all. Few calls per stratum show little: `_DOUBT` calls' worth of there being
    nothing between strata is mixed in.
    """
    calls = float(design.inside.sum())
    total = design.value * (1 - design.value) * calls / max(calls - 1, 1)
    if total <= 0:
        return 1.0
    _, about_mean, freedom = moments(design, power=2)
    n, shares = design.sampled, design.shares / float(design.shares.sum())
    seen = about_mean / np.maximum(n - 1, 1) * n / np.maximum(design.inside, 1)
    ratio = float((shares * np.where(n < _TWO, total, seen)).sum()) / total
    known = 1 / float((shares**2 / np.maximum(freedom, 1)).sum())
    return (ratio * known + _DOUBT) / (known + _DOUBT)


def moments(design: Design, *, power: int) -> tuple[Numbers, Numbers, Numbers]:
    """Sums by stratum of the linearised values, which are 0 outside of the domain.

    About 0, about the stratum's mean (both to a power), and the degrees of freedom: one
    less than the calls in the domain, which is where they are seen to differ.
    """
    about_zero, about_mean = [], []
    for found, sampled in zip(design.values, design.sampled.tolist(), strict=True):
        apart = found - design.value
        middle = float(apart.sum()) / sampled
        outside = sampled - len(found)
        about_zero.append(float((apart**power).sum()))
        about_mean.append(float(((apart - middle) ** power).sum()) + outside * (-middle) ** power)
    return np.array(about_zero), np.array(about_mean), np.maximum(design.inside - 1, 0)


def lone_strata(design: Design) -> NDArray[np.bool_]:
    """Which strata have one sampled call, so that their spread cannot be seen."""
    return (design.sampled < _TWO) & (design.inside > 0)


def linearised(design: Design) -> Studentised:
    """The weighed mean with its standard error, stratum by stratum."""
    squares, about_mean, _ = moments(design, power=2)
    n, lone = design.sampled, lone_strata(design)
    freedom = np.maximum(n - 1, 1)
    known = float((n - 1).sum())
    total = float(squares.sum() / n.sum())
    borrowed = (float(about_mean.sum()) + _DOUBT_OF_MEAN * total) / (known + _DOUBT_OF_MEAN)
    variance = np.where(lone, borrowed, about_mean / freedom)
    per_call = design.each**2 * design.left * n
    error = float(np.sqrt((per_call * variance).sum()))
    return Studentised(
        value=design.value,
        error=error,
        degrees=_degrees(design, lone, known),
        skewness=_third(design) / error**3,
        method="stratified, corrected for skewness",
    )


def _degrees(design: Design, lone: NDArray[np.bool_], known: float) -> float:
    """Satterthwaite's degrees of freedom, were calls spread alike in all strata.

    Only strata with calls of the domain count, and of these only the calls in it.
    """
    shares = design.shares
    several = ~lone & (design.inside > 0)
    freedom = np.maximum(design.inside - 1, 1)[several]
    spread = float((shares[several] ** 2 / freedom).sum())
    spread += float(shares[lone].sum()) ** 2 / known
    return float(shares.sum()) ** 2 / spread


def _third(design: Design) -> float:
    """The third central moment of the mean: Sum w³ n (1-f)(1-2f) k3, k3 unbiased by stratum.

    Strata with fewer than three sampled calls take the mean of all. Cochran (1977), 2.15.
    """
    _, cubes, _ = moments(design, power=3)
    n = design.sampled
    pooled = float(cubes.sum() / n.sum())
    several = n >= _THREE
    freedom = np.where(several, (n - 1) * (n - 2), 1)
    third = np.where(several, cubes * n / freedom, pooled)
    weight = design.each**3 * n * design.left * (2 * design.left - 1)
    return float((weight * third).sum())
