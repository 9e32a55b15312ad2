"""What a person reads in a terminal."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from rich.console import Console

from indexer.screen import Screen, length
from indexer.store.memory import MemoryStore
from indexer.wire import StatusOut
from models import (
    CallRecord,
    CallState,
    Dialogue,
    Explanation,
    FoundCall,
    Group,
    Kind,
    Lead,
    Moment,
    Outcome,
    QuotedUtterance,
    Searched,
    SearchPage,
    SearchQuery,
    Side,
    Step,
)
from tests.factories import TINY, a_record, a_transcript, an_entry, hours, said

SPOKEN = a_transcript(
    said(Side.USER, "Shall we talk about money?", 61.0, speaker="Maren"),
    said(Side.CONTACT, "That is [bold]too much[/bold] for us.", 3725.5, speaker="Kester"),
    said(Side.UNKNOWN, "hm"),
)
LEAD = Lead(id="lead_1", name="Quillmoor", url="https://app.close.com/lead/lead_1/")


def a_call_of_quillmoor(**fields: Any) -> CallRecord:
    usual: dict[str, Any] = {
        "user_name": "Maren Tolvik",
        "lead_id": "lead_1",
        "lead": LEAD,
        "recording": SPOKEN,
        "duration_s": 751,
        "outcome": Outcome(id="outcome_1", name="Demo booked"),
    }
    return a_record(**(usual | fields))


def found(record: CallRecord, *moments: Moment, score: float | None = 0.876) -> FoundCall:
    return FoundCall(rank=3, score=score, record=record, moments=moments)


def a_page(*calls: FoundCall, next_cursor: str | None = None, of: int = 312) -> SearchPage:
    searched = Searched(calls=of and 298, of=of, waiting=9, failed=0)
    return SearchPage(
        query=SearchQuery(text="price"), searched=searched, calls=calls, next_cursor=next_cursor
    )


def a_screen() -> tuple[Screen, io.StringIO]:
    written = io.StringIO()
    console = Console(file=written, width=100, highlight=False)
    return Screen(console, zone=UTC), written


def shown(page: SearchPage) -> list[str]:
    screen, written = a_screen()
    screen.show_page(page)
    return written.getvalue().splitlines()


MONEY = Moment(
    kind=Kind.RECORDING,
    score=1.0,
    quotes=(QuotedUtterance(index=0, matched=False), QuotedUtterance(index=1, matched=True)),
)


def test_an_answer_is_headed_by_what_tells_calls_apart() -> None:
    [head, *_] = shown(a_page(found(a_call_of_quillmoor())))
    assert head == (
        "3. Wed 11 Mar 2026 12:00 · Maren Tolvik → Quillmoor · 12:31 · answered · Demo booked"
        " · score 0.88"
    )


def test_the_arrow_goes_the_way_the_call_went() -> None:
    [head, *_] = shown(a_page(found(a_call_of_quillmoor(direction="inbound"))))
    assert "Maren Tolvik ← Quillmoor" in head


def test_a_call_of_nobody_known_is_shown_all_the_same() -> None:
    lines = shown(a_page(found(a_record(disposition=None), score=None)))
    assert lines[0] == "3. Wed 11 Mar 2026 12:00 · unknown rep → unknown lead · 1:00"


def test_a_moment_quotes_who_said_what_when_and_marks_the_match() -> None:
    lines = shown(a_page(found(a_call_of_quillmoor(), MONEY)))
    assert lines[1:3] == [
        "        1:01 Maren (rep)      Shall we talk about money?",
        "   ▸ 1:02:05 Kester (contact) That is [bold]too much[/bold] for us.",
    ]


def test_the_match_is_bold_on_a_terminal() -> None:
    written = io.StringIO()
    console = Console(file=written, width=100, force_terminal=True, color_system="standard")
    Screen(console, zone=UTC).show_page(a_page(found(a_call_of_quillmoor(), MONEY)))
    assert "\x1b[1mThat is [bold]too much[/bold] for us." in written.getvalue()
    assert "\x1b[1mShall we" not in written.getvalue()


def test_an_answer_ends_with_the_ways_to_the_whole_call() -> None:
    lines = shown(a_page(found(a_call_of_quillmoor(), MONEY)))
    assert "   acti_1  https://app.close.com/lead/lead_1/" in lines


def test_a_long_note_is_cut_at_a_word_and_says_so() -> None:
    note = "asked for a discount " * 20
    lines = shown(a_page(found(a_call_of_quillmoor(note=note))))
    text = " ".join(" ".join(lines[1:4]).split())
    assert text.startswith("note asked for a discount asked")
    assert "discount asked for a ..." in text or "discount asked for ..." in text
    assert len(text) < 250


def test_a_moment_of_a_note_shows_its_text() -> None:
    moment = Moment(kind=Kind.NOTE, score=1.0, text="Wants\n a quote")
    lines = shown(a_page(found(a_call_of_quillmoor(note="Wants\n a quote"), moment)))
    assert lines.count("   note  Wants a quote") == 1


@pytest.mark.parametrize("evil", ["\x1b]0;owned\x07", "\x1b[2J", "\x9b31m", "a\x00b", "\r\x08"])
def test_no_text_can_steer_the_terminal(evil: str) -> None:
    record = a_call_of_quillmoor(
        note=f"note {evil}",
        user_name=f"Maren {evil}",
        recording=a_transcript(said(Side.USER, f"text {evil}", 1.0, speaker=f"me {evil}")),
    )
    moment = Moment(
        kind=Kind.RECORDING, score=1.0, quotes=(QuotedUtterance(index=0, matched=True),)
    )
    screen, written = a_screen()
    screen.show_page(a_page(found(record, moment)))
    screen.show_call(record)
    assert not {c for c in written.getvalue() if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160}


def test_a_page_says_how_much_was_searched_and_how_to_go_on() -> None:
    lines = shown(a_page(found(a_call_of_quillmoor()), next_cursor="c" * 150))
    assert lines[-3:] == [
        "searched 298 of 312 calls (9 waiting)",
        "Next page: the same command with",
        f"  --cursor {'c' * 150}",
    ]


def test_no_answer_is_told_from_no_calls() -> None:
    assert shown(a_page())[0] == "No call answers that."
    assert shown(a_page(of=0))[0] == "No calls yet: run `callsift sync` first."


def test_a_call_is_shown_with_all_that_was_said() -> None:
    screen, written = a_screen()
    screen.show_call(
        a_call_of_quillmoor(
            cost_cents=Decimal("2.7"), note="line one\nline two", voicemail=a_transcript("call me")
        )
    )
    text = written.getvalue()
    for words in (
        "2.7 US cents",
        "line one\n",
        "line two",
        "too much",
        "hm",
        "Voicemail",
        "call me",
    ):
        assert words in text, words
    assert text.index("Recording") < text.index("too much") < text.index("Voicemail")


def a_moment(*, matched: int, step: int | None = None) -> Moment:
    quotes = (QuotedUtterance(index=matched, matched=True),)
    return Moment(kind=Kind.RECORDING, score=1.0, quotes=quotes, step=step)


def an_explanation(**told: Any) -> Explanation:
    usual: dict[str, Any] = {
        "utterance": 0.624, "window": 0.51, "written": None, "meaning": 0.567, "words": 0.75,
        "words_add": 0.055, "found_words": ("price", "high"),
    }  # fmt: skip
    return Explanation(**(usual | told))


def test_a_moment_that_is_an_answer_is_one_line() -> None:
    query = SearchQuery(text="money", group=Group.MOMENT)
    talk = a_transcript(said(Side.CONTACT, "too\x1b[2Jmuch " * 40, 61.0, speaker="Kester"))
    page = a_page(found(a_call_of_quillmoor(recording=talk), a_moment(matched=0)))
    lines = shown(replace(page, query=query, total=1))
    assert lines[0].startswith("3. 1:01 Kester (contact): too\N{REPLACEMENT CHARACTER}[2Jmuch too")
    assert lines[0].endswith("... · Maren Tolvik → Quillmoor · Wed 11 Mar 2026 12:00 · acti_1")
    assert lines[1] == "1 moment; searched 298 of 312 calls (9 waiting)"


def test_a_dialogue_is_shown_by_its_steps_with_their_times() -> None:
    query = SearchQuery(dialogue=Dialogue((Step(text="money"), Step(text="much"))))
    steps = (a_moment(matched=0, step=1), a_moment(matched=1, step=3))
    call = replace(found(a_call_of_quillmoor(), *steps), moments_total=2)
    lines = shown(replace(a_page(call), query=query, total=1_200))
    assert lines[1:4] == [
        "   1    1:01 Maren (rep)      Shall we talk about money?",
        "   3 1:02:05 Kester (contact) That is [bold]too much[/bold] for us.",
        "   happens 2 times in this call: this is the best",
    ]
    assert lines[-1] == "1,200 calls; searched 298 of 312 calls (9 waiting)"


def test_what_nobody_said_is_shown_by_the_call_alone() -> None:
    query = SearchQuery(dialogue=Dialogue((Step(text="money", never=True),)))
    lines = shown(replace(a_page(found(a_call_of_quillmoor())), query=query))
    assert lines[1].startswith("   acti_1 ")


def test_moments_that_are_not_shown_are_counted() -> None:
    call = replace(found(a_call_of_quillmoor(), MONEY), moments_total=3)
    assert "   and 2 more moments" in shown(a_page(call))
    assert "   and 1 more moment" in shown(a_page(replace(call, moments_total=2)))
    assert "more moment" not in " ".join(shown(a_page(replace(call, moments_total=1))))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, "meaning 0.57 (utterance 0.62, window 0.51) + words 0.06 (price, high)"),
        ({"words": 0.0, "words_add": 0.0, "found_words": ()}, "meaning 0.57 (utterance 0.62, window 0.51)"),
        ({"utterance": None, "window": None}, "words 0.75 (price, high)"),
        ({"written": 0.4, "found_words": ()}, "meaning 0.57 (utterance 0.62, window 0.51, written 0.40) + words 0.06"),
    ],
)  # fmt: skip
def test_a_score_is_explained_in_one_line(told: dict[str, Any], expected: str) -> None:
    call = replace(found(a_call_of_quillmoor(), MONEY), explanation=an_explanation(**told))
    assert f"   score  {expected}" in shown(a_page(call))


def test_the_status_gives_states_with_their_reasons_and_ages() -> None:
    store = MemoryStore()
    store.remember_embedder(TINY)
    now = datetime(2026, 3, 11, 9, 5, tzinfo=UTC)
    waiting = CallState.WAITING
    store.enter(
        [
            an_entry("acti_1", waiting, reason="no transcript", since=now - hours(3), due_at=now),
            an_entry("acti_2", waiting, reason="no transcript", since=now),
            an_entry("acti_3", waiting, reason="in progress", since=now, due_at=now + hours(2)),
            an_entry("acti_4", since=now - hours(24 * 5)),
        ]
    )
    store.set_cursor("last_sync", (now - timedelta(minutes=4)).isoformat())
    store.set_cursor("problem", json.dumps({"at": now.isoformat(), "what": "Close is [b]down"}))
    screen, written = a_screen()
    status = StatusOut.of(store, now=now, version="1")
    screen.show_status(status, now=now, data_dir="/srv/calls")
    lines = [" ".join(line.split()) for line in written.getvalue().splitlines()]
    for line in (
        "4 calls known",
        "3 waiting",
        "2 no transcript the first 3 h ago, next try now",
        "1 in progress the first 0 s ago, next try in 2 h",
        "1 because the first 5 days ago",
        "0 deleted",
        "last sync Wed 11 Mar 2026 09:01, 4 min ago",
        "all compared never",
        "due now 1 calls",
        "data directory /srv/calls",
        "The sync of Wed 11 Mar 2026 09:05 failed: Close is [b]down",
    ):
        assert line in lines, line


def test_the_ledger_is_shown_call_by_call() -> None:
    now = datetime(2026, 3, 11, 9, 5, tzinfo=UTC)
    entry = an_entry(
        "acti_1", CallState.FAILED, reason="no [date]", since=now - hours(30), tries=3,
        due_at=now + timedelta(seconds=90),
    )  # fmt: skip
    screen, written = a_screen()
    screen.show_ledger([entry], now=now)
    assert " ".join(written.getvalue().split()) == (
        "acti_1 failed: no [date], for 30 h, next try in 90 s, 3 tries"
    )


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0:00"),
        (7.9, "0:07"),
        (751, "12:31"),
        (3600, "1:00:00"),
        (18000.5, "5:00:00"),
        (-3.2, "-0:03"),
    ],
)
def test_a_length_reads_as_people_write_it(seconds: float, expected: str) -> None:
    assert length(seconds) == expected
