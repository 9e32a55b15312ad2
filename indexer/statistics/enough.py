"""Whether there are enough calls for an interval that keeps what it promises."""

from collections import Counter
from collections.abc import Sequence
from math import isfinite

import numpy as np

from indexer.statistics.inputs import Bounds, Numbers, are_yes_or_no, differing

FEWEST = 20
"""Calls from which on a mean has an interval, where a figure has no upper or lower bound."""

FEWEST_BOUNDED = 10
"""The same where a figure has both, as a share has: it cannot hide a rare huge call."""

FEWEST_DIFFERING = 6
"""Values that must differ from the commonest one: a mean of zeros and a few ones is a count."""

FEWEST_CLUSTERS = 6
"""Reps of equally many calls that tell how far reps differ. Fewer give intervals that hold the
truth as often, and are so wide, or so lopsided, that nobody learns anything from them."""

_NOTHING = 1e-9


def why_not(values: Numbers, clusters: Sequence[str] | None, bounds: Bounds) -> str | None:
    """Why a mean of these values has no interval."""
    is_bounded = all(map(isfinite, bounds)) or are_yes_or_no(values)
    fewest = FEWEST_BOUNDED if is_bounded else FEWEST
    if len(values) < fewest:
        calls = "1 call is" if len(values) == 1 else f"{len(values)} calls are"
        return f"{calls} too few for an interval: {fewest} are needed"
    odd = differing(values)
    if not odd:
        return f"all {len(values)} calls have the same value, so their spread is not known"
    if odd < FEWEST_DIFFERING:
        calls = "1 call differs" if odd == 1 else f"{odd} calls differ"
        return (
            f"only {calls} from the commonest value, too few for an interval:"
            f" {FEWEST_DIFFERING} are needed"
        )
    if clusters is not None and not are_many(clusters):
        count = len(set(clusters))
        reps = "1 rep" if count == 1 else f"{count} reps"
        weigh = f" who weigh as much as {effective(clusters):.1f}" if count > 1 else ""
        return (
            f"the calls are of {reps}{weigh}, which does not tell how far reps differ:"
            f" {FEWEST_CLUSTERS} are needed"
        )
    return None


def are_many(clusters: Sequence[str]) -> bool:
    """Whether these are calls of enough reps to tell how far reps differ."""
    return effective(clusters) >= FEWEST_CLUSTERS - _NOTHING


def effective(clusters: Sequence[str]) -> float:
    """How many clusters of equal size weigh as much: n² / Σ n_g² (Kish 1965, 11.7)."""
    counts = np.array(list(Counter(clusters).values()), dtype=np.float64)
    return float(counts.sum() ** 2 / (counts**2).sum()) if len(counts) else 0.0


def is_nothing(error: float, *sides: Numbers) -> bool:
    """Whether a standard error is but rounding, next to how far calls differ."""
    return error <= _NOTHING * max(float(np.ptp(side)) for side in sides)
