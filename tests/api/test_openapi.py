"""The OpenAPI document: complete, and its examples true."""

import json
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient

from api import examples
from api.examples import calls
from api.parameters import LedgerParameters, SearchParameters, SimilarParameters
from indexer.close.webhook import call_named_in
from tests.api.conftest import AT_HOME, Shelf, an_app
from tests.factories import NOON, a_record

AUDIO = ("GET /v1/calls/{call_id}/recording", "GET /v1/calls/{call_id}/voicemail")


@pytest.fixture(scope="module")
def document() -> Any:
    return TestClient(an_app(Shelf()), base_url=AT_HOME).get("/openapi.json").json()


def is_export(name: str) -> bool:
    """Whether an operation answers with rows for a spreadsheet, or with a picture."""
    return name.endswith(("/export", ".svg"))


def operations(document: Any) -> dict[str, Any]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_every_path_we_promise_is_told(document: Any) -> None:
    assert set(operations(document)) == {
        "GET /v1/search", "POST /v1/search", "GET /v1/calls", "GET /v1/calls/{call_id}",
        "GET /v1/calls/{call_id}/similar",
        "GET /v1/calls/{call_id}/recording", "GET /v1/calls/{call_id}/voicemail",
        "GET /v1/searches", "POST /v1/searches", "GET /v1/searches/{search_id}", "PATCH /v1/searches/{search_id}",
        "DELETE /v1/searches/{search_id}", "GET /v1/searches/{search_id}/results", "POST /v1/searches/{search_id}/seen",
        "GET /v1/metrics", "GET /v1/metrics/formulas", "GET /v1/metrics/export", "GET /v1/calls/{call_id}/metrics",
        "GET /v1/samples", "POST /v1/samples", "POST /v1/samples/preview", "GET /v1/samples/plan", "GET /v1/samples/{sample_id}",
        "DELETE /v1/samples/{sample_id}", "GET /v1/samples/{sample_id}/manifest", "POST /v1/samples/{sample_id}/verify",
        "GET /v1/samples/{sample_id}/export", "GET /v1/samples/{sample_id}/population/export",
        "GET /v1/compare", "POST /v1/compare", "GET /v1/compare/export", "GET /v1/compare/plot.svg", "GET /v1/compare/effect",
        "GET /v1/compare/interventions", "POST /v1/compare/interventions", "GET /v1/compare/interventions/{intervention_id}",
        "PATCH /v1/compare/interventions/{intervention_id}", "DELETE /v1/compare/interventions/{intervention_id}",
        "GET /v1/compare/interventions/{intervention_id}/effect",
        "GET /v1/teams", "POST /v1/teams", "GET /v1/teams/reps", "GET /v1/teams/{team_id}", "PATCH /v1/teams/{team_id}",
        "DELETE /v1/teams/{team_id}",
        "GET /v1/calibrations", "POST /v1/calibrations", "DELETE /v1/calibrations/{calibration_id}",
        "GET /v1/calibrations/{calibration_id}", "PATCH /v1/calibrations/{calibration_id}",
        "POST /v1/calibrations/{calibration_id}/close", "GET /v1/calibrations/{calibration_id}/export",
        "GET /v1/calibrations/{calibration_id}/report",
        "GET /v1/collections", "POST /v1/collections", "DELETE /v1/collections/{collection_id}",
        "GET /v1/collections/{collection_id}", "PATCH /v1/collections/{collection_id}",
        "GET /v1/collections/{collection_id}/export", "POST /v1/collections/{collection_id}/items",
        "DELETE /v1/collections/{collection_id}/items/{item_id}",
        "PATCH /v1/collections/{collection_id}/items/{item_id}",
        "POST /v1/collections/{collection_id}/items/{item_id}/comments",
        "DELETE /v1/collections/{collection_id}/items/{item_id}/comments/{comment_id}",
        "GET /v1/reviews", "POST /v1/reviews/assign", "GET /v1/reviews/coverage", "GET /v1/reviews/export",
        "GET /v1/reviews/next", "GET /v1/reviews/progress", "POST /v1/reviews/reassign",
        "GET /v1/reviews/{review_id}", "PUT /v1/reviews/{review_id}/answers", "POST /v1/reviews/{review_id}/appeals",
        "POST /v1/reviews/{review_id}/appeals/{number}/decide", "POST /v1/reviews/{review_id}/finish",
        "POST /v1/reviews/{review_id}/replace", "GET /v1/reviews/{review_id}/versions",
        "GET /v1/samples/{sample_id}/estimates", "GET /v1/samples/{sample_id}/estimates/export",
        "GET /v1/scorecards", "POST /v1/scorecards", "DELETE /v1/scorecards/{scorecard_id}",
        "GET /v1/scorecards/{scorecard_id}", "PATCH /v1/scorecards/{scorecard_id}",
        "GET /v1/scorecards/{scorecard_id}/versions",
        "GET /v1/topics", "POST /v1/topics", "DELETE /v1/topics/{analysis_id}", "GET /v1/topics/{analysis_id}",
        "GET /v1/topics/{analysis_id}/export", "GET /v1/topics/{analysis_id}/topics/{number}/moments",
        "GET /v1/trackers", "POST /v1/trackers", "POST /v1/trackers/preview", "DELETE /v1/trackers/{tracker_id}",
        "GET /v1/trackers/{tracker_id}", "PATCH /v1/trackers/{tracker_id}", "GET /v1/trackers/{tracker_id}/calls",
        "GET /v1/trackers/{tracker_id}/counts", "GET /v1/trackers/{tracker_id}/diff",
        "GET /v1/trackers/{tracker_id}/export", "GET /v1/trackers/{tracker_id}/hits",
        "GET /v1/trackers/{tracker_id}/labels", "POST /v1/trackers/{tracker_id}/labels",
        "GET /v1/trackers/{tracker_id}/precision", "GET /v1/trackers/{tracker_id}/versions",
        "GET /v1/facets", "GET /v1/status", "GET /v1/ledger", "POST /v1/webhooks/close", "GET /healthz", "GET /readyz",
    }  # fmt: skip


