"""The store on one machine: SQLite is the truth, FAISS and tantivy are caches of it."""

import json
import logging
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from indexer.lines import Column, Lines
from indexer.store import counts, ledger, measurements, papers, rows, saved
from indexer.store.caches import SearchCaches
from indexer.store.contract import Place, StoreFacts
from indexer.store.filters import condition_of_listing
from indexer.store.keys import first_key, ordinal_of, text_hash
from indexer.store.sqlite import Database, schema_version
from indexer.vectors import EmbedderId, Vector, Vectors
from models import (
    EVERYTHING,
    CallRecord,
    Expression,
    Facet,
    FacetCount,
    Grain,
    Hit,
    Kind,
    LedgerEntry,
    SearchFilter,
    Side,
)
from models.errors import EmbedderMismatch, StoreError
from models.outline import CallOutline

_log = logging.getLogger(__name__)

DATABASE_NAME = "callsift.db"
CACHES_NAME = "caches"

_LOOKS = 3
_NEWEST_FIRST = " ORDER BY c.activity_us DESC, c.id DESC LIMIT ?"


def open_database(folder: Path) -> Database:
    """The database of a data directory, made or brought up to date if need be."""
    return Database(folder / DATABASE_NAME, {"text_hash": text_hash, "asks": rows.asks})


