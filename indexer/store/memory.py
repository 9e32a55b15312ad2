"""The store contract in lists and dicts: the oracle the engines must agree with."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

import numpy as np

from indexer.heard import HeardLine, heard_lines, hears
from indexer.lines import Column, Lines
from indexer.store.contract import Place, StoreFacts
from indexer.store.memory_papers import MemoryPapers
from indexer.store.memory_saved import MemorySavedSearches
from indexer.vectors import EmbedderId, Vector, Vectors
from indexer.words import full_marks, idf, query_stems, stems
from models import (
    EVERYTHING,
    CallRecord,
    CallState,
    Expression,
    Facet,
    FacetCount,
    Grain,
    Hit,
    Kind,
    Lead,
    LedgerEntry,
    Outcome,
    Passage,
    SearchFilter,
    Side,
    StateGroup,
    Tally,
)
from models.errors import EmbedderMismatch
from models.outline import CallOutline, Figures

_FIELDS = {
    Facet.USER: "user_id",
    Facet.DISPOSITION: "disposition",
    Facet.OUTCOME: "outcome_id",
    Facet.DIRECTION: "direction",
    Facet.CALL_METHOD: "call_method",
}

_K1, _B = 1.2, 0.75  # BM25's usual constants: Robertson & Zaragoza 2009, section 3.3


@dataclass(frozen=True, slots=True)
class _Stored:
    record: CallRecord
    vectors: dict[int, Vector]
    """By the ordinal of their passage, rounded to float16 as every engine keeps them."""


class MemoryStore(MemorySavedSearches, MemoryPapers):
    """A store for tests and for reading: exact, plain, and gone when the process ends."""

    def __init__(self) -> None:
        MemorySavedSearches.__init__(self)
        MemoryPapers.__init__(self)
        self._figures: dict[str, tuple[str, Figures]] = {}
        self._calls: dict[str, _Stored] = {}
        self._leads: dict[str, Lead] = {}
        self._outcomes: dict[str, Outcome] = {}
        self._ledger: dict[str, LedgerEntry] = {}
        self._cursors: dict[str, str] = {}
        self._embedder: EmbedderId | None = None

    def put(self, record: CallRecord, vectors: Vectors, entry: LedgerEntry) -> None:
        if self._embedder and len(vectors) and vectors.shape[1] != self._embedder.dimensions:
            raise EmbedderMismatch(f"{vectors.shape[1]} dimensions given, {self._embedder} stored")
        rounded = vectors.astype(np.float16).astype(np.float32)
        embedded = [p.ordinal for p in record.passages if p.grain.has_vector]
        by_ordinal = dict(zip(embedded, rounded, strict=True))
        if not self._has_words_of(record):
            self._figures.pop(record.call.id, None)
        self._calls[record.call.id] = _Stored(record, by_ordinal)
        if record.lead:
            self._leads[record.lead.id] = record.lead
        if record.outcome:
            self._outcomes[record.outcome.id] = record.outcome
        self._ledger[entry.call_id] = entry
        self._note_arrival(record)

    def remove(self, call_ids: Sequence[str], entries: Iterable[LedgerEntry] = ()) -> None:
        for call_id in call_ids:
            self._calls.pop(call_id, None)
            self._arrivals.pop(call_id, None)
            self._figures.pop(call_id, None)
        self.enter(entries)

    def get(self, call_id: str) -> CallRecord | None:
        stored = self._calls.get(call_id)
        return self._named(stored.record) if stored else None

    def calls(
        self, where: SearchFilter = EVERYTHING, *, limit: int, after: Place | None = None
    ) -> list[CallRecord]:
        named = (self._named(s.record) for s in self._calls.values())
        passing = (record for record in named if _heard(record, where))
        newest = sorted(passing, key=_place, reverse=True)
        if after:
            newest = [r for r in newest if _place(r) < (after.activity_at, after.call_id)]
        return [r.with_passages(()) for r in newest[:limit]]

    def passing(self, where: SearchFilter, *, limit: int) -> list[str]:
        named = (self._named(s.record) for s in self._calls.values())
        return sorted(record.call.id for record in named if _heard(record, where))[:limit]

    def measure(self, figures: Mapping[str, Figures], *, formulas: str) -> None:
        known = {i: (formulas, dict(f)) for i, f in figures.items() if i in self._calls}
        self._figures.update(known)

    def unmeasured(self, *, formulas: str, limit: int) -> list[str]:
        none: tuple[str, Figures] = ("", {})
        stale = (i for i in self._calls if self._figures.get(i, none)[0] != formulas)
        return sorted(stale)[:limit]

    def outlines(self, where: SearchFilter = EVERYTHING, *, formulas: str) -> list[CallOutline]:
        passing = (self._calls[i].record for i in self.passing(where, limit=len(self._calls)))
        return [self._outline(record, formulas) for record in passing]

    def _outline(self, record: CallRecord, formulas: str) -> CallOutline:
        call = record.call
        by, figures = self._figures.get(call.id, ("", {}))
        names = (field.name for field in fields(CallOutline))
        same = {name: getattr(call, name) for name in names if hasattr(call, name)}
        spoken = frozenset(kind for kind, side in record.voices() if side is not None)
        return CallOutline(**same, spoken=spoken, figures=figures if by == formulas else None)

    def _has_words_of(self, record: CallRecord) -> bool:
        """Whether a call is stored with the very words of a record."""
        stored = self._calls.get(record.call.id)
        if stored is None:
            return False
        old = stored.record
        return (old.recording, old.voicemail, old.passages, old.names()) == (
            record.recording, record.voicemail, record.passages, record.names()
        )  # fmt: skip

    def count(self, where: SearchFilter = EVERYTHING) -> int:
        return sum(_heard(self._named(s.record), where) for s in self._calls.values())

    def counts(self, facet: Facet, where: SearchFilter = EVERYTHING) -> list[FacetCount]:
        calls = Counter(
            value
            for s in self._calls.values()
            for value in _values(self._named(s.record), facet, where)
        )
        counts = (
            FacetCount(value=value, label=self._label(facet, value), calls=n)
            for value, n in calls.items()
        )
        return sorted(counts, key=lambda count: count.order)

    def nearest(
        self, vector: Vector, *, grain: Grain, limit: int, where: SearchFilter = EVERYTHING
    ) -> list[Hit]:
        hits = (
            Hit(stored.record.call.id, p.ordinal, float(stored.vectors[p.ordinal] @ vector))
            for stored, p in self._passages(where)
            if p.grain is grain and _says(stored.record, p, where)
        )
        return _best_of_each_call(hits)[:limit]

    def matching(self, text: str, *, limit: int, where: SearchFilter = EVERYTHING) -> list[Hit]:
        wanted = query_stems(text)
        cut = _lines if where.is_of_utterances else _documents
        documents = [d for s in self._calls.values() for d in cut(self._named(s.record), where)]
        said = _Field([d.said for d in documents], wanted)
        names = _Field([d.names for d in documents], wanted)
        full = full_marks(said.holding.values(), len(documents))
        hits = (
            Hit(d.call_id, d.ordinal, (said.score(d.said) + names.score(d.names)) / full)
            for d in documents
            if d.passes and (said.score(d.said) > 0 or names.score(d.names) > 0)
        )
        return _best_of_each_call(hits)[:limit]

    def lines_saying(self, expression: Expression, *, where: SearchFilter = EVERYTHING) -> Lines:
        alone = SearchFilter(said=expression)
        return self._lines(where, lambda _, line: 1.0 if hears([line], alone) else None)

    def lines_near(
        self, vector: Vector, *, at_least: float, where: SearchFilter = EVERYTHING
    ) -> Lines:
        def closeness(stored: _Stored, line: HeardLine) -> float | None:
            cosines = [
                float(stored.vectors[p.ordinal] @ vector)
                for p in stored.record.passages
                if p.grain is Grain.UTTERANCE and (p.kind, p.first) == (line.kind, line.position)
            ]
            return max((c for c in cosines if c >= at_least), default=None)

        return self._lines(where, closeness)

    def ids_of(self, calls: Column) -> dict[int, str]:
        ids = dict(enumerate(self._calls))
        return {n: ids[n] for n in set(calls.tolist()) if n in ids}

    def vectors(self, call_id: str) -> tuple[list[int], Vectors]:
        stored = self._calls.get(call_id)
        if stored is None or not stored.vectors:
            return [], np.zeros((0, 0), np.float32)
        return list(stored.vectors), np.stack(list(stored.vectors.values()))

    def embedded(self, texts: Sequence[str]) -> dict[str, Vector]:
        wanted = set(texts)
        return {
            passage.text: stored.vectors[passage.ordinal]
            for stored in self._calls.values()
            for passage in stored.record.passages
            if passage.ordinal in stored.vectors and passage.text in wanted
        }

    def remember_embedder(self, embedder: EmbedderId) -> None:
        if self._embedder not in (None, embedder):
            raise EmbedderMismatch(f"holds vectors of {self._embedder}, not {embedder}")
        self._embedder = embedder

    def cursor(self, name: str) -> str | None:
        return self._cursors.get(name)

    def set_cursor(self, name: str, value: str | None) -> None:
        self._cursors.pop(name, None)
        if value is not None:
            self._cursors[name] = value

    def facts(self) -> StoreFacts:
        passages = sum(len(s.record.passages) for s in self._calls.values())
        return StoreFacts(
            location="memory", schema_version=0, passages=passages, embedder=self._embedder
        )

    def check(self) -> list[str]:
        return []

    def close(self) -> None:
        pass

    def enter(self, entries: Iterable[LedgerEntry]) -> None:
        self._ledger.update((entry.call_id, entry) for entry in entries)

    def entries(self, call_ids: Sequence[str]) -> dict[str, LedgerEntry]:
        return {i: self._ledger[i] for i in call_ids if i in self._ledger}

    def due(self, *, now: datetime, limit: int) -> list[LedgerEntry]:
        return self._due(now)[:limit]

    def count_due(self, *, now: datetime) -> int:
        return len(self._due(now))

    def unseen(self, *, since: datetime, limit: int, after: str = "") -> list[LedgerEntry]:
        entries = [
            entry
            for call_id, entry in sorted(self._ledger.items())
            if entry.seen_at and entry.seen_at < since
            if entry.state is not CallState.DELETED and call_id > after
        ]
        return entries[:limit]

    def standing(
        self, state: CallState, *, limit: int, after: LedgerEntry | None = None
    ) -> list[LedgerEntry]:
        entries = sorted((e for e in self._ledger.values() if e.state is state), key=_standing)
        return [e for e in entries if after is None or _standing(e) > _standing(after)][:limit]

    def tally(self) -> Tally:
        alike: dict[tuple[CallState, str], list[LedgerEntry]] = {}
        for entry in self._ledger.values():
            alike.setdefault((entry.state, entry.reason), []).append(entry)
        return Tally(
            groups=tuple(
                StateGroup(
                    state=state, reason=reason, calls=len(entries),
                    since=min(e.since for e in entries),
                    due_at=min((e.due_at for e in entries if e.due_at), default=None),
                )
                for (state, reason), entries in sorted(alike.items())
            )
        )  # fmt: skip

    def _due(self, now: datetime) -> list[LedgerEntry]:
        due = [(now - e.due_at, e.call_id, e) for e in self._ledger.values() if e.due_at]
        by_age = sorted(due, key=lambda d: d[:2])
        return [entry for age, _, entry in by_age if age >= timedelta(0)]

    def _passages(self, where: SearchFilter) -> Iterator[tuple[_Stored, Passage]]:
        for stored in self._calls.values():
            if _passes(self._named(stored.record), where):
                for passage in stored.record.passages:
                    yield stored, passage

    def _lines(
        self, where: SearchFilter, score: Callable[[_Stored, HeardLine], float | None]
    ) -> Lines:
        """Every utterance that counts and has a score."""
        found = [
            (number, line, scored)
            for number, stored in enumerate(self._calls.values())
            if _heard(self._named(stored.record), where)
            for line in heard_lines(stored.record, where)
            if line.kind is not None and line.kind.is_spoken
            if (scored := score(stored, line)) is not None
        ]
        columns = [
            (n, list(Kind).index(line.kind), line.position, line.turn, line.start_ms, line.end_ms)
            for n, line, _ in found
            if line.kind is not None
        ]
        table = np.array(columns, np.int64).reshape(-1, 6)
        scores = np.array([scored for _, _, scored in found], np.float32)
        calls, kinds, positions, turns, starts_ms, ends_ms = table.T
        return Lines(calls, kinds, positions, turns, starts_ms, ends_ms, scores)

    def _label(self, facet: Facet, value: str) -> str:
        if facet is Facet.OUTCOME and value in self._outcomes:
            return self._outcomes[value].name or value
        records = [s.record for s in self._calls.values() if s.record.call.user_id == value]
        named = [record for record in records if record.call.user_name]
        if facet is Facet.USER and named:
            return max(named, key=_place).call.user_name or value
        return value

    def _named(self, record: CallRecord) -> CallRecord:
        call = record.call
        lead = self._leads.get(call.lead_id) if call.lead_id else None
        outcome = self._outcomes.get(call.outcome_id) if call.outcome_id else None
        return replace(record, lead=lead, outcome=outcome)


def _place(record: CallRecord) -> tuple[datetime, str]:
    return record.call.activity_at, record.call.id


def _passes(record: CallRecord, where: SearchFilter) -> bool:
    """Whether a call may answer, if any of its passages may."""
    if not where.admits(record.call):
        return False
    return not where.demands_words or hears(heard_lines(record, where), where)


def _heard(record: CallRecord, where: SearchFilter) -> bool:
    """Whether a listing shows the call: it passes, and has any of the words asked for."""
    has_words = (where.side is None and not where.kinds) or any(
        side is where.side and (not where.kinds or kind in where.kinds)
        for kind, side in record.voices()
    )
    return has_words and _passes(record, where)


def _values(record: CallRecord, facet: Facet, where: SearchFilter) -> set[str]:
    """The values of a facet by which a call passes: those it passes narrowed to."""
    if facet is Facet.KIND:
        kinds = where.kinds or tuple(Kind)
        return {kind for kind in kinds if _heard(record, replace(where, kinds=(kind,)))}
    if facet is Facet.SIDE:
        sides = (Side.USER, Side.CONTACT) if where.side is None else (where.side,)
        known = [side for side in sides if side is not Side.UNKNOWN]
        return {side for side in known if _heard(record, replace(where, side=side))}
    if not _heard(record, where):
        return set()
    value: str | None = getattr(record.call, _FIELDS[facet])
    return {value} if value else set()


def _of_kind(passage: Passage, where: SearchFilter) -> bool:
    return not where.kinds or passage.kind in where.kinds


def _says(record: CallRecord, passage: Passage, where: SearchFilter) -> bool:
    """Whether a passage was said by the side asked for, all of it, and is of a kind asked for."""
    if where.is_of_utterances:
        counting = {(line.kind, line.position) for line in heard_lines(record, where)}
        is_one = passage.grain is Grain.UTTERANCE
        return is_one and (passage.kind, passage.first) in counting
    return _of_kind(passage, where) and where.side in (None, passage.side)


def _best_of_each_call(hits: Iterable[Hit]) -> list[Hit]:
    best: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda h: (-h.score, h.call_id, h.ordinal or 0)):
        best.setdefault(hit.call_id, hit)
    return list(best.values())


@dataclass(frozen=True, slots=True)
class _Document:
    """What words are matched with: a passage's words, and the names of its call."""

    call_id: str
    ordinal: int | None
    passes: bool
    said: Counter[str]
    names: Counter[str]


