"""The pages of reviews: whose queue, forms that lose nothing, scorecards, coverage."""

import re
from collections.abc import Mapping
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from indexer.papers import Written
from indexer.reviewing import CALIBRATIONS, REVIEWS, SCORECARDS, Reviewer, assign, save
from models.calibration import Calibration
from models.review import Review
from models.sample import Sample
from tests.api.conftest import Shelf
from tests.factories import NOON
from tests.indexer.reviewing.making import a_sample, a_scorecard, answers, with_calls

HTML = {"Accept": "text/html"}
GIVEN = {"a.notice": "1", "a.needs": "4", "a.price": "na", "q.notice": "0-1", "c.needs": "so so"}


@pytest.fixture
def sample(store: Shelf) -> Written[Sample]:
    with_calls(store)
    a_scorecard(store)
    return a_sample(store)


@pytest.fixture
def review(store: Shelf, sample: Written[Sample]) -> Written[Review]:
    handed = assign(store, sample.id, "Discovery", [Reviewer(name="Rae")], by="Q", at=NOON)
    return handed.reviews[0]


def read(client: TestClient, path: str, who: str | None = "Rae") -> str:
    client.cookies.clear()
    if who:
        client.cookies.set("callsift-user", quote(who))
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def send(
    client: TestClient, path: str, fields: Mapping[str, str], who: str = "Rae"
) -> tuple[int, str]:
    """The status of an answer to a form, and its page, or where it leads."""
    client.cookies.clear()
    client.cookies.set("callsift-user", quote(who))
    answer = client.post(path, data=dict(fields), headers=HTML, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', page))


def test_the_queue_is_of_who_is_there(client: TestClient, review: Written[Review]) -> None:
    assert "Say who you are" in read(client, "/review", None)
    assert "10 reviews to do" in read(client, "/review", "rae")
    assert "Nothing is left for you" in read(client, "/review", "Sam")


def test_a_form_saves_and_finishes(
    client: TestClient, store: Shelf, review: Written[Review]
) -> None:
    path = f"/review/{review.id}"
    fields = hidden(read(client, path)) | GIVEN
    assert send(client, path, fields | {"do": "save"}) == (303, path)
    page = read(client, path)
    assert "this call is recorded\nthat is fine" in page
    assert 'value="4" data-key="4" checked' in page
    assert send(client, path, hidden(page) | GIVEN | {"do": "finish"}) == (303, path)
    done = REVIEWS.get(store, review.id).body
    assert (done.state, done.answers[1].comment) == ("done", "so so")
    page = read(client, path)
    assert "Next review" in page
    assert 'name="a.notice" value' not in page


def test_a_form_that_is_refused_keeps_what_was_typed(
    client: TestClient, store: Shelf, review: Written[Review]
) -> None:
    path = f"/review/{review.id}"
    fields = hidden(read(client, path)) | GIVEN
    for wrong, told in (
        ({"q.notice": "0-99"}, "has 4 utterances"),
        ({"q.notice": "here"}, "must be like 12"),
        ({"a.needs": "high"}, "no answer of this form"),
        ({"a.needs": "9"}, "from 1 to 5"),
        ({"a.needs": ""}, "one question is not answered yet"),
        ({"version": ""}, "lost its version"),
        ({"digest": "0"}, "the transcript has changed"),
    ):
        status, page = send(client, path, fields | wrong | {"do": "finish"})
        assert (status, told in page.lower() or told in page) == (422, True), told
        assert "so so" in page
    assert REVIEWS.get(store, review.id).version == 1


def test_a_form_of_an_older_version_says_what_differs(
    client: TestClient, store: Shelf, review: Written[Review]
) -> None:
    path = f"/review/{review.id}"
    fields = hidden(read(client, path)) | GIVEN
    save(store, review.id, answers(needs=2), comment="", by="Rae", at=NOON)
    status, page = send(client, path, fields)
    assert status == 409
    assert "saved somewhere else meanwhile" in page
    assert "You typed: 4, “so so”. Saved: 2." in page
    assert send(client, path, hidden(page) | GIVEN)[0] == 303


def test_others_read_and_cannot_answer(client: TestClient, review: Written[Review]) -> None:
    page = read(client, f"/review/{review.id}", "Sam")
    assert "Rae has not finished this review" in page
    assert 'id="answers"' not in page
    status, page = send(client, f"/review/{review.id}", {"version": "1"} | GIVEN, "Sam")
    assert (status, "review is Rae" in page) == (409, True)


def test_a_blind_review_shows_nothing_to_others(
    client: TestClient, store: Shelf, sample: Written[Sample]
) -> None:
    card = SCORECARDS.all(store)[0]
    body = Calibration(
        name="Blind", call_ids=("acti_00",), reviewers=("Rae", "Sam"), scorecard_id=card.id,
        scorecard_version=1,
    )  # fmt: skip
    of = CALIBRATIONS.add(store, body, by="Q", at=NOON)
    begun = Review(
        call_id="acti_00", user_id=None, user_name=None, reviewer="Rae", scorecard_id=card.id,
        scorecard_version=1, calibration_id=of.id,
    )  # fmt: skip
    one = REVIEWS.add(store, begun, by="Q", at=NOON, within=of.id)
    save(store, one.id, answers(), comment="secret words", by="Rae", at=NOON)
    assert "secret words" in read(client, f"/review/{one.id}", "Rae")
    for who in ("Sam", None):
        page = read(client, f"/review/{one.id}", who)
        assert "hidden until the calibration is closed" in page
        assert "secret words" not in page
    status, page = send(client, f"/review/{one.id}", {"version": "2"} | GIVEN, "Sam")
    assert (status, "secret words" in page) == (409, False)


def test_a_sample_is_assigned_on_its_page(
    client: TestClient, store: Shelf, sample: Written[Sample]
) -> None:
    assert "Give 10 calls to reviewers" in read(client, f"/samples/{sample.id}")
    fields = {"sample": sample.id, "scorecard": "Discovery", "due": "2026-03-20"}
    status, page = send(client, "/review/assign", fields | {"reviewers": " "})
    assert (status, "Name at least one." in page) == (422, True)
    status, page = send(client, "/review/assign", fields | {"reviewers": "Ana = user_ana"})
    assert (status, "4 calls could be given to nobody" in page) == (200, True)
    there = (303, f"/samples/{sample.id}#progress")
    assert send(client, "/review/assign", fields | {"reviewers": "Ana = user_ana\nRae"}) == there
    names = {one.body.reviewer for one in REVIEWS.all(store)}
    assert names == {"Ana", "Rae"}
    leaving = {"sample": sample.id, "leaving": "Rae", "reviewers": "Zoe"}
    assert send(client, "/review/reassign", leaving) == there
    assert send(client, "/review/reassign", leaving | {"reviewers": "rae"})[0] == 422
    assert send(client, "/review/assign", fields | {"sample": "none"})[0] == 404


def test_scorecards_are_made_and_changed_in_lines(
    client: TestClient, store: Shelf, review: Written[Review]
) -> None:
    status, page = send(client, "/review/scorecards", {"name": "New", "lines": "# One\nAsk?"})
    assert (status, "Line 2: begin a section" in page) == (422, True)
    assert send(client, "/review/scorecards", {"name": "New", "lines": "# One\n- Ask?"})[0] == 303
    used, new = SCORECARDS.all(store)
    path = f"/review/scorecards/{new.id}"
    fields = {"name": "Newer", "lines": "# One\n- Ask? | 1-5", "version": "1"}
    assert send(client, path, fields) == (303, path)
    assert send(client, path, fields)[0] == 409
    assert "1 to 5 | id ask" in read(client, path)
    assert send(client, f"{path}/delete", {}) == (303, "/review/scorecards")
    status, page = send(client, f"/review/scorecards/{used.id}/delete", {})
    assert (status, "would lose their questions" in page) == (409, True)
    assert "Version 1" in read(client, f"/review/scorecards/{used.id}")


def test_a_call_that_is_gone_is_said_and_can_be_replaced(
    client: TestClient, store: Shelf, review: Written[Review]
) -> None:
    store.remove([review.body.call_id])
    path = f"/review/{review.id}"
    assert "no longer stored here" in read(client, path)
    fields = hidden(read(client, path))
    assert send(client, f"{path}/replace", fields)[0] == 422
    status, there = send(client, f"{path}/replace", fields | {"reason": "technical"})
    assert status == 303
    assert there.startswith("/review/")
    assert there != path
    assert "had this call replaced" in read(client, path)


def test_coverage_is_shown_under_a_filter(client: TestClient, review: Written[Review]) -> None:
    page = read(client, "/review/coverage?min_duration=60")
    assert "of 23 calls were reviewed" in re.sub("<[^>]+>", "", page)
    assert "Ana Lopez" in page
