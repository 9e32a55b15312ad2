"""Calibrations over HTTP: begun, blind, changed, closed, deleted; and what is refused."""

import csv
import io
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Shelf
from tests.api.judging import (
    SCALE,
    YES_NO,
    a_scorecard,
    calibration,
    closed,
    finish,
    named,
    report,
    reviews_of,
    with_talks,
)
from tests.factories import a_record

SECRET = "a comment nobody else may read"


def refused(answer: Any, status: int, kind: str = "query-invalid") -> str:
    assert answer.status_code == status, answer.text
    assert answer.json()["type"] == f"urn:callsift:problem:{kind}"
    return str(answer.json()["detail"])


@pytest.fixture
def calls(client: TestClient, store: Shelf) -> list[str]:
    """Four calls, and a scorecard to judge them by."""
    a_scorecard(client, YES_NO, SCALE)
    return with_talks(store, 4)


def test_a_calibration_gives_each_reviewer_each_call(client: TestClient, calls: list[str]) -> None:
    made = calibration(client, calls, ["Ana", {"name": "Ben", "user_id": "user_b"}])
    assert made["call_ids"] == calls
    assert made["reviewers"] == [
        {"reviewer": "Ana", "user_id": None, "done": 0, "open": 4, "own": 0},
        {"reviewer": "Ben", "user_id": "user_b", "done": 0, "open": 4, "own": 0},
    ]
    assert (made["created_by"], made["closed_at"], made["draw"]) == ("Quinn", None, None)
    assert made["scorecard_version"] == 1
    assert client.get(f"/v1/calibrations/{made['id']}").json() == made
    assert client.get("/v1/calibrations").json() == {"calibrations": [made]}
    reviews = reviews_of(client, made["id"])
    assert sorted((r["reviewer"], r["call_id"]) for r in reviews) == [
        (name, call) for name in ("Ana", "Ben") for call in calls
    ]
    assert {r["calibration_id"] for r in reviews} == {made["id"]}


def test_the_latest_is_listed_first(client: TestClient, calls: list[str]) -> None:
    first = calibration(client, calls, ["Ana", "Ben"], name="One")
    second = calibration(client, calls, ["Ana", "Ben"], name="Two")
    listed = client.get("/v1/calibrations").json()["calibrations"]
    assert [one["id"] for one in listed] == [second["id"], first["id"]]


def test_nobody_is_given_their_own_call(client: TestClient, store: Shelf, calls: list[str]) -> None:
    store.add(_talk("acti_ana", user_name="ANA", user_id="user_a"))
    store.add(_talk("acti_ben", user_name="B. Ito", user_id="user_b"))
    made = calibration(
        client,
        [*calls, "acti_ana", "acti_ben"],
        ["Ana", {"name": "Ben", "user_id": "user_b"}],
    )
    assert [(r["reviewer"], r["open"], r["own"]) for r in made["reviewers"]] == [
        ("Ana", 5, 1),
        ("Ben", 5, 1),
    ]
    for review in reviews_of(client, made["id"]):
        finish(client, review, notice=1, needs=3)
    closed(client, made["id"])
    told = report(client, made["id"])
    assert {q["agreement"]["calls"] for q in told["questions"]} == {4}
    assert any("2 times a call was a reviewer's own" in note for note in told["notes"])


def test_a_version_of_the_scorecard_stays(client: TestClient, calls: list[str]) -> None:
    [card] = client.get("/v1/scorecards").json()["scorecards"]
    changed = {"sections": [{"name": "Talk", "questions": [SCALE]}]}
    client.patch(f"/v1/scorecards/{card['id']}", json=changed, headers=named("Q"))
    newest = calibration(client, calls, ["Ana", "Ben"], name="New")
    older = calibration(client, calls, ["Ana", "Ben"], name="Old", scorecard_version=1)
    assert (newest["scorecard_version"], older["scorecard_version"]) == (2, 1)