def _documents(record: CallRecord, where: SearchFilter) -> Iterator[_Document]:
    passes = _passes(record, where)
    # Names are nobody's words and of no kind: a filter on either leaves them out.
    names = Counter(stems("" if where.side or where.kinds else record.names()))
    worded = [p for p in record.passages if p.grain.has_words]
    for p in worded:
        said = Counter(stems(record.text_of(p, where.side)))
        yield _Document(record.call.id, p.ordinal, passes and _of_kind(p, where), said, names)
    if not worded:
        yield _Document(record.call.id, None, passes, Counter(), names)


def _lines(record: CallRecord, where: SearchFilter) -> Iterator[_Document]:
    """Every line as a passage of its own: what counts where only some utterances do."""
    passes = _passes(record, where)
    counting = {(line.kind, line.position) for line in heard_lines(record, where)}
    for line in record.lines():
        counts = passes and (line.kind, line.position) in counting
        yield _Document(record.call.id, None, counts, Counter(stems(line.text)), Counter())


class _Field:
    """BM25 over one field of all documents, for some wanted stems."""

    def __init__(self, texts: Sequence[Counter[str]], wanted: Sequence[str]) -> None:
        self.holding = {w: sum(w in text for text in texts) for w in wanted}
        self._idf = {w: idf(held, len(texts)) for w, held in self.holding.items()}
        self._mean = sum(map(Counter.total, texts)) / max(len(texts), 1) or 1

    def score(self, text: Counter[str]) -> float:
        damping = _K1 * (1 - _B + _B * text.total() / self._mean)
        return sum(w * text[s] * (_K1 + 1) / (text[s] + damping) for s, w in self._idf.items())


def _standing(entry: LedgerEntry) -> tuple[datetime, str]:
    return entry.since, entry.call_id
