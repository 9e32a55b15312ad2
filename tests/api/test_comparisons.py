"""Comparisons over HTTP."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from starlette.testclient import TestClient

from indexer.metrics import FORMULAS
from tests.api.conftest import Shelf, an_app, ready
from tests.factories import NOON, a_record


def add(store: Shelf, rep: str, values: Any, **fields: Any) -> None:
    """Add calls of a rep, an hour apart, with these talk ratios."""
    for n, value in enumerate(values):
        call_id = f"acti_{rep}_{fields.get('direction', 'outbound')}_{n}"
        usual = {"date_created": NOON - timedelta(hours=n)}
        store.add(
            a_record(
                "hi", "hello", call_id=call_id, user_id=f"user_{rep}", user_name=rep.title(),
                **(usual | fields),
            )
        )  # fmt: skip
        store.measure({call_id: {"talk_ratio": value}}, formulas=FORMULAS)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    store = Shelf()
    add(store, "ana", np.linspace(0.4, 0.6, 36))
    add(store, "bo", np.linspace(0.7, 0.9, 36))
    with ready(an_app(store)) as client:
        yield client


def asked(client: TestClient, **parameters: Any) -> Any:
    answer = client.get("/v1/compare", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def problems(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {error["field"]: error["problem"] for error in answer.json()["errors"]}


def test_reps_are_compared_with_n_intervals_and_an_order_that_is_warranted(
    client: TestClient,
) -> None:
    told = asked(client, metric="talk_ratio", by="rep", since="30d")
    assert (told["by"], told["calls"], told["within"]) == ("rep", "conversations", "direction")
    assert [(g["name"], g["key"], g["calls"]) for g in told["groups"]] == [
        ("Ana", "user_ana", 36), ("Bo", "user_bo", 36),
    ]  # fmt: skip
    [metric] = told["metrics"]
    assert (metric["metric"], metric["version"], metric["unit"]) == ("talk_ratio", 1, "share")
    assert metric["order"] == ["Bo", "Ana"]
    assert metric["told"] == "They can be told apart: Bo > Ana."
    ana = metric["figures"][0]["mean"]
    assert (ana["value"], ana["n"]) == (pytest.approx(0.5), 36)
    assert ana["interval"]["low"] < 0.5 < ana["interval"]["high"]
    assert told["searched"]["calls"] == 72


def test_a_body_compares_any_filters_with_any_others(client: TestClient) -> None:
    body = {
        "metrics": ["talk_ratio"],
        "groups": [{"name": "Ana", "where": {"user_id": "user_ana"}}],
        "rest": "The rest",
        "where": {"since": "10h"},
    }
    told = client.post("/v1/compare", json=body).json()
    assert [(g["name"], g["calls"]) for g in told["groups"]] == [("Ana", 11), ("The rest", 11)]
    same = asked(
        client, metric="talk_ratio", group="Ana: user_id=user_ana", rest="The rest", since="10h"
    )
    assert same == told


def test_groups_in_an_address_take_every_filter(client: TestClient) -> None:
    groups = ["Both: user_id=user_ana&user_id=user_bo&until=5h", "Ana: user_id=user_ana"]
    told = asked(client, metric="talk_ratio", group=groups)
    assert [(g["name"], g["calls"]) for g in told["groups"]] == [("Ana", 36), ("Both", 60)]
    assert told["overlaps"] == [{"one": "Both", "other": "Ana", "calls": 30}]


def test_a_trend_is_by_week(client: TestClient) -> None:
    told = asked(client, metric="talk_ratio", by="week", user_id="user_ana")
    assert [g["key"] for g in told["groups"]] == ["2026-03-09"]
    assert told["metrics"][0]["order"] is None


@pytest.mark.parametrize(
    ("parameters", "field", "problem"),
    [
        ([("by", "rep")], "metric", "at least one"),
        ([("metric", "nope"), ("by", "rep")], "metric", "there are talk_ratio"),
        ([("metric", "tracker:x"), ("by", "rep")], "metric", "no tracker 'x'"),
        ([("metric", "talk_ratio")], "by", "say what to compare"),
        ([("metric", "talk_ratio"), ("by", "colour")], "by", "'rep', 'team'"),
        ([("metric", "talk_ratio"), ("by", "team")], "by", "no teams yet"),
        ([("metric", "talk_ratio"), ("by", "rep"), ("by", "week")], "by", "more than once"),
        ([("metric", "talk_ratio"), ("by", "rep"), ("colour", "red")], "colour", "no such"),
        ([("metric", "talk_ratio"), ("by", "rep"), ("within", "size")], "within", "'direction'"),
        ([("metric", "talk_ratio"), ("group", "A: direction=inbound")], "groups", "nothing"),
        ([("metric", "talk_ratio"), ("group", "A"), ("rest", "B")], "group", "no colon"),
        ([("metric", "talk_ratio"), ("group", ": direction=x"), ("rest", "B")], "groups", "name"),
        ([("metric", "talk_ratio"), ("group", "A: red=1"), ("rest", "B")], "group", "red"),
        ([("metric", "talk_ratio"), ("group", "A: red"), ("rest", "B")], "group", "query string"),
        ([("metric", "talk_ratio"), ("group", "A: since=x"), ("rest", "B")], "group", "no moment"),
        ([("metric", "talk_ratio"), ("by", "rep"), ("since", "1d"), ("until", "2d")], "since", "before"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(
    client: TestClient, parameters: list[tuple[str, str]], field: str, problem: str
) -> None:
    for path in ("/v1/compare", "/v1/compare/plot.svg", "/v1/compare/export"):
        pairs = [*parameters, *([("format", "csv")] if path.endswith("export") else [])]
        told = problems(client.get(f"{path}?{urlencode(pairs)}"))
        assert problem in told[field]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"by": "rep"}, "metrics"),
        ({"metrics": [], "by": "rep"}, "metrics"),
        ({"metrics": ["talk_ratio"], "groups": [{"name": "A"}]}, "groups[0].where"),
        ({"metrics": ["talk_ratio"], "by": "rep", "where": {"red": 1}}, "where.red"),
        ({"metrics": ["talk_ratio"], "by": "rep", "red": 1}, "red"),
    ],
)
def test_a_body_that_cannot_be_compared_is_refused(
    client: TestClient, body: Any, field: str
) -> None:
    assert field in problems(client.post("/v1/compare", json=body))


def test_an_export_has_the_numbers_of_the_answer(client: TestClient) -> None:
    told = asked(client, metric="talk_ratio", by="rep")
    parameters = {"metric": "talk_ratio", "by": "rep", "format": "csv"}
    answer = client.get("/v1/compare/export", params=parameters)
    assert answer.headers["content-disposition"] == 'attachment; filename="comparison.csv"'
    ana, bo, pair = csv.DictReader(io.StringIO(answer.text))
    [metric] = told["metrics"]
    for row, figure in zip((ana, bo), metric["figures"], strict=True):
        assert (row["row"], row["group"], row["n"]) == ("group", figure["group"], "36")
        assert float(row["low"]) == figure["mean"]["interval"]["low"]
    assert (pair["row"], pair["group"], pair["other"]) == ("difference", "Ana", "Bo")
    assert (pair["can_be_told_apart"], pair["more_calls"]) == ("true", "")
    lines = client.get("/v1/compare/export", params=parameters | {"format": "ndjson"}).text
    assert [json.loads(line)["row"] for line in lines.splitlines()] == [
        "group", "group", "difference",
    ]  # fmt: skip


def test_a_plot_is_of_one_metric_and_for_a_theme(client: TestClient) -> None:
    parameters = {"metric": "talk_ratio", "by": "rep"}
    light = client.get("/v1/compare/plot.svg", params=parameters)
    assert light.headers["content-type"] == "image/svg+xml"
    assert "Ana: 50.0%, n = 36" in light.text
    dark = client.get("/v1/compare/plot.svg", params=parameters | {"theme": "dark"})
    assert dark.text != light.text
    several = client.get(
        "/v1/compare/plot.svg", params={"metric": ["talk_ratio", "patience_s"], "by": "rep"}
    )
    assert "of one" in problems(several)["metric"]
    assert "width" in problems(client.get("/v1/compare/plot.svg", params=parameters | {"width": 9}))
