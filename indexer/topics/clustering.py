"""Spherical k-means in whole numbers: one seed gives the same clusters on every machine.

Dhillon & Modha (2001), "Concept decompositions for large sparse text data using
clustering", started as k-means++ (Arthur & Vassilvitskii 2007). Vectors and centres lie on
a grid of whole numbers so short that every sum of products is exact in float32, in whatever
order a machine adds it up: 384 products of vectors of length 4,000 stay below 2**24, by
Cauchy and Schwarz. So no rounding ever decides where a passage belongs. Random numbers are
those of `random.random`, which Python keeps the same between versions.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt

Grid = Annotated[npt.NDArray[np.float32], "shape (n, dimensions), whole numbers, rows of LENGTH"]
Labels = Annotated[npt.NDArray[np.int64], "shape (n,), the number of a cluster"]
Sums = Annotated[npt.NDArray[np.float64], "shape (k, dimensions), whole numbers below 2**53"]
Whole = npt.NDArray[np.int64]

LENGTH: Final = 4000
"""Length of every row on the grid, but for rounding: its square is below 2**24."""
_FINENESS: Final = 2.0**14
_STARTS: Final = 5
_STARTS_AGAIN: Final = 2
_MOST_IN_A_HALF: Final = 10_000
_MOST_ROUNDS: Final = 60
_FEW: Final = 0.001
"""Share of the rows that may still change places when it is over."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """Which cluster each row is in, and the centres, as rows of the grid."""

    labels: Labels
    centres: Grid


def on_grid(vectors: npt.ArrayLike) -> Grid:
    """Vectors as rows of the grid, whatever their length; zeros stay zeros."""
    rows = np.rint(np.asarray(vectors, np.float64) * _FINENESS)
    return of_length(rows)


def together(rows: Grid, others: Grid, *, weight: int) -> Grid:
    """Rows moved towards others: `weight` times the row, and the other once."""
    return of_length(rows.astype(np.float64) * weight + others)


def cluster(rows: Grid, k: int, *, seed: str, starts: int = _STARTS) -> Clusters:
    """The best of several starts: clusters whose rows are nearest to their centres.

    Each of `k` clusters holds at least one row, if so many rows differ.
    """
    runs = [_run(rows, k, random.Random(f"{seed}/{start}")) for start in range(starts)]  # noqa: S311
    return max(runs, key=lambda run: _closeness(rows, run))


def assigned(rows: Grid, centres: Grid) -> Labels:
    """The nearest centre of each row; of two as near, the first."""
    nearest: Labels = np.argmax(rows @ centres.T, axis=1).astype(np.int64)
    return nearest


def near(rows: Grid, clusters: Clusters, *, than: float) -> npt.NDArray[np.bool_]:
    """Which rows are nearer to their cluster's centre than so large a share of other clusters' are.

    It asks how near a row is for one of these rows, whatever network made the vectors.
    """
    products = rows @ clusters.centres.T
    near = np.zeros(len(rows), bool)
    for number in range(len(clusters.centres)):
        own = clusters.labels == number
        others = np.sort(products[~own, number])
        floor = others[min(len(others) - 1, int(len(others) * than))] if len(others) else 0
        near |= own & (products[:, number] >= floor)
    return near


def cosines(rows: Grid, clusters: Clusters) -> npt.NDArray[np.float64]:
    """How near each row is to its cluster's centre."""
    products = np.einsum("ij,ij->i", rows, clusters.centres[clusters.labels])
    lengths = np.sqrt(_squares(rows) * _squares(clusters.centres)[clusters.labels])
    found: npt.NDArray[np.float64] = np.divide(
        products, lengths, out=np.zeros(len(rows)), where=lengths > 0
    )
    return found


