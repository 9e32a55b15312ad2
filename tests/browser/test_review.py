"""Reviewing with the keyboard only: from who does what to the score; two tabs; a phone; axe."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from indexer import reviewing, sampling
from indexer.papers import Written
from indexer.reviewing import REVIEWS, SCORECARDS, Reviewer, scorecards
from indexer.reviewing.plain import EXAMPLE, read_plain
from models import EVERYTHING
from models.review import Review, ReviewState
from models.sample import SamplePlan
from tests.browser.servers import TODAY, Close, Server, filled, serve, services
from tests.browser.test_accessible import TWO_VIEWS, found
from tests.browser.visiting import PHONE, Visits, overflowing

RAE = "Rae Moss"
QUESTIONS = 5


@pytest.fixture(scope="module")
def qa(close: Close, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with forty calls and a scorecard."""
    made = filled(services(tmp_path_factory.mktemp("qa"), close))
    card = scorecards.made("Discovery", read_plain(EXAMPLE))
    SCORECARDS.add(made.store, card, by="Quinn", at=TODAY)
    with serve(made) as server:
        yield server


def draw(server: Server, name: str, size: int = 4) -> str:
    """A sample of calls that have a transcript."""
    [made] = sampling.make(
        name, SamplePlan(where={}, seed=name, size=size), EVERYTHING,
        store=server.store, embedder=server.services.embedder, reviewed=frozenset(),
        by="Quinn", at=TODAY,
    )  # fmt: skip
    return made.id


def given(server: Server, name: str, size: int = 2) -> list[Written[Review]]:
    """A sample whose calls are Rae's to review."""
    sample_id = draw(server, name, size)
    reviewers = [Reviewer(name=RAE)]
    handed = reviewing.assign(server.store, sample_id, "Discovery", reviewers, by="Quinn", at=TODAY)
    return list(handed.reviews)


