"""Import: calls from files, on the same path and into the same ledger as those of Close.

Close knows its calls better than any file: a call that it has shown us stays as it is,
and one that it has deleted stays out. Of two versions from files the later one stays.
Rules of exclusion hold for files as they do for Close.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from indexer.embedder import Embedder
from indexer.exclusion import Rule, rule_against
from indexer.importing.reading import Line, Refused, count_lines, read_lines
from indexer.measuring import measure_due
from indexer.pipeline import Progress, index_calls
from indexer.standing import (
    after_exclusion,
    after_failing,
    after_importing,
    seen_for_the_first_time,
)
from indexer.store.contract import Store
from indexer.when import utc_now
from models import CallRecord, CallState, LedgerEntry, SearchFilter

_INDEXED_TOGETHER: Final = 20
"""Few, so that little is done twice when we are killed."""
_PROBLEMS_TOLD: Final = 20


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What became of each line that was not blank: `lines` is the sum of the next six."""

    lines: int = 0
    imported: int = 0
    """Stored, new or in place of what a file said before."""
    known_from_close: int = 0
    """Left as they are: Close itself has shown us these calls."""
    deleted: int = 0
    """Left out: Close has deleted these calls."""
    older: int = 0
    """Left as they are: what a file said before is newer."""
    excluded: int = 0
    """Left out by a rule."""
    refused: int = 0
    """No call that can be used. The end of a file that cannot be read on counts as one."""
    texts_embedded: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)
    """Why lines were refused, as `FILE:LINE: reason`: the first twenty."""


class Fate(StrEnum):
    """What becomes of a line, as the report counts it."""

    IMPORTED = "imported"
    KNOWN_FROM_CLOSE = "known_from_close"
    DELETED = "deleted"
    OLDER = "older"
    EXCLUDED = "excluded"
    REFUSED = "refused"


def import_files(
    paths: Sequence[Path],
    *,
    store: Store,
    embedder: Embedder,
    progress: Progress,
    rules: Collection[Rule] = (),
    now: Callable[[], datetime] = utc_now,
) -> ImportReport:
    """Store the calls of these files, in order; `STDIN` is what is piped in.

    Whatever stops it, what was stored stays. Run again it embeds no text anew.

    Raises:
        StoreError, EmbedderError: nothing can be stored or embedded.
    """
    run = _Import(store=store, embedder=embedder, rules=rules, now=now)
    expected, began = count_lines(paths), time.monotonic()
    progress.discovered(store.tally().known, expected)
    for batch in _batches(line for path in paths for line in read_lines(path)):
        run.settle(batch)
        # A stream does not say how long it is: until it ends, there is one more.
        progress.fetched(run.lines, max(expected, run.lines + 1), run.texts_embedded)
    progress.fetched(run.lines, run.lines, run.texts_embedded)
    measure_due(store)
    return replace(run.report(), seconds=time.monotonic() - began)


def why_kept(record: CallRecord, earlier: LedgerEntry | None) -> Fate | None:
    """Why what is known of a call stays, and a file changes nothing of it; None if it does."""
    if earlier is None:
        return None
    if earlier.state is CallState.DELETED:
        return Fate.DELETED
    if earlier.seen_at is not None:
        return Fate.KNOWN_FROM_CLOSE
    known = earlier.date_updated
    return Fate.OLDER if known and record.call.date_updated < known else None


def _failed(line: Refused, earlier: LedgerEntry | None, *, now: datetime) -> LedgerEntry | None:
    """Where the call of a refused line stands; None where the line changes nothing."""
    if line.call_id is None:
        return None
    if earlier and (earlier.state is not CallState.FAILED or earlier.seen_at):
        return None
    failed = after_failing(earlier or _unseen(line.call_id, now), line.reason, now=now)
    return replace(failed, due_at=None)  # Close is not asked for what it has not told us of


def _excluded(
    record: CallRecord, rule: Rule, earlier: LedgerEntry | None, *, now: datetime
) -> LedgerEntry:
    call = record.call
    known = earlier or _unseen(call.id, now)
    return after_exclusion(known, rule.text, now=now, date_updated=call.date_updated)


def _unseen(call_id: str, now: datetime) -> LedgerEntry:
    """A call that nobody knew of before, and that Close has not shown us."""
    return replace(seen_for_the_first_time(call_id, now=now), seen_at=None)


