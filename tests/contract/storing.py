"""How the contract's tests put and find."""

import sqlite3
from typing import Any

import pytest

from indexer.store import rows
from indexer.store.contract import Store
from models import CallRecord, Kind, Transcript
from tests.factories import a_passage, a_record, an_entry, vectors_for


def put(store: Store, record: CallRecord, vector: object = None) -> None:
    store.put(record, vectors_for(record, vector), an_entry(record.call.id))


def one_window(text: str, call_id: str = "acti_1", **fields: Any) -> CallRecord:
    return a_record(call_id=call_id, passages=(a_passage(text),), **fields)


def found(hits: Any) -> list[str]:
    return [hit.call_id for hit in hits]


def writing_as_before_0005(monkeypatch: pytest.MonkeyPatch) -> None:
    """Utterances are written as they were when their table had two columns less."""

    def insert(db: sqlite3.Connection, row: int, kind: Kind, transcript: Transcript) -> None:
        db.execute("INSERT INTO transcripts VALUES (?, ?, NULL, NULL)", (row, kind))
        db.executemany(
            "INSERT INTO utterances VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (row, kind, position, u.side, u.speaker, u.start_s, u.end_s, u.text)
                for position, u in enumerate(transcript.utterances)
            ],
        )

    monkeypatch.setattr(rows, "_insert_transcript", insert)
