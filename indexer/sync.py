"""Sync: first find out which calls are due, then fetch and index those.

Whatever tells us of a call (the history, the event log, a webhook, its own patience
for a transcript) only marks it as due in the ledger. Everything due then takes one
path: fetched by id, cut, embedded, put. So a sync that is cut short is resumed
by the next, which repeats at most the batch that was under way.
"""

import json
import logging
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from indexer.close import Close, Fetched, Unreachable
from indexer.discovery import Discovery
from indexer.embedder import Embedder
from indexer.exclusion import Rule, rule_against
from indexer.marks import LAST_SYNC, RULES, remembering_problems
from indexer.measuring import measure_due
from indexer.pipeline import Progress, index_calls
from indexer.standing import (
    DEFAULT_PATIENCE,
    after_deletion,
    after_exclusion,
    after_failing,
    after_fetching,
    is_to_be_asked_for_alone,
    to_be_asked_for_alone,
    with_names_to_come,
)
from indexer.store.contract import Store
from indexer.when import utc_now
from models import CallRecord, CallState, Lead, LedgerEntry, Outcome
from models.errors import (
    CloseRefused,
    CloseUnavailable,
    CloseUnreadable,
)

_FETCHED_TOGETHER: Final = 50
_INDEXED_TOGETHER: Final = 10
"""Few, so that little is done twice when we are killed, and a stop is soon heeded."""
_ASKED_FOR_ALONE: Final = 10
"""Few, so that what is newly due does not wait for them."""
_PROBLEMS_TOLD: Final = 20
_TRIES: Final = re.compile(r" in \d+ tr(y|ies) over \d+ s")
_NO_NAME: Final = (CloseRefused, CloseUnreadable, CloseUnavailable)

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class SyncReport:
    """What one sync did, and what the ledger says at its end."""

    known: int = 0
    indexed: int = 0
    waiting: int = 0
    failed: int = 0
    excluded: int = 0
    deleted: int = 0
    new: int = 0
    """Calls heard of for the first time in this sync."""
    changed: int = 0
    """Calls known before that something had happened to."""
    gone: int = 0
    """Calls found to be gone from Close."""
    compared_all: bool = False
    """Whether every call Close lists was compared with ours, to the end."""
    fetched: int = 0
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
    rules: Sequence[Rule] = (),
    compare_all: bool = False,
    now: Callable[[], datetime] = utc_now,
) -> SyncReport:
    """Bring the store up to date with Close, comparing all calls if need be or asked.

    Raises:
        CloseError: Close cannot be asked any more; what was done stays done.
        StoreError, EmbedderError: nothing can be stored or embedded.
    """
    run = Sync(
        close=close,
        store=store,
        embedder=embedder,
        progress=progress,
        patience=patience,
        rules=rules,
        now=now,
    )
    with remembering_problems(store, now):
        run.look(compare_all=compare_all)
        run.fetch_due()
        run.measure_due()
    return run.report()


