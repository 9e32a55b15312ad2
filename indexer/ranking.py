"""Ranking calls for a question: exact, however many calls there are.

The formula was measured on real conversations (docs/adr/0006). For one call,

    meaning = max( (best utterance + best window) / 2, best note or summary )
    words   = best BM25 of its ~200-word blocks, notes and summaries
    score   = 0.7 meaning / the query's best meaning + 0.3 words / the query's best words

with cosines for the first line, negative ones counted as 0, and the query's best words
never below 1: where no call holds what is telling in a question, words say little.

To be exact without scoring every call, the store is asked for the best calls by
each part alone. Every call it names gets its whole score, and the worst named by
each part bounds what an unnamed call could reach. When the last call needed is
above that bound the ranking is proved; else more are asked for. (The threshold
algorithm: Fagin, Lotem & Naor, "Optimal aggregation algorithms for middleware",
J. Comput. Syst. Sci. 66, 2003.)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from indexer.store.contract import Store
from indexer.vectors import Vector
from models import Grain, Hit, Mode, SearchFilter

MEANING_SHARE = 0.7

_DEEPER = 4
# Equal texts have equal vectors; this keeps their scores equal through rounding.
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Scale:
    """The best meaning and the best words any call has for a query: what scores are shares of."""

    meaning: float
    words: float


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
    scale: Scale


def rank(
    text: str,
    vector: Vector | None,
    *,
    mode: Mode,
    where: SearchFilter,
    needed: int,
    store: Store,
    scale: Scale | None = None,
    first_depth: int = 100,
) -> Ranking:
    """The `needed` best calls and perhaps some more, in proved order.

    `vector` is the question's, None when only words count. `first_depth` calls are
    asked of each part to begin with; it changes the work done, never the answer.
    A later page of a ranking gives the `scale` of its first one, so that a better
    call arriving between the pages does not shrink the scores of all others.
    """
    parts = _parts(text, vector, mode, where, store)
    depth = max(first_depth, 2 * min(needed, store.count(where)))
    while True:
        found = _Found.at(depth, parts, where)
        used = scale or found.scale
        calls = found.ranked(mode, used)
        bound = found.bound(mode, used, where)
        proved = len(calls) >= needed and calls[needed - 1].score > bound
        if found.is_everything or (proved and found.knows_its_scale(where)):
            return Ranking([call for call in calls if call.score > bound], used)
        depth *= _DEEPER


Part = Callable[[int, SearchFilter], list[Hit]]
"""The best calls by one part of the score: at most so many, of those a filter lets through."""

Name = Grain | None
"""A part's name: the grain whose meaning it compares, None for words."""


def _parts(
    text: str, vector: Vector | None, mode: Mode, where: SearchFilter, store: Store
) -> dict[Name, Part]:
    parts: dict[Name, Part] = {}
    if vector is not None:
        grains = [Grain.UTTERANCE, Grain.WINDOW]
        grains += [Grain.WRITTEN] if where.side is None else []
        parts |= {grain: _by_meaning(vector, grain, store) for grain in grains}
    if mode is not Mode.SEMANTIC:
        parts[None] = lambda n, where: store.matching(text, limit=n, where=where)
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

    @property
    def scale(self) -> Scale:
        meanings = (self._meaning(call_id) for call_id in self.call_ids)
        words = self.scores.get(None, {}).values()
        return Scale(max(meanings, default=0.0), max(words, default=1.0))

    def knows_its_scale(self, where: SearchFilter) -> bool:
        """Whether no unnamed call can mean more than the best named one."""
        return self.scale.meaning >= self._unnamed_meaning(where)

    def ranked(self, mode: Mode, scale: Scale) -> list[RankedCall]:
        words = self.scores.get(None, {})
        calls = (
            RankedCall(_score(mode, self._meaning(i), words.get(i, 0.0), scale), i)
            for i in self.call_ids
        )
        return sorted(calls, key=lambda call: call.order)

    def bound(self, mode: Mode, scale: Scale, where: SearchFilter) -> float:
        """No unnamed call scores more than this; -1 when there is none."""
        if self.is_everything:
            return -1.0
        return _score(mode, self._unnamed_meaning(where), self.floors.get(None, 0.0), scale)

    def _meaning(self, call_id: str) -> float:
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
        # A transcript has both grains, but under a side filter perhaps only one counts.
        best = sum(spoken) / 2 if where.side is None else max(spoken)
        return max(best, self.floors.get(Grain.WRITTEN, 0.0))


def _by_call(hits: Iterable[Hit]) -> dict[str, float]:
    return {hit.call_id: hit.score for hit in hits}


def _score(mode: Mode, meaning: float, words: float, scale: Scale) -> float:
    if mode is Mode.SEMANTIC:
        return round(meaning, _DECIMALS)
    if mode is Mode.KEYWORD:
        return round(words, _DECIMALS)
    share = MEANING_SHARE * (meaning / scale.meaning if scale.meaning else 0.0)
    share += (1 - MEANING_SHARE) * words / max(scale.words, 1.0)
    return round(share, _DECIMALS)