class _Import:
    """An import under way."""

    def __init__(
        self,
        *,
        store: Store,
        embedder: Embedder,
        rules: Collection[Rule],
        now: Callable[[], datetime],
    ) -> None:
        self.texts_embedded = 0
        self._store = store
        self._embedder = embedder
        self._rules = rules
        self._now = now
        self._fates: Counter[Fate] = Counter()
        self._problems: list[str] = []

    @property
    def lines(self) -> int:
        """How many lines are settled."""
        return self._fates.total()

    def report(self) -> ImportReport:
        """What was done so far."""
        return ImportReport(
            lines=self.lines,
            texts_embedded=self.texts_embedded,
            problems=self._problems,
            **{fate.value: count for fate, count in self._fates.items()},
        )

    def settle(self, batch: Sequence[Line | Refused]) -> None:
        """Store what some lines tell, and count what becomes of each. No id may come twice."""
        known = self._store.entries([line.call_id for line in batch if line.call_id])
        refused = [line for line in batch if isinstance(line, Refused)]
        wanted: list[Line] = []
        excluded: list[LedgerEntry] = []
        at = self._now()
        for line in (line for line in batch if isinstance(line, Line)):
            earlier = known.get(line.call_id)
            if kept := why_kept(line.record, earlier):
                self._fates[kept] += 1
            elif rule := rule_against(line.record.call, self._rules):
                excluded.append(_excluded(line.record, rule, earlier, now=at))
            else:
                wanted.append(line)
        self._leave_out(excluded)
        refused += self._index(wanted, known, at)
        self._refuse(refused, known, at)

    def _leave_out(self, entries: Sequence[LedgerEntry]) -> None:
        self._fates[Fate.EXCLUDED] += len(entries)
        if entries:
            self._store.remove([entry.call_id for entry in entries], entries)

    def _index(
        self, lines: Sequence[Line], known: Mapping[str, LedgerEntry], at: datetime
    ) -> list[Refused]:
        """Store calls; those that cannot be indexed come back."""
        if not lines:
            return []  # a file that brings nothing new waits for no network
        records = [self._named(line.record) for line in lines]
        calls = [(r, after_importing(r, known.get(r.call.id), now=at)) for r in records]
        indexed = index_calls(calls, store=self._store, embedder=self._embedder)
        self.texts_embedded += indexed.texts_embedded
        self._fates[Fate.IMPORTED] += len(lines) - len(indexed.refused)
        reasons = {refusal.record.call.id: refusal.reason for refusal in indexed.refused}
        return [
            Refused(where=line.where, call_id=line.call_id, reason=reasons[line.call_id])
            for line in lines
            if line.call_id in reasons
        ]

    def _refuse(
        self, lines: Sequence[Refused], known: Mapping[str, LedgerEntry], at: datetime
    ) -> None:
        """Count lines, and enter their calls as failed, but for those of which better is known."""
        self._fates[Fate.REFUSED] += len(lines)
        untold = lines[: _PROBLEMS_TOLD - len(self._problems)]
        self._problems += [f"{line.where}: {line.reason}" for line in untold]
        failed = (_failed(line, known.get(line.call_id or ""), now=at) for line in lines)
        if entries := [entry for entry in failed if entry]:
            self._store.enter(entries)

    def _named(self, record: CallRecord) -> CallRecord:
        """The call with its names: those that Close gave come first, then the file's."""
        lead, outcome = record.lead, record.outcome
        if lead:
            known, is_close_s = self._known(SearchFilter(lead_ids=(lead.id,)))
            if known and known.lead:
                first, then = (known.lead, lead) if is_close_s else (lead, known.lead)
                lead = replace(first, name=first.name or then.name, url=first.url or then.url)
        if outcome:
            known, is_close_s = self._known(SearchFilter(outcome_ids=(outcome.id,)))
            if known and known.outcome and is_close_s:
                outcome = known.outcome
        return replace(record, lead=lead, outcome=outcome)

    def _known(self, where: SearchFilter) -> tuple[CallRecord | None, bool]:
        """The newest call here that passes, and whether it is one that Close has shown us."""
        newest = next(iter(self._store.calls(where, limit=1)), None)
        if newest is None:
            return None, False
        [entry] = self._store.entries([newest.call.id]).values()
        return newest, entry.seen_at is not None


def _batches(lines: Iterable[Line | Refused]) -> Iterator[list[Line | Refused]]:
    """Lines in order, some at a time; two of one call are never together."""
    batch: list[Line | Refused] = []
    for line in lines:
        is_repeated = line.call_id is not None and any(line.call_id == b.call_id for b in batch)
        if is_repeated or len(batch) == _INDEXED_TOGETHER:
            yield batch
            batch = []
        batch.append(line)
    if batch:
        yield batch
