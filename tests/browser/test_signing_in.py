"""Signing in with a key of the server, and out again."""

import re

from playwright.sync_api import expect

from tests.browser.servers import KEY, Server
from tests.browser.visiting import Visits, sign_in


def test_signing_in_leads_to_where_one_wanted_to_go(locked: Server, visit: Visits) -> None:
    page = visit(locked, "/?q=price&direction=inbound")
    assert page.url.startswith(f"{locked.address}/sign-in?next=")
    expect(page.get_by_label("API key")).to_be_focused()
    expect(page.get_by_text("calls can be searched")).to_have_count(0)

    sign_in(page)

    expect(page).to_have_url(f"{locked.address}/?q=price&direction=inbound")
    expect(page.locator("#hits .hit").first).to_be_visible()
    [cookie] = page.context.cookies()
    assert (cookie.get("httpOnly"), cookie.get("sameSite")) == (True, "Strict")
    assert KEY not in str(cookie)


def test_a_wrong_key_is_told_and_can_be_given_again(locked: Server, visit: Visits) -> None:
    visit.expect("status of 401")
    page = visit(locked, "/status")

    sign_in(page, "a-key-that-somebody-guessed")
    expect(page.get_by_role("alert")).to_contain_text("That is none of this server")
    expect(page.get_by_label("API key")).to_have_value("")

    sign_in(page)
    expect(page).to_have_url(f"{locked.address}/status")


def test_who_is_signed_in_works_as_anybody_does(locked: Server, visit: Visits) -> None:
    page = visit(locked, "/")
    sign_in(page)
    page.get_by_role("searchbox").press_sequentially("price")
    expect(page).to_have_url(f"{locked.address}/?q=price")

    with page.expect_response(re.compile("/v1/calls/.*/recording")) as heard:
        page.locator("[data-audio] a.at").first.click()

    assert heard.value.status == 206


def test_after_signing_out_nothing_opens(locked: Server, visit: Visits) -> None:
    page = visit(locked, "/")
    sign_in(page)
    expect(page.locator("#hits .hit")).to_have_count(10)
    kept = page.context.cookies()

    page.get_by_role("button", name="Sign out").click()

    expect(page).to_have_url(re.compile("/sign-in$"))
    assert page.context.cookies() == []
    page.go_back()
    expect(page).to_have_url(re.compile("/sign-in"))
    expect(page.locator("#hits")).to_have_count(0)
    page.context.add_cookies([{"name": c["name"], "value": c["value"], "url": locked.address} for c in kept])  # fmt: skip
    page.goto("/status")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_a_session_that_ends_while_one_types_leads_to_sign_in_and_back(
    locked: Server, visit: Visits
) -> None:
    page = visit(locked, "/?direction=inbound")
    sign_in(page)
    expect(page.locator("#hits .hit")).to_have_count(6)
    page.context.clear_cookies()

    page.get_by_role("searchbox").press_sequentially("price")

    expect(page).to_have_url(re.compile("/sign-in"))
    sign_in(page)
    expect(page).to_have_url(f"{locked.address}/?direction=inbound")


def test_a_server_without_keys_asks_for_none(office: Server, visit: Visits) -> None:
    page = visit(office, "/sign-in")

    expect(page).to_have_url(f"{office.address}/")
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
