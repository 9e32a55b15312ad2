"""More like this, over HTTP."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from models import Side
from tests.api.conftest import Shelf
from tests.factories import a_record, a_transcript, said

PRICE = "the price is more than we can pay"


@pytest.fixture
def talks(store: Shelf) -> None:
    """A call, its double, one that says one thing of it, one by voicemail, and one unlike it."""
    for name, *texts in (
        ("one", "hello and welcome", PRICE),
        ("double", "hello and welcome", PRICE),
        ("alike", "something else comes first", PRICE),
        ("other", "the weather is fine today"),
    ):
        store.add(a_record(*texts, call_id=f"acti_{name}"))
    store.add(
        a_record(voicemail=a_transcript(said(Side.CONTACT, PRICE, 1.0)), call_id="acti_voice")
    )


def asked(client: TestClient, call: str = "one", **params: Any) -> Any:
    answer = client.get(f"/v1/calls/acti_{call}/similar", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def calls(answer: Any) -> list[str]:
    return [hit["call"]["id"].removeprefix("acti_") for hit in answer["hits"]]


@pytest.mark.usefixtures("talks")
def test_a_call_is_not_like_itself(client: TestClient) -> None:
    found = asked(client)
    assert calls(found)[0] == "double"
    assert sorted(calls(found)) == ["alike", "double", "other", "voice"]
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3, 4]
    assert (found["query"]["q"], found["query"]["mode"], found["total"]) == ("", "semantic", None)


@pytest.mark.usefixtures("talks")
@pytest.mark.parametrize("mode", ["hybrid", "keyword", "semantic", None])
def test_an_utterance_finds_the_calls_that_say_it(client: TestClient, mode: str | None) -> None:
    found = asked(client, utterance=1, **({"mode": mode} if mode else {}))
    assert set(calls(found)[:3]) == {"double", "alike", "voice"}
    assert found["query"]["q"] == PRICE
    assert found["query"]["mode"] == (mode or "hybrid")
    assert found["hits"][0]["moments"]


@pytest.mark.usefixtures("talks")
def test_an_utterance_of_a_voicemail_is_named_by_its_kind(client: TestClient) -> None:
    found = asked(client, "voice", utterance=0, kind="voicemail", mode="keyword")
    assert sorted(calls(found)) == ["alike", "double", "one"]


@pytest.mark.usefixtures("talks")
def test_filters_hold(client: TestClient) -> None:
    found = asked(client, utterance=1, mode="keyword", side="user")
    assert calls(found) == []
    found = asked(client, utterance=1, mode="keyword", part="first 3s")
    assert calls(found) == ["voice"]
    assert found["query"]["part"] == "first 3s"


@pytest.mark.usefixtures("talks")
@pytest.mark.parametrize("params", [{}, {"utterance": 1}])
def test_pages_follow_each_other(client: TestClient, params: dict[str, Any]) -> None:
    whole = asked(client, **params)
    first = asked(client, limit=2, **params)
    rest = asked(client, cursor=first["next_cursor"], **params)
    assert calls(first) + calls(rest) == calls(whole)
    assert rest["hits"][0]["rank"] == 3
    other = client.get("/v1/calls/acti_double/similar", params={"cursor": first["next_cursor"]})
    assert [e["field"] for e in other.json()["errors"]] == ["cursor"]


@pytest.mark.usefixtures("talks")
def test_likeness_can_be_explained(client: TestClient) -> None:
    assert asked(client)["hits"][0]["explanation"] is None
    for hit in asked(client, explain=True)["hits"]:
        assert hit["score"] == pytest.approx(hit["explanation"]["meaning"], abs=1e-5)


def test_an_unknown_call_is_not_found(client: TestClient) -> None:
    answer = client.get("/v1/calls/acti_none/similar")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:callsift:problem:call-not-found"


@pytest.mark.usefixtures("talks")
@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("utterance=2", ["utterance"]),
        ("utterance=-1", ["utterance"]),
        ("utterance=second", ["utterance"]),
        ("utterance=0&kind=voicemail", ["utterance"]),
        ("utterance=0&kind=note", ["kind"]),
        ("utterance=0&kind=recording&kind=voicemail", ["kind"]),
        ("utterance=0&utterance=1", ["utterance"]),
        ("kind=recording&mode=keyword", ["kind", "mode"]),
        ("mode=semantic", ["mode"]),
        ("q=price", ["q"]),
        ("one_turn=true", ["one_turn"]),
        ("group=moment", ["group"]),
        ("disposition=anwsered", ["disposition"]),
        ("part=banana", ["part"]),
        ("limit=0", ["limit"]),
        ("cursor=nonsense", ["cursor"]),
    ],
)
def test_a_wrong_question_is_refused_by_name(
    client: TestClient, address: str, fields: list[str]
) -> None:
    answer = client.get(f"/v1/calls/acti_one/similar?{address}")
    assert answer.status_code == 422, answer.text
    assert [e["field"] for e in answer.json()["errors"]] == fields


def test_a_call_without_words_is_like_none(client: TestClient, store: Shelf) -> None:
    store.add(a_record())
    answer = client.get("/v1/calls/acti_1/similar")
    assert [e["field"] for e in answer.json()["errors"]] == ["call_id"]
