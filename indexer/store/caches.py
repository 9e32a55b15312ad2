"""The search indexes of the embedded store: caches of its database.

Each remembers how far it has read the database, and reads on before it answers.
"""

import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indexer.lines import Column, Lines
from indexer.store import news
from indexer.store.faiss_index import FaissIndex, Seen
from indexer.store.filters import condition_on_calls, restricts_calls
from indexer.store.hearing import Hearing
from indexer.store.keys import (
    Keys,
    Mask,
    are_spoken,
    best_of_each_row,
    in_rows,
    of_kinds,
    ordinal_of,
    rows_of,
    said_by,
)
from indexer.store.line_index import LineIndex
from indexer.store.segments import Scores, Wanted
from indexer.store.spots import Spots
from indexer.store.sqlite import Database
from indexer.store.tantivy_cache import TantivyCache
from indexer.store.word_index import WordIndex
from indexer.vectors import Vector
from indexer.words import query_stems
from models import EVERYTHING, AllOf, Expression, Grain, Hit, SearchFilter

if TYPE_CHECKING:
    import tantivy

_MOST_HEARD = 32  # demands on what was said whose calls are remembered
_FEW_ROWS = 2000  # up to here a filter is handed to tantivy, beyond it is applied after

Added = Callable[[sqlite3.Connection, Seen], "Iterator[tantivy.Document]"]
"""Reads what a cache has yet to take in."""

Find = Callable[[int], tuple[Keys, Scores]]
"""Finds the n best passages, and gives fewer only when there are no more."""


