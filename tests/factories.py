"""Nouns for tests, read aloud: `a_call(disposition="busy")`, `said(Side.USER, "hello")`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from indexer.passages import cut
from indexer.vectors import EmbedderId, Vectors, normalise
from models import (
    Call,
    CallRecord,
    CallState,
    Grain,
    Kind,
    LedgerEntry,
    Passage,
    Side,
    Transcript,
    Utterance,
)

NOON = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
TINY = EmbedderId(name="tiny", revision="1", dimensions=3)
EAST, NORTH, UP = np.eye(3, dtype=np.float32)


def a_call(call_id: str = "acti_1", **fields: Any) -> Call:
    """An answered outbound call at noon, unless told otherwise."""
    usual: dict[str, Any] = {
        "date_created": NOON,
        "date_updated": NOON,
        "activity_at": fields.get("date_created", NOON),
        "direction": "outbound",
        "disposition": "answered",
        "status": "completed",
        "duration_s": 60,
    }
    return Call(id=call_id, **(usual | fields))


def said(side: Side, text: str, start_s: float | None = None, **fields: Any) -> Utterance:
    """One utterance, two seconds long if it has a start."""
    end_s = None if start_s is None else start_s + 2
    return Utterance(
        text=text, side=side, start_s=start_s, end_s=fields.pop("end_s", end_s), **fields
    )


def a_transcript(*utterances: Utterance | str, **fields: Any) -> Transcript:
    """Utterances as given; bare texts are said in turn, our side first, four seconds apart."""
    sides = (Side.USER, Side.CONTACT)
    spoken = [
        u if isinstance(u, Utterance) else said(sides[n % 2], u, n * 4.0)
        for n, u in enumerate(utterances)
    ]
    return Transcript(utterances=tuple(spoken), **fields)


def a_record(
    *texts: str, call_id: str = "acti_1", passages: tuple[Passage, ...] | None = None, **fields: Any
) -> CallRecord:
    """A call in which these texts are said, cut into passages."""
    names = {"voicemail", "recording", "lead", "outcome"}
    whole = CallRecord(
        call=a_call(call_id, **{k: v for k, v in fields.items() if k not in names}),
        **(
            {"recording": a_transcript(*texts) if texts else None}
            | {k: fields[k] for k in names & fields.keys()}
        ),
    )
    return replace(
        whole, passages=cut(whole, fits=lambda _: True) if passages is None else passages
    )


def a_passage(text: str = "price", ordinal: int = 0, **fields: Any) -> Passage:
    """A window of our side, unless told otherwise."""
    usual: dict[str, Any] = {"kind": Kind.RECORDING, "grain": Grain.WINDOW, "first": 0, "last": 0}
    return Passage(ordinal=ordinal, text=text, **(usual | fields))


def an_entry(
    call_id: str = "acti_1", state: CallState = CallState.INDEXED, **fields: Any
) -> LedgerEntry:
    """A ledger entry since noon."""
    usual: dict[str, Any] = {"since": NOON, "reason": "because"}
    return LedgerEntry(call_id=call_id, state=state, **(usual | fields))


def vectors_for(record: CallRecord, vectors: Any = None) -> Vectors:
    """A row for each passage that takes one: the given vector for all, or made from its text."""
    texts = [p.text for p in record.passages if p.grain.has_vector]
    if vectors is not None:
        return np.tile(np.asarray(vectors, np.float32), (len(texts), 1))
    return normalise(np.array([of_text(t) for t in texts], np.float32).reshape(len(texts), 3))


def of_text(text: str) -> list[float]:
    """A direction that depends on a text only: equal texts are equal vectors."""
    random = np.random.default_rng(list(text.encode()))
    return [float(x) for x in random.normal(size=3)]


def hours(count: float) -> timedelta:
    """A stretch of time."""
    return timedelta(hours=count)
