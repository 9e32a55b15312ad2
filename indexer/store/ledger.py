"""The ledger and the cursors in SQLite."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from indexer.store import rows
from indexer.store.sqlite import Database
from models import CallState, LedgerEntry, StateGroup, Tally

_NEVER = -(2**63)


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
                "SELECT * FROM ledger WHERE due_us <= ? ORDER BY due_us DESC, call_id LIMIT ?",
                (rows.microseconds(now), limit),
            )
            return [rows.ledger_entry(row) for row in found]

    def count_due(self, *, now: datetime) -> int:
        with self._database.reading() as db:
            sql = "SELECT count(*) FROM ledger WHERE due_us <= ?"
            return int(db.execute(sql, (rows.microseconds(now),)).fetchone()[0])

    def unseen(self, *, since: datetime, limit: int, after: str = "") -> list[LedgerEntry]:
        with self._database.reading() as db:
            found = db.execute(
                "SELECT * FROM ledger WHERE seen_us < ? AND state <> ? AND call_id > ?"
                " ORDER BY call_id LIMIT ?",
                (rows.microseconds(since), CallState.DELETED, after, limit),
            )
            return [rows.ledger_entry(row) for row in found]

    def standing(
        self, state: CallState, *, limit: int, after: LedgerEntry | None = None
    ) -> list[LedgerEntry]:
        place = (rows.microseconds(after.since), after.call_id) if after else (_NEVER, "")
        with self._database.reading() as db:
            found = db.execute(
                "SELECT * FROM ledger WHERE state = ? AND (since_us, call_id) > (?, ?)"
                " ORDER BY since_us, call_id LIMIT ?",
                (state, *place, limit),
            )
            return [rows.ledger_entry(row) for row in found]

    def tally(self) -> Tally:
        with self._database.reading() as db:
            found = db.execute(
                "SELECT state, reason, count(*), min(since_us), min(due_us) FROM ledger"
                " GROUP BY state, reason"
            ).fetchall()
        return Tally(
            groups=tuple(
                StateGroup(
                    state=CallState(state), reason=reason, calls=calls,
                    since=rows.moment(since), due_at=rows.moment_or_none(due),
                )
                for state, reason, calls, since, due in found
            )
        )  # fmt: skip


def enter(db: sqlite3.Connection, entries: Iterable[LedgerEntry]) -> None:
    """Write entries inside a transaction that is already open."""
    db.executemany(
        "REPLACE INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?)", map(rows.ledger_values, entries)
    )
