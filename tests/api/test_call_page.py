"""A call's page: what was said and written, what can be heard, and the way on from it."""

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from models import CallRecord, CallState, Kind, Lead, Outcome, Side
from tests.api.conftest import Shelf
from tests.api.test_search_page import EVIL, HTML, PART, page, text_of
from tests.factories import NOON, a_record, a_transcript, an_entry, hours, said


def a_whole_call(**fields: Any) -> CallRecord:
    """A recorded call of which everything is known."""
    usual: dict[str, Any] = {
        "lead_id": "lead_1", "lead": Lead(id="lead_1", name="Quillmoor Paving"),
        "outcome_id": "o", "outcome": Outcome(id="o", name="Won"),
        "user_id": "user_1", "user_name": "Maren Tolvik", "call_method": "power",
        "duration_s": 100, "recording_url": "https://app.close.com/x", "has_recording": True,
        "recording_duration_s": 100.0, "remote_phone_formatted": "+1 650-555-0143",
        "note": "call again", "note_html": "<p>call <b>again</b></p>",
        "recording": a_transcript(
            said(Side.USER, "hello, a price", 1.0, end_s=21.0, speaker="Maren Tolvik"),
            said(Side.CONTACT, "that is high", 83.2, end_s=93.2, speaker="Kester"),
            summary_html="<ul><li>too <i>high</i></li></ul>", summary_text="too high",
        ),
    }  # fmt: skip
    return a_record(**(usual | fields))


def test_a_call_is_shown_whole(client: TestClient, store: Shelf) -> None:
    store.add(a_whole_call())
    html = page(client, "/calls/acti_1")
    text = text_of(html)
    for told in ("Quillmoor Paving", "Maren Tolvik", "11 Mar 2026, 12:00 UTC", "1:40", "Answered", "Won", "Power", "+1 650-555-0143", "Rep 67%", "Contact 33%", "hello, a price", "that is high", "1:23", "acti_1"):  # fmt: skip
        assert told in text
    assert "<p>call <b>again</b></p>" in html
    assert "<li>too <i>high</i></li>" in html
    assert 'href="https://app.close.com/lead/lead_1/"' in html
    assert 'id="t=83.2"' in html
    assert 'href="#t=83.2"' in html
    assert 'src="/v1/calls/acti_1/recording"' in html


def test_what_a_call_cost_is_exact(client: TestClient, store: Shelf) -> None:
    store.add(a_whole_call(cost_cents=Decimal("2.7")))
    assert "2.7 US cents" in page(client, "/calls/acti_1")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"recording_expires_at": NOON}, "Close kept the audio until 11 Mar 2026, 12:00 UTC"),
        ({"recording_url": None, "has_recording": False}, "There is no audio of this call."),
        ({"recording_url": None}, "Close has not attached the audio yet"),
        ({"recording_url": None, "has_recording": False, "recording": None}, "No transcript"),
        ({"recording_url": None, "recording": None, "has_recording": False, "duration_s": 0}, "Nobody spoke on this call."),
    ],
)  # fmt: skip
def test_what_cannot_be_heard_is_said_plainly(
    client: TestClient, store: Shelf, fields: dict[str, Any], told: str
) -> None:
    store.add(a_whole_call(**fields))
    html = page(client, "/calls/acti_1")
    assert told in text_of(html)
    assert "<audio" not in html


def test_audio_that_expires_later_plays(client: TestClient, store: Shelf) -> None:
    store.add(a_whole_call(recording_expires_at=NOON + hours(1)))
    assert "<audio" in page(client, "/calls/acti_1")


def test_a_voicemail_is_told_from_a_recording(client: TestClient, store: Shelf) -> None:
    store.add(
        a_record(
            voicemail=a_transcript(said(Side.CONTACT, "call me", 2.0)),
            voicemail_url="https://x", voicemail_duration_s=9.0,
        )
    )  # fmt: skip
    html = page(client, "/calls/acti_1")
    assert 'src="/v1/calls/acti_1/voicemail"' in html
    assert 'id="v=2"' in html


def test_a_late_transcript_is_told_of(client: TestClient, store: Shelf) -> None:
    waiting = an_entry("acti_1", CallState.WAITING, reason="recorded, no transcript yet")
    store.add(a_whole_call(recording=None), waiting)
    told = "The transcript has not come from Close yet: recorded, no transcript yet."
    assert told in text_of(page(client, "/calls/acti_1"))


def test_utterances_without_times_or_with_the_same_are_there(
    client: TestClient, store: Shelf
) -> None:
    spoken = [said(Side.USER, "one", 4.0), said(Side.CONTACT, "two", 4.0), said(Side.USER, "three")]
    store.add(a_record(recording=a_transcript(*spoken)))
    html = page(client, "/calls/acti_1")
    assert html.count('id="t=4"') == 1
    assert html.count('id="t2"') == 1
    assert all(word in text_of(html) for word in ("one", "two", "three"))


def test_the_moments_of_the_question_are_on_the_page(client: TestClient, store: Shelf) -> None:
    store.add(a_whole_call())
    html = page(client, "/calls/acti_1?q=price&mode=keyword")
    assert "Moments for “price”" in text_of(html)
    assert "hello, a <mark>price</mark>" in html
    assert 'class="mark"' in html  # on the strip
    assert 'value="price"' in html


def test_a_question_the_call_does_not_answer_says_so(client: TestClient, store: Shelf) -> None:
    store.add(a_whole_call())
    html = page(client, "/calls/acti_1?q=zebra&mode=keyword")
    assert "Nothing in this call answers that." in text_of(html)


def fill(store: Shelf) -> None:
    for n, times in enumerate((3, 2, 1)):
        texts = ["price " * times, *["other words entirely"] * (3 - times)]
        store.add(a_record(*texts, call_id=f"acti_{n}", date_created=NOON - hours(n)))


