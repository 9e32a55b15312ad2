"""The same at 390 pixels, by finger."""

import re

from playwright.sync_api import expect

from tests.browser.servers import Server
from tests.browser.visiting import A_PHONE, Visits, is_readable, overflowing

WORDS = "price&kind=recording"


PATHS = (
    "/",
    "/?q=price",
    "/?q=price&disposition=answered&direction=inbound&since=52w&min_duration=60",
    "/?q=xyzzy&mode=keyword",
    f"/?q={'w' * 200}&lead_id={'l' * 150}&mode=keyword",
    "/status",
    "/status?state=indexed",
)


def test_nothing_overflows(office: Server, visit: Visits) -> None:
    page = visit(office, "about:blank", **A_PHONE)

    for path in PATHS:
        page.goto(path)
        assert overflowing(page) == [], path


def test_nothing_of_a_call_overflows(office: Server, visit: Visits) -> None:
    page = visit(office, f"/?q={WORDS}", **A_PHONE)
    page.locator("#hits a.open").first.tap()
    expect(page.locator(".line:target")).to_be_visible()
    assert overflowing(page) == []

    page.locator(".found").get_by_role("link", name="Similar").first.tap()
    expect(page.locator(".found .similar a.open")).to_have_count(3)
    assert overflowing(page) == []


def test_filters_open_and_narrow(office: Server, visit: Visits) -> None:
    page = visit(office, **A_PHONE)
    inbound = page.get_by_role("group", name="Direction").get_by_label("Inbound")
    expect(inbound).to_be_hidden()

    page.get_by_role("button", name="Filters").tap()
    expect(inbound).to_be_visible()
    assert overflowing(page) == []
    inbound.tap()
    expect(page).to_have_url(f"{office.address}/?direction=inbound")
    expect(inbound).to_be_checked()
    page.get_by_role("button", name="Show the calls").tap()

    expect(inbound).to_be_hidden()
    expect(page.locator("#hits .hit")).to_have_count(6)
    expect(page.get_by_role("button", name="Filters")).to_be_visible()


def test_how_many_filters_are_in_force_is_on_their_button(office: Server, visit: Visits) -> None:
    page = visit(office, **A_PHONE)
    page.get_by_role("button", name="Filters").tap()
    page.get_by_role("group", name="Direction").get_by_label("Inbound").tap()
    expect(page).to_have_url(f"{office.address}/?direction=inbound")
    page.get_by_role("button", name="Show the calls").tap()

    expect(page.locator(".open-filters")).to_have_text("Filters (1)", timeout=1000)


def test_a_moment_is_in_view(office: Server, visit: Visits) -> None:
    page = visit(office, f"/?q={WORDS}", **A_PHONE)

    page.locator(".hit a.open").nth(2).tap()

    expect(page).to_have_url(re.compile(r"#t=[\d.]+$"))
    assert is_readable(page.locator(".line:target"))


def test_a_moment_is_heard_without_leaving_the_answers(office: Server, visit: Visits) -> None:
    page = visit(office, f"/?q={WORDS}", **A_PHONE)

    page.locator("[data-audio] a.at").first.tap()

    dock = page.get_by_role("region", name="Player")
    expect(dock.get_by_role("button", name="Pause")).to_be_visible()
    assert overflowing(page) == []
    dock.get_by_role("button", name="Pause").tap()
    expect(dock.get_by_role("button", name="Play")).to_be_visible()


def test_what_a_finger_meets_is_large_enough(office: Server, visit: Visits) -> None:
    """24 CSS pixels each way, which is 2.5.8 of WCAG 2.2; links in a sentence are let off."""
    page = visit(office, "/?q=price&direction=outbound", **A_PHONE)
    page.get_by_role("button", name="Filters").tap()
    small = page.evaluate("""() => [...document.querySelectorAll("button, .choice, .pills a, .chosen a, summary, select, a.button, a.at")]
        .filter((e) => e.checkVisibility() && e.getBoundingClientRect().width > 2)
        .map((e) => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
        .filter(([, box]) => box.height < 23.9 || box.width < 23.9)
        .map(([text, box]) => `${text}: ${box.width} by ${box.height}`)""")

    assert small == []
