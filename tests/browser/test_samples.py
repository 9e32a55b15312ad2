"""Drawing a sample as a person does it: at a desk, on a phone, and without scripts."""

import json
from hashlib import sha256

from playwright.sync_api import expect

from tests.browser.servers import Server
from tests.browser.test_accessible import PHONE_VIEWS, TWO_VIEWS, found
from tests.browser.visiting import A_PHONE, Visits, overflowing


def test_the_preview_follows_and_what_it_shows_is_drawn(office: Server, visit: Visits) -> None:
    page = visit(office, "/samples")
    page.get_by_role("link", name="Draw a sample").click()
    expect(page.get_by_role("heading", name="Nothing is kept before you say so")).to_be_visible()
    expect(page.get_by_label("Seed")).to_have_value("2026-W11")
    expect(page.get_by_label("Metrics beyond a number")).to_be_hidden()

    page.get_by_label("Number", exact=True).fill("2")
    page.get_by_label("Outcome").first.check()
    page.get_by_label("Calls shorter than").fill("30")
    page.get_by_label("Seed").fill("in a browser")
    page.get_by_label("Seed").blur()
    heading = page.locator("#preview")
    expect(heading).to_contain_text(" of ")
    shown = heading.inner_text()
    page.get_by_label("Name", exact=True).fill("Drawn by hand")
    assert found(page, TWO_VIEWS) == []
    page.get_by_role("button", name="Draw this sample").click()

    expect(page.get_by_role("heading", name="Drawn by hand")).to_be_visible()
    expect(page.get_by_role("heading", name=shown, exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Manifest", exact=True).click()
    manifest = download.value.path().read_bytes()
    assert sha256(manifest).hexdigest() == page.locator("#hash").inner_text()
    assert json.loads(manifest)["plan"]["min_duration_s"] == 30

    page.get_by_role("button", name="Draw again, and compare").click()
    expect(page.get_by_role("status").filter(has_text="The same.")).to_be_visible()
    assert found(page, TWO_VIEWS) == []


def test_what_cannot_be_drawn_is_said_as_one_types(office: Server, visit: Visits) -> None:
    visit.expect("422")
    page = visit(office, "/samples/new?many=5&per=rep&seed=7")
    page.get_by_label("By risk").check()
    expect(page.get_by_role("alert")).to_contain_text("by risk needs a tracker")
    expect(page.get_by_label("Of what")).to_be_hidden()
    page.get_by_label("Metrics beyond a number").fill("charm > 3")
    page.get_by_label("Metrics beyond a number").blur()
    expect(page.get_by_role("alert")).to_contain_text("there is no metric 'charm'")


def test_on_a_phone_and_without_scripts(office: Server, visit: Visits) -> None:
    page = visit(office, "/samples/new", java_script_enabled=False, **A_PHONE)
    page.get_by_label("Number", exact=True).fill("3")
    page.get_by_label("Of what").select_option("all")
    page.get_by_role("button", name="Preview").tap()
    expect(page.get_by_role("heading", name="3 of ")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("On a phone")
    page.get_by_role("button", name="Draw this sample").tap()
    expect(page.get_by_role("heading", name="On a phone")).to_be_visible()
    path = page.url.removeprefix(office.address)

    seen = visit(office, path, **A_PHONE)
    for each in (path, "/samples", "/samples/new?many=3&per=rep&strata=duration&seed=7"):
        seen.goto(each)
        assert overflowing(seen) == [], each
    assert found(seen, PHONE_VIEWS) == []
