"""What happened to calls and to the names of leads since a moment, from Close's event log.

Documented: 30 days are kept, newest first; `object_type` with `action` may be combined
with `date_updated`, other sets may not; at most 50 events a page; `cursor_next` leads to
older ones and is sent with the same filters, but without the dates; events of one object
close in time are merged into one that keeps its id and gets a new `date_updated`.
Asserted by other clients: `object_type` alone is refused, and several actions in one
request do not work, hence a walk for each action. Assumed: stamps without offset are UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from indexer.close.answers import JsonObject
from indexer.close.connection import Connection, Query
from indexer.close.stamps import stamp_or_none, write_stamp
from indexer.close.texts import is_id
from models.errors import CloseUnreadable

_EVENTS: Final = "/event/"
_CALL: Final = "activity.call"
_LEAD: Final = "lead"
_LIMIT: Final = 50

_NAMES: Final = frozenset(("name", "display_name"))
"""The fields of a lead that it is called by."""

ACTIONS: Final = ("created", "answered", "completed", "updated", "deleted")
"""What Close tells of calls. Calls logged by hand are never answered or completed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """Something that happened to a call; `date_updated` is when, or when last."""

    id: str
    action: str
    call_id: str
    date_updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRenaming:
    """A lead's change of name; `date_updated` is when, or when last."""

    id: str
    lead_id: str
    date_updated: datetime


def renamings(connection: Connection, since: datetime) -> Iterator[LeadRenaming]:
    """Every change of a lead's name since a moment, newest first; what else changed is left out."""
    for row in _walk(connection, _LEAD, "updated", since):
        lead_id, changed = row.get("object_id"), row.get("changed_fields")
        is_named = not isinstance(changed, list) or not _NAMES.isdisjoint(map(str, changed))
        if is_id(lead_id) and is_named:
            at = _updated(row) or since
            yield LeadRenaming(id=_text(row, "id"), lead_id=lead_id, date_updated=at)


def events(connection: Connection, since: datetime) -> Iterator[CallEvent]:
    """Every event of calls since a moment, once: action by action, each newest first.

    A walk is whole only when the iterator has ended: a mark of how far the log
    was read must not move before.
    """
    seen: set[tuple[str, str, str, datetime]] = set()
    for action in ACTIONS:
        for row in _walk(connection, _CALL, action, since):
            event = _read_event(row, action, since)
            if event is None:
                connection.stats.rows_without_id += 1
                continue
            key = (event.id, event.call_id, event.action, event.date_updated)
            if key not in seen and _is_of_calls(row):
                seen.add(key)
                yield event


def _walk(
    connection: Connection, object_type: str, action: str, since: datetime
) -> Iterator[JsonObject]:
    """The events of one action, page by page back to `since`."""
    filters: Query = {"object_type": object_type, "action": action, "_limit": _LIMIT}
    query: Query = {**filters, "date_updated__gte": write_stamp(since)}
    cursors: set[str] = set()
    while True:
        rows, cursor = _read_page(connection.get(_EVENTS, query))
        yield from rows
        if cursor is None or _is_all_before(rows, since):
            return
        if cursor in cursors:
            raise CloseUnreadable(f"GET {_EVENTS}: Close hands out the same cursor again")
        cursors.add(cursor)
        query = {**filters, "_cursor": cursor}


def _read_page(answer: JsonObject) -> tuple[list[JsonObject], str | None]:
    rows, cursor = answer.get("data"), answer.get("cursor_next")
    if not isinstance(rows, list) or not isinstance(cursor, str | None):
        raise CloseUnreadable(f"GET {_EVENTS}: the answer is no list with `data` and `cursor_next`")
    return [row if isinstance(row, dict) else {} for row in rows], cursor or None


def _is_all_before(rows: list[JsonObject], since: datetime) -> bool:
    """Whether the walk has gone past `since`, should the cursor have lost the dates."""
    stamps = [_updated(row) for row in rows]
    return bool(stamps) and all(stamp is not None and stamp < since for stamp in stamps)


def _read_event(row: JsonObject, action: str, since: datetime) -> CallEvent | None:
    """The event of a row, or None if it names no call.

    An event without a date is dated `since`: its call is looked at again
    rather than forgotten.
    """
    call_id = row.get("object_id")
    if not is_id(call_id):
        return None
    return CallEvent(
        id=_text(row, "id"),
        action=_text(row, "action") or action,
        call_id=call_id,
        date_updated=_updated(row) or since,
    )


def _updated(row: JsonObject) -> datetime | None:
    return stamp_or_none(row.get("date_updated")) or stamp_or_none(row.get("date_created"))


def _is_of_calls(row: JsonObject) -> bool:
    """Whether Close kept to calls, as it was asked to."""
    return bool(row.get("object_type", _CALL) == _CALL)


def _text(row: JsonObject, name: str) -> str:
    value: Any = row.get(name)
    return value if isinstance(value, str) else ""
