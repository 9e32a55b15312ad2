"""axe-core finds nothing serious on any page, by day and by night, at a desk and on a phone."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.servers import Server, serve, services
from tests.browser.visiting import DESK, PHONE, Visits, sign_in

BAD = ("serious", "critical")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
ALL_VIEWS = [(size, scheme) for size in (DESK, PHONE) for scheme in SCHEMES]
PHONE_VIEWS = ALL_VIEWS[2:]
TWO_VIEWS = [ALL_VIEWS[0], ALL_VIEWS[3]]
"""Each size and each scheme once, for pages whose parts are on others too."""


def found(
    page: Page, views: Sequence[tuple[ViewportSize, Scheme]] = ALL_VIEWS, *, but: Sequence[str] = ()
) -> list[str]:
    """What is wrong with a page, in each of these sizes and schemes, but for some rules."""
    told = []
    for size, scheme in views:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        told += [f"{size['width']} {scheme}: {wrong}" for wrong in violations(page, but)]
    return told


def violations(page: Page, but: Sequence[str]) -> Iterator[str]:
    off = {rule: {"enabled": False} for rule in but}
    options = {"runOnly": RULES, "rules": off, "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    for rule in found:
        for node in rule["nodes"]:
            if rule["impact"] in BAD:
                yield f"{rule['id']}, {rule['impact']}: {node['target']}: {node['failureSummary']}"


@pytest.mark.parametrize(
    "path",
    [
        "/?q=price&disposition=answered&min_duration=60&limit=4",
        "/?q=xyzzy&mode=keyword",
        "/status?state=waiting",
    ],
)
def test_a_page(office: Server, visit: Visits, path: str) -> None:
    assert found(visit(office, path)) == []


def test_the_calls_and_their_player(office: Server, visit: Visits) -> None:
    page = visit(office, "/?q=price&kind=recording&max_duration=150&limit=4")
    page.locator("[data-audio] a.at").first.click()
    expect(page.get_by_role("region", name="Player")).to_be_visible()

    assert found(page, TWO_VIEWS) == []


def test_the_filters_of_a_phone(office: Server, visit: Visits) -> None:
    page = visit(office, "/?q=price&direction=outbound", viewport=PHONE)
    page.get_by_role("button", name="Filters").click()
    expect(page.get_by_role("group", name="Direction")).to_be_visible()

    # What lies half under the button at their foot is small only until one scrolls.
    assert found(page, PHONE_VIEWS, but=["target-size"]) == []


def test_a_call(office: Server, visit: Visits) -> None:
    """With its tools, similar moments, and words that were found in it."""
    page = visit(office, "/?q=price&kind=recording&max_duration=150&limit=4")
    page.locator("#hits a.open").first.click()
    line = page.locator(".line:target")
    line.hover()
    line.get_by_role("button", name="Similar").click()
    expect(line.locator(".similar a.open")).to_have_count(3)
    page.get_by_role("searchbox", name="Find words").fill("you")

    assert found(page) == []


def test_a_voicemail(office: Server, visit: Visits) -> None:
    page = visit(office, "/?disposition=vm-left")
    page.locator("#hits a.open").first.click()
    expect(page.get_by_role("list", name="Transcript")).to_be_visible()

    assert found(page, TWO_VIEWS) == []


def test_similar_moments(office: Server, visit: Visits) -> None:
    page = visit(office, "/?q=price&kind=recording", java_script_enabled=False)
    page.locator("#hits a.open").first.click()
    there = page.get_by_role("link", name="Similar").first.get_attribute("href") or ""

    assert found(visit(office, there), TWO_VIEWS) == []


def test_a_status_with_failures(failing: Server, visit: Visits) -> None:
    page = visit(failing, "/status?state=failed")
    expect(page.get_by_role("button", name="again now")).to_be_visible()

    assert found(page) == []
    visit.close()


def test_signing_in(locked: Server, visit: Visits) -> None:
    visit.expect("status of 401")
    page = visit(locked, "/")
    assert found(page) == []

    sign_in(page, "not this one")
    expect(page.get_by_role("alert")).to_be_visible()

    assert found(page, TWO_VIEWS) == []


def test_a_first_visit(visit: Visits, tmp_path: Path) -> None:
    with serve(services(tmp_path)) as new:
        assert found(visit(new), TWO_VIEWS) == []
        visit.close()


@pytest.mark.parametrize(
    "path", ["/nowhere", "/calls/acti_nowhere", "/?min_duration=9&max_duration=1"]
)
def test_what_cannot_be_shown(office: Server, visit: Visits, path: str) -> None:
    visit.expect("status of 4")

    assert found(visit(office, path), TWO_VIEWS) == []


def test_a_dark_scheme_is_dark(office: Server, visit: Visits) -> None:
    light, dark = (
        visit(office, color_scheme=scheme).evaluate(
            "['color', 'backgroundColor'].map((name) => "
            "getComputedStyle(document.body)[name].match(/[0-9]+/g).slice(0, 3).map(Number))"
        )
        for scheme in SCHEMES
    )

    assert sum(light[0]) < 200
    assert sum(light[1]) > 600
    assert sum(dark[0]) > 600
    assert sum(dark[1]) < 200


def test_the_first_tab_skips_to_the_content(office: Server, visit: Visits) -> None:
    page = visit(office, "/status")

    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()
