"""Estimates over HTTP: from a drawn sample that was reviewed to numbers, rows and the page."""

import csv
import io
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from indexer.metrics import FORMULAS
from tests.api.conftest import Shelf
from tests.api.judging import SCALE, YES_NO, a_scorecard, finish, named
from tests.factories import a_record

FAILS = YES_NO | {"fails_at": 0}


@pytest.fixture
def sample(client: TestClient, store: Shelf) -> Any:
    """Twelve calls of two reps, drawn from forty, most of them outbound, and given to Quinn."""
    for n in range(40):
        store.add(
            a_record(
                "hello", "the price", call_id=f"acti_{n:02}",
                direction="inbound" if n < 8 else "outbound",
                user_id=f"user_{n % 2}", user_name=("Ana", "Ben")[n % 2],
            )
        )  # fmt: skip
    a_scorecard(client, FAILS, SCALE)
    made = client.post(
        "/v1/samples",
        json={"name": "Weekly", "seed": "1", "strata": ["direction"], "per_stratum": 6},
        headers=named("Quinn"),
    )
    assert made.status_code == 201, made.text
    given = client.post(
        "/v1/reviews/assign",
        json={"sample": "Weekly", "scorecard": "Discovery", "reviewers": ["Quinn"]},
        headers=named("Quinn"),
    )
    assert given.status_code == 200, given.text
    return made.json()


def review_all(client: TestClient, sample: Any, *, but: int = 0) -> list[Any]:
    found = client.get("/v1/reviews", params={"sample": sample["id"], "limit": 100})
    reviews: list[Any] = found.json()["reviews"]
    for review in reviews[: len(reviews) - but]:
        inbound = review["call_id"] < "acti_08"
        finish(client, review, notice=int(not inbound), needs=5)
    return reviews


