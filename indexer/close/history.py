"""All calls there ever were, newest to oldest, found cheaply and without their words.

Documented: `date_created__gte` and `__lt`, and the advice to cut a long history into
ranges of them so that `_skip` stays small. Seen in recorded traffic: newest first, but
for one lead's calls only, so nothing here relies on it. Asserted by other clients: what
pages by "older than the last row" loses rows that share a stamp, hence half-open windows.
Assumed: filters may be compared in whole seconds, so windows begin and end on them.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from indexer.close.answers import JsonObject
from indexer.close.connection import Connection, Query
from indexer.close.pages import CALLS, TooDeep, first_page, has_id, pages, prove_close_answers
from indexer.close.stamps import stamp_or_none, write_stamp
from models.errors import CloseTimedOut, CloseUnreadable

_log = logging.getLogger(__name__)

_FIELDS: Final = "id,date_created,date_updated"
_LIMIT: Final = 100
_SMALL_LIMIT: Final = 20
"""Rows of a page when even the narrowest window times out."""

_SECOND: Final = timedelta(seconds=1)
_FIRST_SPAN: Final = timedelta(days=30)
_WIDEST_SPAN: Final = timedelta(days=36_500)
_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
_AIMED_AT: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A call that exists in Close; a stamp that cannot be read is None."""

    call_id: str
    date_created: datetime | None
    date_updated: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryWindow:
    """Calls of one stretch of time, each once.

    Every call created at or after `drained_from` has been seen once this window
    is handed out; None says that all history has. A walk that was cut short
    goes on with `history(before=drained_from)`.
    """

    sightings: tuple[Sighting, ...]
    drained_from: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """Calls created from `start` on and before `end`; None is no end, not even now."""

    start: datetime
    end: datetime | None = None

    def query(self, limit: int) -> dict[str, str | int]:
        """Ask for the window, `limit` rows at a time."""
        asked: dict[str, str | int] = {"date_created__gte": write_stamp(self.start)}
        if self.end is not None:
            asked["date_created__lt"] = write_stamp(self.end)
        return asked | {"_limit": limit, "_fields": _FIELDS}

    def check(self, created: datetime | None) -> None:
        """Refuse a call from outside, give or take the second that stamps are rounded by."""
        if created is not None and self.start - created > _SECOND:
            raise _not_honoured("date_created__gte")
        if created is not None and self.end is not None and created - self.end >= _SECOND:
            raise _not_honoured("date_created__lt")

    def halved(self, top: datetime) -> "_Window | None":
        """The newer half, taking `top` for the end if there is none; None below one second."""
        width_s = int(((self.end or top) - self.start).total_seconds())
        half = timedelta(seconds=(width_s + 1) // 2)
        return replace(self, start=self.start + half) if half < timedelta(seconds=width_s) else None


class HistoryWalk:
    """One walk through all calls, a window at a time, from the newest back."""

    def __init__(self, connection: Connection, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._latest = now()
        """The end of an open window: now, or later if calls carry later dates."""
        self._span = _FIRST_SPAN
        self._aim = _AIMED_AT

    def windows(self, before: datetime | None) -> Iterator[HistoryWindow]:
        """Windows that leave no gap between them; a row that moved meanwhile may come twice."""
        end = before
        while True:
            window, sightings = self._drained(self._next_window(end))
            self._resize(window, len(sightings))
            end = self._next_end(window.start)
            yield HistoryWindow(sightings=sightings, drained_from=window.start if end else None)
            if end is None:
                return

    def _next_window(self, end: datetime | None) -> _Window:
        top = end or self._latest
        start = top - min(self._span, top - _BEGINNING)
        return _Window(start=start.replace(microsecond=0), end=end)

    def _drained(self, window: _Window) -> tuple[_Window, tuple[Sighting, ...]]:
        """The calls of a window, or of its newest part that Close is able to list.

        Where it cannot list all of a single second, those it does list must do.
        """
        limit = _LIMIT
        while True:
            found: dict[str, Sighting] = {}
            try:
                self._read(window, limit, found)
                return window, tuple(found.values())
            except TooDeep as refusal:
                narrower = window.halved(self._latest)
                if narrower is None:
                    self._connection.stats.dense_seconds += 1
                    _log.warning("Close lists no more than %d calls of a second", len(found))
                    return window, tuple(found.values())
                self._aim = min(self._aim, refusal.skip // 2)
            except CloseTimedOut:
                prove_close_answers(self._connection)
                narrower = window.halved(self._latest)
                if narrower is None and limit == _SMALL_LIMIT:
                    raise
                limit = _LIMIT if narrower else _SMALL_LIMIT
            window = narrower or window

    def _read(self, window: _Window, limit: int, found: dict[str, Sighting]) -> None:
        """Add the calls of a window, as far as Close lists them.

        Raises:
            TooDeep: Close lists no more of them.
        """
        for page in pages(self._connection, CALLS, window.query(limit), divisible=True):
            for row in page.rows:
                if not has_id(row):
                    self._connection.stats.rows_without_id += 1
                    continue
                sighting = _read_sighting(row)
                window.check(sighting.date_created)
                self._latest = max(self._latest, sighting.date_created or self._latest)
                found[sighting.call_id] = sighting

    def _resize(self, window: _Window, count: int) -> None:
        """Take the next window wider or narrower, aiming at so many calls in it."""
        self._span = max(_SECOND, (window.end or self._latest) - window.start)
        if count < self._aim / 2:
            self._span = min(self._span * 2, _WIDEST_SPAN)
        elif count > self._aim * 2:
            self._span = max(self._span / 2, _SECOND)

    def _next_end(self, start: datetime) -> datetime | None:
        """Where the next window ends; None when nothing is older than `start`.

        If the next older call is far back, the windows between are left out;
        but only once Close says that they are empty, for the order of its rows
        is not promised.
        """
        older = self._first_row(date_created__lt=write_stamp(start))
        if older is None or start <= _BEGINNING:
            return None
        created = stamp_or_none(older.get("date_created"))
        if created is None:
            return start
        behind = created.replace(microsecond=0) + _SECOND
        gap = {"date_created__gte": write_stamp(behind), "date_created__lt": write_stamp(start)}
        is_far = start - behind > self._span
        return behind if is_far and self._first_row(**gap) is None else start

    def _first_row(self, **filters: str) -> dict[str, Any] | None:
        """Some call that passes the filters; {} when it is there but cannot be read."""
        query: Query = {**filters, "_limit": 1, "_fields": _FIELDS}
        page = first_page(self._connection, CALLS, query)
        return (page.rows[0] if has_id(page.rows[0]) else {}) if page.rows else None


def _read_sighting(row: JsonObject) -> Sighting:
    return Sighting(
        call_id=row["id"],
        date_created=stamp_or_none(row.get("date_created")),
        date_updated=stamp_or_none(row.get("date_updated")),
    )


def _not_honoured(filter_name: str) -> CloseUnreadable:
    return CloseUnreadable(
        f"GET {CALLS}: Close returned calls from outside the window asked for: the filter"
        f" {filter_name} was not honoured, so the history cannot be walked safely"
    )
