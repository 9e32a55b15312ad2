"""What the database says that a cache has not read yet."""

import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from indexer.store import line_index, rows, word_index
from indexer.store.faiss_index import Seen
from indexer.store.keys import Keys, first_key
from indexer.vectors import Vectors
from models import CallRecord

if TYPE_CHECKING:
    import tantivy

_BATCH: Final = 4096  # passages read at a time


def lineage(db: sqlite3.Connection) -> str:
    """Which data these are."""
    (lineage,) = db.execute("SELECT value FROM settings WHERE name = 'lineage'").fetchone()
    return str(lineage)


def newest(db: sqlite3.Connection) -> Seen:
    """How far a cache has read that has read everything."""
    counters = dict(db.execute("SELECT name, seq FROM sqlite_sequence"))
    return Seen(counters.get("calls", 0), counters.get("removals", 0))


def removed(db: sqlite3.Connection, seen: Seen) -> list[int]:
    """Rows of calls that are gone."""
    found = db.execute("SELECT call_row FROM removals WHERE number > ?", (seen.removal,))
    return [row for (row,) in found]


def added_vectors(db: sqlite3.Connection, seen: Seen) -> Iterator[tuple[Keys, Vectors]]:
    """Vectors of new calls and their keys, in rising order, some at a time."""
    found = db.execute(
        "SELECT key, vector FROM passages WHERE key >= ? AND vector IS NOT NULL ORDER BY key",
        (first_key(seen.row + 1),),
    )
    while batch := found.fetchmany(_BATCH):
        yield np.array([key for key, _ in batch], np.int64), rows.vectors_from(v for _, v in batch)


def added_words(db: sqlite3.Connection, seen: Seen) -> Iterator["tantivy.Document"]:
    """What the word index holds of new calls."""
    for row, record in _added(db, seen):
        yield from word_index.documents_of(row, record)


def added_lines(db: sqlite3.Connection, seen: Seen) -> Iterator["tantivy.Document"]:
    """What the line index holds of new calls."""
    for row, record in _added(db, seen):
        yield from line_index.documents_of(row, record)


def _added(db: sqlite3.Connection, seen: Seen) -> Iterator[tuple[int, CallRecord]]:
    added = db.execute("SELECT id, row FROM calls WHERE row > ? ORDER BY row", (seen.row,))
    for call_id, row in added:
        record = rows.read_record(db, call_id)
        assert record is not None
        yield row, record
