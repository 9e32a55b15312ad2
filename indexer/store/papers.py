"""Papers in SQLite: one row for each, and one for each version."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from indexer.store import rows
from indexer.store.sqlite import Database
from models.errors import PaperChanged, PaperNameTaken, PaperNotFound
from models.paper import Draft, Paper
from models.saved import name_key

_SELECT: Final = """
    SELECT p.kind, p.id, v.version, v.body, v.name, p.within, first.at_us, first.by, v.at_us, v.by
    FROM papers p
    JOIN paper_versions v ON v.kind = p.kind AND v.id = p.id
    JOIN paper_versions first ON first.kind = p.kind AND first.id = p.id AND first.version = 1
"""


class SqlitePapers:
    """What people make here, every version of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, drafts: Sequence[Draft], *, by: str | None, at: datetime) -> list[Paper]:
        with self._database.writing() as db:
            for draft in drafts:
                _advance(db, draft)
                db.execute(
                    "INSERT INTO paper_versions VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        draft.kind, draft.id, draft.after + 1, draft.name, draft.body,
                        rows.microseconds(at), by,
                    ),
                )  # fmt: skip
            sql = f"{_SELECT} WHERE p.kind = ? AND p.id = ? AND v.version = ?"
            return [
                _paper(*db.execute(sql, (d.kind, d.id, d.after + 1)).fetchone()) for d in drafts
            ]

    def paper(self, kind: str, paper_id: str, *, version: int | None = None) -> Paper | None:
        sql = f"{_SELECT} WHERE p.kind = ? AND p.id = ? AND v.version = coalesce(?, p.version)"
        with self._database.reading() as db:
            found = db.execute(sql, (kind, paper_id, version)).fetchone()
        return _paper(*found) if found else None

    def papers(self, kind: str, *, within: str | None = None) -> list[Paper]:
        sql = f"{_SELECT} WHERE p.kind = ?1 AND v.version = p.version"
        sql += " AND p.within = ?2" if within is not None else " AND ?2 IS NULL"
        with self._database.reading() as db:
            return [_paper(*row) for row in db.execute(f"{sql} ORDER BY p.number", (kind, within))]

    def versions(self, kind: str, paper_id: str) -> list[Paper]:
        sql = f"{_SELECT} WHERE p.kind = ? AND p.id = ? ORDER BY v.version"
        with self._database.reading() as db:
            return [_paper(*row) for row in db.execute(sql, (kind, paper_id))]

    def discard(self, kind: str, paper_ids: Sequence[str]) -> None:
        with self._database.writing() as db:
            for table in ("papers", "paper_versions"):
                sql = f"DELETE FROM {table} WHERE kind = ? AND id = ?"
                db.executemany(sql, [(kind, paper_id) for paper_id in paper_ids])


def _advance(db: sqlite3.Connection, draft: Draft) -> None:
    """Make a draft's version the newest of its paper."""
    key = None if draft.name is None else name_key(draft.name)
    try:
        if draft.after:
            advanced = db.execute(
                "UPDATE papers SET version = version + 1, name_key = ?"
                " WHERE kind = ? AND id = ? AND version = ?",
                (key, draft.kind, draft.id, draft.after),
            )
            if not advanced.rowcount:
                raise _not_at_that_version(db, draft)
        elif _exists(db, draft):
            raise PaperChanged(draft.kind, draft.id)
        else:
            db.execute(
                "INSERT INTO papers VALUES (?1, ?2,"
                " (SELECT coalesce(max(number), 0) + 1 FROM papers WHERE kind = ?1), 1, ?3, ?4)",
                (draft.kind, draft.id, draft.within, key),
            )
    except sqlite3.IntegrityError as error:
        assert draft.name is not None
        raise PaperNameTaken(draft.kind, draft.name) from error


def _exists(db: sqlite3.Connection, draft: Draft) -> bool:
    sql = "SELECT 1 FROM papers WHERE kind = ? AND id = ?"
    return db.execute(sql, (draft.kind, draft.id)).fetchone() is not None


def _not_at_that_version(db: sqlite3.Connection, draft: Draft) -> PaperChanged | PaperNotFound:
    error = PaperChanged if _exists(db, draft) else PaperNotFound
    return error(draft.kind, draft.id)


def _paper(
    kind: str,
    paper_id: str,
    version: int,
    body: str,
    name: str | None,
    within: str | None,
    created_us: int,
    created_by: str | None,
    written_us: int,
    written_by: str | None,
) -> Paper:
    return Paper(
        kind=kind,
        id=paper_id,
        version=version,
        body=body,
        name=name,
        within=within,
        created_at=rows.moment(created_us),
        created_by=created_by,
        written_at=rows.moment(written_us),
        written_by=written_by,
    )
