"""How many calls pass a filter, and how many of them have each value of a facet."""

import sqlite3
from collections.abc import Iterator
from typing import Final

from indexer.store.filters import Rows, condition_of_counts
from indexer.store.rows import voice
from models import Facet, FacetCount, Kind, SearchFilter, Side

_COLUMNS: Final = {
    Facet.USER: "user_id",
    Facet.DISPOSITION: "disposition",
    Facet.OUTCOME: "outcome_id",
    Facet.DIRECTION: "direction",
    Facet.CALL_METHOD: "call_method",
}

_NAMES: Final = {
    Facet.USER: "(SELECT noun ->> '$.user_name' FROM calls WHERE user_id = v.value"
    " AND noun ->> '$.user_name' <> '' ORDER BY activity_us DESC, id DESC LIMIT 1)",
    Facet.OUTCOME: "(SELECT name FROM outcomes WHERE id = v.value)",
}


def count_calls(db: sqlite3.Connection, where: SearchFilter, rows: Rows) -> int:
    """How many calls pass."""
    condition, values = condition_of_counts(where, rows)
    sql = f"SELECT count(*) FROM call_facets c WHERE {condition}"
    return int(db.execute(sql, values).fetchone()[0])


def count_values(
    db: sqlite3.Connection, facet: Facet, where: SearchFilter, rows: Rows
) -> list[FacetCount]:
    """The values of a facet among the calls that pass, as the contract orders them."""
    if facet in (Facet.KIND, Facet.SIDE):
        counted = _count_voices(db, facet, where, rows)
    else:
        grouped = _grouped(db, _COLUMNS[facet], where, rows, name=_NAMES.get(facet, "NULL"))
        counted = (
            FacetCount(value=value, label=name or value, calls=calls)
            for value, calls, name in grouped
        )
    return sorted(counted, key=lambda count: count.order)


def _count_voices(
    db: sqlite3.Connection, facet: Facet, where: SearchFilter, rows: Rows
) -> Iterator[FacetCount]:
    """Calls often have the same voices: few different ones are looked through."""
    grouped = list(_grouped(db, "voices", where, rows))
    for value, wanted in _voices_of(facet, where).items():
        calls = sum(n for voices, n, _ in grouped if any(v in voices for v in wanted))
        if calls:
            yield FacetCount(value=value, label=value, calls=calls)


def _voices_of(facet: Facet, where: SearchFilter) -> dict[str, list[str]]:
    """What is to be found in the voices of a call that has this kind, or this side."""
    kinds = where.kinds or tuple(Kind)
    if facet is Facet.KIND:
        return {kind: [voice(kind, where.side)] for kind in kinds}
    return {
        side: [voice(kind, side) for kind in kinds]
        for side in (Side.USER, Side.CONTACT)
        if where.side in (None, side)
    }


def _grouped(
    db: sqlite3.Connection, column: str, where: SearchFilter, rows: Rows, *, name: str = "NULL"
) -> Iterator[tuple[str, int, str | None]]:
    """Each value of a column of codes, how many calls that pass have it, and its name."""
    condition, values = condition_of_counts(where, rows)
    sql = f"""
        SELECT v.value, n.calls, {name} FROM (
            SELECT c.{column} AS code, count(*) AS calls
            FROM call_facets c WHERE {condition} GROUP BY c.{column}
        ) n JOIN facet_values v ON v.code = n.code
        WHERE v.value <> ''
    """
    return iter(db.execute(sql, values).fetchall())
