"""What a stratified sample says of everything it was drawn from.

Calls are drawn from each stratum without replacement, each of the stratum's calls as likely
as another. A sampled call stands for population / sampled calls of its stratum (Horvitz &
Thompson), and the mean is the sum of these over the number of calls stood for (Hájek): for
the whole population the two are the same, for a part of it (one rep's calls) Hájek's does
not need the part's size. Cochran (1977), "Sampling Techniques", 3rd ed., sections 5.3, 5A.14;
Lohr (2019), "Sampling: Design and Analysis", 3rd ed., chapters 3 and 4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from scipy.special import ndtri

from indexer.statistics.design import (
    Design,
    DomainStratum,
    designed,
    linearised,
    lone_strata,
    moments,
    within,
)
from indexer.statistics.inputs import (
    ANYTHING,
    Bounds,
    are_yes_or_no,
    check_level,
    differing,
)
from indexer.statistics.proportions import wilson
from models.estimate import Estimate, Interval

__all__ = [
    "DomainStratum",
    "SurveyStratum",
    "domain_mean",
    "domain_rate",
    "population_mean",
    "population_rate",
]

FEWEST = 30
"""Calls (the effective number) from which on a mean without two bounds has an interval."""

FEWEST_BOUNDED = 10
"""The same for a score or another figure with bounds."""

FEWEST_DIFFERING = 6
FEWEST_FOR_RATE = 5
FEWEST_DEGREES = 3
"""Degrees of freedom below which a standard error is too badly known for an interval."""

_HALF_A_CALL = 0.5
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class SurveyStratum:
    """`population` calls of which some were drawn without replacement: their values."""

    population: int
    values: tuple[float, ...]


def population_mean(
    strata: Sequence[SurveyStratum], *, bounds: Bounds = ANYTHING, level: float = 0.95
) -> Estimate:
    """The mean over all calls of all strata; no number where a stratum was never sampled.

    Raises:
        ValueError: more values than calls, a value is NaN, or a bad level.
    """
    return _unsampled(strata) or domain_mean(_whole(strata), bounds=bounds, level=level)


def population_rate(strata: Sequence[SurveyStratum], *, level: float = 0.95) -> Estimate:
    """The share over all calls of all strata; values are 0 or 1.

    Raises:
        ValueError: as `population_mean` does, or a value is neither 0 nor 1.
    """
    return _unsampled(strata) or domain_rate(_whole(strata), level=level)


def domain_mean(
    strata: Sequence[DomainStratum], *, bounds: Bounds = ANYTHING, level: float = 0.95
) -> Estimate:
    """The mean over the calls of a domain (one rep's, say) whose size is not known.

    Says nothing of strata without a sampled call. The variance is that of the linearised
    mean, with the finite population correction, each stratum by itself; a stratum with one
    sampled call borrows the others' spread. The interval is Student's, corrected for
    skewness.

    Raises:
        ValueError: more sampled than there are, more values than sampled, NaN, a bad level.
    """
    check_level(level)
    design = designed(strata)
    if design is None:
        return Estimate(value=None, n=0, why="no call was sampled")
    n = int(design.inside.sum())
    if design.is_census:
        return _exact(design, n, level)
    why = _why_not(design, bounds)
    if why is not None:
        return Estimate(value=design.value, n=n, why=why)
    found = linearised(design)
    if found.degrees < FEWEST_DEGREES:
        why = "a few calls of large strata weigh most, too few to tell how far calls differ there"
        return Estimate(value=design.value, n=n, why=why)
    return Estimate(value=design.value, n=n, interval=found.interval(level, bounds))


def domain_rate(strata: Sequence[DomainStratum], *, level: float = 0.95) -> Estimate:
    """The share over the calls of a domain; values are 0 or 1.

    Wilson's interval for the effective number of calls: as many as would, drawn one by one
    from all, be as sure, and half a call of all wider on either side, as the truth is a whole
    number of calls: one that nobody saw may differ. It is never of no width but for a census.

    Raises:
        ValueError: as `domain_mean` does, or a value is neither 0 nor 1.
    """
    check_level(level)
    design = designed(strata)
    if design is None:
        return Estimate(value=None, n=0, why="no call was sampled")
    if not all(map(are_yes_or_no, design.values)):
        raise ValueError("a rate is of values that are 0 or 1")
    n = int(design.inside.sum())
    if design.is_census:
        return _exact(design, n, level)
    if n < FEWEST_FOR_RATE:
        calls = "1 call is" if n == 1 else f"{n} calls are"
        why = f"{calls} too few for an interval: {FEWEST_FOR_RATE} are needed"
        return Estimate(value=design.value, n=n, why=why)
    effective = 1 / (float(design.shares.sum()) * within(design))
    low, high = wilson(design.value, effective, float(ndtri((1 + level) / 2)))
    step = _HALF_A_CALL / design.calls
    low, high = max(0.0, low - step), min(1.0, high + step)
    interval = Interval(low=low, high=high, method="Wilson, stratified", level=level)
    return Estimate(value=design.value, n=n, interval=interval)


def _unsampled(strata: Sequence[SurveyStratum]) -> Estimate | None:
    """No number, where some calls had no chance to be seen."""
    n = sum(len(stratum.values) for stratum in strata)
    unseen = [stratum for stratum in strata if stratum.population and not stratum.values]
    if not n or not unseen:
        return None
    calls = sum(stratum.population for stratum in unseen)
    told = "1 stratum was" if len(unseen) == 1 else f"{len(unseen)} strata were"
    why = f"{told} never sampled, so nothing is known of {calls} of the calls"
    return Estimate(value=None, n=n, why=why)


def _whole(strata: Sequence[SurveyStratum]) -> list[DomainStratum]:
    return [DomainStratum(one.population, len(one.values), one.values) for one in strata]


def _exact(design: Design, n: int, level: float) -> Estimate:
    interval = Interval(low=design.value, high=design.value, method="census", level=level)
    return Estimate(value=design.value, n=n, interval=interval)


def _why_not(design: Design, bounds: Bounds) -> str | None:
    everything = np.concatenate(design.values)
    effective = 1 / float((design.each**2 * design.inside).sum())
    fewest = FEWEST_BOUNDED if all(map(isfinite, bounds)) else FEWEST
    if effective < fewest:
        weighed = "" if len(everything) < fewest else f" (they weigh as much as {effective:.0f})"
        calls = "1 call is" if len(everything) == 1 else f"{len(everything)} calls are"
        return f"{calls} too few for an interval{weighed}: {fewest} are needed"
    odd = differing(everything)
    if not odd:
        return f"all {len(everything)} calls have the same value, so their spread is not known"
    if odd < FEWEST_DIFFERING:
        return (
            f"only {odd} of {len(everything)} calls differ from the commonest value,"
            f" too few for an interval: {FEWEST_DIFFERING} are needed"
        )
    lone = lone_strata(design)
    shares = design.shares
    if float(shares[lone].sum()) > _MOSTLY * float(shares.sum()):
        return "most strata have one sampled call, which does not tell how far calls differ there"
    if not float(moments(design, power=2)[1][~lone].sum()):
        return "the calls of each stratum are all the same, so their spread is not known"
    return None
