"""Reviews over HTTP: assigned, answered, finished, replaced, appealed against, exported."""

import csv
import io
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from indexer.papers import Written
from models.sample import Sample
from tests.api.conftest import Shelf
from tests.indexer.reviewing.making import a_sample, a_scorecard, with_calls

RAE, SAM, QUINN = ({"X-Callsift-User": name} for name in ("Rae", "Sam", "Quinn"))
GIVEN: list[dict[str, Any]] = [
    {"question_id": "notice", "value": 1, "quotes": [{"first": 0, "last": 1}]},
    {"question_id": "needs", "value": 5, "comment": "=good"},
    {"question_id": "price", "na": True},
]


@pytest.fixture
def sample(store: Shelf) -> Written[Sample]:
    with_calls(store)
    a_scorecard(store)
    return a_sample(store)


def refused(answer: Any, status: int, kind: str = "query-invalid") -> str:
    assert answer.status_code == status, answer.text
    assert answer.json()["type"] == f"urn:callsift:problem:{kind}"
    return str(answer.json()["detail"])


def good(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def assigned(client: TestClient, *reviewers: Any, **more: Any) -> Any:
    asked = {"sample": "Weekly", "scorecard": "discovery", "reviewers": list(reviewers)}
    return good(client.post("/v1/reviews/assign", json=asked | more, headers=QUINN))


def next_id(client: TestClient, who: dict[str, str] = RAE) -> str:
    return str(good(client.get("/v1/reviews/next", headers=who))["review"]["id"])


def finished(client: TestClient, given: list[dict[str, Any]] | None = None) -> Any:
    asked = {"answers": given or GIVEN, "comment": "fine"}
    return good(client.post(f"/v1/reviews/{next_id(client)}/finish", json=asked, headers=RAE))


def test_a_review_goes_from_assignment_to_its_score(
    client: TestClient, sample: Written[Sample]
) -> None:
    handed = assigned(client, "Rae", {"name": "Sam", "user_id": "user_bo"}, due="2026-03-20")
    assert (len(handed["reviews"]), handed["nobody"], handed["before"]) == (10, [], 0)
    assert {one["due_at"] for one in handed["reviews"]} == {"2026-03-21T00:00:00Z"}
    assert {one["created_by"] for one in handed["reviews"]} == {"Quinn"}
    first = good(client.get("/v1/reviews/next", headers=RAE, params={"sample": "weekly"}))
    assert (first["left"], first["review"]["state"]) == (5, "open")
    assert first["review"]["open_questions"] == ["notice", "needs", "price"]
    address = f"/v1/reviews/{first['review']['id']}"
    draft = good(
        client.put(f"{address}/answers", json={"answers": GIVEN[:1], "version": 1}, headers=RAE)
    )
    assert (draft["version"], draft["score"], draft["open_questions"]) == (
        2,
        None,
        ["needs", "price"],
    )
    [quote] = draft["answers"][0]["quotes"]
    assert quote == {
        "kind": "recording", "first": 0, "last": 1, "start_s": 0.0,
        "text": "this call is recorded\nthat is fine",
    }  # fmt: skip
    done = good(client.post(f"{address}/finish", json={"answers": GIVEN}, headers=RAE))
    assert (done["state"], done["score"], done["formula"]) == ("done", 100.0, "score@1")
    assert [one["na"] for one in done["answers"]] == [False, False, True]
    assert good(client.get(address)) == done
    versions = good(client.get(f"{address}/versions"))["versions"]
    assert [one["version"] for one in versions] == [1, 2, 3]
    told = good(client.get("/v1/reviews/progress", params={"sample": sample.id}))
    assert (told["calls"], told["assigned"], told["done"], told["open"]) == (10, 10, 1, 9)


def test_whoever_is_nobody_or_somebody_else_answers_nothing(
    client: TestClient, sample: Written[Sample]
) -> None:
    assigned(client, "Rae")
    address = f"/v1/reviews/{next_id(client)}"
    for method, path, asked in (
        ("PUT", "answers", {"answers": GIVEN}),
        ("POST", "finish", {"answers": GIVEN}),
        ("POST", "replace", {"reason": "technical"}),
    ):
        nobody = client.request(method, f"{address}/{path}", json=asked)
        assert "say who you are" in refused(nobody, 422)
        other = client.request(method, f"{address}/{path}", json=asked, headers=SAM)
        assert "this review is Rae's" in refused(other, 409, "refused")
    assert good(client.get(address))["version"] == 1
    refused(client.get("/v1/reviews/next"), 422)
    assert good(client.get("/v1/reviews/next", headers=SAM)) == {"left": 0, "review": None}


def test_of_two_who_save_the_second_is_told(client: TestClient, sample: Written[Sample]) -> None:
    assigned(client, "Rae")
    address = f"/v1/reviews/{next_id(client)}"
    saved = {"answers": GIVEN[:1], "version": 1}
    good(client.put(f"{address}/answers", json=saved, headers=RAE))
    late = client.put(f"{address}/answers", json=saved | {"answers": []}, headers=RAE)
    assert "was changed meanwhile" in refused(late, 409, "changed")
    refused(client.post(f"{address}/finish", json={"version": 1}, headers=RAE), 409, "changed")
    assert good(client.get(address))["answers"][0]["value"] == 1


NO_ANSWERS: Any = [
        ([{"question_id": "needs", "value": 6}], "from 1 to 5"),
        ([{"question_id": "needs", "value": True}], "whole number"),
        ([{"question_id": "needs", "value": 2.5}], "answers[0].value"),
        ([{"question_id": "weather", "value": 1}], "no question 'weather'"),
        ([GIVEN[0], GIVEN[0]], "twice"),
        ([{"question_id": "notice", "na": True}], "always applies"),
        ([{"question_id": "notice", "quotes": [{"first": 3, "last": 9}]}], "has 4 utterances"),
        ([{"question_id": "notice", "quotes": [{"first": 2, "last": 1}]}], "same or a later"),
        (
            [{"question_id": "notice", "quotes": [{"first": -1, "last": 1}]}],
            "greater than or equal",
        ),
        (
            [{"question_id": "notice", "quotes": [{"first": 0, "last": 0, "text": "never"}]}],
            "other words",
        ),
        (
            [{"question_id": "notice", "quotes": [{"kind": "note", "first": 0, "last": 0}]}],
            "no note",
        ),
        ([{"question_id": "notice", "score": 1}], "no such parameter"),
        ([{"question_id": "notice", "comment": "x" * 5001}], "5000"),
    ]  # fmt: skip


def test_what_is_no_answer_is_refused(client: TestClient, sample: Written[Sample]) -> None:
    assigned(client, "Rae")
    address = f"/v1/reviews/{next_id(client)}"
    for answers, told in NO_ANSWERS:
        answer = client.put(f"{address}/answers", json={"answers": answers}, headers=RAE)
        assert told in refused(answer, 422)
        assert good(client.get(address))["version"] == 1


NO_ASSIGNMENTS: Any = [
        ({"reviewers": []}, 422, "name at least one"),
        ({"reviewers": ["Rae", "rae"]}, 422, "named twice"),
        ({"reviewers": [" "]}, 422, "must not be empty"),
        ({"reviewers": [{"name": "Rae", "id": 1}]}, 422, "no such parameter"),
        ({"reviewers": ["Rae"], "sample": "none"}, 404, "no sample 'none'"),
        ({"reviewers": ["Rae"], "scorecard": "none"}, 404, "no scorecard 'none'"),
        ({"reviewers": ["Rae"], "due": "2026-03-10"}, 422, "in the future"),
        ({"reviewers": ["Rae"], "due": "soon"}, 422, "a date such as"),
        ({"reviewers": ["Rae"], "due": "9999-12-31"}, 422, "a date such as"),
    ]  # fmt: skip


def test_what_cannot_be_assigned_is_refused(client: TestClient, sample: Written[Sample]) -> None:
    for asked, status, told in NO_ASSIGNMENTS:
        whole = {"sample": "Weekly", "scorecard": "Discovery"} | asked
        answer = client.post("/v1/reviews/assign", json=whole, headers=QUINN)
        assert answer.status_code == status
        assert told in answer.json()["detail"]
        assert good(client.get("/v1/reviews"))["reviews"] == []


def test_a_reviewer_who_left_is_replaced_by_others(
    client: TestClient, sample: Written[Sample]
) -> None:
    assigned(client, "Rae", "Sam")
    handed = good(client.post("/v1/reviews/reassign", json={"leaving": "rae"}, headers=QUINN))
    assert len(handed["reviews"]) == 5
    assert {one["reviewer"] for one in handed["reviews"]} == {"Sam"}
    alone = client.post(
        "/v1/reviews/reassign", json={"leaving": "Sam", "sample": "weekly"}, headers=QUINN
    )
    assert "nobody but Sam" in refused(alone, 409, "refused")
    wrong = client.post(
        "/v1/reviews/reassign", json={"leaving": "Sam", "sample": "none"}, headers=QUINN
    )
    refused(wrong, 404, "not-found")


def test_a_call_is_replaced_for_a_reason_from_the_list(
    client: TestClient, sample: Written[Sample]
) -> None:
    assigned(client, "Rae")
    address = f"/v1/reviews/{next_id(client)}"
    for wrong, told in (
        ({"reason": "boring"}, "reason"),
        ({"reason": "other"}, "say what the other reason is"),
        ({}, "is missing"),
    ):
        assert told in refused(client.post(f"{address}/replace", json=wrong, headers=RAE), 422)
    done = good(client.post(f"{address}/replace", json={"reason": "wrong_person"}, headers=RAE))
    assert done["review"]["replacement"]["substitute"] == done["substitute"]["call_id"]
    assert done["substitute"]["substitute_for"] == done["review"]["call_id"]
    again = client.post(f"{address}/replace", json={"reason": "technical"}, headers=RAE)
    assert "already" in refused(again, 409, "refused")
    found = good(client.get("/v1/reviews/coverage"))["replacements"]
    assert found == [
        {
            "reviewer": "Rae",
            "given": 1,
            "replaced": 1,
            "reasons": {"wrong_person": 1},
            "without_substitute": 0,
        }
    ]


def test_an_appeal_is_made_and_decided_by_others(
    client: TestClient, sample: Written[Sample]
) -> None:
    assigned(client, "Rae")
    done = finished(client, [GIVEN[0] | {"value": 0}, *GIVEN[1:]])
    assert (done["score"], done["failed_by"]) == (0.0, ["notice"])
    address = f"/v1/reviews/{done['id']}/appeals"
    asked = {"reason": "I said it", "question_id": "notice"}
    appealed = good(client.post(address, json=asked, headers=SAM))
    assert appealed["appeals"][0]["upheld"] is None
    found = good(client.get("/v1/reviews", params={"appealed": True}))["reviews"]
    assert [one["id"] for one in found] == [done["id"]]
    change = {
        "upheld": True,
        "decision": "So it is",
        "answers": [{"question_id": "notice", "value": 1}],
    }
    own = client.post(f"{address}/1/decide", json=change, headers=SAM)
    assert "whoever appealed does not decide" in refused(own, 409, "refused")
    refused(client.post(f"{address}/2/decide", json=change, headers=QUINN), 422)
    refused(client.post(f"{address}/1/decide", json=change | {"answers": []}, headers=QUINN), 422)
    decided = good(client.post(f"{address}/1/decide", json=change, headers=RAE))
    assert (decided["score"], decided["is_auto_failed"]) == (100.0, False)
    assert decided["appeals"][0]["is_decided_by_reviewer"] is True
    assert good(client.get(f"/v1/reviews/{done['id']}/versions"))["versions"][-2]["score"] == 0.0


def test_reviews_are_listed_page_by_page_as_asked(
    client: TestClient, sample: Written[Sample]
) -> None:
    assigned(client, "Rae", "Sam")
    finished(client)
    everything = good(client.get("/v1/reviews", params={"sample": "Weekly"}))["reviews"]
    pages: list[Any] = []
    asked: dict[str, Any] = {"sample": "Weekly", "limit": 4}
    while True:
        page = good(client.get("/v1/reviews", params=asked))
        pages += page["reviews"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        asked["cursor"] = cursor
        other = client.get("/v1/reviews", params={"cursor": cursor, "state": "open"})
        assert "another question" in refused(other, 422)
    assert pages == everything
    filters: Any = (
        ({"reviewer": "SAM"}, 5), ({"state": "done"}, 1), ({"reviewer": "Rae", "state": "open"}, 4),
        ({"call": "acti_03"}, 1), ({"calibration": "none"}, 0),
    )  # fmt: skip
    for some, count in filters:
        assert len(good(client.get("/v1/reviews", params=some))["reviews"]) == count
    refused(client.get("/v1/reviews", params={"sample": "none"}), 404, "not-found")
    wrongs: Any = ({"state": "lost"}, {"limit": 0}, {"weather": 1}, {"cursor": "x"})
    for wrong in wrongs:
        refused(client.get("/v1/reviews", params=wrong), 422)


def test_finished_reviews_are_exported_a_row_for_each_answer(
    client: TestClient, sample: Written[Sample]
) -> None:
    assigned(client, "Rae")
    done = finished(client)
    address = f"/v1/reviews/{next_id(client)}"
    good(client.put(f"{address}/answers", json={"answers": GIVEN[:1]}, headers=RAE))
    text = client.get("/v1/reviews/export", params={"format": "ndjson", "sample": "Weekly"}).text
    rows = [json.loads(line) for line in text.splitlines()]
    assert [(row["question_id"], row["value"], row["scaled"]) for row in rows] == [
        ("notice", 1, 1.0), ("needs", 5, 1.0), ("price", None, None),
    ]  # fmt: skip
    assert {row["review_id"] for row in rows} == {done["id"]}
    answer = client.get("/v1/reviews/export")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["comment"] for row in table] == ["", "'=good", ""]
    assert [row["applies"] for row in table] == ["true", "true", "false"]
    assert {row["score"] for row in table} == {"100.0"}


def test_coverage_takes_the_filters_of_search(client: TestClient, sample: Written[Sample]) -> None:
    assigned(client, "Rae")
    finished(client)
    found = good(client.get("/v1/reviews/coverage", params={"direction": "inbound"}))
    assert found["calls"] == 12
    assert {one["name"] for one in found["dimensions"]} >= {"rep", "outcome", "duration", "week"}
    nothing = good(client.get("/v1/reviews/coverage", params={"user_id": "nobody"}))
    assert (nothing["calls"], nothing["reviewed"], nothing["never_reviewed"]) == (0, 0, [])
    refused(client.get("/v1/reviews/coverage", params={"since": "soon"}), 422)
    refused(client.get("/v1/reviews/coverage", params={"weather": "wet"}), 422)


PATHS: Any = [
        ("GET", ""), ("GET", "/versions"), ("PUT", "/answers"), ("POST", "/finish"),
        ("POST", "/replace"), ("POST", "/appeals"), ("POST", "/appeals/1/decide"),
    ]  # fmt: skip


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    for method, path in PATHS:
        bodies: dict[str, Any] = {
            "/answers": {"answers": []}, "/replace": {"reason": "technical"}, "/appeals": {"reason": "!"},
            "/appeals/1/decide": {"upheld": False, "decision": "no"},
        }  # fmt: skip
        answer = client.request(
            method, f"/v1/reviews/none{path}", json=bodies.get(path), headers=RAE
        )
        assert "no review 'none'" in refused(answer, 404, "not-found")
