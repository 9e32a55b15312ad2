"""Discovery: which calls are due, because they are new, have changed, or may be gone.

Three things tell: the event log, which reaches back 30 days; the history, which
lists every call there is; and hints. None of them is trusted with more than an id.
"""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from indexer.close import CallEvent, Close, LeadRenaming, Sighting
from indexer.marks import (
    EVENTS,
    EVENTS_READ,
    HISTORY,
    HISTORY_BEGAN,
    LAST_COMPARED,
    moment,
)
from indexer.standing import seen_for_the_first_time
from indexer.store.contract import Place, Store
from models import CallState, LedgerEntry, SearchFilter
from models.errors import CloseForbidden, CloseNotFound, CloseRefused

_EVENT_LOG_KEEPS: Final = timedelta(days=29)  # Close says 30: a day to spare
_EVENTS_COME_LATE: Final = timedelta(minutes=5)
_CLOCKS_DIFFER: Final = timedelta(days=1)
_AT_ONCE: Final = 1000


@dataclass(slots=True, kw_only=True)
class Discovered:
    """What was found out so far."""

    new: set[str] = field(default_factory=set)
    """Calls not known before."""
    changed: set[str] = field(default_factory=set)
    """Calls known before that something happened to since."""
    notes: list[str] = field(default_factory=list)
    """What a person should know of how it was found out."""


