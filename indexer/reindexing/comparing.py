"""Two embedders asked the same questions: how much of the answers they have in common."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median

from indexer.embedder import Embedder
from indexer.reindexing.overlap import overlap_at, rank_biased_overlap
from indexer.reindexing.questions import Question
from indexer.search import search
from indexer.store.contract import Store
from models import SearchQuery
from models.errors import QueryInvalid

TOP = 10
"""Places that count as found: of what leaves or enters them it is told."""
DEPTH = 30
"""Places of each ranking that are looked at."""

_FIRST = Question(query=SearchQuery(text="hello"))


@dataclass(frozen=True, slots=True)
class Searcher:
    """A store and the embedder of its vectors."""

    store: Store
    embedder: Embedder


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A call that left the top ten, or came into it; a rank beyond the depth looked at is None."""

    call_id: str
    lead: str | None
    rank_before: int | None
    rank_after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One question's two rankings: `overlap` of the top ten, `rbo` of all looked at."""

    question: Question
    overlap: float
    rbo: float
    left: tuple[Moved, ...]
    came: tuple[Moved, ...]
    before_ms: float
    after_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All questions, those that changed most first, and how many could not be asked."""

    questions: tuple[Compared, ...]
    refused: int = 0

    @property
    def overlap(self) -> float:
        """Mean share of the top ten in common; 1.0 where nothing was asked."""
        return fmean(q.overlap for q in self.questions) if self.questions else 1.0

    @property
    def rbo(self) -> float:
        """Mean rank-biased overlap; 1.0 where nothing was asked."""
        return fmean(q.rbo for q in self.questions) if self.questions else 1.0

    @property
    def before_ms(self) -> float:
        """Milliseconds a question takes now, by the median."""
        return median([q.before_ms for q in self.questions] or [0.0])

    @property
    def after_ms(self) -> float:
        """Milliseconds a question takes of the other embedder, by the median."""
        return median([q.after_ms for q in self.questions] or [0.0])


def compare(questions: Iterable[Question], *, before: Searcher, after: Searcher) -> Comparison:
    """Ask both every question.

    One that cannot be asked (a saved search of a grammar that is no more, say) is counted.
    """
    asked = list(questions)
    for searcher in (before, after) if asked else ():
        _ask(_FIRST, searcher)  # so that loading is not counted as answering
    compared: list[Compared] = []
    refused = 0
    for question in asked:
        try:
            compared.append(_compare(question, before, after))
        except QueryInvalid:
            refused += 1
    compared.sort(key=lambda q: (q.rbo, q.overlap))
    return Comparison(questions=tuple(compared), refused=refused)


def _compare(question: Question, before: Searcher, after: Searcher) -> Compared:
    (then, before_ms), (now, after_ms) = _ask(question, before), _ask(question, after)
    gone, new = set(then[:TOP]) - set(now[:TOP]), set(now[:TOP]) - set(then[:TOP])
    moved = {
        call_id: Moved(
            call_id=call_id,
            lead=_lead(call_id, before.store),
            rank_before=_rank(call_id, then),
            rank_after=_rank(call_id, now),
        )
        for call_id in gone | new
    }
    return Compared(
        question=question,
        overlap=overlap_at(TOP, then, now),
        rbo=rank_biased_overlap(then, now),
        left=tuple(moved[call_id] for call_id in then if call_id in gone),
        came=tuple(moved[call_id] for call_id in now if call_id in new),
        before_ms=before_ms,
        after_ms=after_ms,
    )


def _ask(question: Question, searcher: Searcher) -> tuple[list[str], float]:
    """The best calls but the question's own, and how many milliseconds they took."""
    query = replace(question.query, limit=DEPTH + 1)
    began = time.perf_counter()
    page = search(query, store=searcher.store, embedder=searcher.embedder)
    took_ms = (time.perf_counter() - began) * 1000
    # A search that is grouped may name a call more than once.
    found = dict.fromkeys(found.record.call.id for found in page.calls)
    found.pop(question.call_id or "", None)
    return list(found)[:DEPTH], took_ms


def _rank(call_id: str, ranking: Sequence[str]) -> int | None:
    return ranking.index(call_id) + 1 if call_id in ranking else None


def _lead(call_id: str, store: Store) -> str | None:
    record = store.get(call_id)
    return record.lead.name if record and record.lead else None
