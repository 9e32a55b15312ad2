"""Asking every query of a folder, and taking the time."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.errors import QueryInvalid
from scripts.evaluate.configurations import Ranker
from scripts.evaluate.figures import DEEPEST, Row
from scripts.evaluate.judged import Query
from scripts.evaluate.runs import Found

PAGE = 10
TIMED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """How one configuration answers a folder's queries.

    `ms` are the milliseconds of a page of ten, embedding the question included, over at
    most a hundred of the queries, spread evenly. `refused` are queries it would not take:
    they find nothing.
    """

    found: Found
    ms: Sequence[float]
    refused: Sequence[str]

    def ms_at(self, percent: float) -> float | None:
        """The time within which so many of a hundred were answered; None if none was."""
        return float(np.percentile(self.ms, percent)) if self.ms else None


def answers(rank: Ranker, queries: Sequence[Query]) -> Answers:
    """Ask every query for a hundred calls beside those it excludes."""
    found, refused = dict[str, list[Row]](), []
    for query in queries:
        try:
            found[query.id] = rank(query, DEEPEST + len(query.exclude))
        except QueryInvalid:
            found[query.id] = []
            refused.append(query.id)
    spread = queries[:: math.ceil(len(queries) / TIMED)]
    ms = [_ms(rank, query) for query in spread if query.id not in refused]
    return Answers(found=found, ms=ms, refused=refused)


def _ms(rank: Ranker, query: Query) -> float:
    start = time.perf_counter()
    rank(query, PAGE)
    return (time.perf_counter() - start) * 1000
