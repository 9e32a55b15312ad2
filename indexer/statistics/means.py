"""The mean of a figure over calls, and how sure it is; with `difference`, all of this kind."""

from collections.abc import Sequence

from numpy.typing import ArrayLike
from scipy.special import stdtrit

from indexer.statistics.clustered import Side, over_clusters
from indexer.statistics.differences import difference
from indexer.statistics.enough import FEWEST_CLUSTERS, is_nothing, why_not
from indexer.statistics.inputs import (
    ANYTHING,
    YES_OR_NO,
    Bounds,
    are_yes_or_no,
    check_clusters,
    check_level,
    numbers,
)
from indexer.statistics.lone import over_calls
from indexer.statistics.proportions import proportion, wilson
from indexer.statistics.studentised import Studentised
from models.estimate import Estimate, Interval

__all__ = ["ANYTHING", "FEWEST_CLUSTERS", "Bounds", "difference", "mean"]


def mean(
    values: ArrayLike,
    *,
    clusters: Sequence[str] | None = None,
    bounds: Bounds = ANYTHING,
    level: float = 0.95,
) -> Estimate:
    """The mean over calls, one value a call; `clusters` names each call's rep.

    With clusters the interval is for calls of reps like these, without for calls of these
    very reps. Values that are all 0 or 1 make a share, with Wilson's interval. `bounds` are
    the least and the greatest that the mean can be: the interval ends there.

    Raises:
        ValueError: a value is NaN, there is not one cluster a value, or a bad level.
    """
    found = numbers(values)
    check_clusters(found, clusters)
    check_level(level)
    if not len(found):
        return Estimate(value=None, n=0, why="there are no calls")
    is_share = are_yes_or_no(found) and bounds in {YES_OR_NO, ANYTHING}
    if is_share and clusters is None:
        return proportion(round(found.sum()), len(found), level=level)
    value, groups = float(found.mean()), None if clusters is None else len(set(clusters))
    why = why_not(found, clusters, bounds)
    if why is not None:
        return Estimate(value=value, n=len(found), clusters=groups, why=why)
    studentised = over_calls(found) if clusters is None else over_clusters([Side(found, clusters)])
    if is_nothing(studentised.error, found):
        same = "all reps have the same mean, so how far reps differ is not known"
        return Estimate(value=value, n=len(found), clusters=groups, why=same)
    interval = (
        _clustered_share(studentised, level) if is_share else studentised.interval(level, bounds)
    )
    return Estimate(value=value, n=len(found), clusters=groups, interval=interval)


def _clustered_share(found: Studentised, level: float) -> Interval:
    """Wilson's interval for as many lone calls as would be as sure.

    Korn & Graubard (1998), "Confidence intervals for proportions with small expected number
    of positive counts estimated from survey data", Survey Methodology 24:193-201, with
    Wilson's interval for theirs.
    """
    n = found.value * (1 - found.value) / found.error**2
    low, high = wilson(found.value, n, float(stdtrit(found.degrees, (1 + level) / 2)))
    return Interval(low=low, high=high, method="Wilson, clustered (CR2)", level=level)
