"""Whether groups may be put in an order.

Two groups that are equal must not be: over all pairs together that happens at most once in
twenty times. So a p-value is asked of each pair and Holm's rule of all of them: Holm (1979),
"A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6:65-70.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, sqrt

import numpy as np
from scipy.special import ndtri

from indexer.statistics.clustered import Side, over_clusters
from indexer.statistics.differences import Compared, compared
from indexer.statistics.enough import FEWEST_BOUNDED, are_many
from indexer.statistics.inputs import ANYTHING, Bounds, numbers
from models.estimate import Estimate

FEWEST = 30
"""Calls that each group needs before anything is said of its place."""

MOST = 10_000
"""Calls beyond which a difference counts as none: so small that no team could ever see it."""

_ALPHA = 0.05
_POWER = 0.8
_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Group:
    """One of those compared: a figure of each of its calls, and each call's rep."""

    name: str
    values: tuple[float, ...]
    clusters: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two groups held against each other: `difference` is the one's mean minus the other's.

    `p_value` is of this pair alone; None where the difference has no interval.
    `can_be_told_apart` takes account of all pairs. `more_calls` is how many more calls each
    of the two would need, at the difference and spread that are seen, to be told apart in
    four of five times; below ten calls it is how many it takes before anything is said. None
    where they are told apart, or where not even 10,000 would do.
    """

    one: str
    other: str
    difference: Estimate
    p_value: float | None
    can_be_told_apart: bool
    more_calls: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Every pair; `is_ordered` where all of them can be told apart, else `why` not."""

    pairs: tuple[Pair, ...]
    is_ordered: bool
    why: str | None


def ranking(groups: Sequence[Group], *, bounds: Bounds = ANYTHING) -> Ranking:
    """Hold every group against every other; `bounds` are those of a value.

    Groups have clusters all of them or none.

    Raises:
        ValueError: two groups of one name, a value is NaN, or clusters for some groups only.
    """
    if len({group.name for group in groups}) < len(groups):
        raise ValueError("two groups have the same name")
    values = {group.name: numbers(group.values) for group in groups}
    pairs = list(combinations(groups, 2))
    found = [
        compared(
            values[one.name],
            values[other.name],
            our_clusters=one.clusters,
            other_clusters=other.clusters,
            bounds=bounds,
        )
        for one, other in pairs
    ]
    apart = _told_apart(pairs, found)
    judged = tuple(
        Pair(
            one=one.name,
            other=other.name,
            difference=held.difference,
            p_value=held.p_value,
            can_be_told_apart=told,
            more_calls=None if told else _more_calls(one, other, len(pairs)),
        )
        for (one, other), held, told in zip(pairs, found, apart, strict=True)
    )
    why = _why_not(groups, judged)
    return Ranking(pairs=judged, is_ordered=why is None, why=why)


def _told_apart(pairs: Sequence[tuple[Group, Group]], found: Sequence[Compared]) -> list[bool]:
    """Holm's rule: the smallest p-value is held against alpha / pairs, the next against more."""
    apart = [False] * len(pairs)
    p_values = [
        1.0 if held.p_value is None or min(map(_size, pair)) < FEWEST else held.p_value
        for pair, held in zip(pairs, found, strict=True)
    ]
    for step, n in enumerate(sorted(range(len(pairs)), key=p_values.__getitem__)):
        interval = found[n].difference.interval
        if p_values[n] > _ALPHA / (len(pairs) - step) or interval is None or interval.holds(0.0):
            break
        apart[n] = True
    return apart


def _size(group: Group) -> int:
    return len(group.values)


def _more_calls(one: Group, other: Group, pairs: int) -> int | None:
    """How many more calls each needs for a power of .8, or to be looked at at all.

    n = (z(1 - alpha/2) + z(power))² (s1² + s2²) / d², with alpha shared out to the pairs.
    Spread within reps and between them is taken to shrink alike: more calls, of more reps.
    """
    fewest = min(_size(one), _size(other))
    if fewest < FEWEST_BOUNDED:  # neither spread nor difference is known by these
        return FEWEST - fewest
    apart = abs(float(np.mean(one.values) - np.mean(other.values)))
    spread = sqrt(_spread(one) + _spread(other))
    quantiles = float(ndtri(1 - _ALPHA / pairs / 2) + ndtri(_POWER))
    if not apart or (quantiles * spread / apart) ** 2 > MOST:
        return None
    needed = max(FEWEST, ceil((quantiles * spread / apart) ** 2))
    return max(1, needed - fewest)


def _spread(group: Group) -> float:
    """The variance of one call, with what reps add to it where there are reps."""
    values = numbers(group.values)
    alone = float(values.var(ddof=1))
    if group.clusters is None or not are_many(group.clusters) or not alone:
        return alone
    return max(alone, over_clusters([Side(values, group.clusters)]).error ** 2 * len(values))


def _why_not(groups: Sequence[Group], pairs: Sequence[Pair]) -> str | None:
    if len(groups) < _ENOUGH:
        return "there is nothing to compare with"
    few = [group for group in groups if _size(group) < FEWEST]
    if few:
        told = ", ".join(f"{group.name} has {_size(group)}" for group in few)
        return f"{FEWEST} calls each are needed for an order, and {told}"
    unsure = [pair for pair in pairs if pair.difference.interval is None]
    if unsure:
        first = unsure[0]
        return f"{first.one} and {first.other} cannot be compared: {first.difference.why}"
    close = [pair for pair in pairs if not pair.can_be_told_apart]
    if close:
        names = "; ".join(f"{pair.one} and {pair.other}" for pair in close[:3])
        rest = f" and {len(close) - 3} more pairs" if len(close) > 3 else ""  # noqa: PLR2004
        return f"chance alone may make differences as large between {names}{rest}"
    return None
