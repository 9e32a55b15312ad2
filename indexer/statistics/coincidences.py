"""The disagreement that Krippendorff's alpha is made of, for any resample of calls.

Krippendorff (2011), "Computing Krippendorff's alpha-reliability": every pair of answers to
a call is a coincidence, weighed by 1 / (answers to the call - 1).
"""

import numpy as np
from numpy.typing import NDArray

from indexer.statistics.inputs import Numbers
from indexer.statistics.resampling import Disagreement, Weights

_AT_ONCE = 2_000_000


def by_kind(table: NDArray[np.float64], *, is_ordinal: bool) -> Disagreement:
    """For answers of a few kinds: same or not, or with an order.

    `table` has a row per reviewer and a column per call, each with two answers or more.
    The disagreement of two kinds is at most 1.
    """
    kinds = np.unique(table[~np.isnan(table)])
    counts = np.stack([(table == kind).sum(axis=0) for kind in kinds], axis=1).astype(np.float64)
    pairs = counts[:, :, None] * counts[:, None, :]
    places = np.arange(len(kinds))
    pairs[:, places, places] -= counts
    pairs /= (counts.sum(axis=1) - 1)[:, None, None]
    flat = pairs.reshape(len(counts), -1)
    slab = max(1, _AT_ONCE // len(kinds) ** 2)

    def of(resamples: Weights) -> tuple[Numbers, Numbers]:
        found = [
            _disagreement(part @ flat, part @ counts, is_ordinal=is_ordinal)
            for part in np.array_split(resamples, -(-len(resamples) // slab))
        ]
        observed, expected = zip(*found, strict=True)
        return np.concatenate(observed), np.concatenate(expected)

    return of


def _disagreement(
    coincidences: Numbers, totals: Numbers, *, is_ordinal: bool
) -> tuple[Numbers, Numbers]:
    """Observed and expected, from coincidences (resamples, kinds²) and (resamples, kinds)."""
    kinds = totals.shape[1]
    apart = 1 - np.eye(kinds)[None]
    if is_ordinal:
        before = np.cumsum(totals, axis=1) - totals / 2
        apart = (before[:, :, None] - before[:, None, :]) ** 2 / totals.sum(axis=1)[
            :, None, None
        ] ** 2
    answers = totals.sum(axis=1)
    observed = (coincidences.reshape(-1, kinds, kinds) * apart).sum(axis=(1, 2)) / answers
    ways = totals[:, :, None] * totals[:, None, :]
    expected = (ways * apart).sum(axis=(1, 2)) / (answers * (answers - 1))
    return observed, expected


def by_square(table: NDArray[np.float64]) -> Disagreement:
    """For answers that are measures, however many: the square of their distance."""
    answered = (~np.isnan(table)).sum(axis=0).astype(np.float64)
    sums, squares = np.nansum(table, axis=0), np.nansum(table**2, axis=0)
    within = 2 * (answered * squares - sums**2) / (answered - 1)

    def of(resamples: Weights) -> tuple[Numbers, Numbers]:
        answers, total = resamples @ answered, resamples @ sums
        spread = 2 * (answers * (resamples @ squares) - total**2)
        return resamples @ within / answers, spread / (answers * (answers - 1))

    return of