class Discovery:
    """Marks calls as due in the ledger, by what Close tells of them."""

    def __init__(
        self,
        close: Close,
        store: Store,
        *,
        now: Callable[[], datetime],
        marked: Callable[[], None],
        is_stopped: Callable[[], bool],
    ) -> None:
        """Look for nothing yet; `marked` is called whenever calls were marked."""
        self.found = Discovered()
        self._close = close
        self._store = store
        self._now = now
        self._marked = marked
        self._is_stopped = is_stopped

    def hear(self, call_ids: Iterable[str]) -> None:
        """Mark calls somebody says have changed."""
        self._mark_changed(list(dict.fromkeys(call_ids)))

    def doubt_excluded(self, reasons: Collection[str]) -> None:
        """Mark the calls of Close that are left out for none of these reasons."""
        after: LedgerEntry | None = None
        while excluded := self._store.standing(CallState.EXCLUDED, limit=_AT_ONCE, after=after):
            after = excluded[-1]
            at = self._now()
            self._enter(
                replace(entry, due_at=at)
                for entry in excluded
                if entry.seen_at and entry.reason not in reasons
            )

    def look(self, *, compare_all: bool) -> bool:
        """Mark every call that is new or has changed; with `compare_all`, list all to be sure.

        All are listed too when nothing was read before, when the event log does
        not reach back to what was read last, and when it cannot be read. Returns
        whether all were listed, to the end.
        """
        mark = self._mark()
        if compare_all:
            self._begin_history()
        try:
            self._read_events(mark)
        except (CloseNotFound, CloseRefused, CloseForbidden) as error:
            if self._store.cursor(HISTORY) == "done":
                self._begin_history()
            self._say(f"the event log cannot be read, so all calls are listed: {error}")
        return self._walk_history()

    # --- the event log -------------------------------------------------------

    def _mark(self) -> datetime:
        """How far the event log was read; a new mark, with the history to walk, if too long ago."""
        now = self._now()
        mark = moment(self._store, EVENTS)
        if mark is not None and now - mark <= _EVENT_LOG_KEEPS:
            return mark
        if mark is not None:
            self._say(
                f"the event log was last read {(now - mark).days} days ago and reaches back 30:"
                " all calls are fetched again"
            )
            self._fetch_all_again()
        # Begun first: if we are killed in between, all is begun anew. And the mark is set before
        # the walk, so that what happens during it is in the events read after.
        self._begin_history()
        mark = now - _CLOCKS_DIFFER
        self._store.set_cursor(EVENTS, mark.isoformat())
        return mark

    def _read_events(self, mark: datetime) -> None:
        """Mark every call something happened to. The mark moves once all events are read."""
        since, began = mark - _EVENTS_COME_LATE, self._now()
        read: list[CallEvent | LeadRenaming] = list(self._close.events(since=since))
        read += self._renamings(since)
        # A stamp in the future must not hide the events before it. And while the last action was
        # read others happened of the first, so as long as it took the mark stays behind.
        past = [event.date_updated for event in read if event.date_updated <= self._now()]
        took = max(self._now() - began, timedelta(0))
        newest = max(mark, max(past, default=mark) - took)
        earlier = set(json.loads(self._store.cursor(EVENTS_READ) or "[]"))
        unread = [event for event in read if _version(event) not in earlier]
        touched = [call_id for event in unread for call_id in self._touched(event)]
        self._mark_changed(list(dict.fromkeys(touched)))
        again = [_version(e) for e in read if e.date_updated >= newest - _EVENTS_COME_LATE]
        self._store.set_cursor(EVENTS_READ, json.dumps(again))
        self._store.set_cursor(EVENTS, newest.isoformat())

    def _renamings(self, since: datetime) -> list[LeadRenaming]:
        try:
            return list(self._close.renamings(since=since))
        except (CloseNotFound, CloseRefused, CloseForbidden) as error:
            # Old names are no reason to miss a call.
            self._say(f"leads that were renamed keep their old names: {error}")
            return []

    def _touched(self, event: CallEvent | LeadRenaming) -> list[str]:
        """The calls that an event is about: with a renamed lead, all that are stored of it."""
        if isinstance(event, CallEvent):
            return [event.call_id]
        calls: list[str] = []
        where, after = SearchFilter(lead_ids=(event.lead_id,)), None
        while found := self._store.calls(where, limit=_AT_ONCE, after=after):
            calls += [record.call.id for record in found]
            last = found[-1].call
            after = Place(activity_at=last.activity_at, call_id=last.id)
        return calls

    def _mark_changed(self, call_ids: Sequence[str]) -> None:
        known = self._store.entries(call_ids)
        at = self._now()
        self._enter(self._due(known.get(call_id), call_id, at) for call_id in call_ids)

    # --- the history ---------------------------------------------------------

    def _begin_history(self) -> None:
        """Have all calls listed from the newest on. A walk under way is begun anew."""
        self._store.set_cursor(HISTORY_BEGAN, self._now().isoformat())
        self._store.set_cursor(HISTORY, "begun")

    def _walk_history(self) -> bool:
        """Go on with the walk, if one is under way; returns whether it came to its end now."""
        stands = self._store.cursor(HISTORY)
        if stands == "done":
            return False
        before = None if stands in (None, "begun") else datetime.fromisoformat(str(stands))
        for window in self._close.history(before=before):
            self._sight(window.sightings)
            if window.drained_from is not None:
                self._store.set_cursor(HISTORY, window.drained_from.isoformat())
            if self._is_stopped():
                return False
        self._doubt_the_unseen()
        self._try_the_failed()
        self._store.set_cursor(LAST_COMPARED, self._store.cursor(HISTORY_BEGAN))
        self._store.set_cursor(HISTORY, "done")
        return True

    def _sight(self, sightings: Sequence[Sighting]) -> None:
        """Mark calls that are unknown, or not of the version that was seen last."""
        known = self._store.entries([s.call_id for s in sightings])
        at = self._now()
        self._enter(
            replace(entry, seen_at=at)
            if (entry := known.get(s.call_id)) and _is_as_known(entry, s)
            else self._due(entry, s.call_id, at, s)
            for s in sightings
        )

    def _doubt_the_unseen(self) -> None:
        """Mark calls that the walk has not come across: gone, or hidden by others that moved."""
        since = moment(self._store, HISTORY_BEGAN) or self._now()
        after = ""
        while unseen := self._store.unseen(since=since, limit=_AT_ONCE, after=after):
            after = unseen[-1].call_id
            at = self._now()
            self._enter(replace(entry, due_at=at) for entry in unseen)

    def _fetch_all_again(self) -> None:
        """Mark every call, newest first: a lead's change of name, too, is told by events alone."""
        after, at = "", self._now()
        while known := self._store.unseen(since=at, limit=_AT_ONCE, after=after):
            after = known[-1].call_id
            self._enter(replace(e, due_at=min(e.date_updated or at, at)) for e in known)

    def _try_the_failed(self) -> None:
        """Mark calls that could not be read, whatever time their next try has."""
        after: LedgerEntry | None = None
        while failed := self._store.standing(CallState.FAILED, limit=_AT_ONCE, after=after):
            after, at = failed[-1], self._now()
            self._enter(replace(entry, due_at=at) for entry in failed if entry.seen_at)

    # --- marking -------------------------------------------------------------

    def _due(
        self, entry: LedgerEntry | None, call_id: str, at: datetime, seen: Sighting | None = None
    ) -> LedgerEntry:
        """The call's entry, due now."""
        if entry is None or entry.state is CallState.DELETED:
            self.found.new.add(call_id)
            return seen_for_the_first_time(
                call_id,
                now=at,
                date_created=seen.date_created if seen else None,
                date_updated=seen.date_updated if seen else None,
            )
        if call_id not in self.found.new:
            self.found.changed.add(call_id)
        return replace(entry, due_at=at, seen_at=at if seen else entry.seen_at)

    def _enter(self, entries: Iterable[LedgerEntry]) -> None:
        self._store.enter(entries)
        self._marked()

    def _say(self, note: str) -> None:
        self.found.notes.append(note)


def _version(event: CallEvent | LeadRenaming) -> str:
    """Tells events apart: Close merges updates close in time into one that keeps its id."""
    return f"{event.id} {event.date_updated.isoformat()}"


def _is_as_known(entry: LedgerEntry, sighting: Sighting) -> bool:
    """Whether this version is here, and is Close's own: a file may have told less of it."""
    return (
        entry.state is not CallState.DELETED
        and entry.seen_at is not None
        and entry.date_updated is not None
        and entry.date_updated == sighting.date_updated
    )
