"""Whether a difference is more than luck: the paired bootstrap over queries. Pure.

Both rankings answer the same queries. Queries are drawn anew, as many as there are, with
replacement and within their task (Efron & Tibshirani 1993, chapter 13; for retrieval
Sakai 2006): the 2.5th and 97.5th percentile of the difference over many such draws are
its interval. Queries that are not independent, such as many wordings of one intent, are
drawn together: as a cluster, all or none.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scripts.evaluate.judged import Query

RESAMPLES = 10_000
SEED = 20261122

_TOGETHER = 1_000  # resamples drawn at once: what they take of memory stays small

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference and its 95 % interval."""

    difference: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the difference is unlikely to be luck."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Paired:
    """One query as two rankings answer it: its task, its cluster, and the difference."""

    task: str
    cluster: str
    difference: float


def paired(
    queries: Iterable[Query],
    ours: Mapping[str, float],
    theirs: Mapping[str, float],
    *,
    by_answers: bool = False,
) -> list[Paired]:
    """The queries with a value of ours minus theirs each.

    A query's cluster is the one it names, else with `by_answers` the calls that answer
    it, else the query itself.
    """
    return [
        Paired(q.task, cluster_of(q, by_answers=by_answers), ours[q.id] - theirs[q.id])
        for q in queries
    ]


def cluster_of(query: Query, *, by_answers: bool) -> str:
    if query.cluster is not None:
        return f"named {query.cluster}"
    return f"answers {sorted(query.answers)}" if by_answers else f"query {query.id}"


def interval(
    folders: Sequence[Sequence[Paired]], *, seed: int = SEED, resamples: int = RESAMPLES
) -> Interval:
    """The difference of the mean over folders, of the mean over tasks, of the mean over queries."""
    random = np.random.default_rng(seed)
    drawn: Floats = np.zeros(resamples)
    point = 0.0
    for folder in folders:
        tasks = _by_task(folder)
        for clusters in tasks:
            share = 1 / len(tasks) / len(folders)
            sums, sizes = clusters
            point += share * float(sums.sum() / sizes.sum())
            drawn += share * _resampled(sums, sizes, resamples, random)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(point, float(low), float(high))


def _by_task(folder: Sequence[Paired]) -> list[tuple[Floats, Floats]]:
    """For each task the sum of the differences of each cluster, and its number of queries."""
    tasks: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for query in folder:
        tasks[query.task][query.cluster].append(query.difference)
    return [
        (
            np.array([sum(each) for each in clusters.values()]),
            np.array([float(len(each)) for each in clusters.values()]),
        )
        for clusters in tasks.values()
    ]


def _resampled(sums: Floats, sizes: Floats, resamples: int, random: np.random.Generator) -> Floats:
    means = []
    for start in range(0, resamples, _TOGETHER):
        draws = min(_TOGETHER, resamples - start)
        times = random.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=draws)
        means.append((times @ sums) / (times @ sizes))
    return np.concatenate(means)
