"""Keeping moments from a call's page, the playlist they make, and topics that lead there."""

from playwright.sync_api import Page, expect

from tests.browser.servers import Server
from tests.browser.test_accessible import TWO_VIEWS, found
from tests.browser.visiting import PHONE, Visits, overflowing

A_CALL = "/?q=price&kind=recording&max_duration=150&limit=4"


def open_a_call(office: Server, visit: Visits) -> Page:
    page = visit(office, A_CALL)
    page.locator("#hits a.open").first.click()
    expect(page.locator(".line:target")).to_be_visible()
    return page


def keep_in(page: Page, name: str) -> None:
    page.get_by_label("Or a new one, by name").fill(name)
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def test_the_words_that_are_selected_are_kept_and_heard_from_their_second(
    office: Server, visit: Visits
) -> None:
    page = open_a_call(office, visit)
    line = page.locator(".line:target")
    words = line.locator("p").inner_text()
    line.locator("p").select_text()
    line.hover()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_label("Only these of its words")).to_have_value(words)
    page.get_by_label("Comment").fill("Listen to this.")
    keep_in(page, "Heard here")

    moment = page.locator(".playlist .hit")
    expect(moment.locator(".said p")).to_have_text(words)
    expect(moment.get_by_text("Listen to this.")).to_be_visible()
    moment.locator("a.at").first.click()
    expect(page.get_by_role("region", name="Player")).to_be_visible()
    assert found(page, TWO_VIEWS) == []
    page.locator("a.open").first.click()
    expect(page.locator(".line:target p")).to_contain_text(words)


def test_moments_are_ordered_and_taken_out_with_buttons(office: Server, visit: Visits) -> None:
    page = open_a_call(office, visit)
    page.get_by_role("link", name="Keep a moment of this call").click()
    form = page.url
    keep_in(page, "In order")
    page.goto(form)
    page.get_by_label("From").select_option(index=1)
    page.get_by_label("To", exact=True).select_option(index=2)
    page.get_by_label("Collection", exact=True).select_option(label="In order")
    page.get_by_label("Title").fill("The second")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Move moment 2 up").click()
    expect(page.locator(".playlist h2").first).to_contain_text("The second")
    page.get_by_role("button", name="Take moment 2 out").click()
    expect(page.locator(".playlist .hit")).to_have_count(1)


def test_it_all_works_without_script(office: Server, visit: Visits) -> None:
    page = visit(office, A_CALL, java_script_enabled=False)
    page.locator("#hits a.open").first.click()
    page.get_by_role("link", name="Keep a moment of this call").click()
    keep_in(page, "Without script")
    page.locator("summary", has_text="Comment").click()
    page.get_by_label("Comment", exact=True).fill("Plain")
    page.get_by_role("button", name="Add the comment").click()
    expect(page.locator(".comments")).to_contain_text("Plain")


def test_topics_are_found_and_can_be_used_by_everybody(office: Server, visit: Visits) -> None:
    page = visit(office, "/topics", viewport=PHONE)
    page.get_by_label("How many topics").fill("3")
    page.get_by_label("Name", exact=True).fill("Of forty calls")
    assert found(page, TWO_VIEWS) == []
    page.get_by_role("button", name="Find topics").click()
    expect(page.get_by_role("heading", name="Of forty calls", level=1)).to_be_visible()
    expect(page.locator(".topic")).to_have_count(3)
    page.locator(".topic summary").first.click()
    assert found(page, TWO_VIEWS) == []
    page.set_viewport_size(PHONE)
    assert overflowing(page) == []
    page.locator(".topic h2 a").first.click()
    page.get_by_role("link", name="Keep it in a collection").first.click()
    assert found(page, TWO_VIEWS) == []
    page.set_viewport_size(PHONE)
    assert overflowing(page) == []
