"""Trackers for people: the list, one tracker, its hits, labelling, versions."""

import re
from collections.abc import Mapping
from html import unescape

import pytest
from starlette.testclient import TestClient

from indexer.tracking import LABELS, TRACKERS
from models.tracker import Tracker
from tests.api.conftest import AT_HOME, Shelf
from tests.api.test_search_page import EVIL, HTML, page, text_of
from tests.factories import NOON, a_record, hours

OURS = HTML | {"Origin": AT_HOME, "Sec-Fetch-Site": "same-origin", "X-Callsift-User": "Dana"}
FORM = {"name": "Price", "phrases": "price", "examples": "", "threshold": "0.5", "side": "contact"}


@pytest.fixture
def path(client: TestClient, store: Shelf) -> str:
    """A tracker of the price: in this week one call of two has it, two weeks ago one of one."""
    store.add(
        a_record(
            "hello Ann", "the price is high", call_id="acti_1", user_id="user_a", user_name="Ann"
        )
    )
    store.add(
        a_record("hello Bo", "no thank you", call_id="acti_2", user_id="user_b", user_name="Bo")
    )
    store.add(
        a_record(
            "hello Bo",
            "what a price",
            call_id="acti_3",
            user_id="user_b",
            user_name="Bo",
            date_created=NOON - hours(14 * 24),
        )
    )
    return sent(client, "/trackers", FORM)


def sent(client: TestClient, path: str, fields: Mapping[str, str]) -> str:
    """Send a form; where it leads to."""
    answer = client.post(path, data=dict(fields), headers=OURS, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_the_list_tells_of_the_last_eight_weeks(client: TestClient, path: str) -> None:
    html = page(client, "/trackers")
    assert "2 of 3 calls in 8 weeks: 67%" in text_of(html)
    bars = re.search(
        r'aria-label="Share of calls with a hit, in the last 8 weeks, the oldest first: ([^"]*)"',
        html,
    )
    assert bars
    assert (
        bars[1].strip() == "no calls, no calls, no calls, no calls, no calls, 100%, no calls, 50%"
    )
    assert len(re.findall(r'<rect class="none"', html)) == 6


def test_a_page_tells_how_often_and_how_right(client: TestClient, path: str) -> None:
    text = text_of(page(client, path))
    assert "2 of 3 calls have a hit: 67% (21 to 94%)" in text
    assert "Not known: none of these hits is labelled" in text
    assert re.search("2026-W10 from 2026-03-02 0 0 . none, as there are no calls", text)
    assert "what a price" in text
    narrowed = text_of(page(client, f"{path}?user_id=user_a&since=30d"))
    assert "1 of 1 call has a hit: 100%" in narrowed
    assert "there is nothing to count" in text_of(page(client, f"{path}?user_id=user_none"))


def test_hits_lead_to_their_moment(client: TestClient, path: str) -> None:
    html = page(client, f"{path}/hits?order=best")
    assert 'href="/calls/acti_1#t=4"' in html
    assert "the <mark>price</mark> is high" in html
    export = re.search(r'href="(/v1/trackers/[^"]*export[^"]*)"', html)
    assert export
    assert client.get(unescape(export[1])).text.count("\n") == 3
    calls = page(client, f"{path}/calls?without=true")
    assert re.findall(r'class="open" href="/calls/(acti_\d)', calls) == ["acti_2"]
    assert "1 call of 3 in which there could be a hit" in text_of(calls)


def test_hits_are_labelled_one_after_the_other_and_thought_over(
    client: TestClient, store: Shelf, path: str
) -> None:
    hit = re.search(r'name="hit" value="([^"]*)"', page(client, f"{path}/label"))
    assert hit
    there = sent(client, f"{path}/label", {"hit": hit[1], "verdict": "yes"})
    html = page(client, there)
    assert "Before: you said yes" in text_of(html)
    assert "Labelled 1 of 2" in text_of(html)
    both = re.findall(r'name="hit" value="([^"]*)"', html)
    assert both[1] == hit[1] != both[0]
    there = sent(client, there, {"hit": hit[1], "verdict": "unsure"})
    assert "Before: you said unsure" in text_of(page(client, there))
    sent(client, there, {"hit": both[0], "verdict": "no"})
    assert "Every hit is labelled" in text_of(page(client, f"{path}/label"))
    assert sorted(label.body.verdict for label in LABELS.all(store)) == ["no", "unsure"]
    assert "0 yes and 1 no, 1 unsure" in text_of(page(client, path))


def test_who_has_no_name_is_asked_for_it_before_labelling(
    client: TestClient, store: Shelf, path: str
) -> None:
    anonymous = {name: value for name, value in OURS.items() if name != "X-Callsift-User"}
    fields = {"hit": "recording:1:acti_1", "verdict": "yes"}
    answer = client.post(f"{path}/label", data=fields, headers=anonymous, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/me?back=%2Ftrackers%2F")
    assert LABELS.all(store) == []


def test_a_change_is_a_version_and_versions_are_compared(client: TestClient, path: str) -> None:
    assert "There is one version" in text_of(page(client, f"{path}/versions"))
    assert (
        sent(client, path, FORM | {"phrases": "high OR hello", "side": "", "version": "1"}) == path
    )
    html = text_of(page(client, f"{path}/versions"))
    assert "Phrases price high OR hello" in html
    assert "1 hit of both, 3 came, 1 left" in html
    assert "Version 1, not the newest" in text_of(page(client, f"{path}?version=1"))


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"name": "New", "phrases": ""}, 422, "give a phrase, an example sentence, or both"),
        ({"name": "New", "phrases": "contact: a -> user: b"}, 422, "is a dialogue"),
        ({"name": "New", "phrases": "a", "threshold": "near"}, 422, "must be a number"),
        ({"name": "New", "phrases": "a", "side": "boss"}, 422, "must be user or contact"),
        ({"name": "PRICE"}, 409, "choose another name"),
    ],
)
def test_what_is_wrong_is_said_above_what_was_typed(
    client: TestClient, store: Shelf, path: str, fields: dict[str, str], status: int, told: str
) -> None:
    answer = client.post("/trackers", data=FORM | fields, headers=OURS)
    assert answer.status_code == status
    assert told in unescape(answer.text)
    assert f'value="{(FORM | fields)["name"]}"' in answer.text
    assert len(TRACKERS.all(store)) == 1


