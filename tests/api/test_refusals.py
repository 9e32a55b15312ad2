"""Questions that cannot be answered as asked: refused by name, never half understood."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Shelf
from tests.factories import a_record


def fields(answer: Any) -> list[str]:
    """The parameters a 422 names."""
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:callsift:problem:query-invalid"
    assert problem["status"] == 422
    assert all(error["field"] in problem["detail"] for error in problem["errors"])
    return [error["field"] for error in problem["errors"]]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("colour=blue", ["colour"]),
        ("colour=blue&shape=round", ["colour", "shape"]),
        ("Q=price", ["Q"]),
        ("disposition[]=busy", ["disposition[]"]),
        ("disposition=", ["disposition"]),
        ("disposition=busy&disposition=", ["disposition"]),
        ("disposition=bussy", ["disposition"]),
        ("direction=sideways", ["direction"]),
        ("call_method=shouting", ["call_method"]),
        ("user_id=", ["user_id"]),
        ("limit=0", ["limit"]),
        ("limit=101", ["limit"]),
        ("limit=-1", ["limit"]),
        ("limit=ten", ["limit"]),
        ("limit=", ["limit"]),
        ("limit=2.5", ["limit"]),
        ("limit=5&limit=6", ["limit"]),
        ("side=user&side=contact", ["side"]),
        ("mode=psychic", ["mode"]),
        ("mode=", ["mode"]),
        ("side=unknown", ["side"]),
        ("kind=email", ["kind"]),
        ("kind=note&kind=email", ["kind"]),
        ("min_duration=-1", ["min_duration"]),
        ("max_duration=long", ["max_duration"]),
        (f"min_duration={10**30}", ["min_duration"]),
        ("min_duration=60&max_duration=59", ["min_duration", "max_duration"]),
        ("since=someday", ["since"]),
        ("since=", ["since"]),
        ("until=2026-02-30", ["until"]),
        ("until=999999999w", ["until"]),
        ("since=2026-03-02&until=2026-03-01", ["since", "until"]),
        ("since=2026-03-02&until=2026-03-02", ["since", "until"]),
        ("cursor=", ["cursor"]),
        ("cursor=nonsense", ["cursor"]),
        ("cursor=%F0%9F%91%8D", ["cursor"]),
        (f"cursor={'W1tb' * 500}", ["cursor"]),
        ("limit=0&side=both&colour=blue", ["side", "limit", "colour"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("q", ["", "q=price&"])
def test_a_wrong_parameter_is_refused_by_name(
    client: TestClient, asked: str, named: list[str], q: str
) -> None:
    assert fields(client.get(f"/v1/search?{q}{asked}")) == named
    if "mode" not in asked and not q:
        assert fields(client.get(f"/v1/calls?{asked}")) == named


@pytest.mark.parametrize("parameter", ["q=price", "mode=keyword"])
def test_a_listing_takes_no_question(client: TestClient, parameter: str) -> None:
    assert fields(client.get(f"/v1/calls?{parameter}")) == [parameter.partition("=")[0]]


def test_a_question_may_have_two_thousand_characters_and_no_more(client: TestClient) -> None:
    assert client.get("/v1/search", params={"q": "é" * 2000}).status_code == 200
    assert fields(client.get("/v1/search", params={"q": "é" * 2001})) == ["q"]
    assert fields(client.get("/v1/search", params={"q": "price " * 1667})) == ["q"]
    assert fields(client.post("/v1/search", json={"q": "x" * 10_000})) == ["q"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"colour": "blue"}, ["colour"]),
        ({"q": 5}, ["q"]),
        ({"q": None}, ["q"]),
        ({"limit": "ten"}, ["limit"]),
        ({"limit": True}, ["limit"]),
        ({"limit": 101}, ["limit"]),
        ({"disposition": ""}, ["disposition"]),
        ({"disposition": ["busy", 5]}, ["disposition"]),
        ({"disposition": {"busy": True}}, ["disposition"]),
        ({"user_id": ["user_1"] * 1001}, ["user_id"]),
        ({"kind": "email"}, ["kind"]),
        ({"side": ["user"]}, ["side"]),
        ({"since": 30}, ["since"]),
        ({"min_duration": 60, "max_duration": 1}, ["min_duration", "max_duration"]),
        ([], ["body"]),
        ("price", ["body"]),
        (None, ["body"]),
    ],
)
def test_a_wrong_body_is_refused_by_name(client: TestClient, body: Any, named: list[str]) -> None:
    assert fields(client.post("/v1/search", json=body)) == named


@pytest.mark.parametrize("body", [b"", b"{", b'{"q": "price"'])
def test_a_body_that_is_no_json_is_refused(client: TestClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    assert fields(client.post("/v1/search", content=body, headers=headers)) == ["body"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b'{"q": "\\ud800"}', "q"),
        (b'{"\\ud800": 1}', "body"),
        (b'{"user_id": ["\\udfff"]}', "user_id"),
    ],
)
def test_half_a_character_is_refused(client: TestClient, body: bytes, named: str) -> None:
    headers = {"Content-Type": "application/json"}
    assert fields(client.post("/v1/search", content=body, headers=headers)) == [named]


def test_a_form_is_no_body_of_ours(client: TestClient) -> None:
    assert fields(client.post("/v1/search", data={"q": "price"})) == ["body"]


def test_a_huge_body_is_refused_unread(client: TestClient) -> None:
    answer = client.post("/v1/search", json={"q": "x" * 2_000_000})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_thousand_wrong_names_get_a_short_answer(client: TestClient) -> None:
    answer = client.post("/v1/search", json={f"colour{n}" + "x" * 500: n for n in range(1000)})
    assert len(fields(answer)) == 50
    assert len(answer.content) < 20_000


@pytest.mark.parametrize("address", ["/v1/status?x=1", "/v1/calls/acti_1?x=1"])
def test_paths_without_parameters_refuse_any(
    client: TestClient, store: Shelf, address: str
) -> None:
    store.add(a_record("some words here"))
    assert fields(client.get(address)) == ["x"]


def test_a_body_is_not_joined_by_parameters(client: TestClient) -> None:
    assert fields(client.post("/v1/search?limit=5", json={"q": "price"})) == ["limit"]


def test_a_cursor_of_another_question_is_refused(client: TestClient, store: Shelf) -> None:
    for number in range(3):
        store.add(a_record("the very same words", call_id=f"acti_{number}"))
    cursor = client.get("/v1/search?q=words&limit=1").json()["next_cursor"]
    assert client.get("/v1/search", params={"q": "words", "cursor": cursor}).status_code == 200
    assert fields(client.get("/v1/search", params={"q": "other", "cursor": cursor})) == ["cursor"]
    assert fields(client.get("/v1/calls", params={"cursor": cursor})) == ["cursor"]


def test_a_value_is_not_repeated_in_the_refusal(client: TestClient) -> None:
    assert "hunter2" not in client.get("/v1/search?limit=hunter2&side=hunter2").text


@pytest.mark.parametrize("address", ["/nothing", "/v1/nothing", "/v1/calls/a/b", "/docs", "/redoc"])
def test_an_unknown_path_is_a_problem_too(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_a_wrong_method_is_a_problem_too(client: TestClient) -> None:
    answer = client.delete("/v1/calls")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["allow"] == "GET"
