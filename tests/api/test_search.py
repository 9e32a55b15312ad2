"""Search over HTTP: what is asked arrives, and what is found is told as promised."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from models import CallState, Lead, Outcome, Side
from tests.api.conftest import Shelf
from tests.factories import NOON, a_record, a_transcript, an_entry, hours, said

EVERY_KEY_OF_A_CALL = (
    "id lead_id lead_name contact_id user_id user_name direction disposition call_method status"
    " duration_s outcome_id outcome_name cost_cents note note_html summary date_created"
    " activity_at close_url"
).split()


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [hit["call"]["id"] for hit in answer.json()["hits"]]


def test_a_question_is_answered_by_the_exact_words_and_seconds(
    client: TestClient, store: Shelf
) -> None:
    store.add(
        a_record(
            recording=a_transcript(
                said(Side.USER, "how does our price sit with you?", 3.5, speaker="Maren"),
                said(
                    Side.CONTACT, "well — more than we can spend, honestly", 6.25, speaker="Kester"
                ),
            )
        )
    )

    [hit] = client.get("/v1/search", params={"q": "can spend", "mode": "keyword"}).json()["hits"]

    assert hit["rank"] == 1
    assert hit["score"] > 0
    [moment] = hit["moments"]
    assert moment["score"] > 0
    assert {
        k: moment[k]
        for k in ("kind", "start_s", "end_s", "first_utterance", "last_utterance", "text")
    } == {
        "kind": "recording",
        "start_s": 3.5,
        "end_s": 8.25,
        "first_utterance": 0,
        "last_utterance": 1,
        "text": None,
    }
    assert moment["utterances"][1] == {
        "index": 1,
        "speaker": "Kester",
        "side": "contact",
        "start_s": 6.25,
        "end_s": 8.25,
        "text": "well — more than we can spend, honestly",
        "matched": True,
    }
    assert moment["utterances"][0]["matched"] is False


def test_a_notes_moment_has_its_text_and_no_utterances(client: TestClient, store: Shelf) -> None:
    store.add(a_record(note="Wants a zebra by Friday"))
    [hit] = client.get("/v1/search?q=zebra&kind=note").json()["hits"]
    [moment] = hit["moments"]
    assert moment == {
        "kind": "note",
        "start_s": None,
        "end_s": None,
        "first_utterance": None,
        "last_utterance": None,
        "score": moment["score"],
        "utterances": [],
        "text": "Wants a zebra by Friday",
        "step": None,
    }


def test_a_moment_without_any_times_has_none(client: TestClient, store: Shelf) -> None:
    store.add(a_record(recording=a_transcript(said(Side.USER, "the zebra is striped"))))
    [hit] = client.get("/v1/search?q=zebra").json()["hits"]
    assert (hit["moments"][0]["start_s"], hit["moments"][0]["end_s"]) == (None, None)


def test_a_hit_shows_the_call_with_its_names(client: TestClient, store: Shelf) -> None:
    store.add(
        a_record(
            "we talked about the zebra",
            lead_id="lead_1",
            lead=Lead(id="lead_1", name="Quillmoor", url="https://app.close.com/lead/lead_1/"),
            outcome_id="outcome_1",
            outcome=Outcome(id="outcome_1", name="Demo booked"),
            user_name="Maren Tolvik",
        )
    )
    call = client.get("/v1/search?q=zebra").json()["hits"][0]["call"]
    assert set(EVERY_KEY_OF_A_CALL) <= call.keys()
    assert call["lead_name"] == "Quillmoor"
    assert call["outcome_name"] == "Demo booked"
    assert call["user_name"] == "Maren Tolvik"
    assert call["activity_at"] == "2026-03-11T12:00:00Z"


def test_an_empty_question_lists_the_newest_calls_without_scores(
    client: TestClient, store: Shelf
) -> None:
    for number in (1, 3, 2):
        store.add(
            a_record("some words here", call_id=f"acti_{number}", date_created=NOON + hours(number))
        )
    for address in ("/v1/search", "/v1/search?q=", "/v1/search?q=%20"):
        answer = client.get(address)
        assert ids(answer) == ["acti_3", "acti_2", "acti_1"]
        assert [(h["rank"], h["score"], h["moments"]) for h in answer.json()["hits"]] == [
            (rank, None, []) for rank in (1, 2, 3)
        ]


def test_the_answer_says_how_much_was_searched(client: TestClient, store: Shelf) -> None:
    store.add(a_record("some words here"))
    states = (CallState.WAITING, CallState.WAITING, CallState.FAILED, CallState.DELETED)
    store.enter(an_entry(f"acti_x{n}", state) for n, state in enumerate(states))
    searched = client.get("/v1/search?q=words").json()["searched"]
    assert searched == {"calls": 1, "of": 4, "waiting": 2, "failed": 1, "excluded": 0}


ASKED_AND_UNDERSTOOD: list[tuple[str, dict[str, Any]]] = [
    ("q=price", {"q": "price"}),
    ("mode=semantic", {"mode": "semantic"}),
    ("limit=3", {"limit": 3}),
    ("disposition=busy&disposition=no-answer", {"disposition": ["busy", "no-answer"]}),
    ("direction=inbound", {"direction": ["inbound"]}),
    ("call_method=power&call_method=external", {"call_method": ["power", "external"]}),
    ("user_id=user_1&user_id=user_2", {"user_id": ["user_1", "user_2"]}),
    ("lead_id=lead_1", {"lead_id": ["lead_1"]}),
    ("contact_id=cont_1", {"contact_id": ["cont_1"]}),
    ("outcome_id=outcome_1&outcome_id=outcome_2", {"outcome_id": ["outcome_1", "outcome_2"]}),
    ("since=2026-03-01", {"since": "2026-03-01T00:00:00Z"}),
    ("since=30d", {"since": "2026-02-09T12:00:00Z"}),
    ("until=12h", {"until": "2026-03-11T00:00:00Z"}),
    ("until=2026-03-02T09:30:00%2B02:00", {"until": "2026-03-02T07:30:00Z"}),
    ("min_duration=0&max_duration=60", {"min_duration": 0, "max_duration": 60}),
    ("side=contact", {"side": "contact"}),
    ("kind=note&kind=voicemail", {"kind": ["note", "voicemail"]}),
    ("part=first+2m", {"part": "first 120s"}),
    ("part=Last+10%25", {"part": "last 10%"}),
    ("question=true", {"question": True}),
    ("q=%22a+price%22&one_turn=true", {"q": '"a price"', "one_turn": True}),
    ("q=price&group=moment", {"q": "price", "group": "moment"}),
    ("explain=true", {"explain": True}),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "understood"), ASKED_AND_UNDERSTOOD)
def test_every_parameter_reaches_the_question(
    client: TestClient, asked: str, understood: dict[str, Any]
) -> None:
    plain = client.get("/v1/search").json()["query"]
    assert client.get(f"/v1/search?{asked}").json()["query"] == plain | understood


def test_a_plain_question_has_no_filter(client: TestClient) -> None:
    plain = client.get("/v1/search").json()["query"]
    assert (plain.pop("q"), plain.pop("mode"), plain.pop("limit")) == ("", "hybrid", 10)
    assert plain.pop("group") == "call"
    assert all(value in (None, [], False) for value in plain.values())


@pytest.mark.parametrize(("asked", "understood"), ASKED_AND_UNDERSTOOD)
def test_the_question_as_understood_can_be_posted_again(
    client: TestClient, asked: str, understood: dict[str, Any]
) -> None:
    first = client.get(f"/v1/search?{asked}").json()
    assert client.post("/v1/search", json=first["query"]).json() == first


def test_a_posted_list_may_be_a_single_value(client: TestClient, store: Shelf) -> None:
    store.add(a_record("the same words", call_id="acti_a", disposition="busy"))
    store.add(a_record("the same words", call_id="acti_b"))
    for value in ("busy", ["busy"]):
        answer = client.post("/v1/search", json={"q": "words", "disposition": value})
        assert ids(answer) == ["acti_a"]
        assert answer.json()["query"]["disposition"] == ["busy"]


def test_pages_follow_each_other_without_repeats(client: TestClient, store: Shelf) -> None:
    for number in range(7):  # equal words, so every score is a tie
        store.add(a_record("the very same words", call_id=f"acti_{number}"))
    seen: list[dict[str, Any]] = []
    params: dict[str, Any] = {"q": "same words", "limit": 3}
    for expected in (3, 3, 1):
        answer = client.get("/v1/search", params=params).json()
        assert len(answer["hits"]) == expected
        seen += answer["hits"]
        params["cursor"] = answer["next_cursor"]
    assert params["cursor"] is None
    assert sorted(hit["call"]["id"] for hit in seen) == [f"acti_{n}" for n in range(7)]
    assert [hit["rank"] for hit in seen] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    "text",
    ["a\x00b c d", "שלום מה שלומך היום", "👍👍🏽 very good", 'line\nbreak, \u2028 and \\ "more"'],
)
def test_any_text_is_told_as_it_is(client: TestClient, store: Shelf, text: str) -> None:
    store.add(a_record(text, "please and thank you", note=text))
    [hit] = client.get("/v1/search", params={"q": text}).json()["hits"]
    assert hit["call"]["note"] == text
    [quoted] = [u for m in hit["moments"] for u in m["utterances"] if u["index"] == 0]
    assert quoted["text"] == text
    assert client.get("/v1/search", params={"q": text}).json()["query"]["q"] == text


def test_a_disposition_close_invents_is_shown_and_can_be_asked_for(
    client: TestClient, store: Shelf
) -> None:
    store.add(a_record("the same words", call_id="acti_a", disposition="carrier-pigeon"))
    store.add(a_record("the same words", call_id="acti_b"))
    answer = client.get("/v1/search?q=words&disposition=carrier-pigeon")
    assert ids(answer) == ["acti_a"]
    assert answer.json()["hits"][0]["call"]["disposition"] == "carrier-pigeon"
