"""Teams over HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Shelf, an_app, ready
from tests.factories import a_record


@pytest.fixture(scope="module")
def office() -> Shelf:
    store = Shelf()
    for number, (user_id, name) in enumerate([("user_1", "Ana"), ("user_2", "Bo")]):
        store.add(a_record("hi", call_id=f"acti_{number}", user_id=user_id, user_name=name))
    return store


@pytest.fixture(scope="module")
def served(office: Shelf) -> Iterator[TestClient]:
    with ready(an_app(office)) as client:
        yield client


@pytest.fixture
def client(served: TestClient, office: Shelf) -> Iterator[TestClient]:
    """A client of an office without teams."""
    yield served
    office.discard("team", [paper.id for paper in office.papers("team")])


def refused(answer: Any, status: int, kind: str) -> Any:
    assert answer.status_code == status, answer.text
    assert answer.json()["type"] == f"urn:callsift:problem:{kind}"
    return answer.json()


def test_a_team_is_made_shown_listed_changed_and_deleted(client: TestClient) -> None:
    assert client.get("/v1/teams").json() == {"teams": []}
    answer = client.post(
        "/v1/teams",
        json={"name": "East", "user_ids": ["Ana", "user_2"]},
        headers={"X-Callsift-User": "Dana"},
    )
    made = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/v1/teams/{made['id']}")
    assert made == {
        "id": made["id"], "version": 1, "name": "East",
        "reps": [
            {"user_id": "user_1", "name": "Ana", "calls": 1},
            {"user_id": "user_2", "name": "Bo", "calls": 1},
        ],
        "created_at": "2026-03-11T12:00:00Z", "created_by": "Dana",
        "changed_at": "2026-03-11T12:00:00Z", "changed_by": "Dana",
    }  # fmt: skip
    address = f"/v1/teams/{made['id']}"
    assert client.get(address).json() == made
    changed = client.patch(address, json={"name": "North", "user_ids": "bo"}).json()
    assert (changed["version"], changed["name"], changed["changed_by"]) == (2, "North", None)
    assert [rep["name"] for rep in changed["reps"]] == ["Bo"]
    assert client.get("/v1/teams").json() == {"teams": [changed]}
    assert client.delete(address).status_code == 204
    refused(client.get(address), 404, "not-found")


def test_reps_are_listed_for_teams_to_be_made_of(client: TestClient) -> None:
    found = client.get("/v1/teams/reps").json()["reps"]
    assert [(rep["user_id"], rep["name"], rep["calls"]) for rep in found] == [
        ("user_1", "Ana", 1), ("user_2", "Bo", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "East"}, "user_ids"),
        ({"name": "East", "user_ids": []}, "user_ids"),
        ({"name": "East", "user_ids": ["Nobody"]}, "user_ids"),
        ({"name": "", "user_ids": ["Ana"]}, "name"),
        ({"user_ids": ["Ana"]}, "name"),
        ({"name": "East", "user_ids": ["Ana"], "colour": "red"}, "colour"),
    ],
)
def test_what_is_no_team_is_refused(client: TestClient, body: Any, field: str) -> None:
    told = refused(client.post("/v1/teams", json=body), 422, "query-invalid")
    assert [error["field"] for error in told["errors"]] == [field]
    assert client.get("/v1/teams").json() == {"teams": []}


def test_a_name_is_taken_once(client: TestClient) -> None:
    body = {"name": "East", "user_ids": ["Ana"]}
    made = client.post("/v1/teams", json=body).json()
    refused(client.post("/v1/teams", json=body | {"name": "EAST"}), 409, "name-taken")
    other = client.post("/v1/teams", json=body | {"name": "West"}).json()
    answer = client.patch(f"/v1/teams/{other['id']}", json={"name": "east"})
    refused(answer, 409, "name-taken")
    empty = client.patch(f"/v1/teams/{made['id']}", json={"user_ids": []})
    refused(empty, 422, "query-invalid")


def test_another_site_changes_nothing(client: TestClient) -> None:
    elsewhere = {"sec-fetch-site": "cross-site"}
    body = {"name": "East", "user_ids": ["Ana"]}
    assert client.post("/v1/teams", json=body, headers=elsewhere).status_code == 403
    made = client.post("/v1/teams", json=body).json()
    assert client.delete(f"/v1/teams/{made['id']}", headers=elsewhere).status_code == 403
    assert client.get(f"/v1/teams/{made['id']}").status_code == 200
