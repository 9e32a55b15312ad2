"""Rows as CSV or NDJSON, one line at a time: what leaves for spreadsheets and programs."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Format(StrEnum):
    """How rows are written."""

    CSV = "csv"
    NDJSON = "ndjson"


Row = Mapping[str, Any]


def lines_of(rows: Iterable[Row], columns: Sequence[str], form: Format) -> Iterator[str]:
    """Rows as lines, each with its end; `columns` are those of CSV, in their order.

    NDJSON has every row as it is. In CSV nothing is an empty cell, what has parts is JSON,
    and text that a spreadsheet would take for a formula gets an apostrophe before it, as
    customers' words may be made to be one (OWASP, CSV injection).
    """
    if form is Format.NDJSON:
        for row in rows:
            yield json.dumps({name: _plain(value) for name, value in row.items()}) + "\n"
        return
    yield _csv_line(columns)
    for row in rows:
        yield _csv_line([_cell(row.get(name)) for name in columns])


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(_plain(value))
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA):
        return f"'{value}"
    return str(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
