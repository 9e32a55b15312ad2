"""Saved searches and arrivals in SQLite.

A call's arrivals are noted by a trigger when its row is written: whoever writes one cannot
forget to.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from indexer.store import rows
from indexer.store.sqlite import Database
from models.errors import SavedSearchNotFound, SearchNameTaken
from models.saved import SavedSearch, name_key

_COLUMNS = "id, name, asked, created_us, created_by, seen_us, seen_upto"


class SqliteSavedSearches:
    """Questions under a name, and which calls have arrived since each was seen."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_search(self, search: SavedSearch) -> None:
        values = (
            search.id, search.name, name_key(search.name), _written(search.asked),
            rows.microseconds(search.created_at), search.created_by,
            rows.microseconds(search.seen_at) if search.seen_at else None, search.seen_upto,
        )  # fmt: skip
        with self._database.writing() as db:
            try:
                db.execute("INSERT INTO saved_searches VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
            except sqlite3.IntegrityError as error:
                raise SearchNameTaken(search.name) from error

    def change_search(self, search_id: str, *, name: str, asked: Mapping[str, Any]) -> None:
        with self._database.writing() as db:
            try:
                changed = db.execute(
                    "UPDATE saved_searches SET name = ?, name_key = ?, asked = ? WHERE id = ?",
                    (name, name_key(name), _written(asked), search_id),
                )
            except sqlite3.IntegrityError as error:
                raise SearchNameTaken(name) from error
            _require(changed, search_id)

    def see_search(self, search_id: str, *, upto: int, at: datetime) -> None:
        with self._database.writing() as db:
            changed = db.execute(
                "UPDATE saved_searches SET seen_us = max(coalesce(seen_us, ?1), ?1),"
                " seen_upto = max(seen_upto, ?2) WHERE id = ?3",
                (rows.microseconds(at), upto, search_id),
            )
            _require(changed, search_id)

    def forget_search(self, search_id: str) -> None:
        with self._database.writing() as db:
            gone = db.execute("DELETE FROM saved_searches WHERE id = ?", (search_id,))
            _require(gone, search_id)

    def saved_search(self, search_id: str) -> SavedSearch | None:
        with self._database.reading() as db:
            sql = f"SELECT {_COLUMNS} FROM saved_searches WHERE id = ?"
            found = db.execute(sql, (search_id,)).fetchone()
        return _search(*found) if found else None

    def saved_searches(self) -> list[SavedSearch]:
        with self._database.reading() as db:
            found = db.execute(f"SELECT {_COLUMNS} FROM saved_searches ORDER BY name_key")
            return [_search(*row) for row in found]

    def arrived(self, *, after: int, upto: int) -> list[str]:
        with self._database.reading() as db:
            found = db.execute(
                "SELECT call_id FROM arrivals WHERE number > ? AND number <= ? ORDER BY number",
                (after, upto),
            )
            return [call_id for (call_id,) in found]

    def last_arrival(self) -> int:
        # Not the highest number there is: the last call that arrived may be gone again.
        with self._database.reading() as db:
            found = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'arrivals'").fetchone()
        return int(found[0]) if found else 0


def forget_arrivals(db: sqlite3.Connection, call_ids: Iterable[str]) -> None:
    """Take calls that are being removed from the arrivals: should they return, they arrive anew."""
    db.executemany("DELETE FROM arrivals WHERE call_id = ?", ((i,) for i in call_ids))


def _written(asked: Mapping[str, Any]) -> str:
    return json.dumps(dict(asked))


def _require(changed: sqlite3.Cursor, search_id: str) -> None:
    if not changed.rowcount:
        raise SavedSearchNotFound(search_id)


def _search(
    search_id: str,
    name: str,
    asked: str,
    created_us: int,
    created_by: str | None,
    seen_us: int | None,
    seen_upto: int,
) -> SavedSearch:
    return SavedSearch(
        id=search_id,
        name=name,
        asked=json.loads(asked),
        created_at=rows.moment(created_us),
        created_by=created_by,
        seen_at=rows.moment_or_none(seen_us),
        seen_upto=seen_upto,
    )