def follow(client: TestClient, address: str, name: str) -> str:
    found = re.search(rf'id="{name}"[^>]*href="([^"]*)"', page(client, address))
    return unescape(found[1]) if found else ""


@pytest.mark.parametrize("question", ["", "q=price&mode=keyword&", "q=price&"])
def test_next_and_previous_are_the_neighbours_in_the_answer(
    client: TestClient, store: Shelf, question: str
) -> None:
    fill(store)
    hits = client.get(f"/v1/search?{question}").json()["hits"]
    ids = [hit["call"]["id"] for hit in hits]
    first = f"/calls/{ids[0]}?{question}n=1"
    second = f"/calls/{ids[1]}?{question}n=2"
    third = f"/calls/{ids[2]}?{question}n=3"
    assert follow(client, first, "previous") == ""
    assert follow(client, first, "next") == second
    assert follow(client, second, "previous") == first
    assert follow(client, second, "next") == third
    assert follow(client, third, "next") == ""


def test_a_rank_that_no_longer_holds_has_no_neighbours(client: TestClient, store: Shelf) -> None:
    fill(store)
    for n in (2, 3, 200, 201, 10**9):
        html = page(client, f"/calls/acti_0?n={n}")
        assert 'id="next"' not in html


def test_the_way_back_is_the_question(client: TestClient, store: Shelf) -> None:
    fill(store)
    html = page(client, "/calls/acti_0?q=price&disposition=answered&n=1")
    assert 'href="/?q=price&amp;disposition=answered"' in html


def test_an_unknown_call_is_not_found(client: TestClient) -> None:
    answer = client.get("/calls/acti_none", headers=HTML)
    assert answer.status_code == 404
    assert "No such call" in answer.text
    assert client.get("/calls/acti_none").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (CallState.DELETED, "This call is gone from Close"),
        (CallState.WAITING, "This call is not here yet"),
        (CallState.EXCLUDED, "This call is left out"),
        (CallState.FAILED, "This call could not be read"),
    ],
)
def test_a_call_that_is_only_in_the_ledger_says_why(
    client: TestClient, store: Shelf, state: CallState, told: str
) -> None:
    store.enter([an_entry("acti_1", state, reason="a <b>reason</b>")])
    answer = client.get("/calls/acti_1", headers=HTML)
    assert answer.status_code == 404
    assert told in answer.text
    assert "a &lt;b&gt;reason&lt;/b&gt;" in answer.text


@pytest.mark.parametrize("asked", ["n=0", "n=x", "colour=blue", "since=soon", "n=1&n=2"])
def test_a_wrong_parameter_is_a_problem(client: TestClient, store: Shelf, asked: str) -> None:
    store.add(a_whole_call())
    answer = client.get(f"/calls/acti_1?{asked}", headers=HTML)
    assert answer.status_code == 422
    assert "The question is not valid" in answer.text


def test_nothing_of_close_is_markup(client: TestClient, store: Shelf) -> None:
    spoken = [said(Side.USER, EVIL, 1.0, speaker=EVIL), said(Side.UNKNOWN, EVIL)]
    transcript = a_transcript(*spoken, summary_text=EVIL, summary_html=f"<b>{EVIL}</b>")
    store.add(
        a_record(
            recording=transcript, user_id=EVIL, user_name=EVIL, note=EVIL, note_html=EVIL,
            disposition=EVIL, direction=EVIL, call_method=EVIL, outcome_id=EVIL, lead_id=EVIL,
            outcome=Outcome(id=EVIL, name=EVIL), lead=Lead(id=EVIL, name=EVIL, url="javascript:alert(1)"),
            remote_phone_formatted=EVIL, local_phone_formatted=EVIL, recording_url=EVIL,
        )
    )  # fmt: skip
    for address in ("/calls/acti_1", "/calls/acti_1?q=script", "/calls/acti_1/similar?utterance=0"):
        html = page(client, address)
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "javascript:" not in html


def test_similar_moments_leave_the_call_itself_out(client: TestClient, store: Shelf) -> None:
    for n in range(6):
        name = f"Lead {n}"
        store.add(a_record("the price is high", call_id=f"acti_{n}", lead_id=name, lead=Lead(id=name, name=name)))  # fmt: skip
    there = "/calls/acti_0/similar?kind=recording&utterance=0"
    shown = re.findall(r'class="open" href="/calls/(acti_\d)#t=0"', page(client, there))
    assert sorted(shown) == [f"acti_{n}" for n in range(1, 6)]
    part = client.get(there, headers=PART).text
    assert "<html" not in part
    assert part.count('class="open"') == 3
    assert f'href="{there.replace("&", "&amp;")}">All calls like this' in part


@pytest.mark.parametrize(
    "place", ["utterance=9", "utterance=0&kind=voicemail", "utterance=0&kind=note", "index=0"]
)
def test_there_is_nothing_similar_to_no_utterance(
    client: TestClient, store: Shelf, place: str
) -> None:
    store.add(a_whole_call())
    assert client.get(f"/calls/acti_1/similar?{place}", headers=HTML).status_code == 422
    assert client.get("/calls/acti_2/similar", headers=HTML).status_code == 404


def test_both_kinds_of_audio_have_their_own_places(client: TestClient, store: Shelf) -> None:
    voicemail = a_transcript(said(Side.CONTACT, "call me", 1.0))
    store.add(a_whole_call(voicemail=voicemail, voicemail_url="https://x"))
    html = page(client, "/calls/acti_1")
    assert [html.count(f'data-kind="{kind}"') for kind in (Kind.RECORDING, Kind.VOICEMAIL)] == [
        1,
        1,
    ]
    assert html.count('id="t=1"') == html.count('id="v=1"') == 1
