"""The language of the box on the pages: faults, marks, moments, dialogues, and more like this."""

import json
import re
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.pages.questions import HIDDEN
from models import Lead, Side
from tests.api.conftest import Shelf
from tests.api.test_search_page import HTML, PART, page, text_of
from tests.factories import a_record, a_transcript, said


def told(store: Shelf, call_id: str, *texts: tuple[Side, str], **fields: Any) -> None:
    """A call in which these things are said, ten seconds apart, each for four."""
    spoken = [
        said(side, text, 10.0 * n, end_s=10.0 * n + 4, speaker=f"The {side}")
        for n, (side, text) in enumerate(texts)
    ]
    lead = Lead(id=call_id, name=f"Lead {call_id[-1]}")
    store.add(a_record(call_id=call_id, recording=a_transcript(*spoken), lead_id=call_id, lead=lead, **fields))  # fmt: skip


def bargain(store: Shelf) -> None:
    for n in range(3):
        told(
            store, f"acti_{n}", (Side.USER, "good morning"),
            (Side.CONTACT, "that is too expensive for us"), (Side.USER, "let me think about it"),
            (Side.USER, "I can offer a discount on the annual plan, or another plan"),
        )  # fmt: skip


def links(html: str, pattern: str) -> list[str]:
    return [unescape(link) for link in re.findall(pattern, html)]


# What cannot be understood.


@pytest.mark.parametrize(
    ("asked", "pointed", "problem"),
    [
        ("%22annual plan", "<mark>&#34;</mark>annual plan", "This quote is never closed"),
        ("price %22annual", "price <mark>&#34;</mark>annual", "This quote is never closed"),
        ("price AND", "price AND<mark>\xa0</mark>", "A word or a phrase is missing here"),
        ("(price OR", "(price OR<mark>\xa0</mark>", "A word or a phrase is missing here"),
        ("user: ok -> contact:", "contact:<mark>\xa0</mark>", "A step must say what to look for"),
    ],
)
def test_what_is_wrong_is_pointed_at(
    client: TestClient, store: Shelf, asked: str, pointed: str, problem: str
) -> None:
    bargain(store)
    answer = client.get(f"/?q={asked}&side=contact", headers=HTML)
    assert answer.status_code == 422
    assert pointed in answer.text
    assert problem in text_of(answer.text)
    assert 'aria-invalid="true"' in answer.text
    assert re.search(r'id="f-side-contact"[^>]* checked>', answer.text)
    assert "Said by the contact" in answer.text
    part = client.get(f"/?q={asked}", headers=PART).text
    assert pointed in part
    assert f'data-told="{problem[0].lower()}{problem[1:]}' in part


def test_only_what_surrounds_a_fault_is_shown_of_a_long_question(client: TestClient) -> None:
    asked = f'{"beforehand " * 6}"never closed {"afterwards " * 6}'
    html = client.get("/", params={"q": asked}, headers=HTML).text
    shown = re.search(r"<code>(.*)</code></p>", html)
    assert shown
    assert shown[1].startswith("…")
    assert shown[1].endswith("…")
    assert len(text_of(shown[1])) < 90


def test_the_help_gives_examples_that_work(client: TestClient, store: Shelf) -> None:
    bargain(store)
    examples = links(page(client, "/"), r'<dt><a href="([^"]*)"')
    assert len(examples) == 4
    for example in examples:
        page(client, example)


# Marks.


@pytest.mark.parametrize(
    ("asked", "marks"),
    [
        ("plans", ["plan", "plan"]),
        ("%22Annual Plan%22", ["annual plan"]),
        ("%22annual plan%22 plans", ["annual plan", "plan"]),
        ("%22offer a discount%22", ["offer a discount"]),
        ("discount -refund", ["discount"]),
        ("offers AND discounts", ["offer", "discount"]),
        ("%22annual plan%22 discount&mode=semantic", ["annual plan"]),
        ("user: %22annual plan%22", ["annual plan"]),
    ],
)
def test_what_was_asked_for_is_marked_as_it_was_asked(
    client: TestClient, store: Shelf, asked: str, marks: list[str]
) -> None:
    told(store, "acti_0", (Side.USER, "I can offer a discount on the annual plan, or another plan"))
    assert re.findall("<mark>(.*?)</mark>", page(client, f"/?q={asked}")) == marks


