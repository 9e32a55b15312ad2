"""Sync: first find out which calls are due, then fetch and index those.

Whatever tells us of a call (the history, the event log, its own patience for a
transcript) only marks it as due in the ledger. Everything due then takes one
path: fetched by id, cut, embedded, put. So a sync that is cut short is resumed
by the next, which repeats at most the batch that was under way.
"""

import json
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from indexer.close import CallEvent, Close, Fetched, Sighting, Unreachable
from indexer.embedder import Embedder
from indexer.pipeline import Progress, index_calls
from indexer.standing import (
    DEFAULT_PATIENCE,
    after_deletion,
    after_failing,
    after_fetching,
    seen_for_the_first_time,
)
from indexer.store.contract import Store
from indexer.when import utc_now
from models import CallRecord, CallState, Lead, LedgerEntry, Outcome
from models.errors import (
    CloseForbidden,
    CloseNotFound,
    CloseRefused,
    CloseUnavailable,
    CloseUnreadable,
    EmbedderError,
    EmbedderUnavailable,
)

HISTORY_CURSOR = "history"
"""`begun`, then how far back the history is drained (ISO), then `done`."""
EVENTS_CURSOR = "events"
"""Every event up to this moment (ISO) has been read."""
EVENTS_READ_CURSOR = "events_read"
"""Events that will be read again with the overlap, and need not be acted on again (JSON)."""
LAST_SYNC_CURSOR = "last_sync"
"""When the last sync that ended well began (ISO)."""

_BATCH = 50
_PROBLEMS_TOLD = 20
_NO_NAME = (CloseRefused, CloseUnreadable, CloseUnavailable)
_EVENT_LOG_KEEPS = timedelta(days=29)  # Close says 30: a day to spare
_EVENTS_COME_LATE = timedelta(minutes=5)
_CLOCKS_DIFFER = timedelta(days=1)

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class SyncReport:
    """What one sync did, and what the ledger says at its end."""

    known: int = 0
    fetched: int = 0
    indexed: int = 0
    waiting: int = 0
    failed: int = 0
    deleted: int = 0
    texts_embedded: int = 0
    seconds: float = 0.0
    requests: int = 0
    retries: int = 0
    rate_limited: int = 0
    problems: list[str] = field(default_factory=list)
    """What went wrong on the way, at most twenty of it: calls that could not be read, and why."""


def sync(
    *,
    close: Close,
    store: Store,
    embedder: Embedder,
    progress: Progress,
    patience: timedelta = DEFAULT_PATIENCE,
    now: Callable[[], datetime] = utc_now,
) -> SyncReport:
    """Bring the store up to date with Close.

    Raises:
        CloseError: Close cannot be asked any more; what was done stays done.
        StoreError, EmbedderError: nothing can be stored or embedded.
    """
    started, clock = now(), time.monotonic()
    run = _Run(close, store, embedder, progress, patience, now)
    run.discover()
    run.fetch_due()
    store.set_cursor(LAST_SYNC_CURSOR, started.isoformat())
    return run.summed_up(time.monotonic() - clock)


