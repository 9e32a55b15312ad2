"""Finding what trackers watch for: live, in everything that is stored.

Nothing is kept of what was found. So a tracker is at once of all history and of every
call from the moment it is stored, and an old version finds today what it found then, but
for calls that came, changed or went.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

import numpy as np
import numpy.typing as npt

from indexer.embedder import Embedder
from indexer.lines import Column, Lines
from indexer.search.listing import check_words_of_close
from indexer.store.contract import Store
from indexer.tracking.defining import demand_of, part_of
from indexer.tracking.examples import vectors_of
from models import AllOf, Kind, SearchFilter
from models.tracker import Tracker

_ANYTHING: Final = AllOf(())
_KINDS: Final = (Kind.RECORDING, Kind.VOICEMAIL)
_NONE: Final = -1

Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Spoken:
    """Which utterance: its call, transcript, and position there."""

    call_id: str
    kind: Kind
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An utterance that a tracker finds.

    `score` is its cosine with the nearest example, None if that is below the threshold or
    it was compared with none; `example` is which example that is, from 0.
    """

    spoken: Spoken
    start_ms: int
    end_ms: int
    score: float | None
    by_phrase: bool
    example: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a tracker finds under a filter, as columns: a row for each hit, in order.

    `heard` are the numbers of the calls in which it could have found something: its side
    speaks in them, in words that the filter lets through. `scores` are 0 where no example
    is near, `examples` then -1.
    """

    lines: Lines
    scores: Scores
    by_phrase: Mask
    examples: Column
    heard: Column
    ids: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.lines)

    def at(self, threshold: float) -> "Found":
        """The same with a higher threshold."""
        kept = self.by_phrase | (self.scores >= np.float32(threshold))
        near = self.scores[kept] >= np.float32(threshold)
        return replace(
            self,
            lines=self.lines[kept],
            scores=np.where(near, self.scores[kept], np.float32(0)),
            by_phrase=self.by_phrase[kept],
            examples=np.where(near, self.examples[kept], _NONE),
        )

    def hits(self) -> Iterator[Hit]:
        """Every hit, in order of call and position. Calls removed meanwhile are left out."""
        lines = self.lines
        columns = (lines.calls, lines.kinds, lines.positions, lines.starts_ms, lines.ends_ms)
        rest = (self.scores, self.by_phrase, self.examples)
        rows = zip(*(column.tolist() for column in (*columns, *rest)), strict=True)
        for call, kind, position, start_ms, end_ms, score, by_phrase, example in rows:
            if call in self.ids:
                yield Hit(
                    spoken=Spoken(call_id=self.ids[call], kind=_KINDS[kind], position=position),
                    start_ms=start_ms,
                    end_ms=end_ms,
                    score=None if example == _NONE else round(score, 6),
                    by_phrase=by_phrase,
                    example=None if example == _NONE else example,
                )

    def by_call(self) -> dict[str, int]:
        """How many hits each call has that has any, by id."""
        calls, counts = np.unique(self.lines.calls, return_counts=True)
        pairs = zip(calls.tolist(), counts.tolist(), strict=True)
        return {self.ids[call]: count for call, count in pairs if call in self.ids}

    def heard_ids(self) -> list[str]:
        """The calls in which it could have found something, by id."""
        return sorted(self.ids[call] for call in self.heard.tolist() if call in self.ids)


def find(tracker: Tracker, where: SearchFilter, *, store: Store, embedder: Embedder) -> Found:
    """Every hit of a tracker in the calls, and in the words, that a filter lets through.

    Raises:
        QueryInvalid: the tracker cannot be understood (any more), or the filter names a value
            that nothing could ever have.
        EmbedderMismatch: the stored vectors are another embedder's.
    """
    check_words_of_close(where, store)
    calls = _of_calls(where)
    watched = replace(calls, side=tracker.side, part=part_of(tracker), asked=tracker.question)
    heard = store.lines_saying(_ANYTHING, where=replace(calls, side=tracker.side))
    demanded = demand_of(tracker)
    said = Lines.none() if demanded is None else store.lines_saying(demanded, where=watched)
    vectors = vectors_of(tracker.examples, embedder)
    near = [store.lines_near(v, at_least=tracker.threshold, where=watched) for v in vectors]
    if where != calls:
        counting = store.lines_saying(_ANYTHING, where=where).places
        said, heard, *near = (ls[np.isin(ls.places, counting)] for ls in (said, heard, *near))
    numbers = np.unique(heard.calls)
    return _united(said, near, numbers, store.ids_of(numbers))


def calls_with_hits(
    tracker: Tracker, where: SearchFilter, *, store: Store, embedder: Embedder
) -> Mapping[str, int]:
    """How many hits each call has that has any, by id: what risk queues are made of.

    Raises:
        QueryInvalid: the tracker cannot be understood (any more).
        EmbedderMismatch: the stored vectors are another embedder's.
    """
    return find(tracker, where, store=store, embedder=embedder).by_call()


def _of_calls(where: SearchFilter) -> SearchFilter:
    """What a filter says of calls alone, and not of their words."""
    return replace(where, side=None, kinds=(), part=None, asked=False, said=None, in_one_turn=False)


def _united(said: Lines, near: list[Lines], heard: Column, ids: Mapping[int, str]) -> Found:
    """Hits by phrases and by each example as one, each utterance once."""
    everything = reduce(Lines.joined, near, said)
    places, first = np.unique(everything.places, return_index=True)
    scores = np.zeros(len(places), np.float32)
    examples = np.full(len(places), _NONE, np.int64)
    for number, lines in enumerate(near):
        at = np.searchsorted(places, lines.places)
        better = lines.scores > scores[at]
        scores[at[better]] = lines.scores[better]
        examples[at[better]] = number
    return Found(
        lines=everything[first],
        scores=scores,
        by_phrase=np.isin(places, said.places),
        examples=examples,
        heard=heard,
        ids=ids,
    )
