"""From a question to the calls that answer it, by hand and by keyboard."""

import re
from pathlib import Path
from threading import Event

from playwright.sync_api import Page, Route, expect

from indexer.facets import facets
from indexer.search import search
from indexer.vectors import EmbedderId
from models import EVERYTHING, Facet, SearchFilter, SearchQuery
from tests.browser.servers import Server, serve, services
from tests.browser.visiting import Visits, is_readable
from tests.fakes import WordEmbedder


def calls(page: Page) -> list[str]:
    """The ids of the calls shown, in order."""
    links = page.locator("#hits a.open")
    paths = links.evaluate_all("(links) => links.map((link) => new URL(link.href).pathname)")
    return [path.removeprefix("/calls/") for path in paths]


def found(office: Server, text: str, where: SearchFilter = EVERYTHING) -> list[str]:
    """The ids of the first ten calls that the engine finds."""
    query = SearchQuery(text=text, where=where)
    page = search(query, store=office.store, embedder=office.services.embedder)
    return [one.record.call.id for one in page.calls]


def type_in(page: Page, text: str) -> None:
    page.get_by_role("searchbox", name="Search the calls").press_sequentially(text)


# A question.


def test_answers_come_while_one_types(office: Server, visit: Visits) -> None:
    page = visit(office)
    newest = calls(page)

    type_in(page, "price")

    expect(page).to_have_url(f"{office.address}/?q=price")
    expect(page.get_by_text("Best answers first")).to_be_visible()
    assert calls(page) == found(office, "price") != newest
    expect(page).to_have_title(re.compile("^price"))
    expect(page.locator("#answer mark").first).to_have_text(re.compile("^pric", re.IGNORECASE))
    expect(page.locator("#coverage")).to_contain_text("searched 39 of 40 calls")
    expect(page.locator("#told")).to_contain_text("10 calls shown")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_question_that_is_taken_back_shows_the_newest_calls_again(
    office: Server, visit: Visits
) -> None:
    page = visit(office)
    newest = calls(page)
    type_in(page, "price")
    expect(page).to_have_url(f"{office.address}/?q=price")

    page.get_by_role("searchbox").fill("")

    expect(page).to_have_url(f"{office.address}/")
    expect(page.get_by_text("Newest first")).to_be_visible()
    assert calls(page) == newest


def test_the_last_of_two_questions_is_answered(office: Server, visit: Visits) -> None:
    """Even where the answer to the first comes after it."""
    page = visit(office)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/?q=price", hold)
    type_in(page, "price")
    page.wait_for_function("() => document.getElementById('busy').hidden === false")

    page.get_by_role("searchbox").fill("contract")

    expect(page).to_have_url(f"{office.address}/?q=contract")
    expect(page.locator("#busy")).to_be_hidden()
    assert calls(page) == found(office, "contract")
    assert len(held) == 1


# The keyboard.


