"""What a ranking of calls is worth against judgements: the field's usual figures. Pure."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scripts.evaluate.judged import Query

COLUMNS = (
    "nDCG@10", "Recall@10", "Recall@100", "MRR@10", "P@10",
    "span@5", "span@10", "tight@5", "tight@10",
)  # fmt: skip
"""The figures in the order tables show them; the last four only where spans are judged."""

MAIN = "nDCG@10"
DEEPEST = 100
_TOP = 10
_TIGHT = 0.5  # of a row's utterances

Figures = Mapping[str, float]
"""Values by column; `n` is how many queries they are the mean of."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a ranking: a call, and where in it; `span` None where that is not said.

    A call may have several rows. A span of (-1, -1) is of no utterance: a note answers.
    """

    call_id: str
    score: float
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of one ranking of each query: by query, by task, and over the tasks."""

    queries: Mapping[str, Figures]
    tasks: Mapping[str, Figures]

    @property
    def macro(self) -> Figures:
        """The mean over the tasks, so that a task of many queries weighs as much as any."""
        return mean(self.tasks.values())


def scored(queries: Iterable[Query], found: Mapping[str, Sequence[Row]]) -> Scores:
    """The figures of each query's rows, best row first; no rows count as finding nothing."""
    by_query = dict[str, Figures]()
    by_task: dict[str, list[Figures]] = defaultdict(list)
    for query in queries:
        by_query[query.id] = figures_of(query, found.get(query.id, ()))
        by_task[query.task].append(by_query[query.id])
    return Scores(by_query, {task: mean(each) for task, each in by_task.items()})


def figures_of(query: Query, found: Sequence[Row]) -> Figures:
    """One query's figures.

    nDCG is Järvelin & Kekäläinen's (2002) with the gains as judged, discounted by the
    log2 of rank + 1. P@10 divides by the answers there are, if they are fewer than ten.
    A call counts by its first row. `span@k` is 1 if one of the first k rows overlaps a
    judged span, `tight@k` if at least half of the row's utterances lie inside it; neither
    is there where no span is judged or the rows name none.
    """
    rows = [row for row in found if row.call_id not in query.exclude]
    calls = list(dict.fromkeys(row.call_id for row in rows))
    gains = [query.gains.get(call, 0.0) for call in calls]
    hits = [gain > 0 for gain in gains]
    best = _discounted(sorted(query.gains.values(), reverse=True))
    figures = {
        "n": 1.0,
        "nDCG@10": _discounted(gains) / best,
        "Recall@10": sum(hits[:_TOP]) / len(query.gains),
        "Recall@100": sum(hits[:DEEPEST]) / len(query.gains),
        "MRR@10": next((1 / rank for rank, hit in enumerate(hits[:_TOP], 1) if hit), 0.0),
        "P@10": sum(hits[:_TOP]) / min(_TOP, len(query.gains)),
    }
    return figures | (_span_figures(query, rows) if query.spans else {})


def mean(each: Iterable[Figures]) -> Figures:
    """The mean of each column over those that have it; `n` adds up."""
    values: dict[str, list[float]] = defaultdict(list)
    for figures in each:
        for column, value in figures.items():
            values[column].append(value)
    counted = sum(values.pop("n", []))
    return {"n": counted, **{c: sum(v) / len(v) for c in COLUMNS if (v := values.get(c))}}


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:_TOP], 1))


def _span_figures(query: Query, rows: Sequence[Row]) -> dict[str, float]:
    if not rows or rows[0].span is None:
        return {}
    shares = [_share_inside(query, row) for row in rows[:_TOP]]
    figures = dict[str, float]()
    for k in (5, _TOP):
        figures[f"span@{k}"] = float(any(share > 0 for share in shares[:k]))
        figures[f"tight@{k}"] = float(any(share >= _TIGHT for share in shares[:k]))
    return figures


def _share_inside(query: Query, row: Row) -> float:
    """The largest part of a row's utterances that lies in one judged span of its call."""
    if row.span is None:
        return 0.0
    first, last = row.span
    overlaps = (min(last, b) - max(first, a) + 1 for a, b in query.spans.get(row.call_id, ()))
    return max(overlaps, default=0) / (last - first + 1)