def test_a_long_note_is_cut_to_where_it_says_it(client: TestClient, store: Shelf) -> None:
    store.add(a_record("hello", note=f"{'so much else ' * 60} the annual plan {'and more ' * 60}"))
    assert "<mark>annual plan</mark>" in page(client, "/?q=%22annual plan%22")


# Filters.


def test_facets_are_counted_under_what_must_be_said(client: TestClient, store: Shelf) -> None:
    told(store, "acti_1", (Side.USER, "the annual plan"))
    told(store, "acti_2", (Side.USER, "a plan that is annual"), disposition="busy")
    assert "Answered 1 call Busy 1 call" in text_of(page(client, "/?q=annual plan"))
    counted = text_of(page(client, "/?q=%22annual plan%22"))
    assert "Answered 1 call" in counted
    assert "Busy" not in counted


@pytest.mark.parametrize(
    ("asked", "chip"),
    [
        ("part=first 60s", "In the first minute"),
        ("part=first 1m", "In the first minute"),
        ("part=last 10%25", "In the last 10%"),
        ("part=last 25s", "In the last 25s"),
        ("question=true", "Asked as a question"),
        ("one_turn=true", "Within one turn"),
    ],
)
def test_which_words_count_is_a_filter_in_force(
    client: TestClient, store: Shelf, asked: str, chip: str
) -> None:
    told(store, "acti_0", (Side.USER, "is that the price?"))
    html = page(client, f"/?q=%22price%22&{asked}")
    assert "Lead 0" in html
    assert links(html, rf'<a href="([^"]*)"><span class="unseen">Remove </span>{chip}<') == [
        "/?q=%22price%22"
    ]
    if asked.startswith("question"):
        assert re.search(r'name="question" value="true" form="ask" checked', html)
    else:
        name, value = asked.split("=")
        assert f'type="hidden" name="{name}" value="{value.replace("%25", "%")}"' in html


def test_the_part_that_is_chosen_is_shown_so(client: TestClient, store: Shelf) -> None:
    bargain(store)
    html = page(client, "/?part=first 1m")
    assert re.search(r'aria-current="true">First minute<', html)
    assert "/?part=last+10%25" in links(html, r'<a href="([^"]*)" id="part-')


# Moments.


def test_moments_are_paged_to_the_last(client: TestClient, store: Shelf) -> None:
    bargain(store)
    seen: list[str] = []
    address = "/?q=plan OR expensive&group=moment&limit=4"
    for _ in range(2):
        html = page(client, address)
        assert "6 moments in all" in text_of(html)
        seen += links(html, r'class="at" href="([^"?]*)\?[^"]*(?:#t=\d+)"')
        address = next(iter(links(html, r'id="next" href="([^"]*)"')), "")
    assert sorted(seen) == sorted(2 * [f"/calls/acti_{n}" for n in range(3)])
    assert address == ""


def test_a_moment_is_told_with_its_second_speaker_and_call(
    client: TestClient, store: Shelf
) -> None:
    bargain(store)
    html = page(client, "/?q=%22too expensive%22&group=moment&limit=1")
    text = text_of(html)
    assert re.search(r"0:10 The contact , contact that is too expensive for us Lead \d No rep 11 Mar 2026", text)  # fmt: skip
    assert "that is <mark>too expensive</mark> for us" in html
    assert re.search(r'href="/calls/acti_\d/similar\?utterance=1">More like this', html)
    assert "Next moments" in text


def test_one_changes_between_calls_and_moments(client: TestClient, store: Shelf) -> None:
    bargain(store)
    html = page(client, "/?q=plan&side=user&explain=true")
    assert links(html, r'<a href="([^"]*)" id="group-') == [
        "/?q=plan&side=user&explain=true",
        "/?q=plan&side=user&group=moment",
    ]


@pytest.mark.parametrize("asked", ["", "q=-refund&"])
def test_where_nothing_ranks_moments_calls_are_listed(
    client: TestClient, store: Shelf, asked: str
) -> None:
    bargain(store)
    html = page(client, f"/?{asked}group=moment")
    assert "Newest first" in html
    assert '<span class="dim">Moments</span>' in html
    assert 'type="hidden" name="group" value="moment"' in html  # for the next question


