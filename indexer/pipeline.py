"""Cut, embed, put, measure: where every call goes on its way into the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from indexer.embedder import Embedder
from indexer.measuring import figures_of
from indexer.metrics import FORMULAS
from indexer.passages import cut
from indexer.store.contract import Store
from indexer.vectors import Vector, Vectors
from models import CallRecord, LedgerEntry, Passage
from models.errors import EmbedderError, EmbedderUnavailable


class Progress(Protocol):
    """Told how a long run comes along, as often as it changes."""

    def discovered(self, known: int, due: int) -> None:
        """So many calls are known, so many of them are to be done."""

    def fetched(self, done: int, due: int, texts_embedded: int) -> None:
        """So many of the calls due are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A call that could not be cut or embedded, and why."""

    record: CallRecord
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """What indexing some calls came to."""

    texts_embedded: int
    refused: tuple[Refusal, ...] = ()


def index_calls(
    calls: Sequence[tuple[CallRecord, LedgerEntry]], *, store: Store, embedder: Embedder
) -> Indexed:
    """Store calls with their ledger entries, each in a transaction of its own.

    Their texts are embedded together, each distinct text once, and none that any
    stored call already has a vector for. If that fails they are indexed one by
    one, so that a call that cannot be embedded stops no other.

    Raises:
        EmbedderUnavailable: no text can be embedded now.
        StoreError: nothing can be stored now; the calls before are.
    """
    store.remember_embedder(embedder.identity)
    try:
        return Indexed(texts_embedded=_index_together(calls, store, embedder))
    except EmbedderUnavailable:
        raise
    except (EmbedderError, ValueError) as error:
        if len(calls) == 1:
            reason = f"cannot be indexed: {type(error).__name__}"
            return Indexed(texts_embedded=0, refused=(Refusal(record=calls[0][0], reason=reason),))
    each = [index_calls([call], store=store, embedder=embedder) for call in calls]
    return Indexed(
        texts_embedded=sum(one.texts_embedded for one in each),
        refused=tuple(refusal for one in each for refusal in one.refused),
    )


def _index_together(
    calls: Sequence[tuple[CallRecord, LedgerEntry]], store: Store, embedder: Embedder
) -> int:
    records = [record.with_passages(cut(record, fits=embedder.fits)) for record, _ in calls]
    texts = {passage.text for record in records for passage in _embedded(record)}
    known = store.embedded(sorted(texts))
    missing = sorted(texts - known.keys())
    known |= dict(zip(missing, embedder.embed_passages(missing), strict=True))
    for record, (_, entry) in zip(records, calls, strict=True):
        store.put(record, _vectors_of(record, known, embedder), entry)
    store.measure({r.call.id: figures_of(r) for r in records}, formulas=FORMULAS)
    return len(missing)


def _embedded(record: CallRecord) -> list[Passage]:
    return [passage for passage in record.passages if passage.grain.has_vector]


def _vectors_of(record: CallRecord, known: Mapping[str, Vector], embedder: Embedder) -> Vectors:
    rows = [known[passage.text] for passage in _embedded(record)]
    return np.stack(rows) if rows else np.zeros((0, embedder.identity.dimensions), np.float32)
