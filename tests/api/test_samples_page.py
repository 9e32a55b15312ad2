"""Samples for people: drawing one, and what its page says."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Shelf
from tests.api.test_samples import QUINN, WEEKLY, draw, filled
from tests.api.test_saved_page import OURS
from tests.api.test_search_page import HTML, page, text_of
from tests.factories import a_record

ASKED = "/samples/new?how=random&many=5&per=rep&strata=outcome&least=60&exclude=reviewed&seed=38"


@pytest.fixture
def store() -> Shelf:
    return filled()


def keep(client: TestClient, html: str, **fields: str) -> str:
    """Press the button under a preview; where it leads."""
    asked = re.search(r'name="asked" value="([^"]*)"', html)
    assert asked
    fields = {"name": "Week 38", "asked": unescape(asked[1])} | fields
    answer = client.post("/samples", data=fields, headers=OURS, follow_redirects=False)
    assert answer.status_code == 303, text_of(answer.text)
    return answer.headers["location"]


def test_what_a_preview_shows_is_drawn_and_listed(client: TestClient) -> None:
    assert "None yet." in text_of(page(client, "/samples"))
    html = page(client, ASKED)
    text = text_of(html)
    assert "8 of 12 calls" in text
    assert "1 nothing transcribed" in text
    assert "1 too short" in text
    assert "=Ben(): 5 wanted, 3 there, 2 short" in text
    path = keep(client, html)

    told = text_of(page(client, path))
    [made] = client.get("/v1/samples").json()["samples"]
    assert path == f"/samples/{made['id']}"
    for part in ("Week 38", "By chance", "Seed 38", "8 of 12 calls", made["manifest"]):
        assert part in told
    assert "Week 38" in text_of(page(client, "/samples"))
    assert (made["plan"]["per_rep"], made["plan"]["strata"]) == (5, ["rep", "outcome"])


def test_the_page_asks_for_what_the_api_would(client: TestClient) -> None:
    path = keep(client, page(client, f"{ASKED}&direction=outbound&since=30d"), name="Page")
    mine = client.get(f"/v1{path}").json()
    more = {"seed": "38", "strata": ["outcome"], "where": {"since": "30d", "direction": "outbound"}}
    theirs = draw(client, **more)
    assert mine["manifest"] == theirs["manifest"]
    assert "Last 30 days" in text_of(page(client, path))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/samples/new?many=0&per=rep&seed=7", "How many: must be from 1 to 1000000."),
        ("/samples/new?many=lots&per=rep&seed=7", "How many: "),
        ("/samples/new?many=5&per=rep", "Seed: must not be empty."),
        ("/samples/new?many=150&per=percent&seed=7", "How many: must be over 0, and at most 1."),
        ("/samples/new?many=5&per=stratum&seed=7", "Divide by: name the fields"),
        ("/samples/new?many=5&per=rep&seed=7&user_id=nobody", "no call passes this filter."),
        ("/samples/new?many=5&per=rep&seed=7&least=500", "no call is left to draw from: 14 look"),
        ("/samples/new?many=5&per=rep&seed=7&since=soon", "Since: "),
        ("/samples/new?how=risk&many=5&seed=7", "How they are chosen: by risk needs a tracker"),
        ("/samples/new?how=risk&many=5&seed=7&metric=charm+>+1", "there is no metric 'charm'."),
        ("/samples/new?how=risk&many=5&seed=7&tracker=gone", "there is no tracker 'gone'"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_said_above_the_form(
    client: TestClient, address: str, told: str
) -> None:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 422
    problem = re.search(r'<p class="notice bad" role="alert">(.*?)</p>', answer.text, re.DOTALL)
    assert problem
    assert told in unescape(problem[1])


def test_a_name_that_is_taken_is_said_beside_the_preview(client: TestClient) -> None:
    html = page(client, ASKED)
    keep(client, html)
    asked = re.search(r'name="asked" value="([^"]*)"', html)
    assert asked
    fields = {"name": "week 38", "asked": unescape(asked[1])}
    answer = client.post("/samples", data=fields, headers=OURS)
    assert answer.status_code == 422
    assert "there is a sample named &#39;week 38&#39; already" in answer.text
    assert 'value="week 38"' in answer.text
    assert "8 of 12 calls" in text_of(answer.text)


def test_the_page_draws_again_and_says_what_came_since(client: TestClient, store: Shelf) -> None:
    made = draw(client)
    store.add(a_record("hello", "yes", call_id="late", user_id="user_ada", duration_s=90))
    html = client.post(f"/samples/{made['id']}/verify", headers=OURS).text
    text = text_of(html)
    assert "The same. Drawn again from the frozen calls" in text
    assert "Since then 1 call came that could be drawn" in text


def test_a_sample_that_nobody_reviews_is_deleted_from_its_page(client: TestClient) -> None:
    made = draw(client)
    path = f"/samples/{made['id']}"
    assert "Delete this sample" in page(client, path)
    answer = client.post(f"{path}/delete", headers=OURS, follow_redirects=False)
    assert answer.headers["location"] == "/samples"
    assert client.get(path, headers=HTML).status_code == 404


def test_a_sample_with_reviews_stays_and_shows_how_far_they_are(client: TestClient) -> None:
    made = draw(client)
    card = {"name": "Basics", "sections": [{"name": "All", "questions": [{"text": "Polite?"}]}]}
    scorecard = client.post("/v1/scorecards", json=card, headers=QUINN).json()
    asked = {"sample": made["id"], "scorecard": scorecard["id"], "reviewers": [{"name": "Dana"}]}
    client.post("/v1/reviews/assign", json=asked, headers=QUINN)
    path = f"/samples/{made['id']}"
    html = page(client, path)
    assert "0 done, 8 open, 0 given to nobody." in text_of(html)
    assert "Delete this sample" not in html
    answer = client.post(f"{path}/delete", headers=OURS)
    assert answer.status_code == 409
    assert "has 8 reviews" in text_of(answer.text)


def test_what_people_typed_is_text_on_the_page(client: TestClient) -> None:
    evil = "<script>alert(1)</script>"
    made = draw(client, name=evil, seed=evil, where={"said": '"hello"'})
    for path in ("/samples", f"/samples/{made['id']}", f"/samples/new?seed={evil}&many=5&per=rep"):
        html = page(client, path)
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)" in html


def test_another_site_draws_nothing(client: TestClient) -> None:
    fields = {"name": WEEKLY["name"], "asked": "many=5&per=rep&seed=7"}
    elsewhere = HTML | {"Origin": "http://evil.example"}
    assert client.post("/samples", data=fields, headers=elsewhere).status_code == 403
    assert client.get("/v1/samples").json() == {"samples": []}
