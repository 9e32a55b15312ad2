"""A call: read, heard, searched, quoted, and left for the next one."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from indexer.search import search
from models import CallRecord, SearchQuery, Utterance
from tests.browser.servers import Close, Server
from tests.browser.visiting import Visits, is_readable

CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture(scope="package")
def talk(office: Server) -> CallRecord:
    """The longest call: what is said late in it is far below the window."""
    query = SearchQuery(text="", limit=100)
    page = search(query, store=office.store, embedder=office.services.embedder)
    return max((c.record for c in page.calls if c.record.recording), key=lambda r: r.call.duration_s)  # fmt: skip


def said(talk: CallRecord) -> tuple[Utterance, ...]:
    assert talk.recording is not None
    return talk.recording.utterances


def place(talk: CallRecord, index: int) -> str:
    """The fragment of a line."""
    return f"t={said(talk)[index].start_s:g}"


def line(page: Page, fragment: str) -> Locator:
    return page.locator(f"[id='{fragment}']")


def audio(page: Page, what: str) -> float:
    told: float = page.evaluate(f"Number(document.querySelector('audio').{what})")
    return told


def is_playing_from(page: Page, second: float) -> None:
    page.wait_for_function(
        "(second) => { const a = document.querySelector('audio');"
        " return !a.paused && a.currentTime > second; }",
        arg=second,
    )


# Coming from an answer, or by a link.


def test_a_moment_opens_the_call_where_it_was_said(office: Server, visit: Visits) -> None:
    page = visit(office, "/?q=price&kind=recording")
    hit = page.locator(".hit").filter(has=page.locator(".said.matched")).nth(2)
    words = hit.locator(".said.matched p").first.inner_text()

    hit.locator("a.open").click()

    expect(page).to_have_url(re.compile(r"/calls/acti_\w+\?q=price&kind=recording&n=\d+#t=[\d.]+$"))
    target = page.locator(".line:target")
    expect(target.locator("p")).to_have_text(words)
    assert is_readable(target)
    assert "matched" in (target.get_attribute("class") or "")
    expect(page.get_by_role("heading", name="Moments for “price”")).to_be_visible()


def test_a_moment_of_the_call_leads_to_its_line(office: Server, visit: Visits, talk: CallRecord) -> None:  # fmt: skip
    page = visit(office, f"/calls/{talk.call.id}?q=price&kind=recording")

    page.locator(".found a.at").last.click()

    expect(page).to_have_url(re.compile(r"#t=[\d.]+$"))
    assert is_readable(page.locator(".line:target"))


def test_a_link_to_a_second_shows_the_line(office: Server, visit: Visits, talk: CallRecord) -> None:
    late = len(said(talk)) - 5
    page = visit(office, f"/calls/{talk.call.id}#{place(talk, late)}")

    expect(line(page, place(talk, late)).locator("p")).to_have_text(said(talk)[late].text)
    assert is_readable(line(page, place(talk, late)))


def test_a_link_to_any_second_shows_what_is_said_then(
    office: Server, visit: Visits, talk: CallRecord
) -> None:
    late = said(talk)[-5]
    assert late.start_s is not None
    page = visit(office, f"/calls/{talk.call.id}#t={late.start_s + 0.011:.3f}")

    shown = line(page, place(talk, len(said(talk)) - 5))
    expect(shown).to_have_class(re.compile("matched"))
    expect(shown).to_be_in_viewport()
    assert is_readable(shown)


def test_a_copied_quote_brings_somebody_else_to_the_line(
    office: Server, visit: Visits, talk: CallRecord
) -> None:
    late = len(said(talk)) - 5
    page = visit(office, f"/calls/{talk.call.id}", permissions=CLIPBOARD)
    quoted = line(page, place(talk, late))

    quoted.hover()
    quoted.get_by_role("button", name="Copy quote").click()

    expect(quoted.get_by_role("button", name="Copied")).to_be_visible()
    expect(page.locator("#told")).to_have_text("Quote copied, with its link")
    text: str = page.evaluate("navigator.clipboard.readText()")
    words, source, link = text.splitlines()
    assert words == f"“{said(talk)[late].text}”"
    assert talk.lead is not None
    assert str(talk.lead.name) in source
    assert link == f"{office.address}/calls/{talk.call.id}#{place(talk, late)}"
    assert is_readable(line(visit(office, link), place(talk, late)))


def test_the_tools_of_a_line_are_reached_by_keyboard(
    office: Server, visit: Visits, talk: CallRecord
) -> None:
    page = visit(office, f"/calls/{talk.call.id}", permissions=CLIPBOARD)
    line(page, place(talk, 3)).locator("a.at").focus()

    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Copy quote")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert said(talk)[3].text in page.evaluate("navigator.clipboard.readText()")


# Listening.


def test_a_call_is_heard_from_any_line(office: Server, visit: Visits, talk: CallRecord) -> None:
    start_s = said(talk)[8].start_s
    assert start_s is not None
    page = visit(office, f"/calls/{talk.call.id}")
    played = line(page, place(talk, 8))

    with page.expect_response(f"**/v1/calls/{talk.call.id}/recording") as heard:
        played.locator("a.at").click()

    assert heard.value.status == 206
    assert heard.value.request.headers["range"].startswith("bytes=")
    is_playing_from(page, start_s)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(played).to_have_class(re.compile("is-now"))
    expect(page).to_have_url(f"{office.address}/calls/{talk.call.id}#{place(talk, 8)}")

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert audio(page, "paused")


def test_the_text_follows_what_is_heard(office: Server, visit: Visits, talk: CallRecord) -> None:
    late = said(talk)[-5].start_s
    assert late is not None
    page = visit(office, f"/calls/{talk.call.id}")
    page.get_by_role("button", name="Play").click()
    is_playing_from(page, 0)

    page.get_by_role("slider", name="Position in the audio").fill(f"{late + 0.1:.1f}")

    now = line(page, place(talk, len(said(talk)) - 5))
    expect(now).to_have_class(re.compile("is-now"))
    expect(now).to_be_in_viewport()
    is_playing_from(page, late)


def test_space_plays_and_pauses(office: Server, visit: Visits, talk: CallRecord) -> None:
    page = visit(office, f"/calls/{talk.call.id}")

    page.keyboard.press("Space")
    is_playing_from(page, 0)
    page.keyboard.press("Space")

    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert audio(page, "paused")


def test_space_pauses_what_a_click_on_a_line_began(
    office: Server, visit: Visits, talk: CallRecord
) -> None:
    page = visit(office, f"/calls/{talk.call.id}")
    line(page, place(talk, 1)).locator("a.at").click()
    is_playing_from(page, said(talk)[1].start_s or 0)

    page.keyboard.press("Space")

    expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=1000)


def test_audio_that_is_gone_is_told_of(
    office: Server, close: Close, visit: Visits, talk: CallRecord
) -> None:
    visit.expect("status of 410", "the audio, gone")
    page = visit(office, f"/calls/{talk.call.id}")
    close.standin.faults.audio_expired = True
    try:
        page.get_by_role("button", name="Play").click()
        expect(page.get_by_role("alert")).to_contain_text("The audio cannot be played: ")
    finally:
        close.standin.faults.audio_expired = False
    expect(page.get_by_role("button", name="Play")).to_be_disabled()
    expect(page.get_by_role("list", name="Transcript")).to_be_visible()


# Finding, and going on.


def words_in(talk: CallRecord, word: str) -> int:
    return sum(u.text.lower().count(word) for u in said(talk))


def test_words_are_found_in_the_call(office: Server, visit: Visits, talk: CallRecord) -> None:
    page = visit(office, f"/calls/{talk.call.id}")
    find, count = page.get_by_role("searchbox", name="Find words"), page.locator("#find-count")
    there = words_in(talk, "you")
    assert there > 5

    find.fill("YOU")
    expect(count).to_have_text(f"{there} found")
    expect(page.locator(".line mark")).to_have_count(there)

    for number in (1, 2, 3):
        find.press("Enter")
        expect(count).to_have_text(f"{number} of {there}")
    expect(page.locator("mark.is-here")).to_be_in_viewport()
    find.press("Shift+Enter")
    expect(count).to_have_text(f"2 of {there}")
    page.get_by_role("button", name="Next place").click()
    expect(count).to_have_text(f"3 of {there}")

    find.press("Escape")
    expect(count).to_have_text("")
    expect(page.locator(".line mark")).to_have_count(0)
    assert page.locator(".line p").all_inner_texts() == [u.text for u in said(talk)]


def test_finding_backwards_begins_with_the_last(
    office: Server, visit: Visits, talk: CallRecord
) -> None:
    page = visit(office, f"/calls/{talk.call.id}")
    find, there = page.get_by_role("searchbox", name="Find words"), words_in(talk, "you")
    find.fill("you")

    page.get_by_role("button", name="Previous place").click()

    expect(page.locator("#find-count")).to_have_text(f"{there} of {there}", timeout=1000)


def test_from_one_answer_to_the_next(office: Server, visit: Visits) -> None:
    page = visit(office, "/?q=price&kind=recording")
    links = page.locator("#hits a.open")
    ranked = links.evaluate_all("(all) => all.map((a) => new URL(a.href).pathname)")
    links.first.click()
    expect(page).to_have_url(re.compile(re.escape(ranked[0])))
    expect(page.get_by_role("link", name="Previous", exact=True)).to_have_count(0)

    page.get_by_role("link", name="Next", exact=True).click()
    expect(page).to_have_url(re.compile(re.escape(ranked[1]) + ".*q=price.*n=2"))
    page.keyboard.press("]")
    expect(page).to_have_url(re.compile(re.escape(ranked[2]) + ".*n=3"))
    page.keyboard.press("[")
    expect(page).to_have_url(re.compile(re.escape(ranked[1]) + ".*n=2"))
    page.get_by_role("link", name="Previous", exact=True).click()
    expect(page).to_have_url(re.compile(re.escape(ranked[0]) + ".*n=1"))
    page.get_by_role("link", name="Results").click()

    expect(page).to_have_url(f"{office.address}/?q=price&kind=recording")


def test_similar_moments_are_shown_beside_a_line(
    office: Server, visit: Visits, talk: CallRecord
) -> None:
    page = visit(office, f"/calls/{talk.call.id}")
    asked = line(page, place(talk, 4))
    asked.hover()
    button = asked.get_by_role("button", name="Similar")

    button.click()

    others = asked.get_by_role("region", name="Similar moments in other calls")
    expect(others.locator("a.open")).to_have_count(3)
    assert all(talk.call.id not in (a.get_attribute("href") or "") for a in others.locator("a.open").all())  # fmt: skip
    button.click()
    expect(others).to_have_count(0)


def test_a_call_that_is_not_here_says_so(office: Server, visit: Visits) -> None:
    visit.expect("status of 404")
    page = visit(office, "/calls/acti_nowhere")

    expect(page.get_by_role("alert").get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Go to the search")).to_be_visible()
