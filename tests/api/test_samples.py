"""Samples over HTTP."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Shelf, an_app, ready
from tests.api.test_saved import refused, sent
from tests.factories import NOON, a_record, hours

WEEKLY: dict[str, Any] = {
    "name": "Week 38", "seed": "2026-W38", "per_rep": 5, "strata": ["outcome", "duration"],
    "min_duration": 60, "exclude": ["reviewed"],
}  # fmt: skip
QUINN = {"X-Callsift-User": "Quinn"}


@pytest.fixture
def store() -> Shelf:
    return filled()


@pytest.fixture(scope="module")
def refusing() -> Iterator[TestClient]:
    """A client for what is refused, and so changes nothing for the next test."""
    with ready(an_app(filled())) as client:
        yield client
        assert client.get("/v1/samples").json() == {"samples": []}


def filled() -> Shelf:
    """Nine calls of Ada's, three of Ben's, one that is short and one that nobody transcribed."""
    shelf = Shelf()
    for n in range(14):
        words = () if n == 13 else ("hello there", "good morning")
        shelf.add(
            a_record(
                *words, call_id=f"acti_{n:02}", user_id="user_ada" if n < 9 else "user_ben",
                user_name="Ada Ng" if n < 9 else "=Ben()", duration_s=30 if n == 12 else 100,
                outcome_id="won" if n % 2 else None, activity_at=NOON - hours(n),
            )
        )  # fmt: skip
    return shelf


def draw(client: TestClient, **told: Any) -> Any:
    answer = client.post("/v1/samples", json=WEEKLY | told, headers=QUINN)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_sample_is_drawn_shown_listed_and_deleted(client: TestClient) -> None:
    assert client.get("/v1/samples").json() == {"samples": []}
    answer = client.post("/v1/samples", json=WEEKLY, headers=QUINN)
    made = answer.json()
    assert answer.headers["Location"] == f"/v1/samples/{made['id']}"
    assert (made["drawn_by"], made["looked_at"], made["eligible"]) == ("Quinn", 14, 12)
    assert made["excluded"] == {
        "voicemail": 0, "no_transcript": 1, "too_short": 1, "no_rep": 0, "reviewed": 0,
    }  # fmt: skip
    assert [(one["label"], one["wanted"], one["drawn"], one["shortfall"]) for one in made["quotas"]] == [
        ("Ada Ng", 5, 5, 0), ("=Ben()", 5, 3, 2),
    ]  # fmt: skip
    assert (made["drawn"], made["shortfall"], len(made["calls"])) == (8, 2, 8)
    for call in made["calls"]:
        one = made["strata"][call["stratum"]]
        assert call["probability"] == one["probability"] == one["drawn"] / one["population"]
    assert made["progress"] == {"open": 0, "done": 0, "replaced": 0, "reviewers": []}
    path = answer.headers["Location"]
    assert client.get(path).json() == made
    [listed] = client.get("/v1/samples").json()["samples"]
    assert listed == {name: made[name] for name in listed}
    assert client.delete(path).status_code == 204
    refused(client.get(path), 404, "not-found")


def test_a_preview_says_the_same_and_keeps_nothing(client: TestClient) -> None:
    asked = {name: value for name, value in WEEKLY.items() if name != "name"}
    shown = client.post("/v1/samples/preview", json=asked).json()
    assert client.get("/v1/samples").json() == {"samples": []}
    made = draw(client)
    assert shown == {name: made[name] for name in shown}


def test_the_manifest_is_the_very_bytes_that_were_hashed(client: TestClient) -> None:
    made = draw(client)
    answer = client.get(f"/v1/samples/{made['id']}/manifest")
    assert answer.headers["content-type"] == "application/json"
    assert hashlib.sha256(answer.content).hexdigest() == made["manifest"]
    told = answer.json()
    assert told["plan"] == {
        "per_rep": 5, "seed": "2026-W38", "strata": ["rep", "outcome", "duration"],
        "min_duration_s": 60, "where": {},
    }  # fmt: skip
    assert [call["id"] for call in told["calls"]] == [call["call_id"] for call in made["calls"]]


def test_the_same_draw_elsewhere_has_the_same_manifest(client: TestClient, store: Shelf) -> None:
    made = draw(client)
    other = Shelf()
    for record in reversed(store.calls(limit=100)):
        other.add(record)
    with ready(an_app(other)) as elsewhere:
        again = draw(elsewhere, name="Something else", where={"question": False})
    assert again["manifest"] == made["manifest"]
    assert again["calls"] == made["calls"]


def test_a_draw_is_verified_and_what_changed_since_is_told(
    client: TestClient, store: Shelf
) -> None:
    made = draw(client, where={"since": "30d"})
    for n in range(200):
        store.add(
            a_record("so", "so", call_id=f"late_{n}", user_id="user_ada", duration_s=90)
        )  # fmt: skip
    store.remove(["acti_00"])
    told = client.post(f"/v1/samples/{made['id']}/verify").json()
    assert (told["is_same"], told["manifest"], told["problems"]) == (True, made["manifest"], [])
    assert told["today"]["added"] == 200
    assert told["today"]["left"] == {"not_in_filter": 1}
    assert client.get(f"/v1/samples/{made['id']}").json() == made


def test_calls_and_population_are_exported(client: TestClient) -> None:
    made = draw(client)
    path = f"/v1/samples/{made['id']}"
    answer = client.get(f"{path}/export")
    assert 'filename="sample.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["call_id"] for row in rows] == [call["call_id"] for call in made["calls"]]
    assert list(rows[0]) == [
        "call_id", "user_id", "user_name", "outcome", "duration", "stratum", "probability",
        "weight", "why",
    ]  # fmt: skip
    assert {row["user_name"] for row in rows} == {"Ada Ng", "'=Ben()"}
    weights = sum(float(row["weight"]) for row in rows)
    assert weights == pytest.approx(made["eligible"])

    lines = client.get(f"{path}/population/export?format=ndjson").text.splitlines()
    population = [json.loads(line) for line in lines]
    assert len(population) == made["eligible"]
    assert sum(row["probability"] for row in population) == pytest.approx(made["drawn"])
    assert {row["call_id"] for row in population if row["drawn"]} == {
        call["call_id"] for call in made["calls"]
    }


@pytest.mark.parametrize(
    ("told", "field", "problem"),
    [
        ({"per_rep": 0}, "per_rep", "must be from 1"),
        ({"per_rep": None, "size": 0}, "size", "must be from 1"),
        ({"per_rep": None}, "size", "say how many"),
        ({"size": 3}, "size", "must be at least 8, for 5 of each of 2 reps"),
        ({"per_rep": True}, "per_rep", "must be a whole number"),
        ({"strata": ["mood"]}, "strata", "Input should be 'rep'"),
        ({"strata": ["week", "week"]}, "strata", "must not name a field twice"),
        ({"seed": " "}, "seed", "must not be empty"),
        ({"name": ""}, "name", "must not be empty"),
        ({"where": {"user_id": ["nobody"]}}, "where", "no call passes this filter"),
        ({"where": {"mood": "bad"}}, "where.mood", "there is no such parameter"),
        ({"where": {"since": "yesterdayish"}}, "since", ""),
        ({"min_duration": 101}, "where", "no call is left to draw from: 14 looked at, 1 no tr"),
        ({"exclude": ["everything"]}, "exclude", "Input should be 'reviewed' or 'sampled'"),
        ({"trackers": ["Gone"]}, "sort", "must be risk"),
        ({"control": 0.5}, "control", "is drawn beside a queue by risk only"),
        ({"colour": "red"}, "colour", "there is no such parameter"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_its_field(
    refusing: TestClient, told: dict[str, Any], field: str, problem: str
) -> None:
    body = {name: value for name, value in (WEEKLY | told).items() if value is not None}
    answer = refused(refusing.post("/v1/samples", json=body), 422, "query-invalid")
    assert answer["errors"][0]["field"].startswith(field)
    assert problem in answer["errors"][0]["problem"]


def test_a_name_that_is_taken_and_a_tracker_that_is_gone_are_told(client: TestClient) -> None:
    draw(client)
    refused(client.post("/v1/samples", json=WEEKLY | {"name": "WEEK 38"}), 409, "name-taken")
    risky = {"name": "R", "seed": "1", "sort": "risk", "size": 3, "trackers": ["Gone"]}
    refused(client.post("/v1/samples", json=risky), 404, "not-found")
    refused(client.get("/v1/samples/none"), 404, "not-found")
    refused(client.post("/v1/samples/none/verify"), 404, "not-found")


def test_a_sample_with_reviews_is_not_deleted(client: TestClient, store: Shelf) -> None:
    made = draw(client)
    card = {"name": "Basics", "sections": [{"name": "All", "questions": [{"text": "Polite?"}]}]}
    scorecard = client.post("/v1/scorecards", json=card, headers=QUINN).json()
    asked = {"sample": made["id"], "scorecard": scorecard["id"], "reviewers": [{"name": "Dana"}]}
    answer = client.post("/v1/reviews/assign", json=asked, headers=QUINN)
    assert answer.is_success, answer.text
    told = refused(client.delete(f"/v1/samples/{made['id']}"), 409, "refused")
    assert "has 8 reviews" in told["detail"]
    assert client.get(f"/v1/samples/{made['id']}").json()["progress"]["open"] == 8


def test_the_planner_counts_conversations_of_a_filter(refusing: TestClient) -> None:
    told = refusing.get("/v1/samples/plan", params={"margin": 0.1, "rare": 0.05}).json()
    assert (told["population"], told["reps"], told["size"]) == (13, 2, 12)
    told = refusing.get("/v1/samples/plan?user_id=user_ben&rate=0.8").json()
    assert (told["population"], told["reps"]) == (4, 1)
    told = refusing.get("/v1/samples/plan?population=1000&reps=20").json()
    assert (told["size"], told["per_rep"], told["to_tell_apart"]) == (278, 14, 385)
    assert "do not tell reps apart" in told["warnings"][0]


@pytest.mark.parametrize(
    "query", ["margin=0", "rate=1", "population=0", "level=2", "size=3", "margin=.1&margin=.2"]
)
def test_a_planner_that_has_no_answer_says_so(refusing: TestClient, query: str) -> None:
    refused(refusing.get(f"/v1/samples/plan?{query}"), 422, "query-invalid")


def test_a_name_of_half_a_character_is_refused(refusing: TestClient) -> None:
    answer = sent(refusing, "POST", "/v1/samples", WEEKLY | {"name": "\ud800"})
    refused(answer, 422, "query-invalid")


def test_another_site_draws_nothing(refusing: TestClient) -> None:
    elsewhere = {"Origin": "http://evil.example"}
    assert refusing.post("/v1/samples", json=WEEKLY, headers=elsewhere).status_code == 403
