"""The search indexes of the embedded store: caches of its database.

Each remembers how far it has read the database, and reads on before it answers.
"""

import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from indexer.store import rows
from indexer.store.faiss_index import FaissIndex, Scores, Seen
from indexer.store.filters import condition_on_calls, restricts_calls
from indexer.store.keys import (
    Keys,
    Mask,
    best_of_each_row,
    first_key,
    in_rows,
    key_of,
    key_of_names,
    of_grain,
    of_kinds,
    ordinal_of,
    rows_of,
    said_by,
)
from indexer.store.sqlite import Database
from indexer.store.word_index import WordIndex, WordsOf
from indexer.vectors import Vector, Vectors
from indexer.words import query_stems
from models import EVERYTHING, Grain, Hit, SearchFilter, Side

_BATCH = 4096  # passages read at a time while a cache catches up
_FEW_ROWS = 2000  # up to here a filter is handed to tantivy, beyond it is applied after

Find = Callable[[int], tuple[Keys, Scores]]
"""Finds the n best passages, and gives fewer only when there are no more."""


class SearchCaches:
    """FAISS for meaning and tantivy for words, kept level with one database."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._root = folder
        self._loading = threading.Lock()
        with database.reading() as db:
            self._open(_lineage(db))

    def _open(self, lineage: str) -> None:
        """Take up the caches of these data, and no other's."""
        self._folder = self._root / lineage
        self._meaning = FaissIndex(self._folder / "faiss")
        self._words = WordIndex(self._folder / "words")

    def nearest(
        self, vector: Vector, *, grain: Grain, limit: int, where: SearchFilter = EVERYTHING
    ) -> list[Hit]:
        meaning = self._catch_up_meaning(len(vector))
        allowed = self._rows_passing(where)

        def mask_of(keys: Keys) -> Mask:
            return _passing(keys, where, allowed, grain=grain)

        best = _best_calls(lambda n: meaning.search(vector, n, mask_of), limit)
        return self._hits(*best)[:limit]

    def matching(self, text: str, *, limit: int, where: SearchFilter = EVERYTHING) -> list[Hit]:
        stems = query_stems(text)
        if not stems:
            return []
        words = self._catch_up_words()
        allowed = self._rows_passing(where)
        by_name = where.side is None and not where.kinds
        few = allowed if allowed is not None and len(allowed) <= _FEW_ROWS else None

        def find(n: int) -> tuple[Keys, Scores]:
            return words.search(stems, n, side=where.side, by_name=by_name, rows=few)

        # What a side did not say is not in its field: only kinds are left to check.
        unsided = SearchFilter(kinds=where.kinds)
        best = _best_calls(find, limit, keep=lambda keys: _passing(keys, unsided, allowed))
        return self._hits(*best)[:limit]

    def _rows_passing(self, where: SearchFilter) -> Keys | None:
        """Rows of the calls that pass; None when every call does."""
        if not restricts_calls(where):
            return None
        condition, values = condition_on_calls(where)
        with self._database.reading() as db:
            found = db.execute(f"SELECT c.row FROM calls c WHERE {condition}", values)
            return np.fromiter((row for (row,) in found), np.int64)

    def _hits(self, keys: Keys, scores: Scores) -> list[Hit]:
        """Hits of these passages, best first; those of a call just removed are left out."""
        with self._database.reading() as db:
            names = dict(
                db.execute(
                    "SELECT row, id FROM calls WHERE row IN (SELECT value FROM json_each(?))",
                    (json.dumps(rows_of(keys).tolist()),),
                )
            )
        found = zip(rows_of(keys).tolist(), keys.tolist(), scores.tolist(), strict=True)
        hits = [
            Hit(names[row], ordinal_of(key), score) for row, key, score in found if row in names
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.call_id))

    @property
    def are_loaded(self) -> bool:
        """Whether either has been asked anything, and so may be ahead of its files."""
        return self._meaning.is_loaded or self._words.is_loaded

    def sizes(self, dimensions: int | None) -> tuple[int, int]:
        """How many passages each index holds, brought up to date: by meaning, by words."""
        self._catch_up_words()
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
        lineage = _lineage(db)
        if lineage != self._folder.name:
            self._open(lineage)
        return _newest(db)

    def _catch_up_meaning(self, dimensions: int) -> FaissIndex:
        with self._loading, self._database.snapshot() as db:
            newest = self._newest(db)
            if not self._meaning.is_loaded or self._meaning.seen.is_ahead_of(newest):
                self._meaning.load(dimensions, up_to=newest)
            seen = self._meaning.seen
            if newest != seen:
                removed = np.array(_removed(db, seen), np.int64)
                self._meaning.update(
                    removed_rows=removed, added=_added_vectors(db, seen), seen=newest
                )
            return self._meaning

    def _catch_up_words(self) -> WordIndex:
        with self._loading, self._database.snapshot() as db:
            newest = self._newest(db)
            if not self._words.is_loaded or self._words.seen.is_ahead_of(newest):
                self._words.load(up_to=newest)
            elif newest != self._words.seen:
                self._words.refresh()
            seen = self._words.seen
            if newest != seen:
                self._words.update(
                    removed_rows=_removed(db, seen), added=_added_words(db, seen), seen=newest
                )
            return self._words


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