class Sync:
    """One sync under way, step by step."""

    def __init__(
        self,
        *,
        close: Close,
        store: Store,
        embedder: Embedder,
        progress: Progress,
        patience: timedelta = DEFAULT_PATIENCE,
        rules: Sequence[Rule] = (),
        now: Callable[[], datetime] = utc_now,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """Do nothing yet. When `is_stopped` says so, a step ends early, and well."""
        self._close = close
        self._store = store
        self._embedder = embedder
        self._progress = progress
        self._patience = patience
        self._rules = rules
        self._now = now
        self._is_stopped = is_stopped
        self._began, self._clock = now(), time.monotonic()
        self._spent_before = replace(close.stats)
        self._report = SyncReport()
        self._leads: dict[str, Lead | None] = {}
        self._unnamed_leads: set[str] = set()
        self._lacks_outcomes = False
        self._discovery = Discovery(
            close, store, now=now, marked=self._tell_marked, is_stopped=is_stopped
        )

    def hear(self, call_ids: Iterable[str]) -> None:
        """Mark calls as due that somebody says have changed."""
        self._discovery.hear(call_ids)

    def look(self, *, compare_all: bool = False) -> None:
        """Mark as due every call that is new or has changed; see `Discovery.look`."""
        self._hold_to_rules()
        self._report.compared_all = self._discovery.look(compare_all=compare_all)

    def fetch_due(self, *, is_enough: Callable[[], bool] = lambda: False) -> None:
        """Fetch and index every call due now; what falls due meanwhile is for the next sync.

        Ends early when `is_enough` says so after a batch.
        """
        at = self._now()
        due = self._store.count_due(now=at)
        outcomes = self._outcomes() if due else {}
        while entries := self._store.due(now=at, limit=_FETCHED_TOGETHER):
            self._report.fetched += self._fetch(entries, outcomes)
            if self._is_stopped():
                return
            self._progress.fetched(self._report.fetched, due, self._report.texts_embedded)
            if is_enough():
                return
        self._store.set_cursor(LAST_SYNC, self._began.isoformat())

    def measure_due(self, *, is_enough: Callable[[], bool] = lambda: False) -> None:
        """Measure stored calls by today's formulas, those that have not been.

        Ends early when `is_enough` says so after a batch.
        """
        measure_due(self._store, is_enough=lambda: self._is_stopped() or is_enough())

    def report(self) -> SyncReport:
        """What was done so far, with what the ledger and the client have counted."""
        tally, spent, before = self._store.tally(), self._close.stats, self._spent_before
        found = self._discovery.found
        problems = [*found.notes, *self._report.problems]
        if rows := spent.rows_without_id - before.rows_without_id:
            problems.append(f"{rows} rows of Close named no call")
        if seconds := spent.dense_seconds - before.dense_seconds:
            problems.append(
                f"Close lists only some of the calls that share one of {seconds} seconds:"
                " the others come when something happens to them"
            )
        if gaps := spent.gaps - before.gaps:
            problems.append(
                f"Close's lists changed too fast {gaps} times to be sure that nothing was missed:"
                " all calls are compared again later"
            )
        return replace(
            self._report,
            known=tally.known,
            indexed=tally.count(CallState.INDEXED),
            waiting=tally.count(CallState.WAITING),
            failed=tally.count(CallState.FAILED),
            excluded=tally.count(CallState.EXCLUDED),
            deleted=tally.count(CallState.DELETED),
            new=len(found.new),
            changed=len(found.changed),
            seconds=time.monotonic() - self._clock,
            requests=spent.requests - before.requests,
            retries=spent.retries - before.retries,
            rate_limited=spent.rate_limited - before.rate_limited,
            problems=problems,
        )

    def _tell_marked(self) -> None:
        due = self._store.count_due(now=self._now())
        self._progress.discovered(self._store.tally().known, due)

    def _fetch(self, entries: Sequence[LedgerEntry], outcomes: dict[str, Outcome]) -> int:
        """Fetch and index these calls, or some of them; returns how many are done with."""
        alone = [entry for entry in entries if is_to_be_asked_for_alone(entry)][:_ASKED_FOR_ALONE]
        together = [entry for entry in entries if not is_to_be_asked_for_alone(entry)]
        by_id = {entry.call_id: entry for entry in together or alone}
        fetched = self._close.fetch(list(by_id), alone=not together)
        self._settle_others(fetched, by_id)
        let_in = self._let_in(fetched.records, by_id)
        for first in range(0, len(let_in), _INDEXED_TOGETHER):
            if self._is_stopped():
                return first
            records = let_in[first : first + _INDEXED_TOGETHER]
            self._index([self._named(record, outcomes) for record in records], by_id)
        return len(by_id) - len(fetched.unlisted)

    def _let_in(
        self, records: Sequence[CallRecord], by_id: dict[str, LedgerEntry]
    ) -> list[CallRecord]:
        """Those of the calls that no rule leaves out; the others are forgotten."""
        ruled = [(record, rule_against(record.call, self._rules)) for record in records]
        at = self._now()
        self._leave_out(
            after_exclusion(
                replace(by_id[record.call.id], seen_at=at),
                rule.text,
                now=at,
                date_updated=record.call.date_updated,
            )
            for record, rule in ruled
            if rule
        )
        return [record for record, rule in ruled if not rule]

    def _hold_to_rules(self) -> None:
        """Once after the rules have changed: leave out stored calls, fetch those let in again."""
        rules = json.dumps(sorted(rule.text for rule in self._rules))
        if (self._store.cursor(RULES) or "[]") == rules:
            return
        for rule in self._rules:
            while records := self._store.calls(rule.where, limit=_FETCHED_TOGETHER):
                known = self._store.entries([record.call.id for record in records])
                self._leave_out(
                    after_exclusion(
                        known[record.call.id],
                        rule.text,
                        now=self._now(),
                        date_updated=record.call.date_updated,
                    )
                    for record in records
                )
        self._discovery.doubt_excluded({f"rule {rule.text}" for rule in self._rules})
        self._store.set_cursor(RULES, rules)

    def _leave_out(self, entries: Iterable[LedgerEntry]) -> None:
        excluded = list(entries)
        self._store.remove([entry.call_id for entry in excluded], excluded)

    def _named(self, record: CallRecord, outcomes: dict[str, Outcome]) -> CallRecord:
        """The call with the names of its lead and outcome, as far as Close tells them."""
        lead_id, outcome_id = record.call.lead_id, record.call.outcome_id
        if lead_id and lead_id not in self._leads:
            self._leads[lead_id] = self._lead(lead_id)
        lead = self._leads.get(lead_id) if lead_id else None
        return replace(record, lead=lead, outcome=outcomes.get(outcome_id or ""))

    def _outcomes(self) -> dict[str, Outcome]:
        try:
            return self._close.outcomes()
        except Unreachable:
            raise
        except _NO_NAME as error:
            self._note_problem(f"outcomes stay without names: {error}")
            self._lacks_outcomes = isinstance(error, CloseUnavailable)
            return {}

    def _lead(self, lead_id: str) -> Lead | None:
        try:
            return self._close.lead(lead_id)
        except Unreachable:  # names can wait until Close is back, and so can the calls
            raise
        except _NO_NAME as error:  # a call without its lead's name is better than no call
            self._note_problem(f"{lead_id} stays without a name: {error}")
            if isinstance(error, CloseUnavailable):
                self._unnamed_leads.add(lead_id)
            return None

    def _index(self, records: Sequence[CallRecord], by_id: dict[str, LedgerEntry]) -> None:
        calls = [(record, self._standing(record, by_id)) for record in records]
        indexed = index_calls(calls, store=self._store, embedder=self._embedder)
        self._report.texts_embedded += indexed.texts_embedded
        for refusal in indexed.refused:
            self._fail(by_id[refusal.record.call.id], refusal.reason)

    def _standing(self, record: CallRecord, by_id: dict[str, LedgerEntry]) -> LedgerEntry:
        earlier, at = by_id[record.call.id], self._now()
        entry = after_fetching(record, earlier, now=at, patience=self._patience)
        call = record.call
        is_unnamed = call.lead_id in self._unnamed_leads or (
            bool(call.outcome_id) and self._lacks_outcomes
        )
        return with_names_to_come(entry, now=at) if is_unnamed else entry

    def _settle_others(self, fetched: Fetched, by_id: dict[str, LedgerEntry]) -> None:
        """Enter the calls that are gone from Close, and those that could not be read."""
        self._store.enter(to_be_asked_for_alone(by_id[unlisted]) for unlisted in fetched.unlisted)
        at = self._now()
        self._store.remove(
            fetched.missing, (after_deletion(by_id[gone], now=at) for gone in fetched.missing)
        )
        self._report.gone += len(fetched.missing)
        for unreadable in fetched.unreadable:
            self._fail(by_id[unreadable.call_id], unreadable.reason)

    def _fail(self, earlier: LedgerEntry, reason: str) -> None:
        # Without the id and the tries, so that calls that fail alike are counted together.
        reason = reason.removeprefix(f"call {earlier.call_id}: ").replace(earlier.call_id, "…")
        reason = _TRIES.sub("", reason)
        _log.warning("call %s: %s", earlier.call_id, reason)
        self._store.enter([after_failing(earlier, reason, now=self._now())])
        self._note_problem(f"{earlier.call_id}: {reason}")

    def _note_problem(self, problem: str) -> None:
        if len(self._report.problems) < _PROBLEMS_TOLD:
            self._report.problems.append(problem)
