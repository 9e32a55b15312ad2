"""Lists of Close's, page by page with `_skip` and `_limit`.

Documented: `{"data": [...], "has_more": bool}`, and a 400 above the largest `_skip`,
which is not published. Assumed: `has_more` is the only stop sign, a page may hold fewer
rows than asked for, and an empty page that promises more is a hiccup.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

import httpx

from indexer.close.answers import JsonObject
from indexer.close.connection import NOTHING, Connection, Query
from indexer.close.texts import is_id
from models.errors import CloseRefused, CloseUnreadable

CALLS: Final = "/activity/call/"
"""The list of all calls, and the beginning of each one's own path."""

_EMPTY_AT_MOST: Final = 4
"""Times one page is asked for while it comes empty and promises more."""

_REPEATED_AT_MOST: Final = 5
"""Times the same rows may come in a row. Once or twice can be rows that moved meanwhile."""


class TooDeep(CloseRefused):
    """Close takes no `_skip` as high as this: a narrower list must be asked for."""

    def __init__(self, refusal: CloseRefused, *, skip: int) -> None:
        super().__init__(str(refusal), status=refusal.status)
        self.skip = skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows of a list, and whether there are more after them."""

    rows: list[Any]
    has_more: bool


def has_id(row: object) -> TypeGuard[JsonObject]:
    """Whether a row says what it is a row of."""
    return isinstance(row, dict) and is_id(row.get("id"))


def first_page(connection: Connection, path: str, query: Query, *, divisible: bool = False) -> Page:
    """The first page of a list, not empty if it promises more.

    Raises:
        CloseUnreadable: the answer is no list, or stays empty while it promises more.
    """
    for empty in range(1, _EMPTY_AT_MOST + 1):
        page = _read_page(connection.get(path, query, divisible=divisible), path)
        if page.rows or not page.has_more:
            return page
        connection.hold(connection.backoff_s(empty))
    raise CloseUnreadable(f"GET {path}: Close keeps answering with no rows and has_more true")


def pages(
    connection: Connection, path: str, query: Query = NOTHING, *, divisible: bool = False
) -> Iterator[Page]:
    """All pages of a list, in Close's order. Rows may repeat when the list grows meanwhile.

    Raises:
        TooDeep: Close refuses to skip as many rows as were read.
        CloseUnreadable: the answer is no list, or `_skip` was not honoured.
    """
    page = first_page(connection, path, query, divisible=divisible)
    skip = repeated = 0
    yield page
    while page.has_more:
        skip += len(page.rows)
        earlier, page = page, _page_at(connection, path, query, skip=skip, divisible=divisible)
        repeated = repeated + 1 if page.rows == earlier.rows else 0
        if repeated >= _REPEATED_AT_MOST:
            raise CloseUnreadable(f"GET {path}: Close repeats a page, _skip was not honoured")
        yield page


def prove_close_answers(connection: Connection) -> None:
    """Ask for the least there is, to tell what Close cannot do from a Close that is down.

    Raises:
        CloseError: Close cannot answer that either.
    """
    connection.get(CALLS, {"_limit": 1, "_fields": "id"})


def _page_at(
    connection: Connection, path: str, query: Query, *, skip: int, divisible: bool
) -> Page:
    try:
        return first_page(connection, path, {**query, "_skip": skip}, divisible=divisible)
    except CloseRefused as refusal:
        if refusal.status == httpx.codes.BAD_REQUEST:
            raise TooDeep(refusal, skip=skip) from refusal
        raise


def _read_page(answer: JsonObject, path: str) -> Page:
    rows, has_more = answer.get("data"), answer.get("has_more")
    if not isinstance(rows, list) or not isinstance(has_more, bool):
        raise CloseUnreadable(f"GET {path}: the answer is no list with `data` and `has_more`")
    return Page(rows=rows, has_more=has_more)