def test_a_call_says_how_many_moments_it_has_and_shows_them_all(
    client: TestClient, store: Shelf
) -> None:
    told(store, "acti_0", *((Side.USER, f"the annual plan, {n}") for n in range(12)))
    html = page(client, "/?q=%22annual plan%22")
    (there,) = links(html, r'href="([^"]*)">12 moments<')
    assert there == "/calls/acti_0?q=%22annual+plan%22&n=1#found"
    call = page(client, there)
    assert "12 moments for" in text_of(call)
    assert call.count("<mark>annual plan</mark>") == 24  # in the list, and where it was said


# Dialogues.


def test_a_dialogue_is_shown_step_by_step(client: TestClient, store: Shelf) -> None:
    bargain(store)
    html = page(client, '/?q=contact: "too expensive" -> user: "discount" within 60s')
    text = text_of(html)
    assert "3 calls in all" in text
    steps = re.search(r'<ol class="steps".*?</ol>', html, re.DOTALL)
    assert steps
    assert links(steps[0], r'class="at" href="[^"]*(#[^"]*)"') == ["#t=10", "#t=30"]
    assert "16 seconds later" in steps[0]
    assert re.findall("<mark>(.*?)</mark>", steps[0]) == ["too expensive", "discount"]


def test_a_dialogue_that_happens_again_says_so(client: TestClient, store: Shelf) -> None:
    lines = ((Side.CONTACT, "too expensive"), (Side.USER, "a discount"))
    told(store, "acti_0", *lines, *lines)
    html = page(client, '/?q=contact: "too expensive" -> user: "discount"')
    (there,) = links(html, r'href="([^"]*)">2 times in this call<')
    call = page(client, there)
    assert call.count('class="line matched"') == 4
    again = page(client, '/?q=contact: "too expensive" -> user: "discount"&group=moment')
    assert "2 moments in all" in text_of(again)
    assert again.count('class="steps"') == 2


@pytest.mark.parametrize("asked", ['contact: "too expensive" -> user: discount', "%22plan%22&group=moment", "%22plan%22", "-refund"])  # fmt: skip
def test_a_call_leads_to_the_next_answer_to_any_question(
    client: TestClient, store: Shelf, asked: str
) -> None:
    bargain(store)
    first, second = links(page(client, f"/?q={asked}"), r'<a class="open" href="([^"]*)"')[:2]
    (following,) = links(page(client, first), r'id="next"[^>]* href="([^"]*)"')
    assert following == second.partition("#")[0]


# More like this, and why.


def test_calls_like_a_call_are_a_page_of_answers(client: TestClient, store: Shelf) -> None:
    bargain(store)
    (there, *_) = links(page(client, "/?q=plan"), r'href="([^"]*)">More like this<')
    assert re.fullmatch(r"/calls/acti_\d/similar", there)
    own = there[len("/calls/") : -len("/similar")]
    html = page(client, f"{there}?limit=1")
    assert own not in re.findall(r'class="open" href="/calls/([^#"]*)', html)
    assert "Calls like the one with Lead" in html
    (following,) = links(html, r'id="next" href="([^"]*)"')
    other = page(client, following)
    shown = [re.findall(r'class="open" href="/calls/([^#"]*)', h) for h in (html, other)]
    assert sorted([own, *shown[0], *shown[1]]) == ["acti_0", "acti_1", "acti_2"]
    assert "from the first" in other


def test_why_a_call_answers_is_told_where_it_is_asked(client: TestClient, store: Shelf) -> None:
    bargain(store)
    (there,) = links(page(client, "/?q=annual plans"), r'<a href="([^"]*)">why these\?')
    assert there == "/?q=annual+plans&explain=true"
    text = text_of(page(client, there))
    score = client.get("/v1/search", params={"q": "annual plans"}).json()["hits"][0]["score"]
    assert re.search(rf"Why this\? Meaning \d\.\d\d: the nearest sentence \d\.\d\d, passage \d\.\d\d.* Words \d+%: annual, plans in one place Score \d\.\d\d for meaning, 0\.\d\d for words: {score:.2f}", text)  # fmt: skip
    assert "why these?" not in page(client, "/?q=annual plans&group=moment")
    assert "why these?" not in page(client, "/")


def test_the_script_carries_what_the_form_carries(client: TestClient) -> None:
    listed = re.search(r"const HIDDEN = (\[.*\]);", client.get("/static/x/search.js").text)
    assert listed
    assert tuple(json.loads(listed[1])) == HIDDEN
