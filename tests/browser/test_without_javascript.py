"""Searching and reading where no script runs."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.browser.servers import Server
from tests.browser.visiting import A_PHONE, Visits, is_readable, overflowing, sign_in

PLAIN: dict[str, Any] = {"java_script_enabled": False}


def test_a_question_is_answered_on_enter(office: Server, visit: Visits) -> None:
    page = visit(office, **PLAIN)
    page.get_by_role("searchbox").fill("price")

    page.get_by_role("searchbox").press("Enter")

    expect(page).to_have_url(re.compile(r"/\?q=price\b"))
    expect(page.locator("#hits .hit")).to_have_count(10)
    expect(page.locator("#answer mark").first).to_have_text(re.compile("^pric", re.IGNORECASE))
    expect(page.get_by_role("button", name="Search", exact=True)).to_be_visible()


def test_filters_narrow_by_their_button(office: Server, visit: Visits) -> None:
    page = visit(office, "/?q=price", **PLAIN)
    page.get_by_role("group", name="Direction").get_by_label("Inbound").check()

    page.get_by_role("button", name="Apply the filters").click()

    expect(page).to_have_url(re.compile("q=price.*direction=inbound|direction=inbound.*q=price"))
    expect(page.get_by_role("link", name="Remove Inbound")).to_be_visible()
    page.get_by_role("link", name="Remove Inbound").click()
    expect(page).to_have_url(re.compile(r"/\?q=price\b(?!.*direction)"))


def test_a_call_is_read_and_heard(office: Server, visit: Visits) -> None:
    page = visit(office, "/?q=price&kind=recording", **PLAIN)

    page.locator("#hits a.open").first.click()

    expect(page).to_have_url(re.compile(r"/calls/acti_.*#t="))
    expect(page.get_by_role("list", name="Transcript").locator(".line")).not_to_have_count(0)
    assert is_readable(page.locator(".line:target"))
    expect(page.locator("audio")).to_be_visible()
    expect(page.locator("#find")).to_be_hidden()
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page).to_have_url(re.compile("n=2"))
    page.get_by_role("link", name="Similar").first.click()
    expect(page.get_by_role("heading", name="Said much like this, in other calls")).to_be_visible()


def test_the_next_calls(office: Server, visit: Visits) -> None:
    page = visit(office, **PLAIN)

    page.get_by_role("link", name="Next calls").click()

    expect(page.get_by_role("link", name="from the first")).to_be_visible()


def test_the_status_is_read(office: Server, visit: Visits) -> None:
    page = visit(office, "/status", **PLAIN)

    expect(page.locator(".level")).to_contain_text("39 of 40 calls can be searched")


def test_one_signs_in_and_out(locked: Server, visit: Visits) -> None:
    page = visit(locked, "/?q=price", **PLAIN)

    sign_in(page)

    expect(page).to_have_url(f"{locked.address}/?q=price")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in$"))


def test_filters_are_reached_on_a_phone(office: Server, visit: Visits) -> None:
    page = visit(office, **PLAIN, **A_PHONE)

    page.get_by_role("button", name="Filters").tap()  # a popover needs no script
    page.get_by_role("group", name="Direction").get_by_label("Inbound").tap()
    page.get_by_role("button", name="Apply the filters").tap()

    expect(page).to_have_url(re.compile("direction=inbound"))
    expect(page.locator("#hits .hit")).to_have_count(6)
    assert overflowing(page) == []
