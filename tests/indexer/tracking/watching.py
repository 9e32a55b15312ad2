"""Calls and trackers to test with."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from indexer.papers import Written
from indexer.pipeline import index_calls
from indexer.store.contract import Store
from indexer.tracking import TRACKERS
from indexer.tracking.defining import checked
from models import CallRecord, Side
from models.tracker import Tracker
from tests.factories import NOON, a_record, a_transcript, an_entry, said
from tests.fakes import WordEmbedder

EMBEDDER = WordEmbedder()


def put(store: Store, *records: CallRecord) -> None:
    """Store calls as a sync does."""
    entries = [(record, an_entry(record.call.id)) for record in records]
    index_calls(entries, store=store, embedder=EMBEDDER)


def a_talk(number: int, *said_by_them: str, **fields: Any) -> CallRecord:
    """A call in which we greet, and they say these things, ten seconds apart."""
    spoken = [said(Side.CONTACT, text, 10.0 * n) for n, text in enumerate(said_by_them, 1)]
    return a_record(
        call_id=f"acti_{number}",
        recording=a_transcript(said(Side.USER, "Hello and good morning to you", 0.0), *spoken),
        **fields,
    )


def a_tracker(store: Store, at: datetime = NOON, **fields: Any) -> Written[Tracker]:
    """A tracker of the word price, unless told otherwise; its id is that of its name, always.

    The id decides the order of labelling.
    """
    body = checked(Tracker(**{"name": "Price", "phrases": "price"} | fields), EMBEDDER)
    return TRACKERS.add(store, body, by="Dana", at=at, paper_id=f"tracker-{body.name}".lower())


def places(hits: Iterable[Any]) -> list[tuple[str, int]]:
    """Which utterances these hits are."""
    return [(hit.spoken.call_id, hit.spoken.position) for hit in hits]
