"""A store of as many passages as wanted: invented calls, each told anew in other sentences."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np

from indexer.close import read_call
from indexer.passages import cut
from indexer.store.embedded import EmbeddedStore
from indexer.vectors import EmbedderId, Vector, Vectors, normalise
from models import CallRecord, CallState, LedgerEntry, Transcript
from scripts.bench.material import utterances
from scripts.demo_calls.build import build_world

_JITTER = 0.35


class Told:
    """Vectors of sentences put together from others: near the mean of theirs, and never equal."""

    def __init__(self, texts: list[str], vectors: Vectors) -> None:
        self._known = {text: n for n, text in enumerate(texts)}
        self._vectors = vectors
        self._random = np.random.default_rng(0)

    def vector(self, parts: list[str]) -> Vector:
        """The vector of these sentences in a row."""
        chosen = [self._known[part] for part in parts if part in self._known] or [0]
        one, other = self._random.integers(0, len(self._vectors), 2)
        moved = self._vectors[chosen].mean(axis=0)
        return normalise(moved + _JITTER * (self._vectors[one] - self._vectors[other]))


def fill(folder: Path, *, passages: int, embedder: EmbedderId, told: Told) -> int:
    """Put calls until there are so many passages; how many calls those are."""
    store = EmbeddedStore(folder)
    store.remember_embedder(embedder)
    done = calls = 0
    for record in _records():
        done += put(store, record, told)
        calls += 1
        if done >= passages:
            break
    store.close()
    return calls


def put(store: EmbeddedStore, record: CallRecord, told: Told) -> int:
    """Store a call with vectors of ours; how many passages it has."""
    whole = record.with_passages(cut(record, fits=lambda _: True))
    rows = []
    for passage in whole.passages:
        if not passage.grain.has_vector:
            continue
        transcript = whole.transcript(passage.kind)
        spoken = transcript is not None and passage.first is not None and passage.last is not None
        if spoken:
            assert transcript is not None and passage.first is not None
            said = transcript.utterances[passage.first : (passage.last or 0) + 1]
            rows.append(told.vector([u.text for u in said]))
        else:
            rows.append(told.vector([]))
    vectors = np.stack(rows) if rows else np.zeros((0, 384), np.float32)
    entry = LedgerEntry(
        call_id=record.call.id, state=CallState.INDEXED, reason="", since=record.call.activity_at
    )
    store.put(whole, vectors, entry)
    return len(whole.passages)


def _records() -> Iterator[CallRecord]:
    """Calls without end: those of the demo, then the same on other days in other sentences."""
    world = build_world(today=date(2026, 11, 1), calls=400)
    originals = [read_call(call) for call in world.calls]
    pool = utterances()
    random = Random(1)
    number = 0
    while True:
        for record in originals:
            number += 1
            yield _told_anew(record, number, pool, random)


def _told_anew(record: CallRecord, number: int, pool: list[str], random: Random) -> CallRecord:
    earlier = timedelta(minutes=7 * number)
    call = replace(
        record.call,
        id=f"acti_bench{number:08}",
        user_id=f"user_{random.randrange(100)}",
        activity_at=datetime(2026, 11, 1, tzinfo=UTC) - earlier,
    )
    recording = record.recording and _in_other_words(record.recording, pool, random)
    return replace(record, call=call, recording=recording)


def _in_other_words(transcript: Transcript, pool: list[str], random: Random) -> Transcript:
    said = tuple(replace(u, text=random.choice(pool)) for u in transcript.utterances)
    return replace(transcript, utterances=said)