def stability(
    rows: Grid,
    groups: Sequence[str],
    found: Clusters,
    *,
    seed: str,
    halves: int = 10,
    most: int = _MOST_IN_A_HALF,
) -> list[float]:
    """How well each cluster is found again in halves of the groups, from 0 to 1.

    Hennig (2007), "Cluster-wise assessment of cluster stability": the mean over halves of
    the Jaccard similarity between a cluster, as far as the half has it, and the cluster of
    the half that is most like it. Rows of one group are all in a half, or all out of it;
    a half has no further group once it holds `most` rows.
    """
    names, group_of, sizes = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
    k = len(found.centres)
    likeness = np.zeros((halves, k))
    for half in range(halves):
        chance = random.Random(f"{seed}/half/{half}")  # noqa: S311
        order = np.array(sorted(range(len(names)), key=lambda _: chance.random()))
        before = np.cumsum(sizes[order]) - sizes[order]
        chosen = order[(before < most) & (np.arange(len(order)) < (len(names) + 1) // 2)]
        inside = np.isin(group_of, chosen)
        if inside.sum() >= k:
            again = cluster(rows[inside], k, seed=f"{seed}/half/{half}", starts=_STARTS_AGAIN)
            likeness[half] = _best_likeness(found.labels[inside], again.labels, k)
    return [float(mean) for mean in likeness.mean(axis=0)]


def _best_likeness(labels: Labels, again: Labels, k: int) -> npt.NDArray[np.float64]:
    both = np.zeros((k, k))
    np.add.at(both, (labels, again), 1)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
    best: npt.NDArray[np.float64] = np.divide(both, either, where=either > 0, out=both).max(axis=1)
    return best


def _run(rows: Grid, k: int, chance: random.Random) -> Clusters:
    centres = _first_centres(rows, k, chance)
    labels = assigned(rows, centres)
    sums = _added(np.zeros(centres.shape), rows, labels)
    for _ in range(_MOST_ROUNDS):
        centres = np.where(sums.any(axis=1, keepdims=True), of_length(sums), centres)
        found = assigned(rows, centres)
        moved = np.flatnonzero(found != labels)
        if len(moved) <= len(rows) * _FEW:
            break
        sums = _added(sums, rows[moved], found[moved])
        sums = _added(sums, -rows[moved], labels[moved])
        labels = found
    return Clusters(labels, centres)


def _first_centres(rows: Grid, k: int, chance: random.Random) -> Grid:
    """Rows far from each other: each drawn by its squared distance from those drawn before."""
    squares = _squares(rows)
    drawn = [int(chance.random() * len(rows))]
    away: Whole | None = None
    while len(drawn) < k:
        last = rows[drawn[-1]]
        distances = squares + squares[drawn[-1]] - 2 * (rows @ last).astype(np.int64)
        away = distances if away is None else np.minimum(away, distances)
        upto = np.cumsum(away)
        if upto[-1] == 0:  # no other row differs
            break
        place = int(chance.random() * int(upto[-1]))
        drawn.append(int(np.searchsorted(upto, place, side="right")))
    return rows[drawn]


def _added(sums: Sums, rows: Grid, labels: Labels) -> Sums:
    """Sums of the rows of each cluster with some more rows, to the unit: they are whole."""
    order = np.argsort(labels, kind="stable")
    present, starts = np.unique(labels[order], return_index=True)
    more = sums.copy()
    if len(present):
        more[present] += np.add.reduceat(rows[order], starts, axis=0, dtype=np.float64)
    return more


def _closeness(rows: Grid, run: Clusters) -> int:
    products = np.einsum("ij,ij->i", rows, run.centres[run.labels])
    return int(products.astype(np.int64).sum())


def _squares(rows: Grid) -> Whole:
    squares: Whole = np.einsum("ij,ij->i", rows, rows, dtype=np.float64).astype(np.int64)
    return squares


def of_length(sums: npt.ArrayLike) -> Grid:
    """Rows of whole numbers, each brought to LENGTH and rounded; zeros stay zeros.

    Every step is exact, or rounded as IEEE 754 says.
    """
    rows = np.asarray(sums, np.float64)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    scaled = np.divide(rows * LENGTH, lengths, out=np.zeros_like(rows), where=lengths > 0)
    whole: Grid = np.rint(scaled).astype(np.float32)
    return whole
