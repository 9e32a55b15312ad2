"""How far reviewers agree, beyond what chance would give.

The numbers themselves are scikit-learn's and the package krippendorff's. Their intervals
are ours: a bootstrap over calls.
"""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from indexer.statistics.coincidences import by_kind, by_square
from indexer.statistics.inputs import ANYTHING, Bounds, check_level
from indexer.statistics.means import mean
from indexer.statistics.proportions import proportion
from indexer.statistics.resampling import Agreed, Disagreement
from indexer.statistics.resampling import Weights as Resamples
from indexer.statistics.severity import Severity, severities
from models.estimate import Estimate

__all__ = [
    "Ratings",
    "Scale",
    "Severity",
    "Weights",
    "cohen_kappa",
    "krippendorff_alpha",
    "percent_agreement",
    "severity",
    "table_of",
]

Ratings = Sequence[Sequence[float | None]]
"""One row per reviewer, one column per call; None where a reviewer gave no answer."""

Weights = Literal["none", "linear", "quadratic"]
Scale = Literal["nominal", "ordinal", "interval"]

FEWEST: Final = 15
"""Calls from which on agreement on a scale has an interval."""

FEWEST_BY_CHANCE: Final = 8
"""Calls that chance alone would have reviewers disagree on, from which on there is one."""

_PAIR: Final = 2
_ALL_EQUAL: Final = "all answers are equal, so chance alone would agree as well"
_NO_PAIR: Final = "no call was answered by two reviewers"


def table_of(ratings: Ratings) -> NDArray[np.float64]:
    """The answers as an array, NaN where there is none: shape (reviewers, calls).

    Raises:
        ValueError: rows of unequal length, or an answer that is NaN or infinite.
    """
    if len({len(row) for row in ratings}) > 1:
        raise ValueError("every reviewer needs a place for every call")
    given = [one for row in ratings for one in row if one is not None]
    if not np.isfinite(np.array(given, dtype=np.float64)).all():
        raise ValueError("NaN and infinity are no answers: leave None where there is none")
    rows = [[np.nan if one is None else one for one in row] for row in ratings]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(rows[0]) if rows else 0)


def percent_agreement(ratings: Ratings, *, level: float = 0.95) -> Estimate:
    """The share of pairs of answers to a call that are the same, averaged over calls.

    Says nothing of chance: two reviewers who pass nine calls of ten agree on 82 % of them
    without listening. `n` counts the calls with two answers or more.
    """
    check_level(level)
    shares = []
    for column in table_of(ratings).T:
        answers = column[~np.isnan(column)]
        if len(answers) >= _PAIR:
            same = int((answers[:, None] == answers).sum()) - len(answers)
            shares.append(same / (len(answers) * (len(answers) - 1)))
    if not shares:
        return Estimate(value=None, n=0, why=_NO_PAIR)
    if set(shares) <= {0.0, 1.0}:
        return proportion(round(sum(shares)), len(shares), level=level)
    return mean(shares, bounds=(0.0, 1.0), level=level)