@dataclass(slots=True)
class _Run:
    """One sync under way."""

    close: Close
    store: Store
    embedder: Embedder
    progress: Progress
    patience: timedelta
    now: Callable[[], datetime]
    report: SyncReport = field(default_factory=SyncReport)
    leads: dict[str, Lead | None] = field(default_factory=dict)

    # --- which calls are due -------------------------------------------------

    def discover(self) -> None:
        """Mark as due every call that is new or has changed."""
        started = self.now()
        mark = _read_mark(self.store)
        if mark is None or started - mark > _EVENT_LOG_KEEPS:
            # Before the walk, so that what happens during it is in the events after.
            mark = started - _CLOCKS_DIFFER
            self.store.set_cursor(EVENTS_CURSOR, mark.isoformat())
            self.store.set_cursor(HISTORY_CURSOR, "begun")
        self._walk_history()
        try:
            self._read_events(mark)
        except (CloseNotFound, CloseRefused, CloseForbidden) as error:
            # Without its event log, only the history tells what is new or has changed.
            self.store.set_cursor(HISTORY_CURSOR, "begun")
            self._note_problem(f"the event log cannot be read, so all calls are listed: {error}")

    def _walk_history(self) -> None:
        stands = self.store.cursor(HISTORY_CURSOR)
        if stands == "done":
            return
        before = None if stands in (None, "begun") else datetime.fromisoformat(str(stands))
        for window in self.close.history(before=before):
            self._sight(window.sightings)
            drained = window.drained_from
            self.store.set_cursor(HISTORY_CURSOR, drained.isoformat() if drained else "done")

    def _sight(self, sightings: Sequence[Sighting]) -> None:
        """Mark calls as due that are unknown, or not of the version that was seen last."""
        known = self.store.entries([s.call_id for s in sightings])
        at = self.now()
        self._enter(
            _due(known.get(s.call_id), s.call_id, at, s.date_updated)
            for s in sightings
            if not _is_as_known(known.get(s.call_id), s)
        )

    def _read_events(self, mark: datetime) -> None:
        """Mark as due every call something happened to. The mark moves once all are read."""
        read = list(self.close.events(since=mark - _EVENTS_COME_LATE))
        # A stamp in the future must not hide the events before it.
        past = [event.date_updated for event in read if event.date_updated <= self.now()]
        newest = max([mark, *past])
        earlier = set(json.loads(self.store.cursor(EVENTS_READ_CURSOR) or "[]"))
        call_ids = list(dict.fromkeys(e.call_id for e in read if _version(e) not in earlier))
        known = self.store.entries(call_ids)
        at = self.now()
        self._enter(_due(known.get(call_id), call_id, at) for call_id in call_ids)
        again = [_version(e) for e in read if e.date_updated >= newest - _EVENTS_COME_LATE]
        self.store.set_cursor(EVENTS_READ_CURSOR, json.dumps(again))
        self.store.set_cursor(EVENTS_CURSOR, newest.isoformat())

    def _enter(self, entries: Iterable[LedgerEntry]) -> None:
        self.store.enter(entries)
        due = self.store.count_due(now=self.now())
        self.progress.discovered(self.store.tally().known, due)

    # --- fetching what is due ------------------------------------------------

    def fetch_due(self) -> None:
        """Fetch and index every call due now; what falls due meanwhile is for the next sync."""
        at = self.now()
        due = self.store.count_due(now=at)
        outcomes = self._outcomes() if due else {}
        while entries := self.store.due(now=at, limit=_BATCH):
            by_id = {entry.call_id: entry for entry in entries}
            fetched = self.close.fetch(list(by_id))
            self._index([self._named(r, outcomes) for r in fetched.records], by_id)
            self._settle_others(fetched, by_id)
            self.report.fetched += len(entries)
            self.progress.fetched(self.report.fetched, due, self.report.texts_embedded)

    def _named(self, record: CallRecord, outcomes: dict[str, Outcome]) -> CallRecord:
        """The call with the names of its lead and outcome, as far as Close tells them."""
        lead_id, outcome_id = record.call.lead_id, record.call.outcome_id
        if lead_id and lead_id not in self.leads:
            self.leads[lead_id] = self._lead(lead_id)
        lead = self.leads.get(lead_id) if lead_id else None
        return replace(record, lead=lead, outcome=outcomes.get(outcome_id or ""))

    def _outcomes(self) -> dict[str, Outcome]:
        try:
            return self.close.outcomes()
        except Unreachable:
            raise
        except _NO_NAME as error:
            self._note_problem(f"outcomes stay without names: {error}")
            return {}

    def _lead(self, lead_id: str) -> Lead | None:
        try:
            return self.close.lead(lead_id)
        except Unreachable:  # names can wait until Close is back, and so can the calls
            raise
        except _NO_NAME as error:  # a call without its lead's name is better than no call
            self._note_problem(f"{lead_id} stays without a name: {error}")
            return None

    def _index(self, records: Sequence[CallRecord], by_id: dict[str, LedgerEntry]) -> None:
        """Index calls together; if that fails, one by one, so that one cannot stop the others."""
        try:
            self._index_together(records, by_id)
        except (EmbedderError, ValueError) as error:
            if isinstance(error, EmbedderUnavailable):
                raise
            for record in records:
                self._index_alone(record, by_id)

    def _index_alone(self, record: CallRecord, by_id: dict[str, LedgerEntry]) -> None:
        try:
            self._index_together([record], by_id)
        except (EmbedderError, ValueError) as error:
            self._fail(by_id[record.call.id], f"cannot be indexed: {type(error).__name__}")

    def _index_together(self, records: Sequence[CallRecord], by_id: dict[str, LedgerEntry]) -> None:
        calls = [(record, self._standing(record, by_id)) for record in records]
        texts = index_calls(calls, store=self.store, embedder=self.embedder)
        self.report.texts_embedded += texts

    def _standing(self, record: CallRecord, by_id: dict[str, LedgerEntry]) -> LedgerEntry:
        earlier = by_id[record.call.id]
        return after_fetching(record, earlier, now=self.now(), patience=self.patience)

    def _settle_others(self, fetched: Fetched, by_id: dict[str, LedgerEntry]) -> None:
        """Enter the calls that are gone from Close, and those that could not be read."""
        self.store.remove(fetched.missing)
        at = self.now()
        self.store.enter(after_deletion(by_id[gone], now=at) for gone in fetched.missing)
        for unreadable in fetched.unreadable:
            self._fail(by_id[unreadable.call_id], unreadable.reason)

    def _fail(self, earlier: LedgerEntry, reason: str) -> None:
        _log.warning("call %s: %s", earlier.call_id, reason)
        self.store.enter([after_failing(earlier, reason, now=self.now())])
        self._note_problem(f"{earlier.call_id}: {reason.removeprefix(f'call {earlier.call_id}: ')}")

    def _note_problem(self, problem: str) -> None:
        if len(self.report.problems) < _PROBLEMS_TOLD:
            self.report.problems.append(problem)

    def summed_up(self, seconds: float) -> SyncReport:
        """The report, with what the ledger and the client counted."""
        tally, stats = self.store.tally(), self.close.stats
        if stats.rows_without_id:
            self._note_problem(f"{stats.rows_without_id} rows of Close named no call")
        return replace(
            self.report,
            known=tally.known,
            indexed=tally.count(CallState.INDEXED),
            waiting=tally.count(CallState.WAITING),
            failed=tally.count(CallState.FAILED),
            deleted=tally.count(CallState.DELETED),
            seconds=seconds,
            requests=stats.requests,
            retries=stats.retries,
            rate_limited=stats.rate_limited,
        )


def _version(event: CallEvent) -> str:
    """Tells events apart: Close merges updates close in time into one that keeps its id."""
    return f"{event.id} {event.date_updated.isoformat()}"


def _read_mark(store: Store) -> datetime | None:
    mark = store.cursor(EVENTS_CURSOR)
    return datetime.fromisoformat(mark) if mark else None


def _is_as_known(entry: LedgerEntry | None, sighting: Sighting) -> bool:
    return (
        entry is not None
        and entry.state is not CallState.DELETED
        and entry.date_updated is not None
        and entry.date_updated == sighting.date_updated
    )


def _due(
    entry: LedgerEntry | None, call_id: str, at: datetime, date_updated: datetime | None = None
) -> LedgerEntry:
    """The call's entry, due now."""
    if entry is None or entry.state is CallState.DELETED:
        return seen_for_the_first_time(call_id, now=at, date_updated=date_updated)
    return replace(entry, due_at=at)
