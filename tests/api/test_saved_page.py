"""Saved searches for people: saving what is shown, and what is new since."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import AT_HOME, Shelf
from tests.api.test_search_page import EVIL, HTML, page, text_of
from tests.factories import a_record

OURS = HTML | {"Origin": AT_HOME, "Sec-Fetch-Site": "same-origin"}


def save(client: TestClient, address: str, name: str) -> int:
    """Save what a page was asked, as its form does; the status of the answer."""
    asked = re.search(r'name="asked" value="([^"]*)"', page(client, address))
    assert asked
    fields = {"name": name, "asked": unescape(asked[1])}
    return client.post("/searches", data=fields, headers=OURS, follow_redirects=False).status_code


def press(client: TestClient, html: str, button: str) -> None:
    form = re.search(rf'action="([^"]*)"><button[^>]*aria-label="{button}"', html)
    assert form
    answer = client.post(unescape(form[1]), headers=OURS, follow_redirects=False)
    assert answer.headers["location"] == "/searches"


def test_what_is_asked_is_saved_as_it_was_asked(client: TestClient, store: Shelf) -> None:
    store.add(a_record("the annual plan"))
    address = '/?q="annual+plan"&side=user&disposition=answered&disposition=busy&part=first+60s&question=false&group=moment&limit=5'  # fmt: skip
    assert save(client, address, "Plans") == 303
    (kept,) = store.saved_searches()
    assert kept.name == "Plans"
    assert dict(kept.asked) == {
        "q": '"annual plan"', "side": "user", "disposition": ["answered", "busy"],
        "part": "first 60s", "question": False, "group": "moment",
    }  # fmt: skip
    html = page(client, "/searches")
    text = text_of(html)
    for told in ('"annual plan" · ', "Said by the rep", "Answered · Busy", "In the first minute"):
        assert told in text
    link = re.search(r'<h2><a href="([^"]*)">Plans', html)
    assert link
    assert "Plans" not in page(client, unescape(link[1]))
    assert store.count() == 1


def test_new_calls_are_counted_shown_and_seen(client: TestClient, store: Shelf) -> None:
    store.add(a_record("a price is named", call_id="acti_1"))
    assert save(client, "/?q=price", "Prices") == 303
    assert "nothing new" in page(client, "/searches")
    store.add(a_record("the price again", call_id="acti_2"))

    html = page(client, "/searches")
    assert "1 new call" in text_of(html)
    there = re.search(r'href="(/searches/[^"]*)">1 new call', html)
    assert there
    news = page(client, there[1])
    assert re.findall(r'class="open" href="/calls/(acti_\d)', news) == ["acti_2"]
    assert "the <mark>price</mark> again" in news

    press(client, html, "Mark Prices as seen")
    assert "nothing new" in page(client, "/searches")


def test_a_saved_search_is_deleted(client: TestClient, store: Shelf) -> None:
    store.add(a_record("a price"))
    save(client, "/?q=price", "Prices")
    press(client, page(client, "/searches"), "Delete Prices")
    assert "None yet" in page(client, "/searches")


def test_nothing_asked_is_nothing_to_save(client: TestClient, store: Shelf) -> None:
    html = page(client, "/")
    assert 'name="asked"' not in html
    assert 'href="/searches"' in html


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": "Prices", "asked": "q=other"}, 409),
        ({"name": " ", "asked": "q=price"}, 422),
        ({"name": "New", "asked": "q=%22open"}, 422),
        ({"name": "New", "asked": "colour=blue"}, 422),
        ({"asked": "q=price"}, 422),
    ],
)
def test_what_cannot_be_saved_is_said(
    client: TestClient, store: Shelf, fields: dict[str, str], status: int
) -> None:
    store.add(a_record("a price"))
    save(client, "/?q=price", "Prices")
    answer = client.post("/searches", data=fields, headers=OURS)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert len(store.saved_searches()) == 1


def test_a_question_that_cannot_be_asked_any_more_is_told_of(
    client: TestClient, store: Shelf
) -> None:
    store.add(a_record("a price", disposition="special"))
    save(client, "/?disposition=special", "Special")
    store.remove(["acti_1"])
    text = text_of(page(client, "/searches"))
    assert "cannot be asked any more" in text


def test_a_dialogue_that_no_address_can_hold_is_listed(client: TestClient, store: Shelf) -> None:
    store.add(a_record("a price"))
    asked = {"dialogue": [{"text": '"price"'}]}
    made = client.post("/v1/searches", json={"name": "Steps", "asked": asked})
    assert made.status_code == 201, made.text
    text = text_of(page(client, "/searches"))
    assert "Steps A dialogue, saved over the API" in text
    assert "Steps" in page(client, f"/searches/{made.json()['id']}")


def test_names_are_no_markup(client: TestClient, store: Shelf) -> None:
    store.add(a_record("a price"))
    save(client, "/?q=price", EVIL)
    html = page(client, "/searches")
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("path", ["/searches", "/searches/x/seen?upto=0", "/searches/x/delete"])
def test_another_site_changes_nothing(client: TestClient, path: str) -> None:
    foreign = HTML | {"Sec-Fetch-Site": "cross-site"}
    answer = client.post(path, data={"name": "x", "asked": "q=x"}, headers=foreign)
    assert answer.status_code == 403


def test_an_unknown_search_is_not_found(client: TestClient) -> None:
    assert client.get("/searches/none", headers=HTML).status_code == 404
