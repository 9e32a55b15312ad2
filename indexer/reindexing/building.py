"""Cut and embed stored calls again, from what is stored: nothing is fetched."""

from indexer.embedder import Embedder
from indexer.pipeline import Progress, index_calls
from indexer.store.contract import Store
from indexer.store.staged import StagedStore
from models import CallRecord, CallState, LedgerEntry
from models.errors import EmbedderError

_BATCH = 50
_PASSES = 3


def bring_level(staged: StagedStore, *, live: Store, embedder: Embedder, progress: Progress) -> int:
    """Embed every live call that a staged store lacks; how many those were comes back.

    It can be stopped at any moment and run again: what is done is not done again. Calls
    that come in meanwhile are looked for twice; only while nobody else writes is the
    store level for certain in the end.

    Raises:
        EmbedderMismatch: the staged store is another embedder's.
        EmbedderError: a call cannot be embedded by this embedder.
    """
    staged.remember_embedder(embedder.identity)
    done = texts = 0
    for _ in range(_PASSES):
        staged.forget_removed()
        missing = staged.missing()
        if not missing:
            break
        due = done + len(missing)
        progress.discovered(known=live.count(), due=due)
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            texts += _embed(staged.take(batch), staged, live, embedder)
            done += len(batch)
            progress.fetched(done=done, due=due, texts_embedded=texts)
    return done


def _embed(records: list[CallRecord], staged: StagedStore, live: Store, embedder: Embedder) -> int:
    entries = live.entries([record.call.id for record in records])
    indexed = index_calls(
        [(record, entries.get(record.call.id) or _entry_of(record)) for record in records],
        store=staged,
        embedder=embedder,
    )
    for refusal in indexed.refused:  # the data stay as they are, rather than lose a call
        raise EmbedderError(f"call {refusal.record.call.id} {refusal.reason}")
    return indexed.texts_embedded


def _entry_of(record: CallRecord) -> LedgerEntry:
    """What stands in a ledger for a call that is in none any more."""
    call = record.call
    return LedgerEntry(
        call_id=call.id, state=CallState.INDEXED, since=call.date_updated,
        reason="found in the store", date_updated=call.date_updated,
    )  # fmt: skip