class SearchCaches:
    """FAISS for meaning, tantivy for words and for single lines, kept level with one database."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._root = folder
        self._loading = threading.Lock()
        with database.reading() as db:
            self._open(news.lineage(db))

    def _open(self, lineage: str) -> None:
        """Take up the caches of these data, and no other's."""
        self._folder = self._root / lineage
        self._meaning = FaissIndex(self._folder / "faiss")
        self._words = WordIndex(self._folder / "words")
        self._lines = LineIndex(self._folder / "lines")
        self._spots = Spots()
        self._heard: dict[tuple[object, ...], Keys] = {}

    def nearest(
        self, vector: Vector, *, grain: Grain, limit: int, where: SearchFilter = EVERYTHING
    ) -> list[Hit]:
        meaning = self._catch_up_meaning(len(vector))
        allowed = self._rows_passing(where)

        if where.is_of_utterances:
            if grain is not Grain.UTTERANCE:
                return []
            self._catch_up_lines()

        wanted = self._wanted(where, grain, allowed)
        best = _best_calls(lambda n: meaning.search(vector, n, wanted), limit)
        return self._hits(*best)[:limit]

    def matching(self, text: str, *, limit: int, where: SearchFilter = EVERYTHING) -> list[Hit]:
        stems = query_stems(text)
        if not stems:
            return []
        if where.is_of_utterances:
            return self._matching_lines(stems, limit, where)
        words = self._catch_up_words()
        allowed = self._rows_passing(where)
        by_name = where.side is None and not where.kinds
        few = _few(allowed)

        def find(n: int) -> tuple[Keys, Scores]:
            return words.search(stems, n, side=where.side, by_name=by_name, rows=few)

        # What a side did not say is not in its field: only kinds are left to check.
        unsided = SearchFilter(kinds=where.kinds)
        best = _best_calls(find, limit, keep=lambda keys: _passing(keys, unsided, allowed))
        return self._hits(*best)[:limit]

    def lines_saying(self, expression: Expression, where: SearchFilter) -> Lines:
        index = self._catch_up_lines()
        allowed = self._rows_passing(where)
        if expression == AllOf(()):
            places = self._spots.all_eligible(where)
        else:
            places = index.saying(expression, _few(allowed))
            places = places[are_spoken(places)]
        counts = self._spots.eligible(places, where) & _in(allowed, places)
        return self._spots.lines(places[counts], np.ones(int(counts.sum()), np.float32))

    def lines_near(self, vector: Vector, *, at_least: float, where: SearchFilter) -> Lines:
        meaning = self._catch_up_meaning(len(vector))
        self._catch_up_lines()
        allowed = self._rows_passing(where)
        wanted = self._wanted(where, Grain.UTTERANCE, allowed)
        keys, scores = _down_to(at_least, lambda n: meaning.search(vector, n, wanted))
        places = self._spots.places_of(keys)
        places, scores = places[places >= 0], scores[places >= 0]
        # An utterance too long for the embedder is several passages: its best one counts.
        places, first = np.unique(places, return_index=True)
        return self._spots.lines(places, scores[first])

    def rows_saying(self, where: SearchFilter) -> Keys | None:
        """Rows of the calls that pass by what was said; None where nothing is demanded of it."""
        if where.said is None and not where.is_of_utterances:
            return None
        index = self._catch_up_lines()
        asked = (where.said, where.in_one_turn, where.side, where.kinds, where.part, where.asked)
        demand = (*asked, index.seen)
        found = self._heard.get(demand)
        if found is None:
            found = Hearing(where, index, self._spots).rows(self._every_row())
            self._remember(demand, found)
        return found

    def ids_of(self, calls: Column) -> dict[int, str]:
        with self._database.reading() as db:
            found = db.execute(
                "SELECT row, id FROM calls WHERE row IN (SELECT value FROM json_each(?))",
                (json.dumps(np.unique(calls).tolist()),),
            )
            return dict(found)

    def _matching_lines(self, stems: list[str], limit: int, where: SearchFilter) -> list[Hit]:
        index = self._catch_up_lines()
        allowed = self._rows_passing(where)

        def counting(places: Keys) -> Mask:
            return Hearing(where, index, self._spots).counting(places) & _in(allowed, places)

        best = _best_calls(
            lambda n: index.search(stems, n, rows=_few(allowed)), limit, keep=counting
        )
        hits = self._hits(*best)[:limit]
        return [Hit(hit.call_id, None, hit.score) for hit in hits]

    def _wanted(self, where: SearchFilter, grain: Grain, rows: Keys | None) -> Wanted:
        """The passages of a grain that count under a filter, of calls in these rows."""

        def counts(keys: Keys) -> Mask:
            return self._spots.eligible(self._spots.places_of(keys), where)

        return Wanted(
            grain=grain,
            kinds=where.kinds,
            side=where.side,
            rows=rows,
            counts=counts if where.is_of_utterances else None,
        )

    def _every_row(self) -> Keys:
        with self._database.reading() as db:
            found = db.execute("SELECT row FROM calls ORDER BY row")
            return np.fromiter((row for (row,) in found), np.int64)

    def _remember(self, demand: tuple[object, ...], found: Keys) -> None:
        while len(self._heard) >= _MOST_HEARD:
            self._heard.pop(next(iter(self._heard)), None)
        self._heard[demand] = found

    def _rows_passing(self, where: SearchFilter) -> Keys | None:
        """Rows of the calls that pass; None when every call does."""
        said = self.rows_saying(where)
        if not restricts_calls(where):
            return said
        condition, values = condition_on_calls(where)
        with self._database.reading() as db:
            found = db.execute(f"SELECT c.row FROM call_facets c WHERE {condition}", values)
            passing = np.sort(np.fromiter((row for (row,) in found), np.int64))
        return passing if said is None else np.intersect1d(passing, said)

    def _hits(self, keys: Keys, scores: Scores) -> list[Hit]:
        """Hits of these passages, best first; those of a call just removed are left out."""
        names = self.ids_of(rows_of(keys))
        found = zip(rows_of(keys).tolist(), keys.tolist(), scores.tolist(), strict=True)
        hits = [
            Hit(names[row], ordinal_of(key), score) for row, key, score in found if row in names
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.call_id))

    @property
    def are_loaded(self) -> bool:
        """Whether any has been asked anything, and so may be ahead of its files."""
        return self._meaning.is_loaded or self._words.is_loaded or self._lines.is_loaded

    def sizes(self, dimensions: int | None) -> tuple[int, int]:
        """How many passages each index holds, brought up to date: by meaning, by words."""
        self._catch_up_words()
        self._catch_up_lines()
        if dimensions:
            self._catch_up_meaning(dimensions)
        return len(self._meaning), len(self._words)

    def save(self, dimensions: int) -> None:
        """Bring both up to date, on disk too."""
        self.sizes(dimensions)
        self._meaning.save()
        for other in self._root.iterdir():
            if other != self._folder:  # of data that have been replaced, as by `reindex`
                shutil.rmtree(other, ignore_errors=True)

    def _newest(self, db: sqlite3.Connection) -> Seen:
        """How far the caches should have read; if the data were replaced, they start anew."""
        lineage = news.lineage(db)
        if lineage != self._folder.name:
            self._open(lineage)
        return news.newest(db)

    def _catch_up_meaning(self, dimensions: int) -> FaissIndex:
        with self._loading, self._database.snapshot() as db:
            newest = self._newest(db)
            if not self._meaning.is_loaded or self._meaning.seen.is_ahead_of(newest):
                self._meaning.load(dimensions, up_to=newest)
            seen = self._meaning.seen
            if newest != seen:
                removed = np.array(news.removed(db, seen), np.int64)
                self._meaning.update(
                    removed_rows=removed, added=news.added_vectors(db, seen), seen=newest
                )
            return self._meaning

    def _catch_up_words(self) -> WordIndex:
        with self._loading, self._database.snapshot() as db:
            newest = self._newest(db)
            _read_on(self._words, news.added_words, newest, db)
            return self._words

    def _catch_up_lines(self) -> LineIndex:
        """Bring the line index and the spots of its lines up to date."""
        with self._loading, self._database.snapshot() as db:
            newest = self._newest(db)
            self._spots.read_on(db, up_to_row=newest.row)
            _read_on(self._lines, news.added_lines, newest, db)
            return self._lines


