"""Coaching plans and their effects over HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from indexer.metrics import FORMULAS
from tests.api.conftest import Shelf, an_app, ready
from tests.factories import NOON, a_record

EFFECT = {"metric": "talk_ratio", "coached": ["Rep 0", "user_1"], "start": "2026-02-25"}
PLAN: dict[str, Any] = {
    "name": "Listen", "metric": "talk_ratio", "coached": ["Rep 0", "user_1"],
    "started_on": "2026-02-25", "wanted": "down", "target": 0.45, "next_check_on": "2026-03-20",
    "behaviour": "Ask, then wait.", "where": {"direction": "outbound"},
}  # fmt: skip
PLANS = "/v1/compare/interventions"


@pytest.fixture(scope="module")
def office() -> Shelf:
    """Eight reps, a call a day for four weeks; two talk less by a tenth in the last two."""
    store = Shelf()
    for rep in range(8):
        for day in range(28):
            call_id = f"acti_{rep}_{day}"
            at = NOON - timedelta(days=day)
            store.add(
                a_record(
                    "hi", "hello", call_id=call_id, user_id=f"user_{rep}", user_name=f"Rep {rep}",
                    date_created=at,
                )
            )  # fmt: skip
            ratio = 0.5 + rep / 100 + day % 7 / 100 - 0.1 * (rep < 2 and day <= 14)
            store.measure({call_id: {"talk_ratio": ratio}}, formulas=FORMULAS)
    return store


@pytest.fixture(scope="module")
def served(office: Shelf) -> Iterator[TestClient]:
    with ready(an_app(office)) as client:
        yield client


@pytest.fixture
def client(served: TestClient, office: Shelf) -> Iterator[TestClient]:
    """A client of an office in which nobody has made anything yet."""
    yield served
    for kind in ("team", "intervention"):
        office.discard(kind, [paper.id for paper in office.papers(kind)])


def problems(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {error["field"]: error["problem"] for error in answer.json()["errors"]}


def test_an_effect_is_found_against_all_others(client: TestClient) -> None:
    told = client.get("/v1/compare/effect", params=EFFECT).json()
    assert told["difference"]["value"] == pytest.approx(-0.1, abs=0.01)
    assert told["p_value"] == pytest.approx(1 / 28)  # of 28 ways to choose two of eight
    assert told["permutations"] == 28
    assert "went down" in told["told"]
    assert [(rep["name"], rep["is_coached"]) for rep in told["reps"]][:3] == [
        ("Rep 0", True), ("Rep 1", True), ("Rep 2", False),
    ]  # fmt: skip
    assert (told["since"], told["until"], told["is_complete"]) == (
        "2026-01-28",
        "2026-03-25",
        False,
    )


def test_coached_and_peers_may_be_teams(client: TestClient) -> None:
    for name, reps in (("Coached", ["Rep 0", "Rep 1"]), ("East", ["Rep 1", "Rep 5", "Rep 6"])):
        client.post("/v1/teams", json={"name": name, "user_ids": reps})
    parameters = {
        "metric": "talk_ratio",
        "team": "coached",
        "peers_team": "East",
        "start": "2026-02-25",
    }
    told = client.get("/v1/compare/effect", params=parameters).json()
    assert [rep["name"] for rep in told["reps"]] == ["Rep 0", "Rep 1", "Rep 5", "Rep 6"]
    nobody = client.get("/v1/compare/effect", params=parameters | {"team": "Nobody"})
    assert nobody.status_code == 404


@pytest.mark.parametrize(
    ("parameters", "field", "problem"),
    [
        ({"metric": "nope"}, "metric", "there are talk_ratio"),
        ({"coached": []}, "coached", "at least one rep"),
        ({"coached": ["Nobody"]}, "coached", "reps are Rep 0"),
        ({"peers": ["Rep 0", "Rep 5"]}, "peers", "coached rep"),
        ({"start": "2027-01-01"}, "start", "in the future"),
        ({"start": "lately"}, "start", "date"),
        ({"weeks_before": 0}, "weeks_before", "greater"),
        ({"since": "30d"}, "since", "leave it out"),
        ({"by": "rep"}, "by", "no such parameter"),
    ],
)
def test_an_effect_that_makes_no_sense_is_refused(
    client: TestClient, parameters: dict[str, Any], field: str, problem: str
) -> None:
    told = problems(client.get("/v1/compare/effect", params={**EFFECT, **parameters}))
    assert problem in told[field]


def test_an_effect_without_data_before_says_so(client: TestClient) -> None:
    told = client.get("/v1/compare/effect", params=EFFECT | {"start": "2026-02-10"}).json()
    assert told["difference"]["value"] is None
    assert "no measured calls in the 4 weeks before 2026-02-10" in told["why"]


def test_a_plan_is_kept_changed_asked_and_deleted(client: TestClient) -> None:
    answer = client.post(PLANS, json=PLAN, headers={"X-Callsift-User": "Dana"})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert answer.headers["location"] == f"{PLANS}/{made['id']}"
    assert (made["user_ids"], made["peers"]) == (["user_0", "user_1"], [])
    assert (made["where"], made["created_by"]) == ({"direction": ["outbound"]}, "Dana")
    address = f"{PLANS}/{made['id']}"
    assert client.get(address).json() == made
    changed = client.patch(address, json={"target": None, "next_check_on": "2026-04-01"}).json()
    assert (changed["version"], changed["target"], changed["next_check_on"]) == (
        2,
        None,
        "2026-04-01",
    )
    assert client.get(PLANS).json() == {"interventions": [changed]}
    effect = client.get(f"{address}/effect").json()
    assert (
        effect["difference"] == client.get("/v1/compare/effect", params=EFFECT).json()["difference"]
    )
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"coached": []}, "coached"),
        ({"metric": "nope"}, "metric"),
        ({"where": {"since": "30d"}}, "since"),
        ({"where": {"said": '"open'}}, "said"),
        ({"next_check_on": "2026-01-01"}, "next_check_on"),
        ({"weeks_after": 99}, "weeks_after"),
        ({"wanted": "sideways"}, "wanted"),
        ({"peers": ["Rep 0"]}, "peers"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_no_plan_is_refused(client: TestClient, change: Any, field: str) -> None:
    assert field in problems(client.post(PLANS, json={**PLAN, **change}))
    assert client.get(PLANS).json() == {"interventions": []}


def test_who_was_coached_and_since_when_is_not_changed(client: TestClient) -> None:
    made = client.post(PLANS, json=PLAN).json()
    for change in ({"coached": ["Rep 5"]}, {"started_on": "2026-01-01"}):
        assert list(problems(client.patch(f"{PLANS}/{made['id']}", json=change))) == list(change)
    taken = client.post(PLANS, json=PLAN | {"name": "LISTEN"})
    assert taken.status_code == 409