def test_calls_are_drawn_by_a_seed_from_those_with_a_transcript(
    client: TestClient, store: Shelf
) -> None:
    seed = "2026-W11"
    a_scorecard(client, YES_NO)
    with_talks(store, 9, direction="inbound")
    store.add(_talk("acti_other", direction="outbound"))
    store.add(_silent("acti_silent"))
    draw = {"size": 4, "seed": seed, "where": {"direction": "inbound"}}
    one = calibration(client, [], ["A", "B"], name="1", call_ids=None, draw=draw)
    other = calibration(client, [], ["A", "B"], name="2", call_ids=None, draw=draw)
    assert one["call_ids"] == other["call_ids"]
    assert len(set(one["call_ids"]) - {"acti_other", "acti_silent"}) == 4
    assert one["draw"] == {
        "seed": seed, "eligible": 9, "sample_id": None, "where": {"direction": ["inbound"]},
    }  # fmt: skip


def test_another_seed_draws_other_calls(client: TestClient, store: Shelf) -> None:
    a_scorecard(client, YES_NO)
    with_talks(store, 30)
    drawn = [
        frozenset(
            calibration(
                client, [], ["A", "B"], name=seed, call_ids=None, draw={"size": 3, "seed": seed}
            )["call_ids"]
        )
        for seed in "1 2 3 4 5".split()
    ]
    assert len(set(drawn)) > 1


def test_a_seed_is_made_up_where_none_is_given(client: TestClient, calls: list[str]) -> None:
    made = calibration(client, [], ["A", "B"], call_ids=None, draw={"size": 2})
    assert len(made["draw"]["seed"]) == 8


def test_while_it_is_open_everybody_sees_their_own_answers_only_whichever_way_they_ask(
    client: TestClient, calls: list[str]
) -> None:
    made = calibration(client, calls, ["Ana", "Ben"])
    path = f"/v1/calibrations/{made['id']}"
    reviews = reviews_of(client, made["id"])
    mine = [one for one in reviews if one["reviewer"] == "Ana"]
    for review in mine:
        answers = [
            {"question_id": "notice", "value": 1, "comment": SECRET},
            {"question_id": "needs", "value": 5},
        ]
        client.post(
            f"/v1/reviews/{review['id']}/finish", json={"answers": answers}, headers=named("Ana")
        ).raise_for_status()
    paths = [
        path, f"{path}/report", f"{path}/export", f"{path}/export?format=ndjson",
        "/v1/calibrations", f"/v1/reviews?calibration={made['id']}", "/v1/reviews",
        "/v1/reviews?state=done", "/v1/reviews/export?format=ndjson", "/v1/reviews/export",
        f"/v1/reviews/export?calibration={made['id']}&format=ndjson",
        f"/v1/reviews/{mine[0]['id']}", f"/v1/reviews/{mine[0]['id']}/versions",
        f"/review/calibrations/{made['id']}", "/review/calibrations", "/review",
        f"/review/{mine[0]['id']}",
    ]  # fmt: skip
    for who in ({}, named("Ben"), named("Quinn"), named("Somebody")):
        for one in paths:
            seen = client.get(one, headers=who)
            assert SECRET not in seen.text, one
            assert '"value":5' not in seen.text.replace(" ", ""), one
            assert '"score":100' not in seen.text.replace(" ", ""), one
    ours = client.get(f"{path}/export", headers=named("ana"))
    assert ours.text.count(SECRET) == 4
    refused(client.get(f"{path}/report", headers=named("Ana")), 409, "refused")
    closed(client, made["id"], by="Ben")
    assert client.get(f"{path}/export").text.count(SECRET) == 4
    assert SECRET in client.get(f"/v1/reviews/{mine[0]['id']}", headers=named("Ben")).text


def test_closing_freezes_the_answers(client: TestClient, calls: list[str]) -> None:
    made = calibration(client, calls, ["Ana", "Ben"])
    left, *others = reviews_of(client, made["id"])
    for review in others:
        finish(client, review, notice=1, needs=3)
    told = closed(client, made["id"], by="Ben")
    assert told["closed_by"] == "Ben"
    assert told["closed_at"] == "2026-03-11T12:00:00Z"
    late = client.post(
        f"/v1/reviews/{left['id']}/finish",
        json={"answers": [{"question_id": "notice", "value": 1}]},
        headers=named(left["reviewer"]),
    )
    assert "closed" in refused(late, 409, "refused")
    before = report(client, made["id"])
    assert "1 of 8 reviews were not finished" in before["notes"][0]
    appealed = client.post(
        f"/v1/reviews/{others[0]['id']}/appeals", json={"reason": "No."}, headers=named("Rep")
    )
    assert "not appealed against" in refused(appealed, 409, "refused")
    assert report(client, made["id"]) == before


