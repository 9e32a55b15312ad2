"""The page Coach in a browser: numbers, plots, moments, and a plan from a form."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from indexer.teams import reps
from tests.browser.servers import Server
from tests.browser.test_accessible import found
from tests.browser.visiting import A_PHONE, Visits, is_readable, overflowing


@pytest.fixture
def busiest(office: Server) -> str:
    """The rep with the most calls."""
    return max(reps(office.store), key=lambda rep: rep.calls).name


@pytest.fixture(autouse=True)
def clean(office: Server) -> Iterator[None]:
    yield
    for kind in ("team", "intervention"):
        office.store.discard(kind, [paper.id for paper in office.store.papers(kind)])


def coach(visit: Visits, office: Server, name: str, **options: object) -> Page:
    """The numbers of a rep of the last twelve months, with all plots loaded."""
    page = visit(office, "/coach", **options)
    page.get_by_role("link", name=name).click()
    page.get_by_label("Period").select_option("12 months")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    return page


def test_a_rep_is_chosen_and_the_numbers_are_accessible(
    office: Server, visit: Visits, busiest: str
) -> None:
    page = coach(visit, office, busiest)
    rows = page.get_by_role("table").first.get_by_role("row")
    expect(rows).to_have_count(13)
    page.locator(".numbers summary").first.click()
    expect(page.get_by_text("talk_ratio@1")).to_be_visible()
    page.get_by_text("New plan").click()
    assert found(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_plots_are_drawn_for_the_scheme(
    office: Server, visit: Visits, busiest: str, scheme: str
) -> None:
    page = coach(visit, office, busiest, color_scheme=scheme)
    plot = page.get_by_role("img").first
    plot.scroll_into_view_if_needed()
    expect(plot).to_have_js_property("complete", value=True)
    assert plot.evaluate("(image) => image.naturalWidth") == 440
    assert ("theme=dark" in plot.evaluate("(image) => image.currentSrc")) == (scheme == "dark")


def test_a_moment_leads_to_the_second_of_its_call(
    office: Server, visit: Visits, busiest: str
) -> None:
    page = coach(visit, office, busiest)
    page.get_by_role("region", name="The moments behind them").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/calls/.*#t="))
    assert is_readable(page.locator(".line:target"))


def test_on_a_phone_nothing_reaches_beyond_the_window(
    office: Server, visit: Visits, busiest: str
) -> None:
    page = coach(visit, office, busiest, **A_PHONE)
    assert overflowing(page) == []
    expect(page.get_by_role("rowheader", name="Talk ratio")).to_be_visible()
    page.get_by_text("New plan").click()
    assert overflowing(page) == []


def test_a_team_and_a_plan_are_made_with_the_keyboard(
    office: Server, visit: Visits, busiest: str
) -> None:
    page = visit(office, "/coach")
    page.get_by_label("Name").fill("East")
    page.get_by_label("Reps, one on a line").fill(busiest)
    page.get_by_role("button", name="Make the team").press("Enter")
    page.get_by_role("link", name="East").press("Enter")
    page.get_by_text("New plan").press("Enter")
    page.get_by_label("Name").fill("Listen longer")
    page.get_by_label("Metric", exact=True).select_option("Talk ratio")
    page.get_by_label("Coached since").fill("2025-12-01")
    page.get_by_label("What to do differently").fill("Ask, then wait.")
    page.get_by_role("button", name="Save the plan").press("Enter")
    plan = page.get_by_role("article").filter(has_text="Listen longer")
    expect(plan).to_contain_text("So far:")
    assert found(page, [({"width": 1280, "height": 800}, "light")]) == []


def test_the_choice_of_whom_is_accessible(office: Server, visit: Visits) -> None:
    assert found(visit(office, "/coach")) == []
