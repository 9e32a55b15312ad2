"""The truth: what a store must hold is what Close shows, no less and no more."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import numpy as np

from indexer.close import read_call
from indexer.passages import cut
from indexer.standing import (
    NO_SUMMARY_YET,
    NO_TRANSCRIPT_GIVEN,
    NO_TRANSCRIPT_YET,
    NOT_FETCHED,
    NOT_RECORDED,
    WITH_TRANSCRIPT,
)
from indexer.store.contract import Store
from models import CallRecord, CallState, Grain, Kind, LedgerEntry, Transcript
from scripts.close_standin.state import StandIn
from tests.fakes import WordEmbedder
from tests.indexer.sync.desk import Desk, said_here

ALL: Final = 10**6
_HALF_PRECISION: Final = 1e-3
_ASKED_FOR: Final = 5
"""How many texts are searched for, of all that are stored."""

Payload = Mapping[str, Any]


def assert_whole(desk: Desk) -> None:
    """Hold the store of a desk against its Close: the same calls, words, names and vectors.

    A call whose transcript or summary is still awaited may lack just that, as long as the
    ledger says so and when it will look again.
    """
    payloads, entries = desk.standin.truth(), ledger_of(desk.store)
    assert_ledger_sums(desk.store)
    assert payloads.keys() <= entries.keys() <= desk.ever
    assert {i for i, e in entries.items() if e.state is not CallState.DELETED} == payloads.keys()
    assert {record.call.id for record in desk.store.calls(limit=ALL)} == payloads.keys()
    assert desk.store.count() == len(payloads)
    for call_id, payload in payloads.items():
        record, entry = desk.get(call_id), entries[call_id]
        _assert_told_alike(record, payload, entry, now=desk.now())
        _assert_named(record, desk.standin)
        _assert_cut_and_embedded(record, desk.store, desk.embedder)
    _assert_found(desk)
    assert desk.store.check() == []


def assert_ledger_sums(store: Store) -> None:
    """Every known call is in one state; what counts as done is stored, and nothing else is."""
    entries, tally = ledger_of(store), store.tally()
    assert sum(tally.count(state) for state in CallState) == tally.known == len(entries)
    assert {s: tally.count(s) for s in CallState} == {
        s: sum(entry.state is s for entry in entries.values()) for s in CallState
    }
    stored = {record.call.id for record in store.calls(limit=ALL)}
    assert stored <= entries.keys()
    for call_id, entry in entries.items():
        if entry.state is CallState.INDEXED:
            assert call_id in stored, entry
        if entry.state in (CallState.DELETED, CallState.EXCLUDED) or entry.reason == NOT_FETCHED:
            assert call_id not in stored, entry
        if entry.state in (CallState.WAITING, CallState.FAILED):
            assert entry.due_at is not None, entry


def assert_at_rest(desk: Desk) -> None:
    """Nothing is awaited any more: each call stands as what Close gave of it says."""
    payloads = desk.standin.truth()
    for call_id, entry in ledger_of(desk.store).items():
        assert entry.due_at is None, entry
        if entry.state is not CallState.DELETED:
            reason = _came_of(payloads[call_id])
            assert (entry.state, entry.reason) == (CallState.INDEXED, reason), entry


def ledger_of(store: Store) -> dict[str, LedgerEntry]:
    """All entries, by call."""
    return {e.call_id: e for state in CallState for e in store.standing(state, limit=ALL)}


def texts_held(store: Store) -> set[str]:
    """All texts that some stored call has a vector for, read call by call."""
    records = (store.get(record.call.id) for record in store.calls(limit=ALL))
    return {p.text for r in records if r for p in r.passages if p.grain.has_vector}


def _came_of(payload: Payload) -> str:
    if any(_said_in_close(payload, kind) for kind in ("recording", "voicemail")):
        return WITH_TRANSCRIPT
    has_audio = (
        payload["has_recording"] or payload["recording_url"] or payload["voicemail_duration"]
    )
    return NO_TRANSCRIPT_GIVEN if has_audio else NOT_RECORDED


def _assert_told_alike(
    record: CallRecord, payload: Payload, entry: LedgerEntry, *, now: datetime
) -> None:
    expected = read_call(payload)
    assert record.call == expected.call
    told = (record.recording, record.voicemail)
    allowed = list(_allowed(expected, entry, now))
    assert told in allowed, (entry, told, allowed)
    if told == allowed[0]:  # in Close's own words, past our reading of them
        for kind in (Kind.RECORDING, Kind.VOICEMAIL):
            transcript = record.transcript(kind)
            summary = (payload[f"{kind}_transcript"] or {}).get("summary_text")
            assert said_here(record, kind) == _said_in_close(payload, kind)
            assert (transcript.summary_text if transcript else None) == summary


def _allowed(
    expected: CallRecord, entry: LedgerEntry, now: datetime
) -> Iterator[tuple[Transcript | None, Transcript | None]]:
    """What may be stored of the words: all, or all but what the ledger says it waits for."""
    yield expected.recording, expected.voicemail
    if entry.due_at is None or entry.due_at <= now:
        return
    if entry.reason == NO_TRANSCRIPT_YET:
        yield None, None
    if entry.reason == NO_SUMMARY_YET:
        yield _without_summary(expected.recording), _without_summary(expected.voicemail)


def _without_summary(transcript: Transcript | None) -> Transcript | None:
    return transcript and replace(transcript, summary_text=None, summary_html=None)


def _said_in_close(payload: Payload, kind: str) -> list[str]:
    return [u["text"] for u in (payload[f"{kind}_transcript"] or {}).get("utterances") or []]


def _assert_named(record: CallRecord, standin: StandIn) -> None:
    """The names are Close's; those of what is gone from Close may stay."""
    call, records = record.call, standin.records
    if lead := records.leads.get(call.lead_id or ""):
        assert record.lead is not None, call.id
        assert record.lead.name == (lead.get("display_name") or lead["name"])
    if outcome := records.outcomes.get(call.outcome_id or ""):
        assert record.outcome is not None, call.id
        assert record.outcome.name == outcome["name"]


def _assert_cut_and_embedded(record: CallRecord, store: Store, embedder: WordEmbedder) -> None:
    assert record.passages == cut(record.with_passages(()), fits=embedder.fits)
    embedded = [p for p in record.passages if p.grain.has_vector]
    ordinals, vectors = store.vectors(record.call.id)
    assert ordinals == [passage.ordinal for passage in embedded]
    for passage, vector in zip(embedded, vectors, strict=True):
        expected = embedder.embed_query(passage.text)
        np.testing.assert_allclose(vector, expected, atol=_HALF_PRECISION)


def _assert_found(desk: Desk) -> None:
    """Each search finds the calls that have something to be found, and no call that is gone."""
    records = [desk.get(record.call.id) for record in desk.store.calls(limit=ALL)]
    anything = desk.embedder.embed_query("anything")
    for grain in (grain for grain in Grain if grain.has_vector):
        found = {hit.call_id for hit in desk.store.nearest(anything, grain=grain, limit=ALL)}
        assert found == {r.call.id for r in records if any(p.grain is grain for p in r.passages)}
    worded = [(r.call.id, p) for r in records for p in r.passages if p.grain.has_words]
    for call_id, passage in worded[:: max(1, len(worded) // _ASKED_FOR)]:
        hits = {hit.call_id for hit in desk.store.matching(passage.text, limit=ALL)}
        assert call_id in hits
        assert hits <= {record.call.id for record in records}
