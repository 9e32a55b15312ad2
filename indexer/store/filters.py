"""A filter as a condition of SQL on `calls c`, or on their codes in `call_facets c`.

Values are bound, never written in.
"""

import json
from collections.abc import Iterator
from typing import Final

from indexer.store.keys import Keys
from indexer.store.rows import microseconds, voice
from models import Kind, SearchFilter

Condition = tuple[str, list[object]]

_WANTED: Final = "(SELECT value FROM json_each(?))"
_CODED: Final = frozenset({"disposition", "direction", "call_method", "user_id", "outcome_id"})


def restricts_calls(where: SearchFilter) -> bool:
    """Whether the filter leaves out any call at all, whatever was said in it."""
    return bool(list(_on_calls(where)))


Rows = Keys | None
"""Rows of the calls that pass by what was said in them; None where nothing is demanded of that."""


def condition_on_calls(where: SearchFilter) -> Condition:
    """The calls that may answer, in `call_facets c`; which of their words may is not said."""
    return _all_of([*_on_spans(where), *_on_codes(where)])


def condition_of_listing(where: SearchFilter, rows: Rows) -> Condition:
    """The calls a listing shows: they pass, and have any of the words asked for."""
    return _all_of([*_on_calls(where), *_on_voices(where), *_on_rows(rows)])


def condition_of_counts(where: SearchFilter, rows: Rows) -> Condition:
    """The same calls as `condition_of_listing`, in `call_facets c`."""
    return _all_of(
        [*_on_spans(where), *_on_codes(where), *_on_coded_voices(where), *_on_rows(rows)]
    )


def _all_of(parts: list[tuple[str, object]]) -> Condition:
    return " AND ".join(sql for sql, _ in parts) or "TRUE", [value for _, value in parts]


def _on_calls(where: SearchFilter) -> Iterator[tuple[str, object]]:
    for column, wanted in _lists(where):
        yield f"c.{column} IN {_WANTED}", wanted
    if where.except_ids:
        yield f"c.id NOT IN {_WANTED}", json.dumps(where.except_ids)
    yield from _on_spans(where)


def _on_codes(where: SearchFilter) -> Iterator[tuple[str, object]]:
    for column, wanted in _lists(where):
        if column in _CODED:
            # A direction leaves half of all calls, which SQLite had better not look up and
            # sort: with a plus it reads them in the order in which they are counted.
            plus = "+" if column == "direction" else ""
            codes = f"(SELECT code FROM facet_values WHERE value IN {_WANTED})"
            yield f"{plus}c.{column} IN {codes}", wanted
        else:
            yield f"c.row IN (SELECT row FROM calls WHERE {column} IN {_WANTED})", wanted
    if where.except_ids:
        excepted = f"(SELECT row FROM calls WHERE id IN {_WANTED})"
        yield f"c.row NOT IN {excepted}", json.dumps(where.except_ids)


def _on_coded_voices(where: SearchFilter) -> Iterator[tuple[str, object]]:
    for condition, value in _on_voices(where, column="v.value"):
        yield f"c.voices IN (SELECT code FROM facet_values v WHERE {condition})", value


def _lists(where: SearchFilter) -> Iterator[tuple[str, str]]:
    """The columns that must hold one of several values, and these as JSON."""
    lists = {
        "disposition": where.dispositions,
        "direction": where.directions,
        "call_method": where.call_methods,
        "user_id": where.user_ids,
        "lead_id": where.lead_ids,
        "contact_id": where.contact_ids,
        "outcome_id": where.outcome_ids,
    }
    for column, wanted in lists.items():
        if wanted:
            yield column, json.dumps(wanted)
    if where.call_ids is not None:
        yield "id", json.dumps(where.call_ids)


def _on_rows(rows: Rows) -> Iterator[tuple[str, object]]:
    if rows is not None:
        yield f"c.row IN {_WANTED}", json.dumps(rows.tolist())


def _on_spans(where: SearchFilter) -> Iterator[tuple[str, object]]:
    if where.since is not None:
        yield "c.activity_us >= ?", microseconds(where.since)
    if where.until is not None:
        yield "c.activity_us < ?", microseconds(where.until)
    if where.min_duration_s is not None:
        yield "c.duration_s >= ?", where.min_duration_s
    if where.max_duration_s is not None:
        yield "c.duration_s <= ?", where.max_duration_s


def _on_voices(where: SearchFilter, *, column: str = "c.voices") -> Iterator[tuple[str, object]]:
    if where.side is None and not where.kinds:
        return
    wanted = [voice(kind, where.side) for kind in where.kinds or Kind]
    yield (
        f"EXISTS (SELECT 1 FROM json_each(?) wanted WHERE instr({column}, wanted.value))",
        json.dumps(wanted),
    )
