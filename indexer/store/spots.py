"""Where every utterance lies in its conversation, held in memory as sorted columns.

A cache of the database, read when first needed and read on from there. Rows of calls
are never used again, so what it knows of a removed call does no harm.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from indexer.lines import NO_TIME, Column, Lines
from indexer.store.keys import SPOKEN, Keys, Mask, first_key, places_of, rows_of, sort_of
from indexer.store.segments import Scores
from models import SearchFilter, Side

_SIDES: Final = (Side.USER, Side.CONTACT, Side.UNKNOWN)
_KINDS: Final = {str(kind): n for n, kind in enumerate(SPOKEN)}
_SIDE_CODES: Final = {str(side): n for n, side in enumerate(_SIDES)}
_BATCH: Final = 50_000


@dataclass(slots=True)
class _Columns:
    """One row an utterance, in order of place."""

    places: Keys = field(default_factory=lambda: np.zeros(0, np.int64))
    turns: Column = field(default_factory=lambda: np.zeros(0, np.int32))
    sides: Column = field(default_factory=lambda: np.zeros(0, np.int8))
    asks: Column = field(default_factory=lambda: np.zeros(0, np.int8))
    starts_ms: Column = field(default_factory=lambda: np.zeros(0, np.int64))
    ends_ms: Column = field(default_factory=lambda: np.zeros(0, np.int64))
    lengths_ms: Column = field(default_factory=lambda: np.zeros(0, np.int64))

    def extend(self, other: "_Columns") -> None:
        for name in self.__slots__:
            setattr(self, name, np.concatenate([getattr(self, name), getattr(other, name)]))


class Spots:
    """Utterances by their place, and the utterance passages that are theirs."""

    def __init__(self) -> None:
        self._known = _Columns()
        self._keys: Keys = np.zeros(0, np.int64)
        self._firsts: Column = np.zeros(0, np.int64)
        self._row = 0

    def read_on(self, db: sqlite3.Connection, *, up_to_row: int) -> None:
        """Read the utterances of calls that are newer than those known."""
        if up_to_row <= self._row:
            return
        found = db.execute(
            "SELECT call_row, kind, position, turn, side, asks, start_s, end_s FROM utterances"
            " WHERE call_row > ? ORDER BY call_row, kind, position",
            (self._row,),
        )
        while batch := found.fetchmany(_BATCH):
            self._known.extend(_columns(batch))
        _set_lengths(self._known)
        keys = db.execute(
            "SELECT key, first FROM passages WHERE grain = 'utterance' AND key >= ? ORDER BY key",
            (first_key(self._row + 1),),
        ).fetchall()
        added = np.array(keys, np.int64).reshape(-1, 2)
        self._keys = np.concatenate([self._keys, added[:, 0]])
        self._firsts = np.concatenate([self._firsts, added[:, 1]])
        self._row = up_to_row

    def places_of(self, keys: Keys) -> Keys:
        """The utterances these utterance passages are of, or are parts of; -1 for one unknown."""
        if not len(self._keys):
            return np.full(len(keys), -1)
        at, known = _find(keys, self._keys)
        kinds = keys >> 2 & 3  # recording and voicemail come first among the kinds
        places: Keys = rows_of(keys) << 26 | kinds << 23 | self._firsts[at]
        return np.where(known, places, -1)

    def eligible(self, places: Keys, where: SearchFilter) -> Mask:
        """Which of these utterances have words that count; not one that is newer than we are."""
        if not len(self._known.places):
            return np.zeros(len(places), np.bool_)
        at, known = _find(places, self._known.places)
        return known & self._counting(at, where)

    def all_eligible(self, where: SearchFilter) -> Keys:
        """Every utterance whose words count."""
        everyone = np.arange(len(self._known.places))
        return self._known.places[self._counting(everyone, where)]

    def turns_of(self, places: Keys) -> Keys:
        """A number for the turn each of these utterances is in."""
        position = (1 << 23) - 1
        at, _ = _find(places, self._known.places)
        turns: Keys = places & ~position | self._known.turns[at]
        return turns

    def lines(self, places: Keys, scores: Scores) -> Lines:
        """These utterances, in order."""
        order = np.argsort(places)
        places, scores = places[order], scores[order]
        if not len(places):
            return Lines.none()
        known = self._known
        at, _ = _find(places, known.places)
        return Lines(
            calls=rows_of(places),
            kinds=sort_of(places),
            positions=places & ((1 << 23) - 1),
            turns=known.turns[at].astype(np.int64),
            starts_ms=known.starts_ms[at],
            ends_ms=known.ends_ms[at],
            scores=scores,
        )

    def _counting(self, at: Column, where: SearchFilter) -> Mask:
        known = self._known
        counts: Mask = known.asks[at] >= 0  # something was said
        if where.side is not None:
            counts &= known.sides[at] == _SIDES.index(where.side)
        if where.kinds:
            kinds = [SPOKEN.index(kind) for kind in where.kinds if kind.is_spoken]
            counts &= np.isin(sort_of(known.places[at]), kinds)
        if where.asked:
            counts &= known.asks[at] == 1
        if where.part is not None:
            starts = known.starts_ms[at]
            held = where.part.holds(starts, known.ends_ms[at], known.lengths_ms[at])
            counts &= held & (starts != NO_TIME)
        return counts


def _find(wanted: Keys, within: Keys) -> tuple[Column, Mask]:
    """Where in a sorted array these are, and which of them are there at all."""
    at = np.minimum(np.searchsorted(within, wanted), len(within) - 1)
    return at, within[at] == wanted


_Row = tuple[int, str, int, int, str, int | None, float | None, float | None]


def _columns(rows: Sequence[_Row]) -> _Columns:
    call_rows, kinds, positions, turns, sides, asks, starts, ends = zip(*rows, strict=True)
    sorts = np.array([_KINDS[kind] for kind in kinds], np.int64)
    start_s = np.array([np.nan if s is None else s for s in starts])
    end_s = np.array([0.0 if e is None else e for e in ends])
    timed = ~np.isnan(start_s)
    starts_ms = np.where(timed, np.rint(np.nan_to_num(start_s) * 1000), NO_TIME).astype(np.int64)
    ends_ms = np.maximum(starts_ms, np.rint(end_s * 1000).astype(np.int64))
    return _Columns(
        places=places_of(np.array(call_rows, np.int64), sorts, np.array(positions, np.int64)),
        turns=np.array(turns, np.int32),
        sides=np.array([_SIDE_CODES[side] for side in sides], np.int8),
        asks=np.array([-1 if a is None else a for a in asks], np.int8),
        starts_ms=starts_ms,
        ends_ms=np.where(timed, ends_ms, NO_TIME),
        lengths_ms=np.zeros(len(rows), np.int64),
    )


def _set_lengths(known: _Columns) -> None:
    """When the last word of each utterance's transcript ends."""
    transcripts = known.places >> 23
    _, first, counts = np.unique(transcripts, return_index=True, return_counts=True)
    if len(first):
        ends = np.where(known.asks >= 0, known.ends_ms, NO_TIME)
        lengths = np.maximum(np.maximum.reduceat(ends, first), 0)
        known.lengths_ms = np.repeat(lengths, counts)