def test_it_is_closed_once(client: TestClient, calls: list[str]) -> None:
    made = calibration(client, calls, ["Ana", "Ben"])
    address = f"/v1/calibrations/{made['id']}/close"
    assert "nobody has finished" in refused(
        client.post(address, headers=named("Ana")), 409, "refused"
    )
    finish(client, reviews_of(client, made["id"])[0], notice=1, needs=3)
    refused(client.post(address), 422)
    closed(client, made["id"])
    assert "closed by Quinn" in refused(client.post(address, headers=named("Ana")), 409, "refused")


def test_its_name_and_reviewers_change_as_long_as_it_is_open(
    client: TestClient, calls: list[str]
) -> None:
    made = calibration(client, calls, ["Ana", "Ben"])
    path = f"/v1/calibrations/{made['id']}"
    changed = client.patch(
        path, json={"name": "Pilot", "reviewers": ["Ana", "Cy"]}, headers=named("Quinn")
    ).json()
    assert changed["name"] == "Pilot"
    assert [(r["reviewer"], r["open"]) for r in changed["reviewers"]] == [("Ana", 4), ("Cy", 4)]
    assert {r["reviewer"] for r in reviews_of(client, made["id"])} == {"Ana", "Cy"}
    review = next(r for r in reviews_of(client, made["id"]) if r["reviewer"] == "Cy")
    finish(client, review, notice=1, needs=3)
    without = client.patch(path, json={"reviewers": ["Ana", "Ben"]}, headers=named("Quinn"))
    assert "'Cy' has finished reviews" in refused(without, 409, "refused")
    closed(client, made["id"])
    late = client.patch(path, json={"reviewers": ["Ana", "Cy", "Di"]}, headers=named("Quinn"))
    assert "closed" in refused(late, 409, "refused")
    assert client.patch(path, json={"name": "Done"}, headers=named("Q")).json()["name"] == "Done"


def test_it_is_deleted_with_its_reviews(client: TestClient, calls: list[str]) -> None:
    made = calibration(client, calls, ["Ana", "Ben"])
    other = calibration(client, calls, ["Ana", "Ben"], name="Other")
    review = reviews_of(client, made["id"])[0]
    gone = client.delete(f"/v1/calibrations/{made['id']}", headers=named("Quinn"))
    assert (gone.status_code, gone.content) == (204, b"")
    refused(client.get(f"/v1/calibrations/{made['id']}"), 404, "not-found")
    refused(client.get(f"/v1/reviews/{review['id']}"), 404, "not-found")
    assert len(reviews_of(client, other["id"])) == 8


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"reviewers": ["Ana"]}, "reviewers"),
    ({"reviewers": []}, "reviewers"),
    ({"reviewers": ["Ana", "ANA"]}, "reviewers"),
    ({"reviewers": ["Ana", "a\nb"]}, "reviewers"),
    ({"reviewers": ["Ana", {"name": "Ben", "colour": "red"}]}, "reviewers"),
    ({"call_ids": []}, "call_ids"),
    ({"call_ids": ["acti_00", "acti_00"]}, "call_ids"),
    ({"call_ids": ["acti_none"]}, "call_ids"),
    ({"call_ids": None}, "call_ids"),
    ({"draw": {"size": 2}}, "call_ids"),
    ({"call_ids": None, "draw": {"size": 0}}, "draw.size"),
    ({"call_ids": None, "draw": {"size": 5}}, "size"),
    ({"call_ids": None, "draw": {"size": True}}, "draw.size"),
    ({"call_ids": None, "draw": {"size": 1, "where": {"direction": "inbound"}}}, "draw"),
    ({"call_ids": None, "draw": {"size": 1, "where": {"since": "lately"}}}, "since"),
    ({"call_ids": None, "draw": {"size": 1, "sample": "x", "where": {}}}, "draw.sample"),
    ({"name": ""}, "name"),
    ({"name": "x" * 101}, "name"),
    ({"scorecard_version": 0}, "scorecard_version"),
    ({"colour": "red"}, "colour"),
]
MISSING: list[dict[str, Any]] = [
    {"scorecard": "none"},
    {"scorecard_version": 7},
    {"call_ids": None, "draw": {"size": 1, "sample": "none"}},
]


