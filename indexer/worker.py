"""The worker: keeps the store current for as long as it runs.

It reads the event log every minute or so, fetches what is due, hears hints at once,
and compares every call with Close's once a day. It takes the writer lock for each
round only, so that other commands get their turn.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from indexer.bootstrap import Services
from indexer.close import Close
from indexer.marks import HISTORY, LAST_COMPARED, WorkerState, moment, remembering_problems
from indexer.pipeline import Progress
from indexer.sync import Sync, SyncReport
from indexer.when import utc_now
from models.errors import CallsiftError, CloseError, CloseUnavailable, StoreBusy

_TICK_S: Final = 0.5
"""How soon a hint is heeded."""
_SHARE_OF_LOOKING: Final = 10
"""A look for changes that took long is not repeated before ten times as long."""
_LONGEST_BACKOFF_S: Final = 900.0
_STOP_S: Final = 30.0
"""A batch under way is waited for; what takes longer is cut off, and done again next time."""

_log = logging.getLogger(__name__)


class _Stopping(Exception):
    """Somebody called `stop` while we waited for Close."""


class Silence:
    """Progress that nobody watches."""

    def discovered(self, known: int, due: int) -> None:
        """Say nothing."""

    def fetched(self, done: int, due: int, texts_embedded: int) -> None:
        """Say nothing."""


class Worker:
    """Syncs over and over, in a thread of its own, until it is stopped. No failure ends it."""

    def __init__(
        self,
        services: Services,
        *,
        progress: Progress | None = None,
        told: Callable[[SyncReport], None] = lambda _: None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """Do nothing yet; `told` gets the report of each round in which anything was done."""
        self._services = services
        self._settings = services.settings
        self._progress = progress or Silence()
        self._told = told
        self._now = now
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._next_look = time.monotonic()
        self._failures = 0
        self._said = ""
        self.state: WorkerState = "idle"

    def start(self) -> None:
        """Begin to keep the store current, in the background."""
        self._thread.start()

    def stop(self, timeout_s: float = _STOP_S) -> None:
        """End soon, and well; wait for that so many seconds. Whatever is cut off is not lost."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def wait(self) -> None:
        """Wait until somebody else stops it."""
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._services.close_client(sleep=self._sleep) as close:
                    self._keep_current(close)
            except _Stopping:
                return
            except StoreBusy:
                self.state = "elsewhere"
                self._wait(self._settings.poll_seconds)
            except Exception as error:  # noqa: BLE001 -- the next round may well succeed
                self._fail(error)

    def _keep_current(self, close: Close) -> None:
        while not self._stopping.is_set():
            if self._services.hints or time.monotonic() >= self._next_look or self._is_behind():
                self._round(close)
            self._wait(_TICK_S)

    def _is_behind(self) -> bool:
        """Whether calls are due, as they are in a long first sync."""
        return self._services.store.count_due(now=self._now()) > 0

    def _round(self, close: Close) -> None:
        services = self._services
        sync = Sync(
            close=close,
            store=services.store,
            embedder=services.embedder,
            progress=self._progress,
            patience=self._settings.transcript_patience,
            rules=self._settings.exclude,
            now=self._now,
            is_stopped=self._stopping.is_set,
        )
        with services.writing(), remembering_problems(services.store, self._now):
            self.state = "syncing"
            services.ready()
            call_ids, has_overflowed = services.hints.take()
            sync.hear(call_ids)
            if has_overflowed or time.monotonic() >= self._next_look:
                self._look(sync, close)
            sync.fetch_due(is_enough=self._has_something_to_hear)
            sync.measure_due(is_enough=self._has_something_to_hear)
        self.state, self._failures, self._said = "idle", 0, ""
        report = sync.report()
        if report.fetched or report.compared_all or report.problems:
            self._told(report)

    def _look(self, sync: Sync, close: Close) -> None:
        began = time.monotonic()
        is_time_to_compare = self._is_time_to_compare()
        if is_time_to_compare:
            self._resume_webhooks(close)
        sync.look(compare_all=is_time_to_compare)
        took_s = time.monotonic() - began
        wait_s = max(self._settings.poll_seconds, took_s * _SHARE_OF_LOOKING)
        self._next_look = time.monotonic() + wait_s

    def _is_time_to_compare(self) -> bool:
        every = timedelta(hours=self._settings.compare_hours)
        store = self._services.store
        if not every or store.cursor(HISTORY) != "done":
            return False
        last = moment(store, LAST_COMPARED)
        return last is None or self._now() - last >= every

    def _resume_webhooks(self, close: Close) -> None:
        """Have Close deliver again where it has stopped; the event log tells what was lost."""
        held = self._services.webhook_keys.held()
        if not held:
            return
        try:
            paused = [s for s in close.subscriptions() if s.id in held and not s.is_active]
            for subscription in paused:
                close.activate(subscription.id)
                _log.warning("Close had paused the webhook %s: resumed", subscription.id)
        except CloseUnavailable:
            raise
        except CloseError as error:  # they are of no more use than to be quick
            _log.warning("the webhooks cannot be looked at: %s", error)

    def _has_something_to_hear(self) -> bool:
        """Whether what is due should wait a moment for what is newer."""
        return bool(self._services.hints) or time.monotonic() >= self._next_look

    def _fail(self, error: Exception) -> None:
        """Say once what is wrong, and wait longer each time."""
        self.state = "idle"
        what = str(error) if isinstance(error, CallsiftError) else f"a defect of ours: {error!r}"
        if what != self._said:
            _log.warning("the calls are not kept current, trying again: %s", what)
        self._said = what
        self._failures += 1
        self._wait(min(_LONGEST_BACKOFF_S, self._settings.poll_seconds * 2**self._failures))

    def _wait(self, seconds: float) -> None:
        self._stopping.wait(seconds)

    def _sleep(self, seconds: float) -> None:
        """Wait as Close asks us to, but not once we are stopped."""
        if self._stopping.wait(seconds):
            raise _Stopping
