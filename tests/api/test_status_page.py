"""The status page: the ledger for people, and the button that has the failed tried again."""

import pytest
from starlette.testclient import TestClient

from models import CallState
from tests.api.conftest import AT_HOME, Shelf, an_app
from tests.api.test_search_page import HTML, PART, page, text_of
from tests.factories import NOON, a_record, an_entry, hours

OURS = HTML | {"Origin": AT_HOME, "Sec-Fetch-Site": "same-origin"}


class Working:
    """A worker that says it works."""

    state = "syncing"


class Idle:
    """A worker with nothing to do."""

    state = "idle"


def enter(store: Shelf) -> None:
    store.add(a_record("some words here"))
    due = NOON + hours(2)
    store.enter(
        [
            an_entry("acti_2", CallState.WAITING, reason="no transcript <yet>", due_at=due),
            an_entry("acti_3", CallState.FAILED, reason="date_created is missing", tries=3),
            an_entry("acti_4", CallState.FAILED, reason="date_created is missing"),
            an_entry("acti_5", CallState.DELETED, reason="gone from Close"),
        ]
    )


@pytest.fixture
def working(store: Shelf) -> TestClient:
    """A client of a server that syncs by itself."""
    enter(store)
    app = an_app(store)
    app.state.worker = Working()
    return TestClient(app, base_url=AT_HOME)  # not entered: nothing is loaded


def test_every_call_is_accounted_for(client: TestClient, store: Shelf) -> None:
    enter(store)
    html = page(client, "/status")
    text = text_of(html)
    for told in ("1 of 4 calls can be searched", "Waiting 1 no transcript <yet> 0 seconds in 2 hours", "Failed 2 date_created is missing", "Known 5", "Waiting 1 Indexed 1 Failed 2 Excluded 0 Deleted 1"):  # fmt: skip
        assert told in text
    assert "<yet>" not in html


def test_calls_are_listed_one_by_one(client: TestClient, store: Shelf) -> None:
    enter(store)
    assert 'href="/calls/acti_3"' in page(client, "/status")
    waiting = page(client, "/status?state=waiting")
    assert 'href="/calls/acti_2"' in waiting
    assert 'href="/calls/acti_3"' not in waiting
    assert "No excluded calls." in page(client, "/status?state=excluded")


def test_a_long_list_has_pages(client: TestClient, store: Shelf) -> None:
    enter(store)
    first = page(client, "/status?limit=1")
    assert "Next failed calls" in first
    assert "/status?limit=1&amp;cursor=" in first


def test_an_empty_ledger_says_so(client: TestClient) -> None:
    text = text_of(page(client, "/status"))
    assert "0 of 0 calls can be searched" in text
    assert "Close has told of no call yet." in text


def test_why_the_last_sync_failed_is_told(client: TestClient, store: Shelf) -> None:
    store.set_cursor("problem", '{"at": "2026-03-11T11:00:00+00:00", "what": "Close is <away>"}')
    html = page(client, "/status")
    assert "The last sync failed 60 minutes ago: Close is <away>" in text_of(html)
    assert "<away>" not in html


def test_nothing_is_called_level_that_is_not(store: Shelf) -> None:
    app = an_app(store)
    app.state.worker = Idle()
    client = TestClient(app, base_url=AT_HOME)  # not entered: nothing is loaded
    assert "About to ask Close" in page(client, "/status")
    store.set_cursor("last_sync", "2026-03-11T11:00:00+00:00")
    assert "Up to date with Close" in page(client, "/status")
    store.set_cursor("problem", '{"at": "2026-03-11T11:00:00+00:00", "what": "Close is away"}')
    html = page(client, "/status")
    assert "Waiting to try again" in html
    assert "Up to date" not in html


def test_progress_is_told_and_asked_for_again(working: TestClient) -> None:
    html = page(working, "/status")
    assert "Fetching from Close now" in html
    assert 'data-worker="syncing"' in html
    part = working.get("/status", headers=PART).text
    assert "<html" not in part
    assert 'id="coverage-now"' in part


def test_the_failed_are_tried_again(working: TestClient) -> None:
    assert "Try all 2 failed calls again now" in page(working, "/status")
    answer = working.post("/status/retry", headers=OURS, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/status?tried=2"
    hints = working.app.state.services.hints  # type: ignore[attr-defined]
    assert sorted(hints.take()[0]) == ["acti_3", "acti_4"]
    assert "2 calls asked for again." in text_of(page(working, "/status?tried=2"))


def test_a_server_that_does_not_sync_has_no_button(client: TestClient, store: Shelf) -> None:
    enter(store)
    html = page(client, "/status")
    assert "Try all" not in html
    assert "cannot try these again" in html
    client.post("/status/retry", headers=OURS)
    assert not client.app.state.services.hints  # type: ignore[attr-defined]


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://other.localhost"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:9999"},
    {"Origin": AT_HOME, "Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_site_cannot_press_the_button(working: TestClient, headers: dict[str, str]) -> None:
    answer = working.post("/status/retry", headers=HTML | headers)
    assert answer.status_code == 403
    assert "another site" in answer.text
    assert not working.app.state.services.hints  # type: ignore[attr-defined]


@pytest.mark.parametrize("headers", [{"Origin": AT_HOME}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {}])  # fmt: skip
def test_our_own_page_can(working: TestClient, headers: dict[str, str]) -> None:
    answer = working.post("/status/retry", headers=HTML | headers, follow_redirects=False)
    assert answer.status_code == 303


@pytest.mark.parametrize("asked", ["state=lost", "limit=0", "tried=-1", "colour=blue", "cursor=x"])
def test_a_wrong_parameter_is_a_problem(client: TestClient, asked: str) -> None:
    answer = client.get(f"/status?{asked}", headers=HTML)
    assert answer.status_code == 422
    assert "The question is not valid" in answer.text
