"""Like with like: means over types of call that are weighted alike in every group.

Direct standardisation. A group's mean is the weighted mean of its means by type, the
weights being the types' shares among all calls compared. So that every procedure for plain
means serves standardised ones, each call is given the value

    m + w_t n / n_t * (x - m_t) * sqrt(n_t / (n_t - 1) * (n - 1) / n)

where m is the group's standardised mean, m_t its mean of the call's type t, w_t that
type's weight, n_t of its n calls are of the type. Their mean is m, and their sample variance
over n is the sum of w_t^2 s_t^2 / n_t, the variance of a post-stratified mean given how many
calls there are of each type (Saerndal, Swensson & Wretman 1992, 7.10). With one type they are
the values themselves.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.comparison import TypeShare

LEAST_OF_A_TYPE: Final = 5
"""Calls a group needs of each type, where several types are weighed together."""
_MOST_TYPES: Final = 8  # every combination of them is looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The calls of a group that have a figure: the figure, the type and the rep of each."""

    values: tuple[float, ...]
    types: tuple[str, ...]
    reps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standardised:
    """A group's calls of the types compared, as values whose plain mean is its number."""

    values: tuple[float, ...]
    reps: tuple[str, ...]


def common_types(groups: Sequence[Measured]) -> tuple[str, ...]:
    """The types to compare within: those by which the most calls can be compared.

    A group takes part that has a call of the type, where it is one, or LEAST_OF_A_TYPE
    of each. Of equal choices the one with fewer types is taken, then the first by name.
    """
    counts = [Counter(one.types) for one in groups]
    total = sum(counts, Counter[str]())
    types = sorted(sorted(total), key=lambda one: -total[one])[:_MOST_TYPES]
    best: tuple[str, ...] = ()
    most = 0
    for size in range(1, len(types) + 1):
        for chosen in combinations(types, size):
            compared = sum(
                sum(count[one] for one in chosen) for count in counts if takes_part(count, chosen)
            )
            if compared > most:
                best, most = chosen, compared
    return tuple(sorted(best))


def takes_part(counts: Mapping[str, int], types: Sequence[str]) -> bool:
    """Whether a group has enough calls of each of these types."""
    least = 1 if len(types) == 1 else LEAST_OF_A_TYPE
    return bool(types) and all(counts.get(one, 0) >= least for one in types)


def shares(groups: Sequence[Measured], types: Sequence[str]) -> tuple[TypeShare, ...]:
    """The weight of each type: its share among the calls of the groups that take part."""
    total = Counter[str]()
    for one in groups:
        counts = Counter(one.types)
        if takes_part(counts, types):
            total.update({name: counts[name] for name in types})
    size = sum(total.values())
    return tuple(
        TypeShare(name=name, weight=total[name] / size, calls=total[name]) for name in types if size
    )


def standardise(group: Measured, types: Sequence[TypeShare]) -> Standardised:
    """A group's values, weighed; none where it does not take part."""
    names = [one.name for one in types]
    if not takes_part(Counter(group.types), names):
        return Standardised(values=(), reps=())
    of_type, values = np.array(group.types), np.array(group.values)
    chosen = np.isin(of_type, names)
    n = int(chosen.sum())
    weighed: NDArray[np.float64] = np.zeros(len(values))
    middle = sum(one.weight * values[of_type == one.name].mean() for one in types)
    for one in types:
        ours = of_type == one.name
        count = int(ours.sum())
        spread = 1.0 if len(names) == 1 else np.sqrt(count / (count - 1) * (n - 1) / n)
        apart = values[ours] - values[ours].mean()
        weighed[ours] = middle + one.weight * n / count * spread * apart
    reps = np.array(group.reps)
    return Standardised(values=tuple(weighed[chosen].tolist()), reps=tuple(reps[chosen].tolist()))
