"""Trackers over HTTP: made, asked, labelled, changed, compared, exported."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from indexer.tracking import TRACKERS
from tests.api.conftest import Shelf, an_app, ready
from tests.factories import NOON, a_record, hours

DANA = {"X-Callsift-User": "Dana"}
PRICE: dict[str, Any] = {"name": "Price", "phrases": "price", "side": "contact"}


@pytest.fixture
def tracker(client: TestClient, store: Shelf) -> str:
    """A tracker of the price, in four calls: two with a hit, one without, one without words."""
    fill(store)
    return str(made(client, PRICE)["id"])


@pytest.fixture(scope="module")
def reader() -> Iterator[TestClient]:
    """A client for tests that change nothing, of a server with one tracker."""
    store = Shelf()
    fill(store)
    with ready(an_app(store)) as client:
        made(client, PRICE)
        yield client


@pytest.fixture(scope="module")
def known(reader: TestClient) -> str:
    """The path of its tracker."""
    [only] = got(reader, "/v1/trackers")["trackers"]
    return f"/v1/trackers/{only['id']}"


def fill(store: Shelf) -> None:
    store.add(
        a_record(
            "hello there Ann",
            "the price is high",
            "I see",
            "what a price",
            call_id="acti_1",
            user_id="user_a",
            user_name="Ann",
        )
    )
    store.add(
        a_record(
            "hello there Bo",
            "your price please",
            call_id="acti_2",
            user_id="user_b",
            user_name="Bo",
            date_created=NOON - hours(24 * 7),
        )
    )
    store.add(
        a_record(
            "we have a price", "no thank you", call_id="acti_3", user_id="user_b", user_name="Bo"
        )
    )
    store.add(a_record(call_id="acti_4"))


def made(client: TestClient, body: dict[str, Any]) -> Any:
    answer = client.post("/v1/trackers", json=body, headers=DANA)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/trackers/{answer.json()['id']}"
    return answer.json()


def got(client: TestClient, path: str, **parameters: Any) -> Any:
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def label(client: TestClient, tracker: str, call_id: str, utterance: int, verdict: str) -> Any:
    body = {"call_id": call_id, "utterance": utterance, "verdict": verdict}
    return client.post(f"/v1/trackers/{tracker}/labels", json=body, headers=DANA)


def test_a_tracker_is_made_shown_changed_and_deleted(client: TestClient, tracker: str) -> None:
    path = f"/v1/trackers/{tracker}"
    shown = got(client, path)
    assert (shown["name"], shown["phrases"], shown["side"], shown["version"]) == (
        "Price",
        "price",
        "contact",
        1,
    )
    assert (shown["created_by"], shown["created_at"], shown["threshold"], shown["embedder"]) == (
        "Dana",
        "2026-03-11T12:00:00Z",
        0.5,
        None,
    )
    changed = client.patch(
        path,
        json={"phrases": "price OR cost", "side": None, "version": 1},
        headers={"X-Callsift-User": "Eli"},
    ).json()
    assert (changed["version"], changed["phrases"], changed["side"], changed["written_by"]) == (
        2,
        "price OR cost",
        None,
        "Eli",
    )
    again = client.patch(path, json={"name": "Price", "phrases": None}).json()
    assert again["version"] == 2  # it would say the same
    assert [one["id"] for one in got(client, "/v1/trackers")["trackers"]] == [tracker]
    versions = got(client, f"{path}/versions")["versions"]
    assert [(one["version"], one["phrases"]) for one in versions] == [
        (2, "price OR cost"),
        (1, "price"),
    ]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404


def test_hits_have_their_words_and_come_page_by_page(client: TestClient, tracker: str) -> None:
    path = f"/v1/trackers/{tracker}/hits"
    whole = got(client, path)
    assert (whole["total"], whole["calls"], whole["calls_with_hits"]) == (3, 3, 2)
    assert [(h["call"]["id"], h["utterance"]) for h in whole["hits"]] == [
        ("acti_1", 1),
        ("acti_1", 3),
        ("acti_2", 1),
    ]
    first = whole["hits"][0]
    assert (
        first["kind"],
        first["start_s"],
        first["end_s"],
        first["by_phrase"],
        first["score"],
    ) == ("recording", 4.0, 6.0, True, None)
    assert [(u["text"], u["matched"]) for u in first["utterances"]][:2] == [
        ("hello there Ann", False),
        ("the price is high", True),
    ]
    assert first["label"] is None
    for order in ("new", "best", "weakest"):
        seen, cursor = [], None
        while True:
            page = got(client, path, limit=2, order=order, **({"cursor": cursor} if cursor else {}))
            seen += [(h["call"]["id"], h["utterance"]) for h in page["hits"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert sorted(seen) == [("acti_1", 1), ("acti_1", 3), ("acti_2", 1)]
    cursor = got(client, path, limit=1)["next_cursor"]
    assert client.get(path, params={"cursor": cursor, "order": "best"}).status_code == 422
    assert client.get(path, params={"cursor": "x"}).status_code == 422


def test_every_filter_narrows_hits_and_what_they_are_counted_of(
    client: TestClient, tracker: str
) -> None:
    path = f"/v1/trackers/{tracker}"
    assert got(client, f"{path}/hits", user_id="user_b")["total"] == 1
    assert got(client, f"{path}/hits", since="2d")["total"] == 2
    assert got(client, f"{path}/hits", said='"I see"')["total"] == 2
    assert got(client, f"{path}/hits", part="first 5s")["total"] == 2
    ours = got(client, f"{path}/counts", side="user")
    assert (ours["total"]["calls"], ours["total"]["hits"]) == (0, 0)
    assert ours["total"]["share"] == {
        "value": None,
        "n": 0,
        "interval": None,
        "clusters": None,
        "why": "there are no calls",
    }


def test_calls_with_and_without_a_hit_are_listed(client: TestClient, tracker: str) -> None:
    path = f"/v1/trackers/{tracker}/calls"
    without = got(client, path, without="true")
    assert [(one["call"]["id"], one["hits"]) for one in without["calls"]] == [("acti_3", 0)]
    assert (without["total"], without["passing"], without["without"]) == (1, 4, True)
    having = got(client, path, limit=1)
    assert [(one["call"]["id"], one["hits"]) for one in having["calls"]] == [("acti_1", 2)]
    rest = got(client, path, limit=1, cursor=having["next_cursor"])
    assert [one["call"]["id"] for one in rest["calls"]] == ["acti_2"]
    assert rest["next_cursor"] is None
    other = client.get(path, params={"cursor": having["next_cursor"], "without": "true"})
    assert other.status_code == 422


def test_hits_are_counted_by_week_and_by_rep(client: TestClient, tracker: str) -> None:
    weeks = got(client, f"/v1/trackers/{tracker}/counts")
    assert [(r["key"], r["starts"], r["calls"], r["calls_with_hits"], r["hits"]) for r in weeks["rows"]] == [
        ("2026-W10", "2026-03-02", 1, 1, 1), ("2026-W11", "2026-03-09", 2, 1, 2),
    ]  # fmt: skip
    assert weeks["rows"][1]["share"]["interval"]["method"] == "Wilson"
    assert weeks["rows"][1]["hits_per_100_calls"] == 100.0
    assert (weeks["total"]["calls"], weeks["passing"]) == (3, 4)
    reps = got(client, f"/v1/trackers/{tracker}/counts", by="rep")
    assert [(r["key"], r["label"], r["calls"], r["hits"]) for r in reps["rows"]] == [
        ("user_a", "Ann", 1, 2),
        ("user_b", "Bo", 2, 1),
    ]


def test_hits_are_labelled_and_their_precision_follows(client: TestClient, tracker: str) -> None:
    path = f"/v1/trackers/{tracker}"
    todo = got(client, f"{path}/labels", limit=2)
    assert (len(todo["hits"]), todo["unlabelled"]) == (2, 3)
    assert {(h["score"], h["by_phrase"], h["example"]) for h in todo["hits"]} == {
        (None, False, None)
    }
    for hit, verdict in zip(todo["hits"], ("yes", "no"), strict=True):
        kept = label(client, tracker, hit["call"]["id"], hit["utterance"], verdict)
        assert kept.status_code == 201
        assert kept.json()["label"] == {
            "verdict": verdict,
            "by": "Dana",
            "at": "2026-03-11T12:00:00Z",
            "version": 1,
        }
    told = got(client, f"{path}/labels")
    assert (
        told["unlabelled"],
        told["precision"]["labelled"],
        told["precision"]["rate"]["value"],
    ) == (1, 2, 0.5)
    client.patch(path, json={"phrases": "price OR hello"})
    precision = got(client, f"{path}/precision")
    assert [
        (one["version"], one["labelled"], one["yes"], one["no"]) for one in precision["versions"]
    ] == [(1, 2, 1, 1), (2, 2, 1, 1)]
    assert (precision["labels"], precision["dropped"], len(precision["thresholds"])) == (2, 0, 1)
    labelled = [h["label"]["verdict"] for h in got(client, f"{path}/hits")["hits"] if h["label"]]
    assert sorted(labelled) == ["no", "yes"]


def test_two_versions_are_held_against_each_other(client: TestClient, tracker: str) -> None:
    path = f"/v1/trackers/{tracker}"
    client.patch(path, json={"phrases": "high OR hello", "side": None})
    told = got(client, f"{path}/diff", **{"from": 1, "to": 2})
    assert [(one["field"], one["before"], one["after"]) for one in told["changes"]] == [
        ("phrases", "price", "high OR hello"), ("side", "contact", None),
    ]  # fmt: skip
    assert (told["kept"], told["calls_before"], told["calls_after"]) == (1, 2, 2)
    assert (told["came"]["hits"], told["left"]["hits"]) == (2, 2)
    assert {(h["call"]["id"], h["utterance"]) for h in told["left"]["examples"]} == {
        ("acti_1", 3),
        ("acti_2", 1),
    }
    assert got(client, f"{path}/diff", limit=0)["came"]["examples"] == []
    assert got(client, f"{path}/hits", version=1)["total"] == 3  # the old one counts as it did


def test_hits_are_exported_as_rows(client: TestClient, tracker: str) -> None:
    label(client, tracker, "acti_2", 1, "yes")
    answer = client.get(f"/v1/trackers/{tracker}/export?format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(r["call_id"], r["utterance"], r["text"], r["label"]) for r in rows] == [
        ("acti_1", "1", "the price is high", ""), ("acti_1", "3", "what a price", ""),
        ("acti_2", "1", "your price please", "yes"),
    ]  # fmt: skip
    lines = client.get(
        f"/v1/trackers/{tracker}/export?format=ndjson&user_id=user_b"
    ).text.splitlines()
    assert [json.loads(line)["labelled_by"] for line in lines] == ["Dana"]


def test_a_trial_keeps_nothing(client: TestClient, store: Shelf, tracker: str) -> None:
    body = {"phrases": "hello OR price", "where": {"user_id": "user_b"}, "limit": 1}
    told = client.post("/v1/trackers/preview", json=body)
    assert told.status_code == 200, told.text
    assert (
        told.json()["total"],
        told.json()["calls"],
        told.json()["calls_with_hits"],
        len(told.json()["hits"]),
    ) == (3, 2, 2, 1)
    assert len(TRACKERS.all(store)) == 1
    assert client.post("/v1/trackers/preview", json={"where": {}}).status_code == 422


def test_a_threshold_of_another_embedder_is_warned_of(client: TestClient, store: Shelf) -> None:
    near = made(client, {"name": "Near", "examples": ["that is too dear"], "threshold": 0.9})
    assert near["embedder"] == "tiny (1, 3 dimensions)"
    known = TRACKERS.get(store, near["id"])
    TRACKERS.change(
        store, known, replace(known.body, embedder="older (1, 3 dimensions)"), by=None, at=NOON
    )
    told = got(client, f"/v1/trackers/{near['id']}/hits")
    assert "older (1, 3 dimensions)" in told["tracker"]["warning"]
    assert "means something else" in told["tracker"]["warning"]


@pytest.mark.parametrize(
    ("body", "field", "told"),
    [
        ({"name": "New"}, "phrases", "give a phrase"),
        ({"name": "New", "phrases": "contact: price -> user: ok"}, "phrases", "is a dialogue"),
        ({"name": "New", "phrases": '"open'}, "phrases", "never closed"),
        ({"name": "New", "examples": ["?!"]}, "examples", "no words"),
        ({"name": "New", "examples": [""]}, "examples", "at least 1 character"),
        ({"name": "New", "examples": ["too dear"], "threshold": 0}, "threshold", "over 0"),
        ({"name": "New", "examples": ["too dear"], "threshold": 1.5}, "threshold", "at most 1"),
        ({"name": "New", "phrases": "a", "part": "end"}, "part", "no part of a call"),
        ({"name": "New", "phrases": "a", "side": "boss"}, "side", "user"),
        ({"name": "", "phrases": "a"}, "name", "empty"),
        ({"phrases": "a"}, "name", "missing"),
        ({"name": "New", "phrases": "a", "colour": "red"}, "colour", "no such parameter"),
    ],
)
def test_what_is_no_tracker_is_refused(
    reader: TestClient, body: dict[str, Any], field: str, told: str
) -> None:
    answer = reader.post("/v1/trackers", json=body)
    assert answer.status_code == 422
    [problem] = answer.json()["errors"]
    assert problem["field"] == field
    assert told in problem["problem"]


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/hits?version=9", 404, "version 9"),
        ("/hits?threshold=0", 422, "threshold"),
        ("/hits?disposition=nonsense", 422, "none of answered"),
        ("/hits?since=never", 422, "since"),
        ("/hits?colour=red", 422, "no such parameter"),
        ("/hits?limit=1&limit=2", 422, "more than once"),
        ("/counts?by=moon", 422, "by"),
        ("/diff", 422, "no version before the first"),
        ("/diff?from=1&to=7", 404, "version 7"),
        ("/export?format=xml", 422, "format"),
        ("/labels?limit=51", 422, "limit"),
    ],
)
def test_what_cannot_be_asked_of_a_tracker_is_said(
    reader: TestClient, known: str, path: str, status: int, told: str
) -> None:
    answer = reader.get(f"{known}{path}")
    assert answer.status_code == status, answer.text
    assert told in answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    ["", "/versions", "/hits", "/calls", "/counts", "/precision", "/labels", "/export", "/diff"],
)
def test_an_unknown_tracker_is_not_found(reader: TestClient, path: str) -> None:
    assert reader.get(f"/v1/trackers/none{path}").status_code == 404


def test_names_versions_and_labels_are_held_to(client: TestClient, tracker: str) -> None:
    assert client.post("/v1/trackers", json=PRICE | {"name": "PRICE"}).status_code == 409
    path = f"/v1/trackers/{tracker}"
    client.patch(path, json={"phrases": "cost"})
    assert client.patch(path, json={"phrases": "fee", "version": 1}).status_code == 409
    assert client.patch(path, json={"phrases": "", "version": 2}).status_code == 422
    assert label(client, tracker, "acti_1", 99, "yes").status_code == 422
    assert label(client, tracker, "acti_1", 1, "perhaps").status_code == 422
    nobody = client.post(
        f"{path}/labels", json={"call_id": "acti_1", "utterance": 1, "verdict": "yes"}
    )
    assert (nobody.status_code, nobody.json()["errors"][0]["field"]) == (422, "X-Callsift-User")


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_another_site_changes_no_tracker(reader: TestClient, known: str, method: str) -> None:
    path = "/v1/trackers" if method == "post" else known
    foreign = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    body = None if method == "delete" else {"name": "New", "phrases": "a"}
    assert reader.request(method, path, headers=foreign, json=body).status_code == 403
    assert got(reader, known)["version"] == 1


def test_no_calls_at_all_are_no_error(client: TestClient) -> None:
    tracker = made(client, {"name": "Near", "phrases": "price", "examples": ["too dear for us"]})[
        "id"
    ]
    assert got(client, f"/v1/trackers/{tracker}/hits")["total"] == 0
    counts = got(client, f"/v1/trackers/{tracker}/counts")
    assert (counts["rows"], counts["total"]["share"]["why"]) == ([], "there are no calls")
    precision = got(client, f"/v1/trackers/{tracker}/precision")
    assert precision["versions"][0]["rate"]["why"] == "there are no hits"
