"""Whether a reviewer scores higher or lower than the others, on calls equally hard."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.statistics.inputs import ANYTHING, Bounds, Numbers, check_level, differing
from indexer.statistics.studentised import Studentised, third_over_cubed
from models.estimate import Estimate

FEWEST: Final = 10
"""Calls that a reviewer must share with others before the difference has an interval."""

_FEWEST_DIFFERING: Final = 6
_PAIR: Final = 2
_DIGITS: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """How far a reviewer scores above (+) or below (-) the others. `n` counts shared calls."""

    reviewer: str
    difference: Estimate


def severities(
    table: NDArray[np.float64],
    reviewers: Sequence[str],
    *,
    bounds: Bounds = ANYTHING,
    level: float = 0.95,
) -> tuple[Severity, ...]:
    """Each reviewer against the mean of the others, whichever calls each of them had.

    `table` is (reviewers, calls), NaN where there is no answer. A score is taken for the
    sum of what the call deserves and the reviewer's own severity, fitted by least squares
    (two-way layout, Scheffé 1959, "The Analysis of Variance", 4.4), so that hard calls count
    against nobody. Only reviewers whom shared calls connect are compared. The standard error
    comes from leaving out each call in turn (jackknife; with two reviewers: the paired t).

    Raises:
        ValueError: not one name a row, or a bad level.
    """
    check_level(level)
    if len(reviewers) != len(table):
        raise ValueError(f"{len(reviewers)} reviewers for {len(table)} rows of answers")
    shared = table[:, (~np.isnan(table)).sum(axis=0) >= _PAIR]
    links, sums = _by_call(shared)
    found = []
    for row, reviewer in enumerate(reviewers):
        peers = _connected(links.sum(axis=0), row)
        contrast = np.where(peers, -1 / max(1, int(peers.sum()) - 1), 0.0)
        contrast[row] = 1.0
        calls = ~np.isnan(shared[row])
        estimate = _difference(links, sums, contrast, calls, bounds=bounds, level=level)
        found.append(Severity(reviewer=reviewer, difference=estimate))
    return tuple(found)


def _difference(
    links: Numbers,
    sums: Numbers,
    contrast: Numbers,
    calls: NDArray[np.bool_],
    *,
    bounds: Bounds,
    level: float,
) -> Estimate:
    """`contrast` weighs the reviewers' severities; `calls` are those of the one looked at."""
    n = int(calls.sum())
    if not n:
        return Estimate(value=None, n=0, why="no call is shared with another reviewer")
    value = float(contrast @ np.linalg.pinv(links.sum(axis=0)) @ sums.sum(axis=0))
    if n < FEWEST:
        shared = "1 shared call is" if n == 1 else f"{n} shared calls are"
        why = f"{shared} too few for an interval: {FEWEST} are needed"
        return Estimate(value=value, n=n, why=why)
    used = np.flatnonzero((links[:, contrast != 0][:, :, contrast != 0]).any(axis=(1, 2)))
    left = links.sum(axis=0)[None] - links[used]
    inverses = np.linalg.pinv(left, hermitian=True)
    without = np.einsum("r,crs,cs->c", contrast, inverses, sums.sum(axis=0) - sums[used])
    parts = np.sqrt((len(used) - 1) / len(used)) * (without.mean() - without)
    if differing(np.round(parts, _DIGITS)) < _FEWEST_DIFFERING:
        why = f"on fewer than {_FEWEST_DIFFERING} calls do the answers differ by another amount"
        return Estimate(value=value, n=n, why=why)
    widest = bounds[1] - bounds[0]
    studentised = Studentised(
        value=value,
        error=float(np.sqrt((parts**2).sum())),
        degrees=n - 1,
        skewness=third_over_cubed(parts),
        method="paired by call, corrected for skewness",
    )
    return Estimate(value=value, n=n, interval=studentised.interval(level, (-widest, widest)))


def _by_call(table: NDArray[np.float64]) -> tuple[Numbers, Numbers]:
    """What each call adds to the normal equations, once its own level is taken out.

    Shapes (calls, reviewers, reviewers) and (calls, reviewers).
    """
    reviewers, calls = table.shape
    there = (~np.isnan(table)).T.astype(np.float64)
    answered = np.maximum(there.sum(axis=1), 1)[:, None]
    scores = np.nan_to_num(table.T)
    level = scores.sum(axis=1, keepdims=True) / answered
    links = there[:, :, None] * (np.eye(reviewers) - there[:, None, :] / answered[:, :, None])
    return links.reshape(calls, reviewers, reviewers), there * (scores - level)


def _connected(links: Numbers, start: int) -> NDArray[np.bool_]:
    """The reviewers whom shared calls lead to from one, themselves included."""
    reached = np.zeros(len(links), dtype=bool)
    reached[start] = True
    for _ in range(len(links)):
        reached |= (links[reached] != 0).any(axis=0)
    return reached