def test_every_parameter_of_search_is_told_with_its_meaning(document: Any) -> None:
    parameters = operations(document)["GET /v1/search"]["parameters"]
    assert {p["name"] for p in parameters} == set(SearchParameters.model_fields)
    assert {p["name"] for p in parameters} == (
        set(
            "q mode limit cursor disposition direction call_method user_id lead_id contact_id".split()
        )
        | set("outcome_id since until min_duration max_duration side kind".split())
        | set("part question one_turn group explain".split())
    )
    assert all(p["description"] and not p["required"] for p in parameters)


def test_every_parameter_of_likeness_is_told_with_its_meaning(document: Any) -> None:
    parameters = operations(document)["GET /v1/calls/{call_id}/similar"]["parameters"]
    told = {p["name"]: p for p in parameters}
    assert set(told) == {"call_id", *SimilarParameters.model_fields}
    assert set(told) >= {"utterance", "kind", "mode", "side", "part", "question", "limit", "cursor"}
    assert all(p["description"] for name, p in told.items() if name != "call_id")


@pytest.mark.parametrize(
    "shape",
    ["StepIn", "StepOut", "SearchBody", "ExplanationOut", "HitOut", "MomentOut", "SearchOut"],
)
def test_every_new_word_of_an_answer_is_explained(document: Any, shape: str) -> None:
    old = {"call", "hits", "query", "searched", "kind"}
    fields = document["components"]["schemas"][shape]["properties"]
    assert [
        name for name, field in fields.items() if "description" not in field and name not in old
    ] == []


def test_each_shape_is_told_once(document: Any) -> None:
    shapes = document["components"]["schemas"]
    assert [name for name in shapes if "-Input" in name or "-Output" in name or "__" in name] == []
    told = [json.dumps(shape, sort_keys=True) for shape in shapes.values()]
    assert len(told) == len(set(told))


@pytest.mark.parametrize("name", calls.QUESTIONS)
def test_every_example_of_a_body_can_be_asked(client: TestClient, document: Any, name: str) -> None:
    content = operations(document)["POST /v1/search"]["requestBody"]["content"]["application/json"]
    example = content["examples"][name]
    assert example["summary"]
    assert client.post("/v1/search", json=example["value"]).status_code == 200


