"""Ranking calls for a question: exact, however many calls there are.

The formula was measured on real conversations (docs/retrieval.md). For one call,

    meaning = max( (best utterance + best window) / 2, best note or summary )
    words   = best BM25 of its ~200-word blocks, notes and summaries
    score   = meaning + 0.12 words

with cosines for the first line, negative ones counted as 0, and words as a share of what
the question's rarest word would score, held once: where no call holds what is telling in
a question, words say little.

To be exact without scoring every call, the store is asked for the best calls by
each part alone. Every call it names gets its whole score, and the worst named by
each part bounds what an unnamed call could reach. When the last call needed is
above that bound the ranking is proved; else more are asked for. (The threshold
algorithm: Fagin, Lotem & Naor, "Optimal aggregation algorithms for middleware",
J. Comput. Syst. Sci. 66, 2003.)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from indexer.store.contract import Store
from indexer.vectors import Vector
from models import Explanation, Grain, Hit, Mode, SearchFilter

_WORDS_WEIGHT = 0.12
_DEEPER = 4
# Equal texts have equal vectors; this keeps their scores equal through rounding.
_DECIMALS = 6


Vectors = Mapping[Grain, Vector]
"""What passages of each grain are compared with; empty when only words count."""


@dataclass(frozen=True, slots=True)
class RankedCall:
    """A call and its score: with equal scores the lower call id comes first."""

    score: float
    call_id: str

    @property
    def order(self) -> tuple[float, str]:
        """Sorts best first."""
        return -self.score, self.call_id


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best calls, best first: at least as many as asked for, if there are so many."""

    calls: list[RankedCall]
    found: "_Found"

    def explained(
        self, call_id: str, *, found_words: tuple[str, ...], learned_from: tuple[str, ...]
    ) -> Explanation:
        """What the score of one of these calls was made of."""
        part = {name: scores.get(call_id) for name, scores in self.found.scores.items()}
        return Explanation(
            utterance=part.get(Grain.UTTERANCE),
            window=part.get(Grain.WINDOW),
            written=part.get(Grain.WRITTEN),
            meaning=self.found.meaning(call_id),
            words=part.get(None) or 0.0,
            words_add=words_add(part.get(None) or 0.0),
            found_words=found_words,
            learned_from=learned_from,
        )


def words_add(words: float) -> float:
    """What a call's words add to its meaning."""
    return _WORDS_WEIGHT * words


def rank(
    text: str,
    vectors: Vectors,
    *,
    mode: Mode,
    where: SearchFilter,
    needed: int,
    store: Store,
    first_depth: int = 100,
) -> Ranking:
    """The `needed` best calls and perhaps some more, in proved order.

    `first_depth` calls are asked of each part to begin with; it changes the work done,
    never the answer.
    """
    parts = _parts(text, vectors, mode, where, store)
    depth = max(first_depth, 2 * min(needed, store.count(where)))
    while True:
        found = _Found.at(depth, parts, where)
        calls = found.ranked(mode)
        bound = found.bound(mode, where)
        proved = len(calls) >= needed and calls[needed - 1].score > bound
        if found.is_everything or proved:
            return Ranking([call for call in calls if call.score > bound], found)
        depth *= _DEEPER


Part = Callable[[int, SearchFilter], list[Hit]]
"""The best calls by one part of the score: at most so many, of those a filter lets through."""

_DEMAND: Final = "demand"

Name = Grain | Literal["demand"] | None
"""A part's name: the grain whose meaning it compares, None for words.

A demand names every call that passes, and scores nothing: what was said is never lost.
"""


def _parts(
    text: str, vectors: Vectors, mode: Mode, where: SearchFilter, store: Store
) -> dict[Name, Part]:
    parts: dict[Name, Part] = {}
    if vectors:
        grains = [Grain.UTTERANCE]
        grains += [] if where.is_of_utterances else [Grain.WINDOW]
        grains += [] if where.is_of_speech else [Grain.WRITTEN]
        parts |= {grain: _by_meaning(vectors[grain], grain, store) for grain in grains}
    if mode is not Mode.SEMANTIC:
        parts[None] = lambda n, where: store.matching(text, limit=n, where=where)
    if where.said is not None:  # what is demanded may be in words that nothing is ranked by
        parts[_DEMAND] = lambda n, where: [
            Hit(call_id, None, 0.0) for call_id in store.passing(where, limit=n)
        ]
    return parts


def _by_meaning(vector: Vector, grain: Grain, store: Store) -> Part:
    return lambda n, where: store.nearest(vector, grain=grain, limit=n, where=where)


@dataclass(frozen=True, slots=True)
class _Found:
    """For each part: the score of every call named by any part, and the worst score named.

    A part that has named every call it can has no floor.
    """

    scores: dict[Name, dict[str, float]]
    floors: dict[Name, float]
    call_ids: list[str]

    @classmethod
    def at(cls, depth: int, parts: dict[Name, Part], where: SearchFilter) -> "_Found":
        named = {name: part(depth, where) for name, part in parts.items()}
        call_ids = sorted({hit.call_id for hits in named.values() for hit in hits})
        floors, scores = {}, {}
        for name, hits in named.items():
            scores[name] = _by_call(hits)
            unscored = tuple(i for i in call_ids if i not in scores[name])
            if len(hits) == depth:
                floors[name] = max(hits[-1].score, 0.0)
                rest = parts[name](len(unscored), replace(where, call_ids=unscored))
                scores[name] |= _by_call(rest)
        return cls(scores, floors, call_ids)

    @property
    def is_everything(self) -> bool:
        """Whether no part has more calls to name."""
        return not self.floors

    def ranked(self, mode: Mode) -> list[RankedCall]:
        words = self.scores.get(None, {})
        calls = (
            RankedCall(_score(mode, self.meaning(i), words.get(i, 0.0)), i) for i in self.call_ids
        )
        return sorted(calls, key=lambda call: call.order)

    def bound(self, mode: Mode, where: SearchFilter) -> float:
        """No unnamed call scores more than this; -1 when there is none."""
        if self.is_everything:
            return -1.0
        return _score(mode, self._unnamed_meaning(where), self.floors.get(None, 0.0))

    def meaning(self, call_id: str) -> float:
        """What the cosines of a call's best passages come to."""
        by_grain = {
            grain: self.scores[grain][call_id]
            for grain in (Grain.UTTERANCE, Grain.WINDOW, Grain.WRITTEN)
            if call_id in self.scores.get(grain, ())
        }
        written = by_grain.pop(Grain.WRITTEN, 0.0)
        spoken = sum(by_grain.values()) / len(by_grain) if by_grain else 0.0
        return max(spoken, written, 0.0)

    def _unnamed_meaning(self, where: SearchFilter) -> float:
        spoken = [self.floors.get(g, 0.0) for g in (Grain.UTTERANCE, Grain.WINDOW)]
        # A transcript has both grains, but of some of its utterances perhaps only one counts.
        best = max(spoken) if where.is_of_speech else sum(spoken) / 2
        return max(best, self.floors.get(Grain.WRITTEN, 0.0))


def _by_call(hits: Iterable[Hit]) -> dict[str, float]:
    return {hit.call_id: hit.score for hit in hits}


def _score(mode: Mode, meaning: float, words: float) -> float:
    match mode:
        case Mode.SEMANTIC:
            score = meaning
        case Mode.KEYWORD:
            score = words
        case Mode.HYBRID:
            score = meaning + words_add(words)
    return round(score, _DECIMALS)
