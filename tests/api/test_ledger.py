"""The ledger over HTTP: what is missing and why, call by call."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.examples.calls import LEDGER
from indexer import cursors
from models import CallState
from tests.api.conftest import Shelf, an_app, ready
from tests.factories import NOON, an_entry, hours


def listed(answer: Any) -> str:
    """The last letters of the ids of a page."""
    assert answer.status_code == 200, answer.text
    return "".join(call["call_id"][-1] for call in answer.json()["calls"])


@pytest.fixture
def failed(store: Shelf) -> Shelf:
    """Seven failed calls, all since noon but the last, and two others."""
    store.enter(an_entry(f"acti_{letter}", CallState.FAILED) for letter in "abcdef")
    store.enter([an_entry("acti_g", CallState.FAILED, since=NOON - hours(1))])
    store.enter([an_entry("acti_x"), an_entry("acti_y", CallState.WAITING)])
    return store


def test_an_entry_tells_where_a_call_stands_and_why(client: TestClient, store: Shelf) -> None:
    store.enter(
        [
            an_entry(
                "acti_1", CallState.FAILED, reason="date_created is missing", tries=3,
                due_at=NOON + hours(4), date_updated=NOON - hours(9), seen_at=NOON,
            )
        ]
    )  # fmt: skip
    answer = client.get("/v1/ledger").json()
    assert answer == {
        "calls": [
            {
                "call_id": "acti_1",
                "state": "failed",
                "reason": "date_created is missing",
                "since": "2026-03-11T12:00:00Z",
                "tries": 3,
                "next_try": "2026-03-11T16:00:00Z",
                "date_updated": "2026-03-11T03:00:00Z",
            }
        ],
        "next_cursor": None,
    }
    assert answer["calls"][0].keys() == LEDGER["calls"][0].keys()


@pytest.mark.usefixtures("failed")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [("", "gabcdef"), ("?state=waiting", "y"), ("?state=indexed", "x"), ("?state=deleted", "")],
)
def test_the_calls_of_one_state_are_listed_longest_in_it_first(
    client: TestClient, asked: str, expected: str
) -> None:
    assert listed(client.get(f"/v1/ledger{asked}")) == expected


@pytest.mark.usefixtures("failed")
def test_the_ledger_goes_on_page_by_page(client: TestClient) -> None:
    params: dict[str, Any] = {"limit": 3, "state": "failed"}
    pages = []
    for _ in range(3):
        answer = client.get("/v1/ledger", params=params)
        pages.append(listed(answer))
        params["cursor"] = answer.json()["next_cursor"]
    assert pages == ["gab", "cde", "f"]
    assert params["cursor"] is None


def test_the_default_page_has_fifty(client: TestClient, store: Shelf) -> None:
    store.enter(an_entry(f"acti_{n}", CallState.FAILED) for n in range(51))
    answer = client.get("/v1/ledger").json()
    assert len(answer["calls"]) == 50
    assert answer["next_cursor"]


@pytest.mark.usefixtures("failed")
def test_a_cursor_of_another_state_or_of_a_search_is_refused(
    client: TestClient, store: Shelf
) -> None:
    cursor = client.get("/v1/ledger?limit=1").json()["next_cursor"]
    for answer in (
        client.get("/v1/ledger", params={"cursor": cursor, "state": "waiting"}),
        client.get("/v1/calls", params={"cursor": cursor}),
        client.get("/v1/ledger?cursor=WyJsZWRnZXIgZmFpbGVkIiwgMV0"),
        client.get("/v1/ledger?cursor=WyJsZWRnZXIgZmFpbGVkIiwgMWU5OSwgImEiXQ"),
        client.get("/v1/ledger?cursor=%00"),
    ):
        assert answer.status_code == 422, answer.text
        assert [e["field"] for e in answer.json()["errors"]] == ["cursor"]


def test_a_cursor_to_a_moment_that_no_calendar_has_is_refused(client: TestClient) -> None:
    for since_us in (10**18, -(10**18), 10**400):
        cursor = cursors.write("ledger failed", [since_us, "acti_1"])
        answer = client.get("/v1/ledger", params={"cursor": cursor})
        assert answer.status_code == 422, answer.text


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("state=lost", "state"),
        ("state=", "state"),
        ("state=failed&state=waiting", "state"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=1&limit=2", "limit"),
        ("cursor=", "cursor"),
        ("reason=why", "reason"),
    ],
)
def test_what_cannot_be_asked_is_refused(client: TestClient, asked: str, field: str) -> None:
    answer = client.get(f"/v1/ledger?{asked}")
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == [field]


def test_the_ledger_needs_a_key_where_there_are_keys(store: Shelf) -> None:
    with ready(an_app(store, api_keys=["secret"])) as client:
        assert client.get("/v1/ledger").status_code == 401
        with_key = client.get("/v1/ledger", headers={"Authorization": "Bearer secret"})
        assert with_key.status_code == 200
