"""A mean, or a difference of two, over calls that are alike within clusters (reps).

No skewness is taken out: of few clusters it cannot be known, and taken out all the same it
makes intervals lopsided beyond the data; without it they hold the truth as often.

Two calls of one rep say less than two calls of two reps. The variance is CR2 of Bell &
McCaffrey (2002), "Bias reduction in standard errors for linear regression with multi-stage
samples", Survey Methodology 28:169-181, with their Satterthwaite degrees of freedom. These
need a guess of how alike calls of a rep are, for which Imbens & Kolesár (2016), "Robust
standard errors in small samples", Rev. Econ. Statist. 98:701-712, take what is estimated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.statistics.inputs import Numbers
from indexer.statistics.studentised import Studentised


@dataclass(frozen=True, slots=True)
class Side:
    """The calls of one side: their values, and each one's cluster."""

    values: Numbers
    clusters: Sequence[str]
    sign: int = 1


def over_clusters(sides: Sequence[Side]) -> Studentised:
    """The signed sum of the sides' means; clusters of one name are the same on all sides.

    Every side needs two clusters or more, and some value that differs.
    """
    names = sorted({name for side in sides for name in side.clusters})
    codes = [np.searchsorted(names, side.clusters) for side in sides]
    counts = np.stack([np.bincount(code, minlength=len(names)) for code in codes], axis=1)
    residuals = [side.values - side.values.mean() for side in sides]
    sums = np.stack(
        [
            np.bincount(code, weights=residual, minlength=len(names))
            for code, residual in zip(codes, residuals, strict=True)
        ],
        axis=1,
    )
    share = counts / counts.sum(axis=0)
    signs = np.array([side.sign for side in sides])
    weight = np.where(counts, signs / (counts.sum(axis=0) * np.sqrt(1 - share)), 0.0)
    parts = (weight * sums).sum(axis=1)
    alike = _likeness(counts, sums.sum(axis=1), np.concatenate(residuals))
    return Studentised(
        value=float(sum(side.sign * side.values.mean() for side in sides)),
        error=float(np.sqrt((parts**2).sum())),
        degrees=_degrees(counts, weight, share, alike),
        skewness=0.0,
        method="Student, clustered (CR2)",
    )


def _likeness(counts: NDArray[np.int64], sums: Numbers, residuals: Numbers) -> float:
    """The share of the spread that lies between clusters, by analysis of variance.

    The clusters' sums of residuals are `made` of what is each cluster's own; its diagonal
    is what chance within clusters adds to their squares. Searle, Casella & McCulloch (1992),
    "Variance Components", 3.6: expected and found sums of squares are set equal.
    """
    n, groups = len(residuals), len(counts)
    if n <= groups:
        return 0.0
    calls = counts.sum(axis=1)
    made = np.diag(calls.astype(np.float64)) - (counts / counts.sum(axis=0)) @ counts.T
    between = float((sums**2 / calls).sum())
    within = (float((residuals**2).sum()) - between) / (n - groups)
    by_chance = within * float((np.diag(made) / calls).sum())
    apart = max(0.0, (between - by_chance) / float((made**2 / calls[:, None]).sum()))
    return apart / (apart + within) if apart + within > 0 else 0.0


def _degrees(counts: NDArray[np.int64], weight: Numbers, share: Numbers, alike: float) -> float:
    """Satterthwaite's degrees of freedom: what the variance's own spread comes from.

    `counts`, `weight` and `share` have a row per cluster and a column per side. The
    residual of cluster g is a combination of all calls; `made` holds its coefficients.
    """
    groups = len(counts)
    made = weight[:, None, :] * (np.eye(groups)[:, :, None] - share[:, None, :])
    flat = (made * np.sqrt(counts)).reshape(groups, -1)
    together = (made * counts).sum(axis=2)
    covariance = (1 - alike) * flat @ flat.T + alike * together @ together.T
    return float(np.trace(covariance) ** 2 / (covariance**2).sum())