class EmbeddedStore(
    ledger.SqliteLedger,
    saved.SqliteSavedSearches,
    papers.SqlitePapers,
    measurements.SqliteMeasurements,
):
    """All data in one folder: `callsift.db`, and the caches beside it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(open_database(folder))
        self._caches = SearchCaches(self._database, folder / CACHES_NAME)
        self._has_written = False
        self._bound: EmbedderId | None = None

    # --- writing -----------------------------------------------------------

    def put(self, record: CallRecord, vectors: Vectors, entry: LedgerEntry) -> None:
        self._refuse_strangers(vectors)
        self._has_written = True
        with self._database.writing() as db:
            row = _row_of(db, record.call.id)
            old = rows.read_record(db, record.call.id) if row is not None else None
            rows.insert_names(db, record)
            if row is not None and _same_words(old, record):
                rows.update_call(db, row, record.call)
            else:
                if row is not None:
                    rows.delete_call(db, row)
                row = rows.insert_call(db, record)
                rows.insert_words(db, row, record, vectors)
            ledger.enter(db, [entry])

    def remove(self, call_ids: Sequence[str], entries: Iterable[LedgerEntry] = ()) -> None:
        self._has_written = True
        with self._database.writing() as db:
            for call_id in call_ids:
                row = _row_of(db, call_id)
                if row is not None:
                    rows.delete_call(db, row)
            saved.forget_arrivals(db, call_ids)
            ledger.enter(db, entries)

    # --- reading -----------------------------------------------------------

    def get(self, call_id: str) -> CallRecord | None:
        with self._database.snapshot() as db:
            return rows.read_record(db, call_id)

    def calls(
        self, where: SearchFilter = EVERYTHING, *, limit: int, after: Place | None = None
    ) -> list[CallRecord]:
        condition, values = condition_of_listing(where, self._caches.rows_saying(where))
        if after is not None:
            condition += " AND (c.activity_us, c.id) < (?, ?)"
            values += [rows.microseconds(after.activity_at), after.call_id]
        with self._database.snapshot() as db:
            sql = f"WHERE {condition}{_NEWEST_FIRST}"
            return list(rows.read_records(db, sql, [*values, limit], passages=False))

    def passing(self, where: SearchFilter, *, limit: int) -> list[str]:
        condition, values = condition_of_listing(where, self._caches.rows_saying(where))
        with self._database.reading() as db:
            sql = f"SELECT c.id FROM calls c WHERE {condition} ORDER BY c.id LIMIT ?"
            return [call_id for (call_id,) in db.execute(sql, [*values, limit])]

    def count(self, where: SearchFilter = EVERYTHING) -> int:
        rows_saying = self._caches.rows_saying(where)
        with self._database.reading() as db:
            return counts.count_calls(db, where, rows_saying)

    def counts(self, facet: Facet, where: SearchFilter = EVERYTHING) -> list[FacetCount]:
        if where.demands_words and facet in (Facet.KIND, Facet.SIDE):
            return self._counts_of_voices(facet, where)
        rows_saying = self._caches.rows_saying(where)
        with self._database.reading() as db:
            return counts.count_values(db, facet, where, rows_saying)

    def outlines(self, where: SearchFilter = EVERYTHING, *, formulas: str) -> list[CallOutline]:
        rows_saying = self._caches.rows_saying(where)
        with self._database.reading() as db:
            return measurements.read_outlines(db, where, rows_saying, formulas)

    def vectors(self, call_id: str) -> tuple[list[int], Vectors]:
        with self._database.snapshot() as db:
            row = _row_of(db, call_id)
            if row is None:
                return [], np.zeros((0, 0), np.float32)
            stored = db.execute(
                "SELECT key, vector FROM passages"
                " WHERE key >= ? AND key < ? AND vector IS NOT NULL ORDER BY key",
                (first_key(row), first_key(row + 1)),
            ).fetchall()
        ordinals = [ordinal for key, _ in stored if (ordinal := ordinal_of(key)) is not None]
        return ordinals, rows.vectors_from(v for _, v in stored)

    def embedded(self, texts: Sequence[str]) -> dict[str, Vector]:
        wanted = set(texts)
        with self._database.reading() as db:
            found = db.execute(
                "SELECT p.text, p.vector FROM json_each(?) wanted JOIN passages p ON p.key ="
                " (SELECT key FROM passages WHERE text_hash = wanted.value LIMIT 1)",
                (json.dumps([text_hash(text) for text in wanted]),),
            ).fetchall()
        same = [(text, blob) for text, blob in found if text in wanted]
        vectors = rows.vectors_from(blob for _, blob in same)
        return dict(zip((text for text, _ in same), vectors, strict=True))

    # --- searching ---------------------------------------------------------

    def nearest(
        self, vector: Vector, *, grain: Grain, limit: int, where: SearchFilter = EVERYTHING
    ) -> list[Hit]:
        self._refuse_if_replaced()
        try:
            return self._caches.nearest(vector, grain=grain, limit=limit, where=where)
        finally:
            self._refuse_if_replaced()  # meanwhile, perhaps by vectors that fit no more

    def matching(self, text: str, *, limit: int, where: SearchFilter = EVERYTHING) -> list[Hit]:
        return self._caches.matching(text, limit=limit, where=where)

    def lines_saying(self, expression: Expression, *, where: SearchFilter = EVERYTHING) -> Lines:
        return self._caches.lines_saying(expression, where)

    def lines_near(
        self, vector: Vector, *, at_least: float, where: SearchFilter = EVERYTHING
    ) -> Lines:
        self._refuse_if_replaced()
        try:
            return self._caches.lines_near(vector, at_least=at_least, where=where)
        finally:
            self._refuse_if_replaced()

    def ids_of(self, calls: Column) -> dict[int, str]:
        return self._caches.ids_of(calls)

    def facts(self) -> StoreFacts:
        with self._database.snapshot() as db:
            (passages,) = db.execute("SELECT total(passages) FROM calls").fetchone()
            version = schema_version(db)
        return StoreFacts(
            location=str(self._database.path),
            schema_version=version,
            passages=int(passages),
            embedder=self._embedder(),
        )

    def check(self) -> list[str]:
        for _ in range(_LOOKS):  # a sync that writes meanwhile is no damage
            problems = self._problems()
            if not problems:
                break
        return problems

    def _problems(self) -> list[str]:
        embedder = self._embedder()
        in_faiss, in_words = self._caches.sizes(embedder.dimensions if embedder else None)
        worded = [grain for grain in Grain if grain.has_words]
        with self._database.snapshot() as db:
            (quick,) = db.execute("PRAGMA quick_check(1)").fetchone()
            vectors, texts = db.execute(
                "SELECT count(vector), count(*) FILTER (WHERE grain IN (?, ?)) FROM passages",
                worded,
            ).fetchone()
            (wordless,) = db.execute(
                "SELECT count(*) FROM calls c WHERE NOT EXISTS (SELECT 1 FROM passages p WHERE"
                " p.key >= c.row << 26 AND p.key < (c.row + 1) << 26 AND p.grain IN (?, ?))",
                worded,
            ).fetchone()
        problems = [] if quick == "ok" else [f"the database is damaged: {quick}"]
        if embedder and in_faiss != vectors:
            problems.append(f"{vectors} vectors are stored, {in_faiss} are in FAISS")
        if in_words != texts + wordless:
            problems.append(
                f"{texts + wordless} texts are stored, {in_words} are in the word index"
            )
        return problems

    def close(self) -> None:
        # A command that only looked leaves the caches alone: loading them takes a while.
        embedder = self._embedder() if self._has_written or self._caches.are_loaded else None
        try:
            if embedder is not None:
                self._caches.save(embedder.dimensions)
        except (OSError, RuntimeError, ValueError, StoreError) as error:
            # The data are safe: the next start makes the caches anew.
            _log.warning("the search indexes were not saved: %s", error)
        finally:
            self._database.close()

    def remember_embedder(self, embedder: EmbedderId) -> None:
        known = self._embedder()
        if known is not None and known != embedder:
            raise EmbedderMismatch(
                f"the calls stored here were embedded by {known}, not by {embedder}. Unset "
                f"CALLSIFT_EMBEDDING_MODEL or set it to {known.name} to go on with them, or run "
                f"`callsift reindex` to embed every call again"
            )
        self._bound = embedder
        if known is None:
            value = json.dumps([embedder.name, embedder.revision, embedder.dimensions])
            with self._database.writing() as db:
                db.execute("INSERT OR IGNORE INTO settings VALUES ('embedder', ?)", (value,))
            self.remember_embedder(embedder)  # another process may have been first

    def _embedder(self) -> EmbedderId | None:
        with self._database.reading() as db:
            found = db.execute("SELECT value FROM settings WHERE name = 'embedder'").fetchone()
        if found is None:
            return None
        name, revision, dimensions = json.loads(found[0])
        return EmbedderId(name=name, revision=revision, dimensions=dimensions)

    def _counts_of_voices(self, facet: Facet, where: SearchFilter) -> list[FacetCount]:
        """Each kind or side, counted by listening: there are but a few of them."""
        if facet is Facet.KIND:
            narrowed = {str(k): replace(where, kinds=(k,)) for k in where.kinds or Kind}
        else:
            sides = [s for s in (Side.USER, Side.CONTACT) if where.side in (None, s)]
            narrowed = {str(side): replace(where, side=side) for side in sides}
        numbers = {value: self.count(filter_) for value, filter_ in narrowed.items()}
        counted = [FacetCount(value=v, label=v, calls=n) for v, n in numbers.items() if n]
        return sorted(counted, key=lambda count: count.order)

    def _refuse_if_replaced(self) -> None:
        if self._bound is not None and self._embedder() not in (None, self._bound):
            raise EmbedderMismatch(
                "the calls were embedded again by another embedder while this ran: start it again"
            )

    def _refuse_strangers(self, vectors: Vectors) -> None:
        known = self._embedder()
        if known and len(vectors) and vectors.shape[1] != known.dimensions:
            raise EmbedderMismatch(f"{vectors.shape[1]} dimensions given, {known} is stored here")


def _row_of(db: sqlite3.Connection, call_id: str) -> int | None:
    found = db.execute("SELECT row FROM calls WHERE id = ?", (call_id,)).fetchone()
    return found[0] if found else None


def _same_words(old: CallRecord | None, new: CallRecord) -> bool:
    def words(record: CallRecord) -> tuple[object, ...]:
        return record.recording, record.voicemail, record.passages, record.names()

    return old is not None and words(old) == words(new)
