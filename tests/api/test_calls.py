"""Calls over HTTP: listed newest first, and shown whole."""

from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from models import Lead, Side
from tests.api.conftest import Shelf
from tests.factories import NOON, a_record, a_transcript, hours, said

THREE: list[tuple[str, dict[str, Any]]] = [
    ("a", {"user_id": "user_1", "call_method": "power", "contact_id": "cont_1", "note": "Busy"}),
    ("b", {"disposition": "busy", "direction": "inbound", "lead_id": "lead_2", "outcome_id": "outcome_1"}),
    ("c", {"disposition": "no-answer", "duration_s": 5}),
]  # fmt: skip


def listed(answer: Any) -> str:
    """The last letters of the ids of a page."""
    assert answer.status_code == 200, answer.text
    return "".join(call["id"][-1] for call in answer.json()["calls"])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", "cba"),
        ("disposition=busy&disposition=answered", "ba"),
        ("direction=inbound", "b"),
        ("call_method=power", "a"),
        ("user_id=user_1&user_id=user_2", "a"),
        ("lead_id=lead_2", "b"),
        ("contact_id=cont_1", "a"),
        ("outcome_id=outcome_1", "b"),
        ("user_id=user_9", ""),
        ("user_id=user_1&lead_id=lead_2", ""),
        ("since=2026-03-11T13:00", "cb"),
        ("until=2026-03-11T13:00", "a"),
        ("min_duration=60", "ba"),
        ("max_duration=59", "c"),
        ("kind=note", "a"),
        ("side=contact", "c"),
        ("limit=1", "c"),
    ],
)
def test_each_filter_lists_the_right_calls(
    client: TestClient, store: Shelf, asked: str, expected: str
) -> None:
    for number, (letter, fields) in enumerate(THREE):
        at = NOON + hours(number)
        words = ("hello you there", "and you too") if letter == "c" else ("hello you there",)
        store.add(a_record(*words, call_id=f"acti_{letter}", date_created=at, **fields))
    assert listed(client.get(f"/v1/calls?{asked}")) == expected


def test_a_listing_goes_on_page_by_page(client: TestClient, store: Shelf) -> None:
    for letter in "abcdefg":  # all at noon, so that only ids tell them apart
        store.add(a_record("some words here", call_id=f"acti_{letter}"))
    params: dict[str, Any] = {"limit": 3}
    pages = []
    for _ in range(3):
        answer = client.get("/v1/calls", params=params)
        pages.append(listed(answer))
        params["cursor"] = answer.json()["next_cursor"]
    assert pages == ["gfe", "dcb", "a"]
    assert params["cursor"] is None


def test_a_call_is_shown_with_both_transcripts(client: TestClient, store: Shelf) -> None:
    store.add(
        a_record(
            recording=a_transcript(
                said(Side.USER, "hello there you", 0.5, speaker="Maren"),
                said(Side.UNKNOWN, "", 9.0, end_s=2.0),
                summary_text="They greeted.",
                summary_html="<p onclick=x>They <b>greeted</b>.</p>",
            ),
            voicemail=a_transcript(said(Side.CONTACT, "call me back please")),
        )
    )
    call = client.get("/v1/calls/acti_1").json()
    assert call["recording_transcript"] == {
        "utterances": [
            {
                "index": 0,
                "speaker": "Maren",
                "side": "user",
                "start_s": 0.5,
                "end_s": 2.5,
                "text": "hello there you",
            },
            {
                "index": 1,
                "speaker": "",
                "side": "unknown",
                "start_s": 9.0,
                "end_s": 2.0,
                "text": "",
            },
        ],
        "summary_text": "They greeted.",
        "summary_html": "<p>They <b>greeted</b>.</p>",
    }
    assert call["voicemail_transcript"] == {
        "utterances": [
            {
                "index": 0,
                "speaker": "",
                "side": "contact",
                "start_s": None,
                "end_s": None,
                "text": "call me back please",
            },
        ],
        "summary_text": None,
        "summary_html": None,
    }
    assert call["summary"] == "They greeted."


def test_a_call_without_transcripts_has_null_for_them(client: TestClient, store: Shelf) -> None:
    store.add(a_record())
    call = client.get("/v1/calls/acti_1").json()
    assert call["recording_transcript"] is None
    assert call["voicemail_transcript"] is None


def test_a_listed_call_and_a_shown_call_are_told_alike(client: TestClient, store: Shelf) -> None:
    store.add(a_record("hello you there", note="n", cost_cents=Decimal("0.1")))
    [in_list] = client.get("/v1/calls").json()["calls"]
    shown = client.get("/v1/calls/acti_1").json()
    assert shown == in_list | {
        k: shown[k] for k in ("recording_transcript", "voicemail_transcript")
    }


@pytest.mark.parametrize("call_id", ["acti_9", "%00", "%F0%9F%91%8D", "x" * 3000])
def test_an_unknown_call_is_not_found(client: TestClient, call_id: str) -> None:
    answer = client.get(f"/v1/calls/{call_id}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:callsift:problem:call-not-found"
    assert "errors" not in answer.json()


@pytest.mark.parametrize(
    ("cents", "told"),
    [("2.7", "2.7"), ("0.10", "0.10"), ("2E+1", "20"), ("1E-7", "0.0000001"), (None, None)],
)
def test_costs_are_told_exactly(
    client: TestClient, store: Shelf, cents: str | None, told: str | None
) -> None:
    store.add(a_record(cost_cents=None if cents is None else Decimal(cents)))
    assert client.get("/v1/calls/acti_1").json()["cost_cents"] == told


@pytest.mark.parametrize(
    ("lead_id", "lead", "url"),
    [
        ("lead_1", Lead(id="lead_1", url="https://app.close.com/lead/lead_1/?x"), "https://app.close.com/lead/lead_1/?x"),
        ("lead_1", Lead(id="lead_1"), "https://app.close.com/lead/lead_1/"),
        ("lead_1", None, "https://app.close.com/lead/lead_1/"),
        ("lead_1", Lead(id="lead_1", url="javascript:alert(1)"), "https://app.close.com/lead/lead_1/"),
        ('l"/../x', None, "https://app.close.com/lead/l%22%2F..%2Fx/"),
        (None, None, None),
    ],
)  # fmt: skip
def test_a_call_links_to_its_lead_in_close(
    client: TestClient, store: Shelf, lead_id: str | None, lead: Lead | None, url: str | None
) -> None:
    store.add(a_record(lead_id=lead_id, lead=lead))
    assert client.get("/v1/calls/acti_1").json()["close_url"] == url


def test_a_note_is_told_plain_and_sanitised(client: TestClient, store: Shelf) -> None:
    html = "<body><p onclick='steal()'>Hi <b>there</b><script>steal()</script></p></body>"
    store.add(a_record(note="Hi <there>", note_html=html))
    call = client.get("/v1/calls/acti_1").json()
    assert call["note"] == "Hi <there>"
    assert call["note_html"] == "<p>Hi <b>there</b></p>"
