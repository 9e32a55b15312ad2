"""Metrics over HTTP: of many calls, of one, as rows, and what they are."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from indexer.measuring import measure_due
from indexer.measuring.summary import COLUMNS
from indexer.metrics import METRICS
from models import Side, Transcript
from tests.api.conftest import Shelf, an_app, ready
from tests.factories import NOON, a_record, a_transcript, hours, said


def talked(ours_s: float) -> Transcript:
    return a_transcript(
        said(Side.USER, "Hello there. Is it raining? " + "word " * 30, 0.0, end_s=ours_s),
        said(Side.CONTACT, "It is, and we talk.", ours_s, end_s=ours_s + 20),
    )


@pytest.fixture(scope="module")
def four() -> Iterator[TestClient]:
    """Two conversations of two reps, a voicemail, and a call nobody answered; all measured."""
    store = Shelf()
    store.add(a_record(call_id="a", recording=talked(20), user_id="user_1", user_name="Ana"))
    store.add(
        a_record(call_id="b", recording=talked(60), user_id="user_2", date_created=NOON + hours(1))
    )
    left = a_transcript(said(Side.CONTACT, "Call me back, will you?", 0.0, end_s=4.0))
    store.add(a_record(call_id="c", voicemail=left, disposition="vm-left"))
    store.add(a_record(call_id="d", disposition="no-answer", duration_s=0))
    measure_due(store)
    with ready(an_app(store)) as client:
        yield client


def summed(client: TestClient, question: str = "") -> Any:
    answer = client.get(f"/v1/metrics?{question}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def metric(answer: Any, name: str) -> Any:
    return next(one for one in answer["metrics"] if one["name"] == name)


def counted(answer: Any) -> Any:
    names = ("calls", "conversations", "voicemails", "silent", "of_type", "measured")
    return tuple(answer[name] for name in names)


def test_conversations_are_summed_up_without_voicemails(four: TestClient) -> None:
    answer = summed(four)
    assert answer["type"] == "conversation"
    assert counted(answer) == (4, 2, 1, 1, 2, 2)
    assert answer["searched"] == {"calls": 4, "of": 4, "waiting": 0, "failed": 0, "excluded": 0}
    assert [one["name"] for one in answer["metrics"]] == list(METRICS)
    ratio = metric(answer, "talk_ratio")
    assert (ratio["n"], ratio["mean"]["value"], ratio["median"]) == (2, 0.625, 0.625)
    assert (ratio["lower_quartile"], ratio["upper_quartile"]) == (0.5625, 0.6875)
    assert ratio["mean"]["interval"] is None
    assert ratio["mean"]["why"]
    assert metric(answer, "questions_contact")["mean"]["value"] == 0


def test_voicemails_are_summed_up_by_themselves(four: TestClient) -> None:
    answer = summed(four, "type=voicemail")
    assert counted(answer) == (4, 2, 1, 1, 1, 1)
    assert metric(answer, "questions_contact")["mean"]["value"] == 1
    ratio = metric(answer, "talk_ratio")
    assert (ratio["n"], ratio["mean"]["value"]) == (0, None)
    assert ratio["mean"]["why"] == "it is not defined for any of these calls"


@pytest.mark.parametrize(
    ("question", "calls"),
    [
        ("user_id=user_1", 1),
        ("user_id=user_1&user_id=user_2", 2),
        ("since=2026-03-11T13:00:00Z", 1),
        ("said=raining", 2),
        ("side=contact&said=talk", 2),
        ("kind=voicemail", 0),
        ("user_id=nobody", 0),
    ],
)
def test_filters_say_which_calls(four: TestClient, question: str, calls: int) -> None:
    answer = summed(four, question)
    assert (answer["conversations"], metric(answer, "talk_ratio")["n"]) == (calls, calls)


def test_of_no_calls_nothing_is_made_up(client: TestClient) -> None:
    answer = summed(client)
    assert counted(answer) == (0, 0, 0, 0, 0, 0)
    for one in answer["metrics"]:
        assert (one["n"], one["mean"]["value"], one["median"]) == (0, None, None)
        assert one["mean"]["why"] == "no such call is measured"


def test_what_is_not_measured_yet_is_counted(client: TestClient, store: Shelf) -> None:
    store.add(a_record(call_id="a", recording=talked(20)))
    answer = summed(client)
    assert counted(answer) == (1, 1, 0, 0, 1, 0)
    assert metric(answer, "talk_ratio")["n"] == 0


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/metrics?type=meeting", "type"),
        ("/v1/metrics?metric=talk_ratio", "metric"),
        ("/v1/metrics?type=voicemail&type=conversation", "type"),
        ("/v1/metrics?since=2d&until=3d", "since"),
        ("/v1/metrics?since=soon", "since"),
        ("/v1/metrics?min_duration=9&max_duration=1", "min_duration"),
        ("/v1/metrics?said=%22open", "said"),
        ("/v1/metrics?part=middle", "part"),
        ("/v1/metrics/export", "format"),
        ("/v1/metrics/export?format=xlsx", "format"),
        ("/v1/metrics/export?format=csv&type=voicemail", "type"),
        ("/v1/metrics/formulas?x=1", "x"),
        ("/v1/calls/a/metrics?x=1", "x"),
    ],
)
def test_what_cannot_be_asked_is_refused(four: TestClient, path: str, field: str) -> None:
    answer = four.get(path)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert field in answer.text


def test_every_formula_is_told_with_its_version_and_source(four: TestClient) -> None:
    told = four.get("/v1/metrics/formulas").json()["metrics"]
    assert [one["id"] for one in told] == [metric.id for metric in METRICS.values()]
    for one in told:
        assert one["id"] == f"{one['name']}@{one['version']}"
        assert one["definition"]
        assert one["needs"]
        assert one["source"]


def test_one_call_has_every_figure_or_says_what_it_lacks(four: TestClient) -> None:
    answer = four.get("/v1/calls/b/metrics").json()
    assert (answer["call_id"], answer["type"]) == ("b", "conversation")
    figures = {one["name"]: one for one in answer["metrics"]}
    assert list(figures) == list(METRICS)
    assert figures["talk_ratio"]["value"] == 0.75
    assert figures["patience_s"]["value"] is None
    assert "speaks after the contact" in figures["patience_s"]["needs"]


def test_one_call_is_measured_even_before_it_is_kept(client: TestClient, store: Shelf) -> None:
    store.add(a_record(call_id="a", recording=talked(60)))
    figures = client.get("/v1/calls/a/metrics").json()["metrics"]
    assert figures[0]["value"] == 0.75


def test_a_call_without_words_has_no_figure(four: TestClient) -> None:
    answer = four.get("/v1/calls/d/metrics").json()
    assert answer["type"] is None
    assert {one["value"] for one in answer["metrics"]} == {None}


def test_a_call_that_is_not_here_is_not_found(four: TestClient) -> None:
    assert four.get("/v1/calls/nobody/metrics").status_code == 404


def test_every_call_leaves_as_a_row_of_csv(four: TestClient) -> None:
    answer = four.get("/v1/metrics/export?format=csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="metrics.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["id"] for row in rows] == ["a", "b", "c", "d"]
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["user_name"], rows[0]["talk_ratio@1"]) == ("Ana", "0.5")
    assert (rows[3]["talk_ratio@1"], rows[3]["is_measured"]) == ("", "true")


def test_rows_of_ndjson_have_nulls_and_pass_the_filters(four: TestClient) -> None:
    lines = four.get("/v1/metrics/export?format=ndjson&disposition=vm-left").text.splitlines()
    [row] = map(json.loads, lines)
    assert (row["id"], row["type"], row["talk_ratio@1"]) == ("c", "voicemail", None)
    assert row["questions_contact@1"] == 1
    assert four.get("/v1/metrics/export?format=ndjson&user_id=nobody").text == ""


def test_the_page_of_a_call_shows_its_metrics_with_their_formulas(four: TestClient) -> None:
    page = four.get("/calls/b").text
    assert '<section class="plainly" id="metrics">' in page
    assert '<dt>Talk ratio</dt><dd class="number">75.0%</dd>' in page
    assert "<code>talk_ratio@1</code>" in page
    assert "patience_s@1" not in page
    assert 'id="metrics"' not in four.get("/calls/d").text
    assert "questions_contact@1" in four.get("/calls/c").text
