"""The mean of calls that have nothing to do with each other, and the difference of two."""

from math import hypot, sqrt

import numpy as np
from scipy.special import stdtr

from indexer.statistics.inputs import Numbers
from indexer.statistics.studentised import Studentised, third_over_cubed

_MANY = 20
_TRUST = 0.7
"""How much of an estimated skewness is taken out where few calls tell it."""

_HALF = 0.5
"""The same of a difference, of which much cancels, but none of the estimate's noise."""


def over_calls(values: Numbers) -> Studentised:
    """The mean of calls that have nothing to do with each other."""
    n, parts = len(values), parts_of(values)
    return Studentised(
        value=float(values.mean()),
        error=float(np.sqrt((parts**2).sum())),
        degrees=n - 1,
        skewness=(1.0 if n >= _MANY else _TRUST) * third_over_cubed(parts),
        method="Student, corrected for skewness",
    )


def welch(ours: Numbers, others: Numbers) -> Studentised:
    """The difference of two means whose calls may be spread differently.

    Degrees of freedom: Welch (1947), "The generalization of Student's problem when several
    different population variances are involved", Biometrika 34:28-35.
    """
    one, other = over_calls(ours), over_calls(others)
    error = hypot(one.error, other.error)
    return Studentised(
        value=one.value - other.value,
        error=error,
        degrees=error**4 / (one.error**4 / one.degrees + other.error**4 / other.degrees),
        skewness=_HALF * (third_over_cubed(np.concatenate([parts_of(ours), -parts_of(others)]))),
        method="Welch, corrected for skewness",
    )


def pooled_p(ours: Numbers, others: Numbers) -> float:
    """Student's test, of calls spread alike on both sides.

    Asked besides Welch's, which a small side without its rare long calls can fool.
    """
    degrees = len(ours) + len(others) - 2
    squares = float(((ours - ours.mean()) ** 2).sum() + ((others - others.mean()) ** 2).sum())
    error = sqrt(squares / degrees * (1 / len(ours) + 1 / len(others)))
    return float(2 * stdtr(degrees, -abs(float(ours.mean() - others.mean())) / error))


def parts_of(values: Numbers) -> Numbers:
    """What each call adds to the mean's distance from what is expected."""
    n = len(values)
    return np.asarray((values - values.mean()) / (n * sqrt(1 - 1 / n)))
