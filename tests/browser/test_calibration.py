"""A calibration in the browser: begun, judged blind, closed; and what a sample says of all calls."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from api.identity import COOKIE
from indexer.reviewing import finish, reviews_of
from indexer.reviewing.answering import GivenAnswer
from tests.browser.servers import TODAY, Close, Server, filled, serve, services
from tests.browser.test_accessible import TWO_VIEWS, found
from tests.browser.visiting import A_PHONE, Visits, overflowing
from tests.indexer.reviewing.making import a_scorecard

REVIEWERS = ("Ines", "Jonas")


@pytest.fixture
def server(close: Close, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own with forty calls and a scorecard."""
    made = filled(services(tmp_path_factory.mktemp("calibration"), close))
    a_scorecard(made.store)
    with serve(made) as server:
        yield server


def as_somebody(page: Page, server: Server, name: str) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": name, "url": server.address}])


def begin(page: Page, size: str = "12") -> str:
    """Begin a calibration; its id."""
    page.goto("/review/calibrations/new")
    page.get_by_label("Name", exact=True).fill("Week 11")
    page.get_by_label("Reviewers, one on a line").fill("\n".join(REVIEWERS))
    page.get_by_label("since").fill("365d")
    page.get_by_label("How many to draw").fill(size)
    page.get_by_label("Seed").fill("2026-W11")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Week 11")).to_be_visible()
    return page.url.rsplit("/", 1)[-1]


def judge(server: Server, calibration_id: str) -> None:
    """Both judge every call: alike where the notice is asked, apart where the price is."""
    for n, review in enumerate(reviews_of(server.store, calibration_id)):
        call, who = divmod(n, 2)
        given = [
            GivenAnswer(question_id="notice", value=int(call % 3 > 0)),
            GivenAnswer(question_id="needs", value=1 + (call + who) % 5),
            GivenAnswer(
                question_id="price", value=(call + who) % 2, comment=f"{REVIEWERS[who]} thinks so."
            ),
        ]
        finish(server.store, review.id, given, by=review.body.reviewer, at=TODAY)


def test_it_is_begun_judged_blind_closed_and_told(server: Server, visit: Visits) -> None:
    page = visit(server, "/review/calibrations")
    as_somebody(page, server, "Ines")
    expect(page.get_by_text("None yet.")).to_be_visible()
    calibration_id = begin(page)
    expect(page.get_by_text("drawn by the seed")).to_be_visible()
    expect(page.get_by_role("heading", name="Your reviews, Ines")).to_be_visible()
    expect(page.locator(".tasks li")).to_have_count(12)
    judge(server, calibration_id)
    page.reload()
    expect(page.get_by_text("Everybody has finished.")).to_be_visible()
    assert "thinks so" not in page.content()
    page.get_by_role("button", name="Close it").click()
    table = page.get_by_role("region", name="Question by question")
    expect(table.get_by_role("row", name="Handled the price?")).to_be_visible()
    page.get_by_role("link", name="Handled the price?").click()
    expect(page.get_by_text("Jonas thinks so.").first).to_be_visible()
    page.goto("/review/calibrations")
    expect(page.get_by_role("row", name="Week 11")).to_contain_text("closed by Ines")


def test_what_is_wrong_is_said_and_what_was_typed_stays(server: Server, visit: Visits) -> None:
    page = visit(server, "/review/calibrations/new")
    as_somebody(page, server, "Ines")
    visit.expect("422")
    page.get_by_label("Name", exact=True).fill("Week 11")
    page.get_by_label("Reviewers, one on a line").fill("Ines")
    page.get_by_label("How many to draw").fill("2")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("alert")).to_contain_text("one reviewer agrees with nobody")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Week 11")


def test_its_pages_are_accessible_and_fit_a_phone(server: Server, visit: Visits) -> None:
    page = visit(server, "/review/calibrations/new")
    as_somebody(page, server, "Ines")
    assert found(page, TWO_VIEWS) == []
    calibration_id = begin(page)
    assert found(page, TWO_VIEWS) == []
    judge(server, calibration_id)
    page.reload()
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_role("heading", name="Question by question")).to_be_visible()
    assert found(page, TWO_VIEWS) == []
    phone = visit(server, f"/review/calibrations/{calibration_id}", **A_PHONE)
    assert overflowing(phone) == []
    phone.goto("/review/calibrations/new")
    assert overflowing(phone) == []
    phone.goto("/review/calibrations")
    assert overflowing(phone) == []
