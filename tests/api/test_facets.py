"""Facets over HTTP: what a search could be narrowed to."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from models import Facet, Outcome
from tests.api.conftest import Shelf, an_app, ready
from tests.factories import NOON, a_record, hours


def asked(client: TestClient, question: str = "") -> Any:
    answer = client.get(f"/v1/facets?{question}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def numbers(answer: Any, facet: str) -> dict[str, int]:
    return {count["value"]: count["calls"] for count in answer["facets"][facet]}


@pytest.fixture
def three(store: Shelf) -> None:
    """An answered call, one of another user, and a short one an hour later."""
    outcome = Outcome(id="outcome_1", name="Quote requested")
    store.add(a_record("hello there", call_id="acti_a", user_id="user_1", user_name="Maren", outcome_id="outcome_1", outcome=outcome))  # fmt: skip
    store.add(a_record("hello there", "and you", call_id="acti_b", user_id="user_2", direction="inbound", disposition="busy"))  # fmt: skip
    store.add(a_record(call_id="acti_c", user_id="user_2", duration_s=5, date_created=NOON + hours(1), call_method="power", note="short"))  # fmt: skip


@pytest.mark.usefixtures("three")
def test_every_facet_is_told_with_names(client: TestClient) -> None:
    answer = asked(client)
    assert list(answer["facets"]) == list(Facet)
    assert answer["calls"] == 3
    assert answer["facets"]["user"] == [
        {"value": "user_2", "label": "user_2", "calls": 2},
        {"value": "user_1", "label": "Maren", "calls": 1},
    ]
    [outcome] = answer["facets"]["outcome"]
    assert outcome == {"value": "outcome_1", "label": "Quote requested", "calls": 1}
    assert numbers(answer, "disposition") == {"answered": 2, "busy": 1}
    assert numbers(answer, "kind") == {"recording": 2, "note": 1}
    assert numbers(answer, "side") == {"user": 2, "contact": 1}


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("question", "users", "calls"),
    [
        ("user_id=user_1", {"user_1": 1, "user_2": 2}, 1),
        ("disposition=busy&disposition=no-answer", {"user_2": 1}, 1),
        ("direction=outbound", {"user_1": 1, "user_2": 1}, 2),
        ("call_method=power", {"user_2": 1}, 1),
        ("outcome_id=outcome_1", {"user_1": 1}, 1),
        ("lead_id=lead_9", {}, 0),
        ("contact_id=cont_9&user_id=user_9", {"user_9": 0}, 0),
        ("since=2026-03-11T13:00", {"user_2": 1}, 1),
        ("until=2026-03-11T13:00", {"user_1": 1, "user_2": 1}, 2),
        ("min_duration=60", {"user_1": 1, "user_2": 1}, 2),
        ("max_duration=59", {"user_2": 1}, 1),
        ("kind=note", {"user_2": 1}, 1),
        ("side=contact", {"user_2": 1}, 1),
    ],
)
def test_each_filter_of_a_listing_holds(
    client: TestClient, question: str, users: dict[str, int], calls: int
) -> None:
    answer = asked(client, question)
    assert numbers(answer, "user") == users
    assert answer["calls"] == calls
    assert len(client.get(f"/v1/calls?{question}").json()["calls"]) == calls


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("limit=10", "limit"),
        ("cursor=abc", "cursor"),
        ("q=price", "q"),
        ("mode=hybrid", "mode"),
        ("side=unknown", "side"),
        ("kind=talk", "kind"),
        ("side=user&side=contact", "side"),
        ("min_duration=9&max_duration=8", "min_duration"),
        ("since=2026-03-11&until=2026-03-11", "since"),
        ("since=lately", "since"),
    ],
)
def test_what_cannot_be_asked_is_refused(client: TestClient, question: str, field: str) -> None:
    answer = client.get(f"/v1/facets?{question}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert field in [error["field"] for error in answer.json()["errors"]]


def test_facets_need_a_key(store: Shelf) -> None:
    with ready(an_app(store, api_keys=("a-key-that-is-long-enough",))) as client:
        assert client.get("/v1/facets").status_code == 401
        headers = {"Authorization": "Bearer a-key-that-is-long-enough"}
        assert client.get("/v1/facets", headers=headers).status_code == 200


def test_the_document_tells_every_filter_and_no_page(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    names = {p["name"] for p in paths["/v1/facets"]["get"]["parameters"]}
    listing = {p["name"] for p in paths["/v1/calls"]["get"]["parameters"]}
    assert names == listing - {"limit", "cursor"}
    assert len(names) == 15
