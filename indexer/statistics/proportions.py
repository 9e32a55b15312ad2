"""A share of calls, and how sure it is."""

from math import sqrt

from scipy.special import ndtri

from indexer.statistics.inputs import check_level
from models.estimate import Estimate, Interval


def proportion(successes: int, n: int, *, level: float = 0.95) -> Estimate:
    """The share of `n` calls for which something holds, with Wilson's interval.

    At a single share the interval covers the truth in 0.91 to 0.99 of samples, as every
    interval for a count must oscillate; over shares from .02 to .98 it averages the level.

    Raises:
        ValueError: counts below zero, more successes than calls, or a level outside (0, 1).
    """
    check_level(level)
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share")
    if n == 0:
        return Estimate(value=None, n=0, why="there are no calls")
    low, high = wilson(successes / n, n, float(ndtri((1 + level) / 2)))
    return Estimate(
        value=successes / n,
        n=n,
        interval=Interval(low=low, high=high, method="Wilson", level=level),
    )


def wilson(share: float, n: float, quantile: float) -> tuple[float, float]:
    """The shares p from which `share` is no more than `quantile` standard errors away.

    The standard error is that of p, sqrt(p(1-p)/n), which is what makes the interval good
    near 0 and 1. `n` may be an effective number of calls.

    Wilson (1927), "Probable inference, the law of succession, and statistical inference",
    JASA 22:209-212; Brown, Cai & DasGupta (2001), Statistical Science 16:101-133.
    """
    pull = quantile * quantile / n
    middle = (share + pull / 2) / (1 + pull)
    half = sqrt(pull * share * (1 - share) + pull * pull / 4) / (1 + pull)
    low = 0.0 if share <= 0 else max(0.0, middle - half)
    high = 1.0 if share >= 1 else min(1.0, middle + half)
    return low, high
