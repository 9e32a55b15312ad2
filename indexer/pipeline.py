"""Cut, embed, put: where every call goes on its way into the store."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from indexer.embedder import Embedder
from indexer.passages import cut
from indexer.store.contract import Store
from indexer.vectors import Vector, Vectors
from models import CallRecord, LedgerEntry, Passage


class Progress(Protocol):
    """Told how a long run comes along, as often as it changes."""

    def discovered(self, known: int, due: int) -> None:
        """So many calls are known, so many of them are to be done."""

    def fetched(self, done: int, due: int, texts_embedded: int) -> None:
        """So many of the calls due are done."""


def index_calls(
    calls: Sequence[tuple[CallRecord, LedgerEntry]], *, store: Store, embedder: Embedder
) -> int:
    """Store calls with their ledger entries; returns how many texts had to be embedded.

    The texts of all calls are embedded together, each distinct text once, and
    none that the stored version of its call already has a vector for.
    """
    store.remember_embedder(embedder.identity)
    records = [record.with_passages(cut(record, fits=embedder.fits)) for record, _ in calls]
    known: dict[str, Vector] = {}
    for record in records:
        known |= _stored_vectors(record.call.id, store)
    texts = {p.text for record in records for p in _embedded(record)}
    missing = sorted(texts - known.keys())
    known |= dict(zip(missing, embedder.embed_passages(missing), strict=True))
    for record, (_, entry) in zip(records, calls, strict=True):
        store.put(record, _vectors_of(record, known, embedder), entry)
    return len(missing)


def _embedded(record: CallRecord) -> list[Passage]:
    return [passage for passage in record.passages if passage.grain.has_vector]


def _stored_vectors(call_id: str, store: Store) -> dict[str, Vector]:
    stored = store.get(call_id)
    if stored is None:
        return {}
    texts = {passage.ordinal: passage.text for passage in stored.passages}
    ordinals, vectors = store.vectors(call_id)
    return {texts[ordinal]: vector for ordinal, vector in zip(ordinals, vectors, strict=True)}


def _vectors_of(record: CallRecord, known: Mapping[str, Vector], embedder: Embedder) -> Vectors:
    rows = [known[passage.text] for passage in _embedded(record)]
    return np.stack(rows) if rows else np.zeros((0, embedder.identity.dimensions), np.float32)