def _read_on(cache: TantivyCache, added: Added, newest: Seen, db: sqlite3.Connection) -> None:
    """Open a cache, see what another process has done for it, and do what is left."""
    if not cache.is_loaded or cache.seen.is_ahead_of(newest):
        cache.load(up_to=newest)
    elif newest != cache.seen:
        cache.refresh()
    seen = cache.seen
    if newest != seen:
        cache.update(removed_rows=news.removed(db, seen), added=added(db, seen), seen=newest)


def _best_calls(
    find: Find, limit: int, keep: Callable[[Keys], Mask] | None = None
) -> tuple[Keys, Scores]:
    """The best passage of each of the `limit` best calls, equals of the last included.

    Asks for more passages until enough calls are among them and the worst passage
    seen is worse than the last call needed: then no call unseen can belong here.
    """
    wanted = 4 * limit + 64
    while True:
        keys, scores = find(wanted)
        exhausted = len(keys) < wanted
        floor = scores[-1] if len(scores) else np.float32(0)
        if keep is not None:
            kept = keep(keys)
            keys, scores = keys[kept], scores[kept]
        order, first = best_of_each_row(keys, scores)
        keys, scores = keys[order][first], scores[order][first]
        if exhausted or (len(keys) >= limit and scores[limit - 1] > floor):
            return _up_to(limit, keys, scores)
        wanted *= 4


def _down_to(at_least: float, find: Find) -> tuple[Keys, Scores]:
    """Every passage that scores so much, best first."""
    wanted = 1024
    while True:
        keys, scores = find(wanted)
        if len(keys) < wanted or scores[-1] < at_least:
            enough = scores >= at_least
            return keys[enough], scores[enough]
        wanted *= 4


def _few(rows: Keys | None) -> Keys | None:
    """Rows that are few enough to be handed to tantivy; None where there are more, or all."""
    return rows if rows is not None and len(rows) <= _FEW_ROWS else None


def _in(rows: Keys | None, keys: Keys) -> Mask:
    return np.ones(len(keys), np.bool_) if rows is None else in_rows(keys, rows)


def _up_to(limit: int, keys: Keys, scores: Scores) -> tuple[Keys, Scores]:
    if len(keys) <= limit:
        return keys, scores
    kept = scores >= scores[limit - 1]
    return keys[kept], scores[kept]


def _passing(keys: Keys, where: SearchFilter, rows_allowed: Keys | None) -> Mask:
    mask = np.ones(len(keys), np.bool_)
    if where.kinds:
        mask &= of_kinds(keys, where.kinds)
    if where.side is not None:
        mask &= said_by(keys, where.side)
    if rows_allowed is not None:
        mask &= in_rows(keys, rows_allowed)
    return mask
