"""Asking for more than plain words: phrases, faults, moments, dialogues, and more like this."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.servers import Server
from tests.browser.test_accessible import TWO_VIEWS
from tests.browser.test_accessible import found as violations
from tests.browser.test_searching import calls, found, type_in
from tests.browser.visiting import A_PHONE, DESK, Visits, is_readable, overflowing

DIALOGUE = "contact: price -> user: the"
"""What happens in several of the forty calls, by the words of tests/fakes.py."""


def asked(text: str, rest: str = "") -> str:
    return f"/?q={text.replace('+', '%2B').replace(' ', '+')}{rest}"


# A phrase, and a fault on the way to it.


def test_an_open_quote_is_told_of_quietly_until_it_is_closed(office: Server, visit: Visits) -> None:
    visit.expect("status of 422")
    page = visit(office, "/?q=price")
    before = calls(page)
    place = page.locator("#answer").bounding_box()

    page.get_by_role("searchbox").fill("")
    type_in(page, '"the price')

    expect(page.locator("#hint")).to_have_text("This quote is never closed (character 1)")
    expect(page.locator("#how")).to_be_hidden()
    expect(page.locator("#fault")).to_have_count(0)
    expect(page.locator("#hits .hit")).to_have_count(len(before))
    assert page.locator("#answer").bounding_box() == place

    type_in(page, '"')

    expect(page).to_have_url(re.compile(r"/\?q=%22the\+price%22$"))
    expect(page.locator("#hint")).to_be_hidden()
    expect(page.locator("#how")).to_contain_text("in all, best first")
    expect(page.locator("#answer mark").first).to_have_text(
        re.compile("^the price$", re.IGNORECASE)
    )
    assert calls(page) == found(office, '"the price"')


def test_enter_shows_where_the_fault_is_and_mending_it_takes_it_away(
    office: Server, visit: Visits
) -> None:
    visit.expect("status of 422")
    page = visit(office)
    box = page.get_by_role("searchbox")

    type_in(page, "price AND")
    box.press("Enter")

    fault = page.locator("#fault")
    expect(fault).to_have_text(re.compile("^price AND"))
    expect(fault.locator("mark")).to_be_visible()
    expect(page.locator("#answer")).to_contain_text("A word or a phrase is missing here")
    expect(box).to_have_value("price AND")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("group", name="Direction")).to_be_visible()

    type_in(page, " you")

    expect(fault).to_have_count(0)
    expect(page.locator("#hits .hit").first).to_be_visible()
    expect(box).not_to_have_attribute("aria-invalid", "true")
    assert calls(page) == found(office, "price AND you")


def test_counts_follow_what_must_be_said(office: Server, visit: Visits) -> None:
    page = visit(office, "/?q=price")
    counts = page.get_by_role("group", name="Direction").locator(".count")
    everything = counts.all_text_contents()

    page.get_by_role("searchbox").fill('"price"')
    expect(page).to_have_url(re.compile("%22price%22"))
    assert counts.all_text_contents() != everything

    page.get_by_role("searchbox").fill("price")
    expect(page).to_have_url(f"{office.address}/?q=price")
    assert counts.all_text_contents() == everything


def test_an_example_of_the_help_is_asked(office: Server, visit: Visits) -> None:
    page = visit(office)

    page.get_by_role("button", name="How to ask").click()
    panel = page.get_by_role("region", name="How to ask")
    expect(panel).to_be_visible()
    panel.get_by_role("link", name="pricing -discount").click()

    expect(panel).to_be_hidden()
    expect(page.get_by_role("searchbox")).to_have_value("pricing -discount")
    expect(page).to_have_url(re.compile(r"q=pricing\+-discount"))
    assert calls(page) == found(office, "pricing -discount")


# Moments.


def test_moments_are_shown_and_paged(office: Server, visit: Visits) -> None:
    page = visit(office, asked('"price"', "&limit=4"))

    page.get_by_role("link", name="Moments").click()

    expect(page.locator("#how")).to_contain_text("moments in all")
    total = int((page.locator("#how").text_content() or "").split()[0])
    assert total > 4
    seen = page.locator("#hits a.at").count()
    while page.locator("#next").count():
        first = page.locator("#hits .hit").first.get_attribute("value")
        page.get_by_role("link", name="Next moments").click()
        expect(page.locator("#hits .hit").first).not_to_have_attribute("value", first or "")
        seen += page.locator("#hits a.at").count()
    assert seen == total
    expect(page.get_by_text("That is all")).to_be_visible()

    page.get_by_role("link", name="Calls", exact=True).click()
    expect(page.locator("#how")).to_contain_text("in all, best first")


def test_a_moment_leads_to_its_second(office: Server, visit: Visits) -> None:
    page = visit(office, asked('"price"', "&group=moment&kind=recording"))

    page.locator("#hits a.open").nth(1).click()

    expect(page).to_have_url(re.compile(r"/calls/acti_.*group=moment.*n=2#t=[\d.]+$"))
    line = page.locator(".line:target")
    expect(line.locator("mark").first).to_have_text(re.compile("^price$", re.IGNORECASE))
    assert is_readable(line)


def test_a_moment_is_heard_from_its_row(office: Server, visit: Visits) -> None:
    page = visit(office, asked('"price"', "&group=moment&kind=recording"))

    page.locator("[data-audio] a.at").first.click()

    expect(page.get_by_role("region", name="Player")).to_be_visible()


# Dialogues.


def test_a_dialogue_is_shown_as_steps(office: Server, visit: Visits) -> None:
    page = visit(office)

    page.get_by_role("searchbox").fill(DIALOGUE)

    steps = page.locator(".hit").first.get_by_role("list", name="Steps").get_by_role("listitem")
    expect(steps).to_have_count(2)
    expect(page.locator("#how")).to_contain_text("in all")
    seconds = [float(at.get_attribute("data-at") or "") for at in steps.locator("a.at").all()]
    assert seconds == sorted(seconds)
    expect(steps.nth(0).locator(".said")).to_have_class(re.compile("contact"))
    expect(steps.nth(1).locator(".said")).to_have_class(re.compile("user"))

    page.locator("#hits a.open").first.click()
    expect(page.locator(".line.matched").first).to_be_visible()


# More like this.


def test_calls_like_a_result(office: Server, visit: Visits) -> None:
    page = visit(office, "/?q=price&kind=recording")
    own = calls(page)[0]

    page.locator(".hit").first.get_by_role("link", name="More like this").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Calls like the one with")
    expect(page.locator("#hits .hit")).to_have_count(10)
    assert own not in calls(page)
    page.get_by_role("link", name="Next calls").click()
    expect(page.get_by_role("link", name="from the first")).to_be_visible()


def test_calls_like_something_that_was_said(office: Server, visit: Visits) -> None:
    page = visit(office, "/?q=price&kind=recording")
    page.locator("#hits a.open").first.click()
    line = page.locator(".line:target")
    words = (line.locator("p").text_content() or "").strip()
    line.hover()
    line.get_by_role("button", name="Similar").click()

    line.get_by_role("link", name="All calls like this").click()

    expect(page).to_have_url(re.compile(r"/similar\?utterance=\d+"))
    expect(page.get_by_role("blockquote")).to_have_text(words)
    expect(page.locator("#hits .hit")).to_have_count(10)


# Saved.


def test_a_search_is_saved_and_found_again(office: Server, visit: Visits) -> None:
    page = visit(office)
    type_in(page, "price")
    expect(page).to_have_url(f"{office.address}/?q=price")
    shown = calls(page)

    page.get_by_role("button", name="Saved").click()
    page.get_by_label("Save this search as").fill("Of prices")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page).to_have_url(f"{office.address}/searches")
    row = page.get_by_role("listitem").filter(has_text="Of prices")
    expect(row).to_contain_text("nothing new")
    row.get_by_role("link", name="Of prices").click()
    expect(page).to_have_url(f"{office.address}/?q=price")
    assert calls(page) == shown

    page.goto("/searches")
    page.get_by_role("button", name="Delete Of prices").click()
    expect(page.get_by_text("None yet")).to_be_visible()


# Every new view, at a desk and on a phone, by day and by night.

VIEWS = {
    "moments": asked('"price"', "&group=moment&limit=3"),
    "a dialogue": asked(DIALOGUE, "&limit=3"),
    "dialogues as moments": asked(DIALOGUE, "&group=moment&limit=3"),
    "why": "/?q=price&explain=true&limit=2",
    "filters": "/?q=price&part=first+45s&question=true&limit=2",
    "a fault": asked('"an open quote that goes on and on', "&direction=outbound"),
    "saved": "/searches",
}


@pytest.mark.parametrize("path", VIEWS.values(), ids=VIEWS.keys())
def test_a_new_view_is_accessible_and_overflows_nowhere(
    office: Server, visit: Visits, path: str
) -> None:
    visit.expect("status of 422")
    page = visit(office, path)
    assert violations(page, TWO_VIEWS) == []
    assert overflowing(visit(office, path, **A_PHONE)) == []


@pytest.mark.parametrize("device", [{"viewport": DESK}, A_PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("button", ["How to ask", "Saved"])
def test_a_panel_is_accessible_and_overflows_nowhere(
    office: Server, visit: Visits, device: dict[str, object], button: str
) -> None:
    page = visit(office, "/?q=price&limit=1", **device)
    page.get_by_role("button", name=button).click()
    panel = page.locator(".panel:popover-open")
    expect(panel).to_be_visible()
    assert overflowing(page) == []
    assert panel.evaluate("(p) => p.scrollWidth <= p.clientWidth")
    assert violations(page, TWO_VIEWS) == []


def test_calls_like_one_are_accessible(office: Server, visit: Visits) -> None:
    page = visit(office, "/?q=price&kind=recording", **A_PHONE)
    page.locator(".hit").first.get_by_role("link", name="More like this").tap()
    expect(page.locator("#hits .hit").first).to_be_visible()
    assert overflowing(page) == []
    assert violations(page, TWO_VIEWS) == []


# Without a script.


def test_moments_a_fault_and_saving_need_no_script(office: Server, visit: Visits) -> None:
    visit.expect("status of 422")
    page = visit(office, "/?q=%22price%22", java_script_enabled=False)
    page.get_by_role("link", name="Moments").click()
    expect(page.locator("#how")).to_contain_text("moments in all")

    page.get_by_role("searchbox").fill('"price')
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("#fault mark")).to_have_text('"')
    page.get_by_role("button", name="How to ask").first.click()  # a popover needs no script
    page.get_by_role("link", name="pricing -discount").click()
    expect(page.locator("#hits .hit").first).to_be_visible()

    page.get_by_role("button", name="Saved").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="pricing -discount")).to_be_visible()
    page.get_by_role("button", name="Delete pricing -discount").click()
    expect(page.get_by_text("None yet")).to_be_visible()
