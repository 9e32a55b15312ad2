"""Trackers: made in a form, read, labelled with the keyboard or without a script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from indexer.tracking import LABELS, TRACKERS, add
from models.tracker import Tracker
from tests.browser.servers import TODAY, Server
from tests.browser.test_accessible import ALL_VIEWS, TWO_VIEWS
from tests.browser.test_accessible import found as violations
from tests.browser.visiting import A_PHONE, Visits, is_readable, overflowing

DANA = {"extra_http_headers": {"X-Callsift-User": "Dana"}}


@pytest.fixture
def path(office: Server) -> Iterator[str]:
    """The path of a tracker with a score of hits; nothing is left of it."""
    tracker = Tracker(
        name="Price", phrases="price OR cost", examples=("that is too expensive for us",),
        about="They speak of what it would cost them.",
    )  # fmt: skip
    made = add(tracker, store=office.store, embedder=office.services.embedder, by="Dana", at=TODAY)
    yield f"/trackers/{made.id}"
    for folder in (LABELS, TRACKERS):
        folder.discard(office.store, [one.id for one in folder.all(office.store)])


def verdicts(office: Server) -> list[str]:
    return [label.body.verdict for label in LABELS.all(office.store)]


def question(page: Page) -> str:
    return page.locator(".verdicts").first.locator("input[name=hit]").input_value()


def test_a_tracker_is_made_in_a_form_and_finds_at_once(
    office: Server, visit: Visits, path: str
) -> None:
    page = visit(office, "/trackers")
    page.get_by_role("link", name="Price").wait_for()

    page.get_by_label("Name").fill("A week or a month")
    page.get_by_label("Phrases").fill("week OR month")
    page.get_by_label("Said by").select_option("the contact")
    page.get_by_role("button", name="Watch for it").click()

    expect(page.get_by_role("heading", name="A week or a month", level=1)).to_be_visible()
    expect(page.locator("svg.bars")).to_be_visible()
    expect(page.locator(".hit mark").first).to_have_text(re.compile("week|month", re.IGNORECASE))
    page.locator(".hit a.at").first.click()
    expect(page).to_have_url(re.compile("/calls/acti_.*#t="))
    assert is_readable(page.locator(".line:target"))


def test_a_form_that_is_refused_keeps_what_was_typed(
    office: Server, visit: Visits, path: str
) -> None:
    visit.expect("status of 422")
    page = visit(office, "/trackers")
    page.get_by_label("Name").fill("Two steps")
    page.get_by_label("Phrases").fill("contact: price -> user: discount")
    page.get_by_role("button", name="Watch for it").click()

    expect(page.get_by_role("alert")).to_contain_text("is a dialogue")
    expect(page.get_by_label("Name")).to_have_value("Two steps")
    assert violations(page, TWO_VIEWS) == []


def test_hits_are_labelled_with_the_keyboard_alone(
    office: Server, visit: Visits, path: str
) -> None:
    page = visit(office, f"{path}/label", **DANA)
    seen = []
    for number, key in enumerate("ynuy"):
        seen.append(question(page))
        page.keyboard.press(key)
        expect(page.locator("aside")).to_contain_text(re.compile(rf"Labelled\s*{number + 1} of"))
    assert len(set(seen)) == 4
    assert sorted(verdicts(office)) == ["no", "unsure", "yes", "yes"]
    expect(page.locator("aside")).to_contain_text("67%")
    page.goto(path)
    expect(page.get_by_text("2 yes and 1 no, 1 unsure")).to_be_visible()


def test_keys_held_down_or_with_others_label_nothing(
    office: Server, visit: Visits, path: str
) -> None:
    page = visit(office, f"{path}/label", **DANA)
    page.keyboard.press("Control+y")
    page.keyboard.press("x")
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'y', repeat: true}))")
    page.reload()
    assert verdicts(office) == []


def test_hits_are_labelled_where_no_script_runs(office: Server, visit: Visits, path: str) -> None:
    page = visit(office, f"{path}/label", java_script_enabled=False, **DANA)
    expect(page.get_by_text("Keys:")).to_be_hidden()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("heading", name="Before: you said yes")).to_be_visible()
    page.get_by_text("Change that").click()
    page.locator(".before").get_by_role("button", name="No").click()
    expect(page.get_by_role("heading", name="Before: you said no")).to_be_visible()
    assert verdicts(office) == ["no"]


def test_a_change_is_a_version_and_the_difference_is_read(
    office: Server, visit: Visits, path: str
) -> None:
    page = visit(office, path)
    page.get_by_text("Change it").click()
    page.get_by_label("Phrases").fill("price")
    page.get_by_role("button", name="Save as the next version").click()
    page.get_by_role("link", name="Versions").click()
    expect(page.get_by_role("heading", name="Version 1 against version 2")).to_be_visible()
    expect(page.get_by_role("row", name="Phrases price OR cost price")).to_be_visible()


@pytest.mark.parametrize("end", ["", "/hits?limit=4", "/calls?without=true&limit=4", "/label"])
def test_pages_are_accessible_and_fit_a_phone(
    office: Server, visit: Visits, path: str, end: str
) -> None:
    page = visit(office, f"{path}{end}")
    assert violations(page, ALL_VIEWS if end == "" else TWO_VIEWS) == []
    phone = visit(office, f"{path}{end}", **A_PHONE)
    assert overflowing(phone) == []


def test_the_list_is_accessible_and_fits_a_phone(office: Server, visit: Visits, path: str) -> None:
    assert violations(visit(office, "/trackers"), TWO_VIEWS) == []
    assert overflowing(visit(office, "/trackers", **A_PHONE)) == []