def test_a_change_of_an_old_version_keeps_what_was_typed(client: TestClient, path: str) -> None:
    sent(client, path, FORM | {"phrases": "cost", "version": "1"})
    answer = client.post(
        path, data=FORM | {"phrases": "my own words", "version": "1"}, headers=OURS
    )
    assert answer.status_code == 409
    assert "was changed meanwhile" in answer.text
    assert 'value="my own words"' in answer.text


def test_a_tracker_is_deleted(client: TestClient, store: Shelf, path: str) -> None:
    assert sent(client, f"{path}/delete", {}) == "/trackers"
    assert "None yet" in page(client, "/trackers")
    assert client.get(path, headers=HTML).status_code == 404


def test_a_tracker_that_cannot_be_asked_any_more_does_not_hide_the_others(
    client: TestClient, store: Shelf, path: str
) -> None:
    broken = Tracker(name="Broken", phrases='"never closed')
    TRACKERS.add(store, broken, by=None, at=NOON)
    text = text_of(page(client, "/trackers"))
    assert "It cannot be asked any more: phrases: this quote is never closed" in text
    assert "2 of 3 calls" in text


def test_words_of_people_are_no_markup(client: TestClient, path: str) -> None:
    there = sent(client, "/trackers", FORM | {"name": EVIL, "about": EVIL, "examples": EVIL})
    for at in ("/trackers", there, f"{there}/label", f"{there}/versions"):
        html = page(client, at)
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html


@pytest.mark.parametrize("end", ["", "/delete", "/label"])
def test_another_site_changes_nothing(
    client: TestClient, store: Shelf, path: str, end: str
) -> None:
    foreign = HTML | {"Sec-Fetch-Site": "cross-site"}
    assert (
        client.post(f"{path}{end}", data=FORM | {"phrases": "x"}, headers=foreign).status_code
        == 403
    )
    assert TRACKERS.all(store)[0].version == 1


@pytest.mark.parametrize("end", ["", "/hits", "/calls", "/label", "/versions"])
def test_an_unknown_tracker_has_no_page(client: TestClient, end: str) -> None:
    assert client.get(f"/trackers/none{end}", headers=HTML).status_code == 404
