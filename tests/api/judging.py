"""Scorecards, calibrations and their answers over HTTP, as reviewers give them."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.testclient import TestClient

from tests.api.conftest import Shelf
from tests.factories import a_record

Values = Sequence[int | None]
"""One reviewer's answers, call by call; None leaves the review open."""

YES_NO: dict[str, Any] = {"id": "notice", "text": "Said that it is recorded?", "allows_na": True}
SCALE: dict[str, Any] = {
    "id": "needs", "text": "Explored needs?", "sort": "scale", "lowest": 1, "highest": 5,
}  # fmt: skip


def named(name: str) -> dict[str, str]:
    return {"X-Callsift-User": name}


def with_talks(store: Shelf, count: int, **fields: Any) -> list[str]:
    """The ids of so many calls, put into a store."""
    ids = [f"acti_{number:02}" for number in range(count)]
    for call_id in ids:
        store.add(a_record("hello", "the price", call_id=call_id, **fields))
    return ids


def a_scorecard(client: TestClient, *questions: Mapping[str, Any], name: str = "Discovery") -> str:
    """The id of a scorecard that asks these questions."""
    body = {"name": name, "sections": [{"name": "Talk", "questions": list(questions)}]}
    made = client.post("/v1/scorecards", json=body, headers=named("Quinn"))
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def calibration(
    client: TestClient, calls: Sequence[str], reviewers: Sequence[Any], **given: Any
) -> Any:
    body = {
        "name": "Week 11", "scorecard": "Discovery", "reviewers": list(reviewers),
        "call_ids": list(calls),
    }  # fmt: skip
    made = client.post("/v1/calibrations", json=body | given, headers=named("Quinn"))
    assert made.status_code == 201, made.text
    return made.json()


def reviews_of(client: TestClient, calibration_id: str, who: str = "Quinn") -> list[Any]:
    found = client.get(
        "/v1/reviews", params={"calibration": calibration_id, "limit": 100}, headers=named(who)
    )
    assert found.status_code == 200, found.text
    return list(found.json()["reviews"])


def finish(client: TestClient, review: Any, **values: int | None) -> Any:
    """Finish a review with a value for each question; None says that one does not apply."""
    answers = [
        {"question_id": question, "value": value, "na": value is None}
        for question, value in values.items()
    ]
    done = client.post(
        f"/v1/reviews/{review['id']}/finish",
        json={"answers": answers},
        headers=named(review["reviewer"]),
    )
    assert done.status_code == 200, done.text
    return done.json()


def answer_all(
    client: TestClient, calibration_id: str, question: str, matrix: Mapping[str, Values]
) -> None:
    """Finish every review by a matrix: a row for each reviewer, a column for each call."""
    known = client.get(f"/v1/calibrations/{calibration_id}").json()
    for review in reviews_of(client, calibration_id):
        value = matrix[review["reviewer"]][known["call_ids"].index(review["call_id"])]
        if value is not None:
            finish(client, review, **{question: value})


def closed(client: TestClient, calibration_id: str, by: str = "Quinn") -> Any:
    done = client.post(f"/v1/calibrations/{calibration_id}/close", headers=named(by))
    assert done.status_code == 200, done.text
    return done.json()


def report(client: TestClient, calibration_id: str) -> Any:
    told = client.get(f"/v1/calibrations/{calibration_id}/report")
    assert told.status_code == 200, told.text
    return told.json()
