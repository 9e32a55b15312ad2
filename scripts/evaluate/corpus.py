"""A folder's calls as the product stores them, and what that costs."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from indexer.embedder import Embedder
from indexer.passages import cut
from indexer.pipeline import index_calls
from indexer.store.contract import Store
from indexer.store.embedded import CACHES_NAME, DATABASE_NAME, EmbeddedStore
from models import CallRecord, CallState, LedgerEntry
from scripts.evaluate.judged import Judged, Unusable

NOWHERE = (-1, -1)
"""The span of what answers without an utterance: a note, a summary, a name."""

_BATCH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a folder's calls come to, stored: counts, and bytes on disk with the caches."""

    calls: int
    passages: int
    vectors: int
    bytes: int

    def a_call(self, total: int) -> float:
        """A total of these, per call."""
        return total / self.calls if self.calls else 0.0


class Corpus:
    """The calls of one folder in a store of their own."""

    def __init__(self, judged: Judged, data: Path, embedder: Embedder) -> None:
        """Open the store in `data`, and bring it up to the folder, the cut and the embedder.

        Raises:
            Unusable: it holds vectors of another embedder, or a call cannot be indexed.
        """
        self.name = judged.name
        self.data = data
        self.records = judged.records
        self.embedder = embedder
        self.store: Store = EmbeddedStore(data)
        try:
            self._refuse_strangers()
            self._bring_up_to_date()
        except BaseException:
            self.store.close()
            raise

    @cached_property
    def spans(self) -> dict[str, list[tuple[int, int]]]:
        """The utterances of every stored passage, by call and ordinal."""
        return {
            record.call.id: [_span(p.first, p.last) for p in stored.passages]
            for record in self.records
            if (stored := self.store.get(record.call.id)) is not None
        }

    def close(self) -> Cost:
        """Let go of the store, its caches written, and say what it came to."""
        passages = sum(map(len, self.spans.values()))
        vectors = sum(len(self.store.vectors(record.call.id)[0]) for record in self.records)
        self.store.close()
        files = [self.data / DATABASE_NAME, *(self.data / CACHES_NAME).rglob("*")]
        return Cost(
            calls=len(self.records),
            passages=passages,
            vectors=vectors,
            bytes=sum(file.stat().st_size for file in files if file.is_file()),
        )

    def _refuse_strangers(self) -> None:
        known, ours = self.store.facts().embedder, self.embedder.identity
        if known not in (None, ours):
            raise Unusable(
                f"{self.data}: holds vectors of {known}, not of {ours}: "
                f"give another --data, or remove that folder"
            )

    def _bring_up_to_date(self) -> None:
        wanted = {record.call.id for record in self.records}
        stored = {record.call.id for record in self.store.calls(limit=self.store.count() + 1)}
        self.store.remove(sorted(stored - wanted))
        stale = [record for record in self.records if not self._holds(record)]
        self._tell_changes(stored, wanted, stale)
        texts = 0
        for start in range(0, len(stale), _BATCH):
            texts += self._index(stale[start : start + _BATCH])
            tell(f"{self.name}: {min(start + _BATCH, len(stale))} of {len(stale)} calls indexed")
        if stale:
            tell(f"{self.name}: {texts} texts embedded")

    def _holds(self, record: CallRecord) -> bool:
        """Whether a call is stored as it would be now: same words, same cut."""
        stored = self.store.get(record.call.id)
        fits = self.embedder.fits
        return stored is not None and stored == record.with_passages(cut(record, fits=fits))

    def _tell_changes(self, stored: set[str], wanted: set[str], stale: list[CallRecord]) -> None:
        if stored - wanted:
            gone = len(stored - wanted)
            tell(f"{self.name}: {gone} stored calls are not in the folder any more: removed")
        changed = sum(record.call.id in stored for record in stale)
        if changed:
            tell(f"{self.name}: {changed} stored calls were cut otherwise, or have changed")

    def _index(self, records: Sequence[CallRecord]) -> int:
        now = datetime.now(UTC)
        calls = [
            (r, LedgerEntry(call_id=r.call.id, state=CallState.INDEXED, since=now, reason="judged"))
            for r in records
        ]
        done = index_calls(calls, store=self.store, embedder=self.embedder)
        for refusal in done.refused:
            raise Unusable(f"{self.name}: {refusal.record.call.id} {refusal.reason}")
        return done.texts_embedded


def tell(line: str) -> None:
    """Say how it comes along, apart from the report."""
    print(line, file=sys.stderr, flush=True)


def _span(first: int | None, last: int | None) -> tuple[int, int]:
    return NOWHERE if first is None or last is None else (first, last)
