"""Lists of Close's, page by page with `_skip` and `_limit`.

Documented: `{"data": [...], "has_more": bool}`, and a 400 above the largest `_skip`,
which is not published. Assumed: `has_more` is the only stop sign, a page may hold fewer
rows than asked for, an empty page that promises more is a hiccup, and rows keep their
order while others come and go.

Rows deleted while we page move up all that follow them, past the next `_skip`. So pages
overlap by a row. A page that begins with a row read before leaves nothing out, for all
that was not read comes after all that was. After one that does not, we ask from further
and further up, until a page does or the list begins. Rows that come in meanwhile only
move others down, to be read twice.
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

_STEPS_BACK_AT_MOST: Final = 100
"""Steps back in one list after which its rows must keep no order: it is read on regardless."""


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
    """All pages of a list, in Close's order; rows where they overlap come twice.

    No row is left out that is there all the while. Where that cannot be proven, as
    rows move about faster than they can be read, `stats.gaps` counts it.

    Raises:
        TooDeep: Close refuses to skip as many rows as were read.
        CloseUnreadable: the answer is no list, or `_skip` was not honoured.
    """
    reading = _Reading()
    rows: list[Any] = []
    repeated = 0
    while not reading.is_done:
        page = _page_at(connection, path, query, skip=reading.skip, divisible=divisible)
        repeated = repeated + 1 if page.rows and page.rows == rows else 0
        if repeated >= _REPEATED_AT_MOST:
            raise CloseUnreadable(f"GET {path}: Close repeats a page, _skip was not honoured")
        yield page
        reading.take(page)
        rows = page.rows
    connection.stats.gaps += reading.gaps


def prove_close_answers(connection: Connection) -> None:
    """Ask for the least there is, to tell what Close cannot do from a Close that is down.

    Raises:
        CloseError: Close cannot answer that either.
    """
    connection.get(CALLS, {"_limit": 1, "_fields": "id"})


class _Reading:
    """How far a list was read without a gap, and from where to read on."""

    def __init__(self) -> None:
        self.skip = 0
        self.is_done = False
        self.gaps = 0
        self._met: set[str] = set()
        self._read: set[str] = set()
        """The rows met that have nothing before them but what was met as well."""
        self._overlap = 1
        self._shared = 0
        """Rows that the page at `skip` begins with and that were read, if none vanished."""
        self._stride = 1
        self._steps_back = 0

    def take(self, page: Page) -> None:
        """Note the page at `skip`, and go on from it or back."""
        marks = [_mark(row) for row in page.rows]
        is_joined = self._is_joined(marks)
        self._met.update(marks)
        if is_joined or self._steps_back == _STEPS_BACK_AT_MOST:
            self.gaps += not is_joined
            self.is_done = not page.has_more
            self._read.update(marks)
            self._go_on(len(marks))
        else:
            self._step_back()

    def _is_joined(self, marks: list[str]) -> bool:
        """Whether all that was not read yet comes after the first row of a page.

        It does if that row was read, unless rows keep no order: then new ones stand
        before old ones. Two pages of which one is a single row prove nothing.
        """
        if not self.skip or not self._shared:
            return True
        are_met = [mark in self._met for mark in marks]
        is_in_order = are_met == sorted(are_met, reverse=True)
        return is_in_order and bool(marks) and marks[0] in self._read

    def _go_on(self, count: int) -> None:
        """Ask next for what follows a page of so many rows."""
        if self._stride > 1:  # rows vanish, so more of them may
            self._overlap, self._stride = self._overlap * 2, 1
        self._shared = min(self._overlap, count // 2)
        self.skip += count - self._shared

    def _step_back(self) -> None:
        """Ask next from further up, by twice as many rows as the last time."""
        self._steps_back += 1
        self._stride *= 2
        self.skip = max(0, self.skip - self._stride)


def _mark(row: object) -> str:
    """What tells a row from others: its id, or all that it is."""
    return row["id"] if has_id(row) else repr(row)


def _page_at(
    connection: Connection, path: str, query: Query, *, skip: int, divisible: bool
) -> Page:
    if not skip:
        return first_page(connection, path, query, divisible=divisible)
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