def cohen_kappa(
    one: Sequence[float | None],
    other: Sequence[float | None],
    *,
    weights: Weights = "none",
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Cohen's kappa of two reviewers over the calls that both answered.

    `weights` says how much worse a larger disagreement is: by the steps between the two
    answers among those given ("linear"), or by their square. No value where all answers are
    equal, or only one call was answered.

    Cohen (1960), "A coefficient of agreement for nominal scales", Educ. Psychol. Meas.
    20:37-46; Cohen (1968), "Weighted kappa", Psychological Bulletin 70:213-220.
    """
    from sklearn.metrics import cohen_kappa_score

    check_level(level)
    table = table_of([one, other])
    both = table[:, ~np.isnan(table).any(axis=0)]
    n = both.shape[1]
    if not n:
        return Estimate(value=None, n=0, why="no call was answered by both")
    kinds, codes = np.unique(both, return_inverse=True)
    if len(kinds) == 1:
        return Estimate(value=None, n=n, why=_ALL_EQUAL)
    if n == 1:
        return Estimate(value=None, n=1, why="one call cannot tell agreement from chance")
    ours, theirs = codes.reshape(both.shape)
    named = None if weights == "none" else weights
    kappa = float(cohen_kappa_score(ours, theirs, labels=range(len(kinds)), weights=named))
    agreed = Agreed(
        calls=n,
        answers=n,
        of=_between_two(ours, theirs, len(kinds), weights),
        ceiling=1.0 if weights == "none" or len(kinds) == _PAIR else None,
    )
    return _estimate(kappa, agreed, seed, level)


def krippendorff_alpha(
    ratings: Ratings, *, scale: Scale, seed: int = 0, level: float = 0.95
) -> Estimate:
    """Krippendorff's alpha over the calls that two reviewers or more answered.

    Any number of reviewers, and answers may be missing. `scale` says how far apart two
    answers are: "nominal" (same or not), "ordinal" (how many answers lie between) or
    "interval" (their distance squared). No value where all answers are equal, or only one
    call was answered twice.

    Hayes & Krippendorff (2007), "Answering the call for a standard reliability measure for
    coding data", Communication Methods and Measures 1:77-89.
    """
    import krippendorff

    check_level(level)
    table = table_of(ratings)
    paired = table[:, (~np.isnan(table)).sum(axis=0) >= _PAIR]
    n = paired.shape[1]
    if not n:
        return Estimate(value=None, n=0, why=_NO_PAIR)
    kinds = np.unique(paired[~np.isnan(paired)])
    if len(kinds) == 1:
        return Estimate(value=None, n=n, why=_ALL_EQUAL)
    if n == 1:
        return Estimate(value=None, n=1, why="one call cannot tell agreement from chance")
    alpha = float(krippendorff.alpha(reliability_data=paired, level_of_measurement=scale))
    is_plain = scale == "nominal" or len(kinds) == _PAIR
    if is_plain:
        of = by_kind(paired, is_ordinal=False)
    else:
        of = by_square(paired) if scale == "interval" else by_kind(paired, is_ordinal=True)
    answers = int((~np.isnan(paired)).sum()) - n
    agreed = Agreed(calls=n, answers=answers, of=of, ceiling=1.0 if is_plain else None)
    return _estimate(alpha, agreed, seed, level)


def severity(
    ratings: Ratings,
    reviewers: Sequence[str],
    *,
    bounds: Bounds = ANYTHING,
    level: float = 0.95,
) -> tuple[Severity, ...]:
    """Each reviewer against the difficulty-adjusted mean of the others; see `severities`.

    `bounds` are those of an answer.
    """
    return severities(table_of(ratings), reviewers, bounds=bounds, level=level)


def _between_two(
    ours: NDArray[np.int64], theirs: NDArray[np.int64], kinds: int, weights: Weights
) -> Disagreement:
    """The disagreement kappa is made of: what chance gives keeps each reviewer's own habits."""
    steps = np.abs(np.subtract.outer(np.arange(kinds), np.arange(kinds))).astype(np.float64)
    apart = {"none": np.minimum(steps, 1), "linear": steps, "quadratic": steps**2}[weights]
    unlike = apart[ours, theirs]
    our_kinds, their_kinds = np.eye(kinds)[ours], np.eye(kinds)[theirs]

    def of(resamples: Resamples) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        calls = resamples.sum(axis=1)
        ways = ((resamples @ our_kinds) @ apart) * (resamples @ their_kinds)
        return resamples @ unlike / calls, ways.sum(axis=1) / calls**2

    return of


def _estimate(value: float, agreed: Agreed, seed: int, level: float) -> Estimate:
    why = _why_not(agreed)
    interval = None if why else agreed.interval(seed=seed, level=level)
    return Estimate(value=value, n=agreed.calls, interval=interval, why=why)


def _why_not(agreed: Agreed) -> str | None:
    if agreed.calls < FEWEST:
        return f"{agreed.calls} calls are too few for an interval: {FEWEST} are needed"
    if agreed.ceiling is None:
        return None
    by_chance = agreed.calls * agreed.expected() / agreed.ceiling
    if by_chance < FEWEST_BY_CHANCE:
        return (
            f"so few answers differ that chance alone would disagree on {by_chance:.1f} of"
            f" {agreed.calls} calls, too few for an interval: {FEWEST_BY_CHANCE} are needed"
        )
    return None
