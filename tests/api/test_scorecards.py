"""Scorecards over HTTP: made, changed, kept in every version; and what is refused."""

import json
from typing import Any

from starlette.testclient import TestClient

QUESTION: dict[str, Any] = {"text": "Was it said?"}


def body(*questions: Any, name: str = "Discovery") -> dict[str, Any]:
    sections = [{"name": "Talk", "questions": list(questions) or [QUESTION]}]
    return {"name": name, "sections": sections}


def made(client: TestClient, *questions: Any, name: str = "Discovery") -> Any:
    answer = client.post(
        "/v1/scorecards", json=body(*questions, name=name), headers={"X-Callsift-User": "Quinn"}
    )
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/scorecards/{answer.json()['id']}"
    return answer.json()


def refused(answer: Any, status: int, kind: str = "query-invalid") -> str:
    assert answer.status_code == status, answer.text
    assert answer.json()["type"] == f"urn:callsift:problem:{kind}"
    return str(answer.json()["detail"])


def test_a_scorecard_is_made_shown_listed_and_deleted(client: TestClient) -> None:
    one = made(client, QUESTION, {"text": "How well?", "sort": "scale", "weight": 2})
    assert (one["version"], one["created_by"], one["written_by"]) == (1, "Quinn", "Quinn")
    [first, second] = one["sections"][0]["questions"]
    assert first == {
        "id": "was-it-said", "text": "Was it said?", "sort": "yes_no", "lowest": 0, "highest": 1,
        "weight": 1.0, "allows_na": False, "fails_at": None, "guide": "",
    }  # fmt: skip
    assert (second["lowest"], second["highest"], second["weight"]) == (1, 5, 2.0)
    address = f"/v1/scorecards/{one['id']}"
    assert client.get(address).json() == one
    assert client.get("/v1/scorecards").json() == {"scorecards": [one]}
    assert client.delete(address).status_code == 204
    for gone in (client.get(address), client.delete(address), client.get(f"{address}/versions")):
        refused(gone, 404, "not-found")


def test_a_change_is_a_version_and_the_old_one_stays(client: TestClient) -> None:
    one = made(client)
    address = f"/v1/scorecards/{one['id']}"
    sections = body({"text": "New?"}, QUESTION)["sections"]
    two = client.patch(address, json={"sections": sections, "version": 1}).json()
    assert (two["version"], two["name"]) == (2, "Discovery")
    assert [q["id"] for q in two["sections"][0]["questions"]] == ["new", "was-it-said"]
    assert client.get(f"{address}/versions").json() == {"versions": [one, two]}
    refused(client.patch(address, json={"name": "Late", "version": 1}), 409, "changed")
    assert client.patch(address, json={"name": "Newer"}).json()["version"] == 3
    assert client.patch(address, json={"name": "Newer"}).json()["version"] == 3  # nothing changed


def test_two_scorecards_have_two_names(client: TestClient) -> None:
    made(client)
    other = made(client, name="Other")
    refused(client.post("/v1/scorecards", json=body(name="DISCOVERY")), 409, "name-taken")
    taken = client.patch(f"/v1/scorecards/{other['id']}", json={"name": "discovery"})
    refused(taken, 409, "name-taken")


NO_SCORECARDS: Any = [
        ({"name": "N", "sections": []}, "at least one question"),
        ({"name": "N", "sections": [{"name": "S", "questions": []}]}, "asks nothing"),
        (body(name=" "), "name: must not be empty"),
        (body({"text": " "}), "no text"),
        (body({**QUESTION, "id": "a"}, {"text": "Else?", "id": "a"}), "two have the id 'a'"),
        (body({**QUESTION, "id": "Not small"}), "small letters"),
        (body({**QUESTION, "weight": 0}), "above 0"),
        (body({**QUESTION, "weight": -1}), "above 0"),
        (body({**QUESTION, "weight": float("nan")}), "above 0"),
        (body({**QUESTION, "weight": True}), "whole number"),
        (body({**QUESTION, "sort": "scale", "lowest": 5}), "below"),
        (body({**QUESTION, "sort": "scale", "highest": True}), "whole number"),
        (body({**QUESTION, "fails_at": 3}), "no answer to it"),
        (body({**QUESTION, "sort": "stars"}), "sections[0].questions[0].sort"),
        (body({**QUESTION, "color": "red"}), "no such parameter"),
        (body(QUESTION) | {"version": 1}, "version: there is no such parameter"),
        (body(*[{"text": f"Q{n}?"} for n in range(60)]) | {
            "sections": [{"name": f"S{s}", "questions": [{"text": f"Q{s} {n}?"} for n in range(60)]} for s in (1, 2)]
        }, "more than 100"),
    ]  # fmt: skip


def test_what_is_no_scorecard_is_refused(client: TestClient) -> None:
    for wrong, told in NO_SCORECARDS:
        headers = {"Content-Type": "application/json"}
        answer = client.post("/v1/scorecards", content=json.dumps(wrong), headers=headers)
        assert told in refused(answer, 422)
        assert client.get("/v1/scorecards").json() == {"scorecards": []}


def test_another_site_makes_no_scorecard(client: TestClient) -> None:
    there = {"Origin": "https://elsewhere.example"}
    assert client.post("/v1/scorecards", json=body(), headers=there).status_code == 403
