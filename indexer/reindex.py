"""Cut and embed every stored call again, from what is stored: nothing is fetched."""

from collections.abc import Iterator

from indexer.embedder import Embedder
from indexer.pipeline import Progress, index_calls
from indexer.store.contract import Place, Store
from models import CallRecord, CallState, LedgerEntry
from models.errors import EmbedderError

_BATCH = 50


def reindex(*, store: Store, embedder: Embedder, progress: Progress) -> int:
    """Give every call of a store passages and vectors anew; returns how many calls there are.

    Meant for a copy of the data whose calls count as not embedded, so that the
    live store answers until the copy takes its place.

    Raises:
        EmbedderError: a call cannot be embedded by this embedder.
    """
    due = store.count()
    progress.discovered(known=due, due=due)
    done = texts = 0
    for records in _batches(store):
        indexed = index_calls(
            [(record, _entry_of(record, store)) for record in records],
            store=store,
            embedder=embedder,
        )
        for refusal in indexed.refused:  # the data stay as they are, rather than lose a call
            raise EmbedderError(f"call {refusal.record.call.id} {refusal.reason}")
        texts += indexed.texts_embedded
        done += len(records)
        progress.fetched(done=done, due=due, texts_embedded=texts)
    return done


def _batches(store: Store) -> Iterator[list[CallRecord]]:
    after: Place | None = None
    while records := store.calls(limit=_BATCH, after=after):
        yield records
        last = records[-1].call
        after = Place(activity_at=last.activity_at, call_id=last.id)


def _entry_of(record: CallRecord, store: Store) -> LedgerEntry:
    """The call's own entry: only its words are made anew, not where it stands."""
    call = record.call
    known = store.entries([call.id]).get(call.id)
    return known or LedgerEntry(
        call_id=call.id, state=CallState.INDEXED, since=call.date_updated,
        reason="found in the store", date_updated=call.date_updated,
    )  # fmt: skip