def _up_to(limit: int, keys: Keys, scores: Scores) -> tuple[Keys, Scores]:
    if len(keys) <= limit:
        return keys, scores
    kept = scores >= scores[limit - 1]
    return keys[kept], scores[kept]


def _passing(
    keys: Keys, where: SearchFilter, rows_allowed: Keys | None, *, grain: Grain | None = None
) -> Mask:
    mask = np.ones(len(keys), np.bool_)
    if grain is not None:
        mask &= of_grain(keys, grain)
    if where.kinds:
        mask &= of_kinds(keys, where.kinds)
    if where.side is not None:
        mask &= said_by(keys, where.side)
    if rows_allowed is not None:
        mask &= in_rows(keys, rows_allowed)
    return mask


def _lineage(db: sqlite3.Connection) -> str:
    (lineage,) = db.execute("SELECT value FROM settings WHERE name = 'lineage'").fetchone()
    return str(lineage)


def _newest(db: sqlite3.Connection) -> Seen:
    counters = dict(db.execute("SELECT name, seq FROM sqlite_sequence"))
    return Seen(counters.get("calls", 0), counters.get("removals", 0))


def _removed(db: sqlite3.Connection, seen: Seen) -> list[int]:
    found = db.execute("SELECT call_row FROM removals WHERE number > ?", (seen.removal,))
    return [row for (row,) in found]


def _added_vectors(db: sqlite3.Connection, seen: Seen) -> Iterator[tuple[Keys, Vectors]]:
    found = db.execute(
        "SELECT key, vector FROM passages WHERE key >= ? AND vector IS NOT NULL ORDER BY key",
        (first_key(seen.row + 1),),
    )
    while batch := found.fetchmany(_BATCH):
        yield np.array([key for key, _ in batch], np.int64), rows.vectors_from(v for _, v in batch)


def _added_words(db: sqlite3.Connection, seen: Seen) -> Iterator[WordsOf]:
    added = db.execute("SELECT id, row FROM calls WHERE row > ? ORDER BY row", (seen.row,))
    for call_id, row in added:
        record = rows.read_record(db, call_id)
        assert record is not None
        names = record.names()
        worded = [passage for passage in record.passages if passage.grain.has_words]
        for passage in worded:
            yield WordsOf(
                key=key_of(row, passage),
                row=row,
                names=names,
                said=passage.text,
                user=record.text_of(passage, Side.USER),
                contact=record.text_of(passage, Side.CONTACT),
            )
        if not worded:
            yield WordsOf(key=key_of_names(row), row=row, names=names)
