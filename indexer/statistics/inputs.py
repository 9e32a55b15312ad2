"""What the figures of this package are computed from, checked."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]
"""Shape (n,), finite."""

Bounds = tuple[float, float]
"""The least and the greatest a figure can be; either may be infinite."""

ANYTHING: Bounds = (-np.inf, np.inf)
YES_OR_NO: Bounds = (0.0, 1.0)


def numbers(values: ArrayLike) -> Numbers:
    """The values as an array, one a call.

    Raises:
        ValueError: they are no list of numbers, or one is not finite.
    """
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1:
        raise ValueError(f"a list of numbers is needed, not {found.ndim} dimensions")
    if not np.isfinite(found).all():
        raise ValueError("NaN and infinity are no figures of a call: leave such calls out")
    return found


def check_clusters(values: Numbers, clusters: Sequence[str] | None) -> None:
    """Raise ValueError unless there is one name a value, or none at all."""
    if clusters is not None and len(clusters) != len(values):
        raise ValueError(f"{len(clusters)} names of clusters for {len(values)} values")


def check_level(level: float) -> None:
    """Raise ValueError for a level of confidence outside (0, 1)."""
    if not 0 < level < 1:
        raise ValueError(f"a level of confidence lies between 0 and 1, not {level}")


def are_yes_or_no(values: Numbers) -> bool:
    """Whether every value is 0 or 1, so that their mean is a share."""
    return bool(((values == 0) | (values == 1)).all())


def differing(values: Numbers) -> int:
    """How many values are not the commonest one; ten times 0 and twice 3 give 2."""
    return len(values) - int(np.unique(values, return_counts=True)[1].max(initial=0))
