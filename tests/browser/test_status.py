"""Where every call stands, and trying those again that failed."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from models import CallState
from tests.browser.servers import Server, serve, services
from tests.browser.visiting import Visits
from tests.factories import an_entry


def test_it_lists_where_every_call_stands(office: Server, visit: Visits) -> None:
    page = visit(office, "/status")

    expect(page.locator(".level")).to_contain_text("39 of 40 calls can be searched")
    ledger = page.get_by_role("region", name="Where every call stands")
    expect(ledger.get_by_role("row", name="with transcript").first).to_contain_text("25")
    expect(ledger.get_by_role("row", name="Known")).to_contain_text("40")

    ledger.get_by_role("link", name="Waiting").click()

    expect(page).to_have_url(f"{office.address}/status?state=waiting#calls")
    listed = page.get_by_role("region", name="Call by call").locator("tbody tr")
    expect(listed).to_have_count(1)
    expect(listed).to_contain_text("recorded, no transcript yet")


def test_the_coverage_on_a_page_leads_to_what_is_missing(office: Server, visit: Visits) -> None:
    page = visit(office)

    page.get_by_role("link", name="39 of 40 calls").click()

    expect(page).to_have_url(f"{office.address}/status")
    expect(page.get_by_role("heading", name="Status", exact=True)).to_be_visible()


def test_what_failed_is_tried_again(failing: Server, visit: Visits) -> None:
    page = visit(failing, "/status?state=failed")
    failed = page.get_by_role("region", name="Call by call").locator("tbody tr")
    expect(failed).to_have_count(2)
    expect(failed.first).to_contain_text("could not be read")
    expect(page.locator("#coverage")).to_contain_text("2 failed")

    page.clock.install()
    page.get_by_role("button", name="Try all 2 failed calls again now").click()

    expect(page).to_have_url(f"{failing.address}/status?tried=2")
    expect(page.get_by_role("status").filter(has_text="2 calls asked for again")).to_be_visible()
    # The page goes on by itself, sooner or later; nobody reloads it.
    while "12 of 12 calls can be searched" not in page.locator(".level").inner_text():
        page.clock.fast_forward(15_000)
    expect(page.locator("#coverage")).not_to_contain_text("failed")
    assert failing.store.tally().count(CallState.FAILED) == 0
    visit.close()


def test_what_is_about_to_be_tried_is_not_told_as_done(
    failing: Server, visit: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit(failing, "/status?state=failed")
    expect(page.locator(".level")).to_contain_text("Up to date with Close")
    with failing.services.writing():  # so the worker cannot begin
        page.get_by_role("button", name="Try all 2 failed calls again now").click()
        told = page.get_by_role("status").filter(has_text="2 calls asked for again")
        assert "They are being fetched" in told.inner_text()
    visit.close()


def test_a_server_that_does_not_sync_says_how_to_try_again(visit: Visits, tmp_path: Path) -> None:
    made = services(tmp_path)
    made.store.enter([an_entry("acti_1", CallState.FAILED, reason="could not be read")])
    with serve(made) as server:
        page = visit(server, "/status?state=failed")
        expect(page.locator("#status")).to_contain_text("Run callsift sync")
        expect(page.get_by_role("button", name="again now")).to_have_count(0)
        visit.close()
