"""The ledger and the cursors in SQLite."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from indexer.store import rows
from indexer.store.sqlite import Database
from models import CallState, LedgerEntry, Tally


class SqliteLedger:
    """Where every known call stands, and where each reading of Close stands."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cursor(self, name: str) -> str | None:
        with self._database.reading() as db:
            found = db.execute("SELECT value FROM cursors WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def set_cursor(self, name: str, value: str | None) -> None:
        with self._database.writing() as db:
            if value is None:
                db.execute("DELETE FROM cursors WHERE name = ?", (name,))
            else:
                db.execute("REPLACE INTO cursors VALUES (?, ?)", (name, value))

    def enter(self, entries: Iterable[LedgerEntry]) -> None:
        with self._database.writing() as db:
            enter(db, entries)

    def entries(self, call_ids: Sequence[str]) -> dict[str, LedgerEntry]:
        with self._database.reading() as db:
            found = db.execute(
                "SELECT * FROM ledger WHERE call_id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(call_ids)),),
            )
            return {row[0]: rows.ledger_entry(row) for row in found}

    def due(self, *, now: datetime, limit: int) -> list[LedgerEntry]:
        with self._database.reading() as db:
            found = db.execute(
                "SELECT * FROM ledger WHERE due_us <= ? ORDER BY due_us, call_id LIMIT ?",
                (rows.microseconds(now), limit),
            )
            return [rows.ledger_entry(row) for row in found]

    def count_due(self, *, now: datetime) -> int:
        with self._database.reading() as db:
            sql = "SELECT count(*) FROM ledger WHERE due_us <= ?"
            return int(db.execute(sql, (rows.microseconds(now),)).fetchone()[0])

    def tally(self) -> Tally:
        with self._database.reading() as db:
            found = db.execute(
                "SELECT state, reason, count(*) FROM ledger GROUP BY state, reason"
            ).fetchall()
        by_state: dict[CallState, int] = {}
        for state, _, count in found:
            by_state[CallState(state)] = by_state.get(CallState(state), 0) + count
        by_reason = {(CallState(s), reason): n for s, reason, n in found if reason}
        return Tally(by_state=by_state, by_reason=by_reason)


def enter(db: sqlite3.Connection, entries: Iterable[LedgerEntry]) -> None:
    """Write entries inside a transaction that is already open."""
    db.executemany(
        "REPLACE INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?)", map(rows.ledger_values, entries)
    )