def test_every_parameter_of_the_ledger_is_told_with_its_meaning(document: Any) -> None:
    told = operations(document)["GET /v1/ledger"]
    assert {p["name"] for p in told["parameters"]} == set(LedgerParameters.model_fields)
    assert all(p["description"] and not p["required"] for p in told["parameters"])
    assert told["tags"] == operations(document)["GET /v1/status"]["tags"]


def test_problems_are_told_by_their_own_media_type(document: Any) -> None:
    for name, operation in operations(document).items():
        for status, response in operation["responses"].items():
            if is_export(name) and status == "200":
                continue
            kinds = list(response.get("content", ["nothing"]))
            plain = status in ("200", "201", "204", "206") or name == "GET /readyz"
            usual = "audio/*" if name in AUDIO else "application/json"
            usual = "nothing" if status == "204" else usual
            assert kinds == [usual if plain else "application/problem+json"], name


@pytest.mark.parametrize("name", AUDIO)
def test_audio_tells_of_ranges_and_of_audio_that_is_gone(document: Any, name: str) -> None:
    told = operations(document)[name]
    assert {p["name"] for p in told["parameters"]} == {"call_id", "Range"}
    assert told["responses"].keys() >= {"200", "206", "404", "410", "416", "502", "503"}


def test_v1_tells_of_keys_and_health_does_not(document: Any) -> None:
    for name, operation in operations(document).items():
        assert ("security" in operation) == ("/v1/" in name and "/webhooks/" not in name)
        assert operation["tags"]
    [scheme] = document["components"]["securitySchemes"].values()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")


def test_the_webhook_tells_what_close_sends(document: Any) -> None:
    told = operations(document)["POST /v1/webhooks/close"]
    assert {p["name"] for p in told["parameters"]} == {"close-sig-timestamp", "close-sig-hash"}
    content = told["requestBody"]["content"]["application/json"]
    assert call_named_in(json.dumps(content["example"]).encode()) == calls.CALL["id"]


def test_every_reference_of_the_document_leads_somewhere(document: Any) -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, list):
            return [ref for part in node for ref in references(part)]
        if not isinstance(node, dict):
            return []
        here = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return here + [ref for part in node.values() for ref in references(part)]

    found = references(document)
    assert found
    assert {ref.rpartition("/")[2] for ref in found} <= set(document["components"]["schemas"])


def every_shape(shape: type[BaseModel] = BaseModel) -> dict[str, type[BaseModel]]:
    """Every class of ours that is a shape, by its name."""
    found: dict[str, type[BaseModel]] = {}
    for one in shape.__subclasses__():
        found |= {one.__name__: one} | every_shape(one)
    return {n: s for n, s in found.items() if s.__module__.startswith(("api.", "indexer.wire"))}


SHAPES: list[type[BaseModel]] = [every_shape()[name] for name in examples.EXAMPLES]


def test_every_answer_has_an_example(document: Any) -> None:
    answers = {
        response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for name, operation in operations(document).items()
        for status, response in operation["responses"].items()
        if status in ("200", "201") and name not in AUDIO and not is_export(name)
    }
    assert answers <= set(examples.EXAMPLES)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_example_is_what_its_shape_gives(document: Any, shape: type[BaseModel]) -> None:
    shapes = document["components"]["schemas"]
    [example] = shapes[shape.__name__]["examples"]
    read = shape.model_validate(example)
    assert read.model_dump(mode="json", exclude_unset=True) == example
    if shape.__name__.endswith("Out"):
        assert set(example) == set(shape.model_fields)


def test_the_example_of_a_question_can_be_asked(client: TestClient) -> None:
    assert client.post("/v1/search", json=calls.QUESTION).status_code == 200


def test_an_answer_has_the_keys_of_its_example(client: TestClient, store: Shelf) -> None:
    store.add(a_record("some words here", "and more words", lead_id="lead_1", date_answered=NOON))
    answer = client.get("/v1/search?q=words").json()
    assert answer.keys() == calls.SEARCH.keys()
    assert answer["query"].keys() == calls.SEARCH["query"].keys()
    [hit], [example] = answer["hits"], calls.SEARCH["hits"]
    assert hit.keys() == example.keys()
    assert hit["call"].keys() == example["call"].keys()
    assert hit["moments"][0].keys() == example["moments"][0].keys()
    assert (
        hit["moments"][0]["utterances"][0].keys() == example["moments"][0]["utterances"][0].keys()
    )
