"""The difference of two means, and whether chance alone could make it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt

from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from indexer.statistics.clustered import Side, over_clusters
from indexer.statistics.enough import is_nothing, why_not
from indexer.statistics.inputs import (
    ANYTHING,
    YES_OR_NO,
    Bounds,
    Numbers,
    are_yes_or_no,
    check_clusters,
    check_level,
    numbers,
)
from indexer.statistics.lone import pooled_p, welch
from indexer.statistics.proportions import wilson
from indexer.statistics.studentised import Studentised
from models.estimate import Estimate, Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The difference of two means, and how often chance alone makes one as large."""

    difference: Estimate
    p_value: float | None


def difference(
    ours: ArrayLike,
    others: ArrayLike,
    *,
    our_clusters: Sequence[str] | None = None,
    other_clusters: Sequence[str] | None = None,
    bounds: Bounds = ANYTHING,
    level: float = 0.95,
) -> Estimate:
    """The mean of ours minus the mean of the others. `n` counts the calls of both.

    A rep who is in both, under one name, counts as one: their own way of calling then
    cancels out. `bounds` are those of a value; the difference ends at theirs.

    Raises:
        ValueError: as `mean` does, or only one side has clusters.
    """
    return compared(
        ours,
        others,
        our_clusters=our_clusters,
        other_clusters=other_clusters,
        bounds=bounds,
        level=level,
    ).difference


def compared(
    ours: ArrayLike,
    others: ArrayLike,
    *,
    our_clusters: Sequence[str] | None = None,
    other_clusters: Sequence[str] | None = None,
    bounds: Bounds = ANYTHING,
    level: float = 0.95,
) -> Compared:
    """The difference, as `difference` finds it, with the p-value of there being none."""
    check_level(level)
    if (our_clusters is None) != (other_clusters is None):
        raise ValueError("either both sides have clusters or neither")
    sides = (numbers(ours), numbers(others))
    clusters = (our_clusters, other_clusters)
    for values, names in zip(sides, clusters, strict=True):
        check_clusters(values, names)
    n, groups = sum(map(len, sides)), _groups(our_clusters, other_clusters)
    if not all(map(len, sides)):
        none = Estimate(value=None, n=n, clusters=groups, why="one side has no calls")
        return Compared(difference=none, p_value=None)
    value = float(sides[0].mean() - sides[1].mean())
    are_shares = bounds in {YES_OR_NO, ANYTHING} and all(map(are_yes_or_no, sides))
    if are_shares and groups is None:
        return _of_shares(value, sides, level)
    studentised, p_value, why = _tested(sides, clusters, bounds)
    if studentised is None:
        poor = Estimate(value=value, n=n, clusters=groups, why=why)
        return Compared(difference=poor, p_value=None)
    low, high = YES_OR_NO if are_shares else bounds
    interval = studentised.interval(level, (low - high, high - low))
    found = Estimate(value=value, n=n, clusters=groups, interval=interval)
    return Compared(difference=found, p_value=p_value)


def _groups(ours: Sequence[str] | None, others: Sequence[str] | None) -> int | None:
    return None if ours is None or others is None else len({*ours, *others})


def _tested(
    sides: tuple[Numbers, Numbers],
    clusters: tuple[Sequence[str] | None, Sequence[str] | None],
    bounds: Bounds,
) -> tuple[Studentised | None, float | None, str | None]:
    """The difference with its standard error and p-value, or why there is none."""
    for values, names in zip(sides, clusters, strict=True):
        why = why_not(values, names, bounds)
        if why is not None:
            return None, None, f"on one side {why}"
    ours, others = clusters
    if ours is None or others is None:
        studentised = welch(*sides)
        return studentised, max(studentised.p_value(), pooled_p(*sides)), None
    studentised = over_clusters([Side(sides[0], ours), Side(sides[1], others, sign=-1)])
    if is_nothing(studentised.error, *sides):
        return None, None, "it is the same for every rep, so how far reps differ is not known"
    return studentised, studentised.p_value(), None


def _of_shares(value: float, sides: Sequence[Numbers], level: float) -> Compared:
    """Newcombe's interval from two of Wilson's, and the score test.

    Newcombe (1998), "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 17:873-890, method 10.
    """
    z = float(ndtri((1 + level) / 2))
    shares = [float(side.mean()) for side in sides]
    (low, high), (other_low, other_high) = (
        wilson(share, len(side), z) for share, side in zip(shares, sides, strict=True)
    )
    n = sum(map(len, sides))
    common = float(sum(side.sum() for side in sides)) / n
    error = sqrt(common * (1 - common) * sum(1 / len(side) for side in sides))
    return Compared(
        difference=Estimate(
            value=value,
            n=n,
            interval=Interval(
                low=max(-1.0, value - hypot(shares[0] - low, other_high - shares[1])),
                high=min(1.0, value + hypot(high - shares[0], shares[1] - other_low)),
                method="Newcombe",
                level=level,
            ),
        ),
        p_value=float(2 * ndtr(-abs(value) / error)) if error else 1.0,
    )
