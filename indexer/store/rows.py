"""Nouns to rows of SQLite and back."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
from pydantic import TypeAdapter

from indexer.store.keys import first_key, key_of, kind_of, ordinal_of, side_of, text_hash
from indexer.vectors import Vector, Vectors
from models import (
    Call,
    CallRecord,
    CallState,
    Grain,
    Kind,
    Lead,
    LedgerEntry,
    Outcome,
    Passage,
    Side,
    Transcript,
    Utterance,
    is_question,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Exact microseconds since 1970: what a column can sort."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(us: int) -> datetime:
    """The datetime of a column, in UTC."""
    return _EPOCH + timedelta(microseconds=us)


def moment_or_none(us: int | None) -> datetime | None:
    """The datetime of a column that may be null."""
    return None if us is None else moment(us)


@cache
def _calls() -> TypeAdapter[Call]:
    return TypeAdapter(Call)


def voice(kind: Kind, side: Side | None) -> str:
    """How one kind of words, or one side's, is written in `calls.voices`."""
    return f",{kind}/{side}," if side else f",{kind},"


def insert_call(db: sqlite3.Connection, record: CallRecord, row: int | None = None) -> int:
    """Write the row of a call itself; its row number comes back: the next, if none is given."""
    voices = "".join(sorted(voice(kind, side) for kind, side in record.voices()))
    cursor = db.execute(
        "INSERT INTO calls (row, id, noun, activity_us, voices, passages)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (row, record.call.id, *_call_values(record.call), voices, len(record.passages)),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def update_call(db: sqlite3.Connection, row: int, call: Call) -> None:
    """Replace what Close says of a call, leaving its words alone."""
    db.execute(
        "UPDATE calls SET noun = ?, activity_us = ? WHERE row = ?", (*_call_values(call), row)
    )


def _call_values(call: Call) -> tuple[str, int]:
    return _calls().dump_json(call).decode(), microseconds(call.activity_at)


def insert_names(db: sqlite3.Connection, record: CallRecord) -> None:
    """Remember the names of a call's lead and outcome, for every call that has them."""
    if lead := record.lead:
        db.execute("REPLACE INTO leads VALUES (?, ?, ?)", (lead.id, lead.name, lead.url))
    if outcome := record.outcome:
        db.execute("REPLACE INTO outcomes VALUES (?, ?)", (outcome.id, outcome.name))


def insert_words(db: sqlite3.Connection, row: int, record: CallRecord, vectors: Vectors) -> None:
    """Write the transcripts and passages of the call in this row."""
    for kind in (Kind.RECORDING, Kind.VOICEMAIL):
        if transcript := record.transcript(kind):
            _insert_transcript(db, row, kind, transcript)
    embedded = [p.ordinal for p in record.passages if p.grain.has_vector]
    blobs = {n: v.tobytes() for n, v in zip(embedded, vectors.astype("<f2"), strict=True)}
    db.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                key_of(row, p), p.grain, p.first, p.last, p.start_s, p.end_s, p.text,
                blobs.get(p.ordinal), text_hash(p.text) if p.ordinal in blobs else None,
            )
            for p in record.passages
        ),
    )  # fmt: skip


def _insert_transcript(
    db: sqlite3.Connection, row: int, kind: Kind, transcript: Transcript
) -> None:
    db.execute(
        "INSERT INTO transcripts VALUES (?, ?, ?, ?)",
        (row, kind, transcript.summary_text, transcript.summary_html),
    )
    db.executemany(
        "INSERT INTO utterances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (row, kind, n, u.side, u.speaker, u.start_s, u.end_s, u.text, turn, asks(u.text))
            for turn, span in enumerate(transcript.turns())
            for n, u in enumerate(transcript.utterances[span.first : span.last + 1], span.first)
        ),
    )


def asks(text: str) -> int | None:
    """How `utterances.asks` says what a text is: 1 a question, 0 none, null nothing at all."""
    return int(is_question(text)) if text.strip() else None


def delete_call(db: sqlite3.Connection, row: int) -> None:
    """Delete everything of a call, and log it for the search indexes."""
    db.execute("DELETE FROM calls WHERE row = ?", (row,))
    db.execute("DELETE FROM transcripts WHERE call_row = ?", (row,))
    db.execute("DELETE FROM utterances WHERE call_row = ?", (row,))
    db.execute(
        "DELETE FROM passages WHERE key >= ? AND key < ?", (first_key(row), first_key(row + 1))
    )
    db.execute("INSERT INTO removals (call_row) VALUES (?)", (row,))