def numbers(client: TestClient, sample: Any, **asked: Any) -> Any:
    answer = client.get(f"/v1/samples/{sample['id']}/estimates", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def of(told: Any, measure: str) -> Any:
    return next(one for one in told["estimates"] if measure in (one["measure"], one["question_id"]))


def test_a_reviewed_sample_says_what_is_true_of_all_calls(client: TestClient, sample: Any) -> None:
    review_all(client, sample)
    told = numbers(client, sample)
    assert (told["population"], told["drawn"], told["done"], told["open"]) == (40, 12, 12, 0)
    passing = of(told, "pass")
    # Every outbound call passes, 32 of 40, and no inbound one: half of those drawn.
    assert passing["whole"]["estimate"]["value"] == pytest.approx(0.8)
    assert passing["whole"]["unweighted"]["value"] == pytest.approx(0.5)
    interval = passing["whole"]["estimate"]["interval"]
    assert interval["low"] < 0.8 < interval["high"]
    assert of(told, "auto_fail")["whole"]["estimate"]["value"] == pytest.approx(0.2)
    assert of(told, "score")["whole"]["estimate"]["value"] == pytest.approx(80)
    assert of(told, "needs")["whole"]["estimate"]["value"] == pytest.approx(5)
    assert [(rep["name"], rep["calls"]) for rep in passing["reps"]] == [("Ana", 20), ("Ben", 20)]
    assert sorted(s["population"] for s in told["strata"]) == [8, 32]
    assert told["notes"] == []


def test_what_is_left_open_is_said(client: TestClient, sample: Any) -> None:
    review_all(client, sample, but=2)
    told = numbers(client, sample)
    assert (told["done"], told["open"]) == (10, 2)
    assert "2 reviews are not finished" in told["notes"][0]


def test_before_a_review_is_finished_nothing_is_known(client: TestClient, sample: Any) -> None:
    told = numbers(client, sample)
    assert all(one["whole"]["estimate"]["value"] is None for one in told["estimates"])
    assert of(told, "pass")["whole"]["estimate"]["why"] == "no review is finished that answers it"
    page = client.get(f"/samples/{sample['id']}")
    assert page.status_code == 200
    assert "no review is finished that answers it" in page.text


def test_reviews_of_a_calibration_count_for_no_estimate(client: TestClient, sample: Any) -> None:
    review_all(client, sample)
    before = numbers(client, sample)
    body = {
        "name": "Week 11", "scorecard": "Discovery", "reviewers": ["Uma", "Vic"],
        "draw": {"size": 6, "seed": "1", "sample": "Weekly"},
    }  # fmt: skip
    made = client.post("/v1/calibrations", json=body, headers=named("Quinn")).json()
    assert made["draw"]["sample_id"] == sample["id"]
    found = client.get("/v1/reviews", params={"calibration": made["id"]}).json()["reviews"]
    for review in found:
        finish(client, review, notice=0, needs=1)
    client.post(f"/v1/calibrations/{made['id']}/close", headers=named("Quinn")).raise_for_status()
    assert numbers(client, sample) == before


def test_every_number_is_exported_as_a_row(client: TestClient, sample: Any) -> None:
    review_all(client, sample)
    path = f"/v1/samples/{sample['id']}/estimates/export"
    answer = client.get(path, params={"mark": 50})
    assert f'filename="estimates-{sample["id"]}.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    told = numbers(client, sample, mark=50)
    assert len(rows) == sum(1 + len(one["reps"]) for one in told["estimates"])
    first = rows[0]
    assert (first["measure"], first["of"], first["calls"], first["n"]) == (
        "pass", "population", "40", "12",
    )  # fmt: skip
    assert float(first["value"]) == pytest.approx(0.8)
    assert (float(first["mark"]), float(first["unweighted"])) == (50, 0.5)
    lines = client.get(path, params={"format": "ndjson"}).text.splitlines()
    assert json.loads(lines[0])["value"] == pytest.approx(0.8)


def test_the_page_shows_the_estimates(client: TestClient, sample: Any) -> None:
    review_all(client, sample)
    page = client.get(f"/samples/{sample['id']}", params={"mark": "75"})
    assert page.status_code == 200
    assert "What it says of all 40 calls" in page.text
    assert "Calls that pass (score 75 or more)" in page.text
    assert "80.0 %" in page.text
    assert f"/v1/samples/{sample['id']}/estimates/export" in page.text


@pytest.mark.usefixtures("sample")
def test_a_risk_queue_is_refused_and_its_page_says_why(client: TestClient, store: Shelf) -> None:
    store.measure({f"acti_{n:02}": {"talk_ratio": 0.5} for n in range(40)}, formulas=FORMULAS)
    made = client.post(
        "/v1/samples",
        json={
            "name": "Risky", "seed": "1", "sort": "risk", "size": 3, "exclude": [],
            "metrics": ["talk_ratio >= 0"],
        },
        headers=named("Quinn"),
    )  # fmt: skip
    assert made.status_code == 201, made.text
    queue = made.json()
    for path in ("estimates", "estimates/export"):
        answer = client.get(f"/v1/samples/{queue['id']}/{path}")
        assert answer.status_code == 409
        assert "is a risk queue" in answer.json()["detail"]
    assert "is a risk queue" in client.get(f"/samples/{queue['id']}").text


def test_what_cannot_be_asked_is_refused(client: TestClient, sample: Any) -> None:
    path = f"/v1/samples/{sample['id']}/estimates"
    for asked in ("mark=101", "mark=-1", "mark=nan", "mark=x", "colour=red", "mark=1&mark=2"):
        for one in (path, f"{path}/export"):
            answer = client.get(f"{one}?{asked}")
            assert answer.status_code == 422, asked
            assert answer.json()["errors"][0]["field"] == asked.partition("=")[0]
    assert client.get(f"{path}/export?format=xml").status_code == 422
    assert client.get("/v1/samples/none/estimates").status_code == 404
    assert client.get("/v1/samples/none/estimates/export").status_code == 404