def test_what_nobody_can_agree_on_is_refused(client: TestClient, calls: list[str]) -> None:
    body = {"name": "W", "scorecard": "Discovery", "reviewers": ["Ana", "Ben"], "call_ids": calls}
    for given, field in REFUSED:
        answer = client.post("/v1/calibrations", json=body | given, headers=named("Quinn"))
        refused(answer, 422)
        fields = [error["field"] for error in answer.json()["errors"]]
        assert any(one.startswith(field) for one in fields), (given, fields)
    for given in MISSING:
        answer = client.post("/v1/calibrations", json=body | given, headers=named("Quinn"))
        refused(answer, 404, "not-found")
    assert client.get("/v1/calibrations").json() == {"calibrations": []}
    assert client.get("/v1/reviews").json()["reviews"] == []


def test_a_calibration_of_everybodys_own_calls_is_refused(client: TestClient, store: Shelf) -> None:
    a_scorecard(client, YES_NO)
    store.add(_talk("acti_1", user_name="Ana", user_id="user_b"))
    body = {
        "name": "W", "scorecard": "Discovery", "call_ids": ["acti_1"],
        "reviewers": ["Ana", {"name": "Ben", "user_id": "user_b"}],
    }  # fmt: skip
    answer = client.post("/v1/calibrations", json=body, headers=named("Quinn"))
    assert "nobody could review" in refused(answer, 422)


def test_a_name_is_taken_once(client: TestClient, calls: list[str]) -> None:
    calibration(client, calls, ["Ana", "Ben"])
    body = {
        "name": "WEEK 11", "scorecard": "Discovery", "reviewers": ["A", "B"], "call_ids": calls
    }  # fmt: skip
    answer = client.post("/v1/calibrations", json=body, headers=named("Quinn"))
    refused(answer, 409, "name-taken")


def test_nobody_begins_or_closes_one_without_a_name(client: TestClient, calls: list[str]) -> None:
    body = {"name": "W", "scorecard": "Discovery", "reviewers": ["A", "B"], "call_ids": calls}
    assert "say who you are" in refused(client.post("/v1/calibrations", json=body), 422)


def test_the_answers_are_exported_as_rows(client: TestClient, calls: list[str]) -> None:
    made = calibration(client, calls[:1], ["Ana", "Ben"])
    for review in reviews_of(client, made["id"]):
        finish(client, review, notice=None, needs=4)
    closed(client, made["id"])
    path = f"/v1/calibrations/{made['id']}/export"
    answer = client.get(path)
    assert f'filename="calibration-{made["id"]}.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(r["reviewer"], r["question_id"], r["value"], r["not_applicable"]) for r in rows] == [
        ("Ana", "notice", "", "true"),
        ("Ana", "needs", "4", "false"),
        ("Ben", "notice", "", "true"),
        ("Ben", "needs", "4", "false"),
    ]
    lines = client.get(path, params={"format": "ndjson"}).text.splitlines()
    assert json.loads(lines[1])["value"] == 4
    refused(client.get(path, params={"format": "xml"}), 422)
    refused(client.get(path, params={"colour": "red"}), 422)


def test_another_site_changes_nothing(client: TestClient, calls: list[str]) -> None:
    made = calibration(client, calls, ["Ana", "Ben"])
    foreign = named("Quinn") | {"Sec-Fetch-Site": "cross-site"}
    path = f"/v1/calibrations/{made['id']}"
    assert client.post(f"{path}/close", headers=foreign).status_code == 403
    assert client.delete(path, headers=foreign).status_code == 403
    assert client.patch(path, json={"name": "x"}, headers=foreign).status_code == 403
    assert client.get(path).json() == made


def _talk(call_id: str, **fields: Any) -> Any:
    return a_record("hello", "the price", call_id=call_id, **fields)


def _silent(call_id: str) -> Any:
    return a_record(call_id=call_id, note="left a message", direction="inbound")
