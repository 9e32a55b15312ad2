"""Dialogues over HTTP: typed in the box, or as JSON, step by step."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from models import Side
from tests.api.conftest import Shelf
from tests.factories import a_record, a_transcript, said

US, THEM = Side.USER, Side.CONTACT

PRICEY = '"too expensive"'
OFFER = '"a discount"'


@pytest.fixture
def talks(store: Shelf) -> None:
    """The same two things said: soon after each other, late, the other way round, after a notice."""
    add(store, "soon", said(THEM, "that is too expensive", 10), said(US, "I can do a discount", 20))
    add(store, "late", said(THEM, "that is too expensive", 10), said(US, "hm", 60), said(THEM, "so?", 90), said(US, "I can do a discount", 200))  # fmt: skip
    add(store, "turned", said(US, "I can do a discount", 5), said(THEM, "too expensive anyway", 20))
    add(store, "told", said(US, "this line is recorded", 1), said(THEM, "too expensive", 10), said(US, "how about a discount", 20))  # fmt: skip


def add(store: Shelf, name: str, *spoken: Any) -> None:
    store.add(a_record(recording=a_transcript(*spoken), call_id=f"acti_{name}"))


def asked(client: TestClient, *steps: dict[str, Any], **more: Any) -> Any:
    answer = client.post("/v1/search", json={"dialogue": list(steps), **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def typed(client: TestClient, q: str, **more: Any) -> Any:
    answer = client.get("/v1/search", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(answer: Any) -> list[str]:
    return sorted(hit["call"]["id"].removeprefix("acti_") for hit in answer["hits"])


def a_step(text: str, **given: Any) -> dict[str, Any]:
    return {"text": text, **given}


def theirs(text: str, **given: Any) -> dict[str, Any]:
    return a_step(text, side="contact", **given)


def ours(text: str, **given: Any) -> dict[str, Any]:
    return a_step(text, side="user", **given)


NOTICE = '"is recorded"'
PRICEY_THEN_OFFER = f"contact: {PRICEY} -> user: {OFFER}"

PATTERNS: list[tuple[str, list[dict[str, Any]], list[str]]] = [
    (PRICEY_THEN_OFFER, [theirs(PRICEY), ours(OFFER)], ["late", "soon", "told"]),
    (f"{PRICEY} -> {OFFER}", [a_step(PRICEY), a_step(OFFER)], ["late", "soon", "told"]),
    (f"{PRICEY_THEN_OFFER} within 60s", [theirs(PRICEY), ours(OFFER, within="60s")], ["soon", "told"]),
    (f"{PRICEY_THEN_OFFER} within 3m", [theirs(PRICEY), ours(OFFER, within="3m")], ["soon", "told"]),
    (f"{PRICEY_THEN_OFFER} within 2 turns", [theirs(PRICEY), ours(OFFER, within="2 turns")], ["soon", "told"]),
    (f"{PRICEY_THEN_OFFER} within 3 turns", [theirs(PRICEY), ours(OFFER, within="3 turns")], ["late", "soon", "told"]),
    (f"user: {OFFER} -> contact: {PRICEY}", [ours(OFFER), theirs(PRICEY)], ["turned"]),
    (f"user never: {NOTICE} -> {PRICEY}", [ours(NOTICE, never=True), a_step(PRICEY)], ["late", "soon", "turned"]),
    (f"user never: {NOTICE} in first 30s", [ours(NOTICE, never=True, part="first 30s")], ["late", "soon", "turned"]),
    (f"{PRICEY} -> user never: {OFFER}", [a_step(PRICEY), ours(OFFER, never=True)], ["turned"]),
    (f"{PRICEY} -> anyone never anywhere: {OFFER}", [a_step(PRICEY), a_step(OFFER, never=True, anywhere=True)], []),
    (f"{PRICEY} -> user never anywhere: {NOTICE}", [a_step(PRICEY), ours(NOTICE, never=True, anywhere=True)], ["late", "soon", "turned"]),
    (f"contact: {PRICEY} in first 15s -> {OFFER}", [theirs(PRICEY, part="first 15s"), a_step(OFFER)], ["late", "soon", "told"]),
    (f"contact: expensive AND NOT anyway -> {OFFER}", [theirs("expensive AND NOT anyway"), a_step(OFFER)], ["late", "soon", "told"]),
]  # fmt: skip


@pytest.mark.usefixtures("talks")
@pytest.mark.parametrize(("q", "steps", "expected"), PATTERNS)
def test_a_dialogue_is_the_same_typed_and_as_json(
    client: TestClient, q: str, steps: list[dict[str, Any]], expected: list[str]
) -> None:
    by_body, by_text = asked(client, *steps, mode="keyword"), typed(client, q, mode="keyword")
    assert names(by_body) == expected
    assert by_text["hits"] == by_body["hits"]
    assert by_text["total"] == by_body["total"] == len(expected)
    assert by_text["query"] == by_body["query"] | {"q": q}
    assert len(by_body["query"]["dialogue"]) == len(steps)


@pytest.mark.usefixtures("talks")
@pytest.mark.parametrize(("q", "steps", "expected"), PATTERNS)
def test_a_dialogue_as_understood_can_be_posted_again(
    client: TestClient, q: str, steps: list[dict[str, Any]], expected: list[str]
) -> None:
    for first in (typed(client, q), asked(client, *steps)):
        again = client.post("/v1/search", json=first["query"])
        assert again.json() == first


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("offers  a discount ", "offers  a discount"),
        ('-never "a b" said c', 'said c -never "a b"'),
        ("(a OR b) AND NOT (c OR d)", "(a OR b) AND NOT (c OR d)"),
        ("a b OR c", "(a AND b) OR c"),
        ("-a", "NOT a"),
        ('\u201cthey say "no"\u201d', '\u201cthey say "no"\u201d'),
        ("w " * 14 + '"x" ' + "v " * 14, "w " * 14 + 'v "x" ' + ("v " * 13).strip()),
        ("w " * 20 + '-x "y"', "w " * 20 + '-x "y"'),
    ],
)  # fmt: skip
def test_a_step_is_echoed_as_a_text_that_means_the_same(
    client: TestClient, text: str, understood: str
) -> None:
    first = asked(client, a_step(text))
    [step] = first["query"]["dialogue"]
    assert step == {"text": understood, "side": None, "within": None, "part": None, "never": False, "anywhere": False}  # fmt: skip
    assert asked(client, step) == first


@pytest.mark.usefixtures("talks")
def test_the_moments_of_a_dialogue_are_its_steps_in_order(client: TestClient) -> None:
    [hit, *_] = asked(client, theirs(PRICEY), ours(OFFER, within="60s"))["hits"]
    told = [
        (m["step"], [u["index"] for u in m["utterances"] if u["matched"]]) for m in hit["moments"]
    ]
    assert told == [(1, [0]), (2, [1])]
    assert hit["moments_total"] == 1
    assert hit["explanation"] is None


def test_a_call_says_how_often_a_dialogue_happens(client: TestClient, store: Shelf) -> None:
    spoken = [
        said(THEM if n % 2 == 0 else US, "too expensive" if n % 2 == 0 else "a discount", n * 5)
        for n in range(6)
    ]
    add(store, "again", *spoken)
    steps = (theirs(PRICEY), ours(OFFER))
    [hit] = asked(client, *steps)["hits"]
    assert hit["moments_total"] == 3
    each = asked(client, *steps, group="moment")
    assert (len(each["hits"]), each["total"]) == (3, 3)


def test_pages_of_a_dialogue_follow_each_other(client: TestClient, store: Shelf) -> None:
    for number in range(5):
        add(store, str(number), said(THEM, "too expensive", 1), said(US, "a discount", 5))
    pages = [typed(client, PRICEY_THEN_OFFER, limit=2)]
    while pages[-1]["next_cursor"]:
        pages.append(
            typed(client, PRICEY_THEN_OFFER, limit=2, cursor=pages[-1]["next_cursor"])
            if len(pages) == 1
            else client.post(
                "/v1/search", json=pages[0]["query"] | {"cursor": pages[-1]["next_cursor"]}
            ).json()
        )
    hits = [hit for page in pages for hit in page["hits"]]
    assert [hit["rank"] for hit in hits] == [1, 2, 3, 4, 5]
    assert len({hit["call"]["id"] for hit in hits}) == 5
    assert {page["total"] for page in pages} == {5}


@pytest.mark.parametrize(
    ("body", "field", "at"),
    [
        ({"dialogue": []}, "dialogue", None),
        ({"dialogue": [a_step("a")] * 9}, "dialogue", None),
        ({"dialogue": "a -> b"}, "dialogue", None),
        ({"dialogue": ["a"]}, "dialogue", None),
        ({"dialogue": [{}]}, "dialogue[0].text", None),
        ({"dialogue": [a_step("")]}, "dialogue[0].text", None),
        ({"dialogue": [a_step("x" * 2001)]}, "dialogue[0].text", None),
        ({"dialogue": [a_step("a"), a_step('say "this')]}, "dialogue[1].text", 4),
        ({"dialogue": [a_step("a AND")]}, "dialogue[0].text", 5),
        ({"dialogue": [a_step("a"), a_step("b", colour="blue")]}, "dialogue[1].colour", None),
        ({"dialogue": [a_step("a", side="unknown")]}, "dialogue[0].side", None),
        ({"dialogue": [a_step("a", part="middle")]}, "dialogue[0].part", None),
        ({"dialogue": [a_step("a", part="first 0s")]}, "dialogue[0].part", None),
        ({"dialogue": [a_step("a"), a_step("b", within="soon")]}, "dialogue[1].within", None),
        ({"dialogue": [a_step("a"), a_step("b", within="0s")]}, "dialogue[1].within", None),
        ({"dialogue": [a_step("a", within="60s")]}, "dialogue", None),
        ({"dialogue": [a_step("a", anywhere=True)]}, "dialogue", None),
        ({"dialogue": [a_step("a"), a_step("b", never=True, anywhere=True, within="5s")]}, "dialogue", None),
        ({"dialogue": [a_step("a", never="perhaps")]}, "dialogue[0].never", None),
        ({"dialogue": [a_step("a")], "one_turn": True}, "one_turn", None),
        ({"q": "contact: a -> user:"}, "q", 19),
        ({"q": "contact: a -> user never anywhere: b within 5s"}, "q", 37),
        ({"q": 'too "expensive'}, "q", 4),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_where_it_stands(
    client: TestClient, body: dict[str, Any], field: str, at: int | None
) -> None:
    answer = client.post("/v1/search", json=body)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert error.get("at", "absent") == ("absent" if at is None else at)
    assert at is None or f"(character {at + 1})" in error["problem"]


@pytest.mark.parametrize("q", ["price", "b -> a", "a"])
def test_a_text_and_another_dialogue_are_not_asked_together(client: TestClient, q: str) -> None:
    body = {"q": q, "dialogue": [a_step("a"), a_step("b")]}
    answer = client.post("/v1/search", json=body)
    assert [e["field"] for e in answer.json()["errors"]] == ["q", "dialogue"]


def test_no_dialogue_is_null(client: TestClient) -> None:
    assert typed(client, "price")["query"]["dialogue"] is None


@pytest.mark.usefixtures("talks")
def test_filters_of_the_question_hold_for_every_step(client: TestClient) -> None:
    steps = (a_step(PRICEY), a_step(OFFER))
    assert names(asked(client, *steps, part="first 30s")) == ["soon", "told"]
    assert names(asked(client, *steps, side="contact")) == []
    assert names(asked(client, *steps, kind="note")) == []


@pytest.mark.usefixtures("talks")
def test_a_dialogue_can_be_saved(client: TestClient) -> None:
    asked_for = {"dialogue": [theirs(PRICEY), ours(OFFER, within="60s")]}
    made = client.post("/v1/searches", json={"name": "Discounts", "asked": asked_for}).json()
    assert made["asked"] == asked_for
    assert names(client.get(f"/v1/searches/{made['id']}/results").json()) == ["soon", "told"]
    wrong = {"dialogue": [theirs('"open')]}
    answer = client.post("/v1/searches", json={"name": "Wrong", "asked": wrong})
    assert answer.json()["errors"][0]["field"] == "dialogue[0].text"
