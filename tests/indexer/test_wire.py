"""What is shown of a call, as plain JSON."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from indexer import wire
from indexer.store.memory import MemoryStore
from models import (
    CallState,
    Dialogue,
    End,
    FoundCall,
    Gap,
    GapUnit,
    Kind,
    Lead,
    Moment,
    Part,
    QuotedUtterance,
    Searched,
    SearchFilter,
    SearchPage,
    SearchQuery,
    Side,
    Step,
)
from tests.factories import NOON, TINY, a_record, a_transcript, an_entry, hours, said


def dumped(told: BaseModel) -> Any:
    return told.model_dump(mode="json")


def test_everything_is_json() -> None:
    record = a_record("hello there my friend", cost_cents=Decimal("2.70"), date_answered=NOON)
    moment = Moment(
        kind=Kind.RECORDING, score=0.5, quotes=(QuotedUtterance(index=0, matched=True),)
    )
    page = SearchPage(
        query=SearchQuery(where=SearchFilter(since=NOON, side=Side.USER, kinds=(Kind.NOTE,))),
        searched=Searched(calls=1, of=1),
        calls=(FoundCall(rank=1, score=0.5, record=record, moments=(moment,)),),
    )
    told = json.loads(json.dumps(dumped(wire.SearchOut.of(page))))
    assert told["query"]["since"] == "2026-03-11T12:00:00Z"
    [hit] = told["hits"]
    assert hit["call"]["cost_cents"] == "2.70"
    assert hit["moments"][0]["utterances"][0]["text"] == "hello there my friend"


def test_a_moment_spans_its_utterances_even_where_times_are_missing() -> None:
    record = a_record(
        recording=a_transcript(
            said(Side.USER, "one", 5.0), said(Side.USER, "two"), said(Side.USER, "three", 9.0)
        )
    )
    quotes = tuple(QuotedUtterance(index=n, matched=n == 1) for n in range(3))
    moment = Moment(kind=Kind.RECORDING, score=1.0, quotes=quotes)
    found = FoundCall(rank=1, score=1.0, record=record, moments=(moment,))
    page = SearchPage(query=SearchQuery(), searched=Searched(calls=1, of=1), calls=(found,))
    [told] = dumped(wire.SearchOut.of(page))["hits"][0]["moments"]
    assert (told["start_s"], told["end_s"]) == (5.0, 11.0)
    assert (told["first_utterance"], told["last_utterance"]) == (0, 2)


def test_a_dialogue_is_told_in_the_words_it_is_asked_in() -> None:
    steps = (
        Step(text="too expensive", side=Side.CONTACT, part=Part(End.LAST, 10, is_percent=True)),
        Step(text="an offer", within=Gap(3, GapUnit.TURNS)),
        Step(text="a notice", within=Gap(90, GapUnit.SECONDS), never=True),
    )
    query = SearchQuery(dialogue=Dialogue(steps))
    told = dumped(wire.QueryOut.of(query))["dialogue"]
    assert [(s["side"], s["part"], s["within"], s["never"]) for s in told] == [
        ("contact", "last 10%", None, False),
        (None, None, "3 turns", False),
        (None, None, "90s", True),
    ]
    assert wire.dialogue_of([wire.StepIn(**step) for step in told]) == query.dialogue


def test_rich_text_is_sanitised() -> None:
    record = a_record(
        note_html="<p onclick=x>hi<script>alert(1)</script></p>",
        voicemail=a_transcript("call me", summary_html="<img src=x onerror=y><b>sum</b>"),
    )
    told = dumped(wire.CallDetailOut.of(record))
    assert told["note_html"] == "<p>hi</p>"
    assert told["voicemail_transcript"]["summary_html"] == "<b>sum</b>"


@pytest.mark.parametrize(
    ("lead", "lead_id", "expected"),
    [
        (Lead(id="lead_1", url="https://app.close.com/x/"), "lead_1", "https://app.close.com/x/"),
        (Lead(id="lead_1", url="javascript:alert(1)"), "lead_1", "https://app.close.com/lead/lead_1/"),
        (None, "lead_1/..?", "https://app.close.com/lead/lead_1%2F..%3F/"),
        (None, None, None),
    ],
)  # fmt: skip
def test_the_link_opens_the_lead(lead: Lead | None, lead_id: str | None, expected: str) -> None:
    assert wire.close_url(a_record(lead=lead, lead_id=lead_id)) == expected


def test_the_status_counts_every_state() -> None:
    store = MemoryStore()
    store.remember_embedder(TINY)
    due = NOON + hours(2)
    store.enter(
        [
            an_entry("acti_1", CallState.FAILED, reason="why", due_at=due),
            an_entry("acti_2", CallState.FAILED, reason="why", since=NOON - hours(1)),
        ]
    )
    at = datetime(2026, 3, 11, 12, 0, 0, 250, tzinfo=UTC)
    store.set_cursor("last_sync", at.isoformat())
    store.set_cursor("problem", '{"at": "2026-03-11T12:00:00+00:00", "what": "the disk is full"}')
    told = dumped(wire.StatusOut.of(store, now=due, version="1.2"))
    assert told["calls"]["known"] == told["calls"]["failed"] == 2
    assert told["reasons"] == [
        {
            "state": "failed",
            "reason": "why",
            "calls": 2,
            "since": "2026-03-11T11:00:00Z",
            "next_try": "2026-03-11T14:00:00Z",
        }
    ]
    assert told["due"] == 1
    assert told["last_compared"] is None
    assert told["problem"] == {"at": "2026-03-11T12:00:00Z", "what": "the disk is full"}
    assert set(told["calls"]) == {"known", *CallState}
    assert told["last_sync"] == "2026-03-11T12:00:00.000250Z"
    assert told["embedder"] == {"name": "tiny", "revision": "1", "dimensions": 3}