_CALL_COLUMNS = """
    SELECT c.row, c.noun, lead.name, lead.url, outcome.name
    FROM calls c
    LEFT JOIN leads lead ON lead.id = c.lead_id
    LEFT JOIN outcomes outcome ON outcome.id = c.outcome_id
"""


def read_records(
    db: sqlite3.Connection, condition: str, values: Sequence[object], *, passages: bool
) -> Iterator[CallRecord]:
    """Calls for which a condition on `c` holds, in the order it asks for."""
    for row, noun, lead, url, outcome in db.execute(_CALL_COLUMNS + condition, values).fetchall():
        call = _calls().validate_json(noun)
        transcripts = _read_transcripts(db, row)
        yield CallRecord(
            call=call,
            recording=transcripts.get(Kind.RECORDING),
            voicemail=transcripts.get(Kind.VOICEMAIL),
            lead=Lead(id=call.lead_id, name=lead, url=url)
            if call.lead_id and (lead or url)
            else None,
            outcome=Outcome(id=call.outcome_id, name=outcome)
            if call.outcome_id and outcome is not None
            else None,
            passages=tuple(_read_passages(db, row)) if passages else (),
        )


def read_record(db: sqlite3.Connection, call_id: str) -> CallRecord | None:
    """One call whole, with its passages."""
    return next(read_records(db, "WHERE c.id = ?", [call_id], passages=True), None)


def _read_transcripts(db: sqlite3.Connection, row: int) -> dict[Kind, Transcript]:
    said: dict[str, list[Utterance]] = {}
    for kind, side, speaker, start_s, end_s, text in db.execute(
        "SELECT kind, side, speaker, start_s, end_s, text FROM utterances"
        " WHERE call_row = ? ORDER BY kind, position",
        (row,),
    ):
        said.setdefault(kind, []).append(
            Utterance(text=text, side=Side(side), speaker=speaker, start_s=start_s, end_s=end_s)
        )
    summaries = db.execute(
        "SELECT kind, summary_text, summary_html FROM transcripts WHERE call_row = ?", (row,)
    )
    return {
        Kind(kind): Transcript(
            utterances=tuple(said.get(kind, ())), summary_text=text, summary_html=html
        )
        for kind, text, html in summaries
    }


def _read_passages(db: sqlite3.Connection, row: int) -> Iterator[Passage]:
    for key, grain, first, last, start_s, end_s, text in db.execute(
        "SELECT key, grain, first, last, start_s, end_s, text FROM passages"
        " WHERE key >= ? AND key < ? ORDER BY key",
        (first_key(row), first_key(row + 1)),
    ):
        ordinal = ordinal_of(key)
        assert ordinal is not None
        yield Passage(
            ordinal=ordinal, kind=kind_of(key), grain=Grain(grain), text=text,
            first=first, last=last, side=side_of(key), start_s=start_s, end_s=end_s,
        )  # fmt: skip


def vectors_from(blobs: Iterable[bytes]) -> Vectors:
    """Vectors as stored, back in float32: shape (n, dimensions), (0, 0) when there are none."""
    rows: list[Vector] = [np.frombuffer(blob, "<f2").astype(np.float32) for blob in blobs]
    return np.stack(rows) if rows else np.zeros((0, 0), np.float32)


def ledger_values(entry: LedgerEntry) -> tuple[object, ...]:
    """A ledger entry as its row."""
    return (
        entry.call_id,
        entry.state,
        entry.reason,
        microseconds(entry.since),
        entry.tries,
        microseconds(entry.due_at) if entry.due_at else None,
        microseconds(entry.date_updated) if entry.date_updated else None,
        microseconds(entry.seen_at) if entry.seen_at else None,
    )


LedgerRow = tuple[str, str, str, int, int, int | None, int | None, int | None]


def ledger_entry(row: LedgerRow) -> LedgerEntry:
    """A row as its ledger entry."""
    call_id, state, reason, since, tries, due, updated, seen = row
    return LedgerEntry(
        call_id=call_id,
        state=CallState(state),
        reason=reason,
        since=moment(since),
        tries=tries,
        due_at=moment_or_none(due),
        date_updated=moment_or_none(updated),
        seen_at=moment_or_none(seen),
    )
