"""What calls measure, in SQLite: a row for each call that was measured."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Final

from indexer.store import rows
from indexer.store.filters import condition_of_listing
from indexer.store.keys import Keys
from indexer.store.sqlite import Database
from models import Kind, SearchFilter
from models.outline import CallOutline, Figures

_OF_CALLS: Final = (
    "c.id, c.activity_us, c.user_id, c.noun ->> '$.user_name', c.lead_id, c.contact_id,"
    " c.direction, c.disposition, c.call_method, c.outcome_id, c.noun ->> '$.playbook_id',"
    " c.duration_s, c.voices, m.figures"
)
_SPOKEN: Final = {f",{kind}/": kind for kind in (Kind.RECORDING, Kind.VOICEMAIL)}


class SqliteMeasurements:
    """What calls measure."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def measure(self, figures: Mapping[str, Figures], *, formulas: str) -> None:
        with self._database.writing() as db:
            db.executemany(
                "REPLACE INTO call_metrics SELECT row, ?, ? FROM calls WHERE id = ?",
                [(formulas, json.dumps(dict(f)), call_id) for call_id, f in figures.items()],
            )

    def unmeasured(self, *, formulas: str, limit: int) -> list[str]:
        with self._database.reading() as db:
            found = db.execute(
                "SELECT id FROM calls WHERE NOT EXISTS (SELECT 1 FROM call_metrics"
                " WHERE call_row = calls.row AND formulas = ?) ORDER BY id LIMIT ?",
                (formulas, limit),
            )
            return [call_id for (call_id,) in found]


def read_outlines(
    db: sqlite3.Connection, where: SearchFilter, rows_saying: Keys | None, formulas: str
) -> list[CallOutline]:
    """The calls of a listing in outline, by id; `rows_saying` are those that say what they must."""
    condition, values = condition_of_listing(where, rows_saying)
    sql = (
        f"SELECT {_OF_CALLS} FROM calls c"
        " LEFT JOIN call_metrics m ON m.call_row = c.row AND m.formulas = ?"
        f" WHERE {condition} ORDER BY c.id"
    )
    return [_outline(*row) for row in db.execute(sql, [formulas, *values])]


def _outline(
    call_id: str,
    activity_us: int,
    user_id: str | None,
    user_name: str | None,
    lead_id: str | None,
    contact_id: str | None,
    direction: str | None,
    disposition: str | None,
    call_method: str | None,
    outcome_id: str | None,
    playbook_id: str | None,
    duration_s: int,
    voices: str,
    figures: str | None,
) -> CallOutline:
    return CallOutline(
        id=call_id,
        activity_at=rows.moment(activity_us),
        user_id=user_id,
        user_name=user_name,
        lead_id=lead_id,
        contact_id=contact_id,
        direction=direction,
        disposition=disposition,
        call_method=call_method,
        outcome_id=outcome_id,
        playbook_id=playbook_id,
        duration_s=duration_s,
        spoken=frozenset(kind for mark, kind in _SPOKEN.items() if mark in voices),
        figures=None if figures is None else json.loads(figures),
    )
