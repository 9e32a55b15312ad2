"""A filter as a condition of SQL on `calls c`. Values are bound, never written in."""

import json
from collections.abc import Iterator

from indexer.store.rows import microseconds, voice
from models import Kind, SearchFilter

Condition = tuple[str, list[object]]


def restricts_calls(where: SearchFilter) -> bool:
    """Whether the filter leaves out any call at all, whatever was said in it."""
    return bool(list(_on_calls(where)))


def condition_on_calls(where: SearchFilter) -> Condition:
    """The calls that may answer; which of their words may is not decided here."""
    return _all_of(list(_on_calls(where)))


def condition_of_listing(where: SearchFilter) -> Condition:
    """The calls a listing shows: they pass, and have any of the words asked for."""
    return _all_of([*_on_calls(where), *_on_voices(where)])


def _all_of(parts: list[tuple[str, object]]) -> Condition:
    return " AND ".join(sql for sql, _ in parts) or "TRUE", [value for _, value in parts]


def _on_calls(where: SearchFilter) -> Iterator[tuple[str, object]]:
    lists = {
        "c.disposition": where.dispositions,
        "c.direction": where.directions,
        "c.call_method": where.call_methods,
        "c.user_id": where.user_ids,
        "c.lead_id": where.lead_ids,
        "c.contact_id": where.contact_ids,
        "c.outcome_id": where.outcome_ids,
    }
    for column, wanted in lists.items():
        if wanted:
            yield f"{column} IN (SELECT value FROM json_each(?))", json.dumps(wanted)
    if where.call_ids is not None:
        yield "c.id IN (SELECT value FROM json_each(?))", json.dumps(where.call_ids)
    if where.since is not None:
        yield "c.activity_us >= ?", microseconds(where.since)
    if where.until is not None:
        yield "c.activity_us < ?", microseconds(where.until)
    if where.min_duration_s is not None:
        yield "c.duration_s >= ?", where.min_duration_s
    if where.max_duration_s is not None:
        yield "c.duration_s <= ?", where.max_duration_s


def _on_voices(where: SearchFilter) -> Iterator[tuple[str, object]]:
    if where.side is None and not where.kinds:
        return
    wanted = [voice(kind, where.side) for kind in where.kinds or Kind]
    yield (
        "EXISTS (SELECT 1 FROM json_each(?) WHERE instr(c.voices, value))",
        json.dumps(wanted),
    )