def enter(server: Server, visit: Visits, path: str, name: str = RAE, **options: object) -> Page:
    """Open a page as somebody."""
    page = visit(server, "/me", **options)
    page.context.add_cookies(
        [{"name": "callsift-user", "value": quote(name), "url": server.address}]
    )
    page.goto(path)
    return page


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until something has the focus."""
    for _ in range(120):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}")


def question(page: Page, number: int) -> Locator:
    return page.locator(f"#question-{number}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_sample_is_assigned_and_reviewed_with_the_keyboard_only(
    qa: Server, visit: Visits
) -> None:
    sample_id = draw(qa, "Keyboard")
    page = enter(qa, visit, f"/samples/{sample_id}")
    names = page.get_by_label("Reviewers, one a line")
    tab_to(page, names)
    page.keyboard.type(RAE)
    tab_to(page, page.get_by_role("button", name="Assign"))
    press(page, "Enter")
    expect(page.locator("main")).to_contain_text("0 done, 4 open")

    tab_to(page, page.get_by_role("link", name="Review", exact=True))
    press(page, "Enter")
    expect(page.get_by_text("4 reviews to do, 0 reviews done.")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="Start with the next one"))
    press(page, "Enter")

    expect(question(page, 1)).to_be_focused()
    press(page, "y", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "q")
    expect(question(page, 1).locator("blockquote")).to_have_count(1)
    press(page, "j", "n", "c")
    page.keyboard.type("No reason given")
    press(page, "Escape", "ArrowDown", "4", "s")
    expect(page.locator("#told")).to_have_text("Saved")
    expect(question(page, 3)).to_be_focused()
    press(page, "j", "x", "Enter")
    expect(page.locator("#told")).to_have_text("One question is not answered yet")
    expect(question(page, 5)).to_be_focused()
    press(page, "y", "Enter")
    expect(page.get_by_role("dialog", name="Finish this review?")).to_be_visible()
    press(page, "Enter")
    expect(page.locator(".score")).to_have_text(re.compile(r"^7\d %"))

    done = next(one for one in REVIEWS.all(qa.store, within=sample_id) if one.body.state == "done")
    first, second, third, fourth, _ = done.body.answers
    record = qa.store.get(done.body.call_id)
    assert record is not None
    [transcript] = [one for one in (record.recording, record.voicemail) if one]
    [quoted] = first.quotes
    assert (quoted.first, quoted.last) == (1, 2)
    assert quoted.text == "\n".join(one.text for one in transcript.utterances[1:3])
    assert (second.value, second.comment) == (0, "No reason given")
    assert (third.value, fourth.value, fourth.is_open) == (4, None, False)
    assert done.body.score == pytest.approx(100 * (0.5 + 3 * 0.75 + 2) / 6)

    press(page, "Enter")  # the next one
    expect(question(page, 1)).to_be_focused()
    expect(page.get_by_text(f"0 of {QUESTIONS} answered")).to_be_visible()


def test_a_quote_is_removed_and_its_text_can_be_typed(qa: Server, visit: Visits) -> None:
    [review, _] = given(qa, "Quotes")
    page = enter(qa, visit, f"/review/{review.id}")
    press(page, "y", "ArrowRight", "q", "ArrowRight", "q")
    expect(question(page, 1).locator("blockquote")).to_have_count(2)
    tab_to(page, question(page, 1).get_by_role("button", name="Remove").first)
    press(page, "Enter")
    expect(question(page, 1)).to_be_focused()
    press(page, "s")
    expect(page.locator("#told")).to_have_text("Saved")
    saved = REVIEWS.get(qa.store, review.id).body.answers[0]
    assert [(one.first, one.last) for one in saved.quotes] == [(1, 1)]


def test_a_call_is_replaced_with_the_keyboard_and_its_substitute_opens(
    qa: Server, visit: Visits
) -> None:
    [review, _] = given(qa, "Replaced")
    page = enter(qa, visit, f"/review/{review.id}")
    tab_to(page, page.get_by_text("Replace this call"))
    press(page, "Enter")
    tab_to(page, page.get_by_label("Why", exact=True))
    page.keyboard.type("Wrong language")
    tab_to(page, page.get_by_role("button", name="Replace"))
    press(page, "Enter")
    expect(page.get_by_text("in place of another call")).to_be_visible()
    gone = REVIEWS.get(qa.store, review.id).body
    assert gone.state is ReviewState.REPLACED
    assert gone.replacement is not None
    assert (gone.replacement.by, gone.replacement.reason.value) == (RAE, "wrong_language")


def test_of_two_tabs_the_second_is_told_and_loses_nothing(qa: Server, visit: Visits) -> None:
    [review, _] = given(qa, "Tabs")
    visit.expect("409")
    one = enter(qa, visit, f"/review/{review.id}")
    other = enter(qa, visit, f"/review/{review.id}")
    press(one, "y", "s")
    expect(one.locator("#told")).to_have_text("Saved")
    press(other, "n", "c")
    other.keyboard.type("Only later")
    press(other, "Escape", "s")
    alert = other.get_by_role("alert").filter(has_text="saved somewhere else")
    expect(alert).to_contain_text("You typed: No, “Only later”. Saved: Yes.")
    expect(question(other, 1).get_by_role("radio", name="No")).to_be_checked()
    press(other, "s")
    expect(other.locator("#told")).to_have_text("Saved")
    last = REVIEWS.get(qa.store, review.id)
    assert (last.version, last.body.answers[0].value) == (3, 0)
    assert REVIEWS.get(qa.store, review.id, version=2).body.answers[0].value == 1


def test_a_review_is_done_without_a_script(qa: Server, visit: Visits) -> None:
    [review, _] = given(qa, "Plain")
    page = enter(qa, visit, f"/review/{review.id}", java_script_enabled=False)
    for number, label in enumerate(("Yes", "Yes", "5", "Does not apply", "No"), 1):
        question(page, number).get_by_role("radio", name=label).check()
    question(page, 1).get_by_label("Utterances to quote").fill("0-1, 3")
    page.get_by_role("button", name="Finish").click()
    expect(page.locator(".score")).to_contain_text("67 %")
    quotes = REVIEWS.get(qa.store, review.id).body.answers[0].quotes
    assert [(one.first, one.last) for one in quotes] == [(0, 1), (3, 3)]


def test_an_appeal_is_made_and_decided_without_a_script(qa: Server, visit: Visits) -> None:
    [review, _] = given(qa, "Disputed")
    answers = [
        reviewing.GivenAnswer(question_id=one.id, value=one.lowest)
        for one in reviewing.scorecard_of(qa.store, review.body).questions
    ]
    reviewing.finish(qa.store, review.id, answers, by=RAE, at=TODAY)
    rep = enter(qa, visit, f"/review/{review.id}", name="Kit", java_script_enabled=False)
    expect(rep.locator(".score")).to_contain_text("failed by one answer")
    rep.locator("summary", has_text="Appeal").click()
    rep.get_by_label("Why").fill("It is said at the start")
    rep.get_by_role("button", name="Appeal").click()
    expect(rep.locator("#appeals")).to_contain_text("Somebody else than Kit")
    lead = enter(qa, visit, "/review", name="Quinn", java_script_enabled=False)
    lead.get_by_role("table", name="").locator("a").first.click()
    lead.get_by_text("Decide", exact=True).first.click()
    lead.get_by_label("Upheld").check()
    lead.get_by_label("Why", exact=True).first.fill("It is")
    lead.get_by_label("Did the rep say that the call is recorded?").select_option("Yes")
    lead.get_by_role("button", name="Decide").click()
    expect(lead.locator("#appeals")).to_contain_text("Upheld by Quinn")
    expect(lead.locator(".score")).to_contain_text("8 %")


def test_pages_of_reviews_are_accessible(qa: Server, visit: Visits) -> None:
    [review, other] = given(qa, "Axe")
    reviewing.save(
        qa.store, review.id,
        [reviewing.GivenAnswer(question_id="recording-notice", value=1,
                               quotes=reviewing.read_quotes("0-1"))],
        comment="So far", by=RAE, at=TODAY,
    )  # fmt: skip
    answers = [
        reviewing.GivenAnswer(question_id=one.id, value=one.highest)
        for one in reviewing.scorecard_of(qa.store, review.body).questions
    ]
    reviewing.finish(qa.store, other.id, answers, by=RAE, at=TODAY)
    page = enter(qa, visit, f"/review/{review.id}")
    press(page, "ArrowRight")
    assert found(page, TWO_VIEWS) == []
    card = SCORECARDS.all(qa.store)[0].id
    for number, path in enumerate(
        (f"/review/{other.id}", f"/review/scorecards/{card}", "/review", "/review/coverage")
    ):
        page.goto(path)
        assert found(page, TWO_VIEWS[number % 2 :][:1]) == [], path


def test_nothing_of_a_review_reaches_beyond_a_phone(qa: Server, visit: Visits) -> None:
    [review, _] = given(qa, "Phone")
    page = enter(qa, visit, f"/review/{review.id}", viewport=PHONE)
    for path in (None, "/review", "/review/scorecards", "/review/coverage"):
        if path:
            page.goto(path)
        assert overflowing(page) == [], path