def test_everything_is_reached_by_keyboard(office: Server, visit: Visits) -> None:
    page = visit(office, "/?q=price")
    box, hits = page.get_by_role("searchbox"), page.locator("#hits a.open")
    expect(box).not_to_be_focused()

    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("price")  # and is selected: the next letter replaces it
    page.keyboard.press("ArrowDown")
    expect(hits.nth(0)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(hits.nth(2)).to_be_focused()
    assert is_readable(page.locator(".hit").nth(2).locator("h2"))

    page.keyboard.press("Enter")

    expect(page).to_have_url(
        re.compile(re.escape(f"/calls/{found(office, 'price')[2]}?q=price&n=3"))
    )


def test_typing_a_slash_into_the_question_is_typing(office: Server, visit: Visits) -> None:
    page = visit(office)

    type_in(page, "and/or")

    expect(page.get_by_role("searchbox")).to_have_value("and/or")
    expect(page).to_have_url(f"{office.address}/?q=and%2For")


# Filters.


def test_a_filter_narrows_to_as_many_calls_as_it_says(office: Server, visit: Visits) -> None:
    page = visit(office)
    direction = page.get_by_role("group", name="Direction")
    said = direction.locator(".choice", has_text="Inbound").locator(".count")
    expect(said).to_have_text(re.compile(r"^6\b"))

    direction.get_by_label("Inbound").check()

    expect(page).to_have_url(f"{office.address}/?direction=inbound")
    expect(page.locator("#hits .hit")).to_have_count(6)
    assert calls(page) == found(office, "", SearchFilter(directions=("inbound",)))
    expect(page.get_by_role("link", name="Remove Inbound")).to_be_visible()
    expect(page.get_by_text("That is all that passes these filters.")).to_be_visible()


def test_every_count_is_what_the_engine_counts(office: Server, visit: Visits) -> None:
    page = visit(office)
    counted = facets(EVERYTHING, office.store)

    for facet, title in ((Facet.DISPOSITION, "Disposition"), (Facet.USER, "Rep"), (Facet.KIND, "Where it was said")):  # fmt: skip
        numbers = page.get_by_role("group", name=title).locator(".count").all_text_contents()
        assert [int(text.split()[0]) for text in numbers] == [one.calls for one in counted[facet]]


def test_a_copied_link_shows_somebody_else_the_same(office: Server, visit: Visits) -> None:
    page = visit(office)
    page.get_by_role("group", name="Disposition").get_by_label(
        "Answered", exact=False
    ).first.check()
    expect(page).to_have_url(re.compile("disposition=answered"))
    page.get_by_role("group", name="Who said it").get_by_label("Contact").check()
    expect(page).to_have_url(re.compile("side=contact"))
    page.get_by_role("link", name="12 months", exact=True).click()
    expect(page).to_have_url(re.compile("since=52w"))
    type_in(page, "price")
    expect(page).to_have_url(re.compile("q=price"))

    other = visit(office, page.url)

    assert other.url == page.url
    assert other.locator("#answer").inner_text() == page.locator("#answer").inner_text()
    assert calls(other) == calls(page)
    for shown in (page, other):
        expect(
            shown.get_by_role("group", name="Who said it").get_by_label("Contact")
        ).to_be_checked()
        expect(shown.get_by_role("link", name="12 months", exact=True)).to_have_attribute(
            "aria-current", "true"
        )
        expect(shown.locator(".chosen a")).to_have_count(4)


def test_filters_are_taken_away_one_by_one_or_together(office: Server, visit: Visits) -> None:
    page = visit(office, "/?q=price&direction=inbound&disposition=answered&min_duration=60")

    page.get_by_role("link", name="Remove Inbound").click()
    expect(page).to_have_url(f"{office.address}/?q=price&disposition=answered&min_duration=60")
    expect(page.get_by_role("group", name="Direction").get_by_label("Inbound")).not_to_be_checked()

    page.get_by_role("link", name="Remove all").click()
    expect(page).to_have_url(f"{office.address}/?q=price")
    expect(page.locator(".chosen")).to_have_count(0)


def test_a_choice_keeps_its_place_under_the_keyboard(office: Server, visit: Visits) -> None:
    page = visit(office)
    inbound = page.get_by_role("group", name="Direction").get_by_label("Inbound")
    inbound.focus()

    page.keyboard.press("Space")

    expect(page).to_have_url(f"{office.address}/?direction=inbound")
    expect(page.locator("#hits .hit")).to_have_count(6)
    expect(inbound).to_be_focused()


# Pages of answers.


def test_the_next_calls_and_back(office: Server, visit: Visits) -> None:
    page = visit(office)
    first = calls(page)

    page.get_by_role("link", name="Next calls").click()
    expect(page.get_by_role("link", name="from the first")).to_be_visible()
    second = calls(page)
    assert len(second) == 10
    assert not set(first) & set(second)

    page.go_back()
    expect(page).to_have_url(f"{office.address}/")
    expect(page.get_by_role("link", name="from the first")).to_have_count(0)
    assert calls(page) == first


def test_back_from_a_call_leads_to_the_answers(office: Server, visit: Visits) -> None:
    page = visit(office)
    type_in(page, "price")
    expect(page).to_have_url(f"{office.address}/?q=price")
    page.locator("#hits a.open").nth(1).click()
    expect(page).to_have_url(re.compile("/calls/"))

    page.go_back()

    expect(page).to_have_url(f"{office.address}/?q=price")
    expect(page.get_by_role("searchbox")).to_have_value("price")
    assert calls(page) == found(office, "price")


# Nothing to show.


def test_where_nothing_answers_it_says_what_to_change(office: Server, visit: Visits) -> None:
    page = visit(office, "/?q=xyzzy&mode=keyword")
    expect(page.get_by_role("heading", name="No call holds these words")).to_be_visible()

    page.get_by_role("link", name="Search by meaning as well").click()
    expect(page).to_have_url(f"{office.address}/?q=xyzzy")
    expect(page.locator("#hits .hit")).to_have_count(10)


def test_filters_that_leave_nothing_can_be_dropped_there(office: Server, visit: Visits) -> None:
    page = visit(office, "/?disposition=busy&min_duration=900")
    state = page.locator("#answer .state")
    expect(state.get_by_role("heading")).to_have_text("No call passes under these filters")

    state.get_by_role("link", name="all of them").click()

    expect(page).to_have_url(f"{office.address}/")
    expect(page.locator("#hits .hit")).to_have_count(10)


def test_a_first_visit_is_told_what_to_do(visit: Visits, tmp_path: Path) -> None:
    with serve(services(tmp_path)) as new:
        page = visit(new)
        expect(page.get_by_role("heading", name="No calls yet")).to_be_visible()
        expect(page.locator("#answer")).to_contain_text("callsift sync")
        expect(page.locator("#coverage")).to_contain_text("0 of 0 calls")
        visit.close()


def test_what_cannot_be_asked_is_told_where_the_answer_would_be(
    office: Server, visit: Visits
) -> None:
    visit.expect("status of 4")
    page = visit(office, "/?min_duration=90&max_duration=30")

    told = page.locator("#answer").get_by_role("alert")
    expect(told.get_by_role("heading")).to_have_text("The question is not valid")
    expect(told).to_contain_text("Shortest duration")


# A server that does not answer.


class Slow(WordEmbedder):
    """An embedder that is loaded when a test says so."""

    def __init__(self) -> None:
        self.may_load = Event()
        super().__init__()

    @property
    def identity(self) -> EmbedderId:
        assert self.may_load.wait(60)
        return self._identity

    @identity.setter
    def identity(self, told: EmbedderId) -> None:
        self._identity = told


def test_a_server_that_still_loads_says_so_and_goes_on_by_itself(
    office: Server, visit: Visits
) -> None:
    visit.expect("status of 503")
    embedder = Slow()
    folder = office.services.settings.data_dir
    with serve(services(folder, embedder=embedder), until_ready=False) as server:
        try:
            page = visit(server)
            expect(page.locator("#hits .hit")).to_have_count(10)  # to read needs no network
            page.clock.install()
            type_in(page, "price")
            page.clock.run_for(1000)
            expect(page.get_by_role("heading", name="Getting ready to search")).to_be_visible()
            expect(page.locator("#answer")).to_contain_text("missing embedder")
        finally:
            embedder.may_load.set()
        server.wait_until_ready()

        page.clock.run_for(5000)

        expect(page.locator("#hits .hit")).to_have_count(10)
        visit.close()


def test_a_page_that_comes_while_the_server_loads_goes_on_too(
    office: Server, visit: Visits
) -> None:
    visit.expect("status of 503")
    embedder = Slow()
    folder = office.services.settings.data_dir
    with serve(services(folder, embedder=embedder), until_ready=False) as server:
        try:
            page = visit(server, "about:blank")
            page.clock.install()
            page.goto(f"{server.address}/?q=price")
            state = page.locator("#answer").get_by_role("status")
            expect(state.get_by_role("heading")).to_have_text("Getting ready to search")
            expect(page.get_by_role("searchbox")).to_have_value("price")
        finally:
            embedder.may_load.set()
        server.wait_until_ready()

        page.clock.run_for(5000)

        expect(page.locator("#hits .hit")).to_have_count(10)
        visit.close()


def test_when_the_server_is_away_what_was_shown_stays(office: Server, visit: Visits) -> None:
    visit.expect("ERR_CONNECTION_REFUSED")
    page = visit(office)
    newest = calls(page)
    page.route("**/?q=*", lambda route: route.abort("connectionrefused"))

    type_in(page, "price")

    told = page.locator("#answer").get_by_role("alert")
    expect(told).to_contain_text("Callsift does not answer")
    assert calls(page) == newest

    page.unroute("**/?q=*")
    told.get_by_role("button", name="Try again").click()

    expect(page).to_have_url(f"{office.address}/?q=price")
    expect(told).to_have_count(0)
    assert calls(page) == found(office, "price")


def test_without_a_network_it_is_the_device_that_is_offline(office: Server, visit: Visits) -> None:
    visit.expect("ERR_INTERNET_DISCONNECTED")
    page = visit(office)

    page.context.set_offline(True)
    type_in(page, "price")

    expect(page.locator("#answer").get_by_role("alert")).to_contain_text("This device is offline")
    page.context.set_offline(False)


# Listening from the answers.


def test_a_moment_is_heard_where_it_is_found(office: Server, visit: Visits) -> None:
    page = visit(office, "/?q=price&kind=recording")
    at = page.locator("[data-audio] .matched a.at").first
    second = float(at.get_attribute("data-at") or "")

    with page.expect_response(re.compile("/v1/calls/.*/recording")) as heard:
        at.click()

    assert heard.value.status == 206
    dock = page.get_by_role("region", name="Player")
    expect(dock.get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_function(
        "(second) => document.querySelector('#dock audio').currentTime > second", arg=second
    )
    expect(page).to_have_url(f"{office.address}/?q=price&kind=recording")

    dock.get_by_role("button", name="Close").click()
    expect(dock).to_be_hidden()
