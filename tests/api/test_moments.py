"""Moments ranked by themselves, the filters of how things are said, and what scores are made of."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from models import Side
from tests.api.conftest import Shelf
from tests.factories import a_record, a_transcript, said

US, THEM = Side.USER, Side.CONTACT


@pytest.fixture
def talks(store: Shelf) -> None:
    """Three calls that mention a renewal, in different ways."""
    add(store, "a", said(US, "the renewal is in May", 1), said(THEM, "what does the renewal cost?", 30), said(THEM, "and who signs it", 40), said(US, "bye", 98))  # fmt: skip
    add(store, "b", said(US, "hello there", 1), said(THEM, "how much is it", 50), said(US, "about the renewal then", 97))  # fmt: skip
    add(store, "c", said(US, "nothing of interest", 1), note="the renewal is due")


def add(store: Shelf, name: str, *spoken: Any, **fields: Any) -> None:
    store.add(a_record(recording=a_transcript(*spoken), call_id=f"acti_{name}", **fields))


def asked(client: TestClient, **params: Any) -> Any:
    answer = client.get("/v1/search", params={"mode": "keyword", **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def places(answer: Any) -> set[tuple[str, int]]:
    """Each answer by its call and the utterance that matched."""
    return {
        (hit["call"]["id"].removeprefix("acti_"), u["index"])
        for hit in answer["hits"]
        for moment in hit["moments"]
        for u in moment["utterances"]
        if u["matched"]
    }


def calls(answer: Any) -> set[str]:
    return {hit["call"]["id"].removeprefix("acti_") for hit in answer["hits"]}


@pytest.mark.usefixtures("talks")
def test_each_moment_is_an_answer_with_its_call(client: TestClient) -> None:
    found = asked(client, q="renewal", group="moment")
    assert places(found) == {("a", 0), ("a", 1), ("b", 2)}
    assert found["total"] == len(found["hits"]) == 3
    for hit in found["hits"]:
        assert (len(hit["moments"]), hit["moments_total"], hit["explanation"]) == (1, 1, None)
        assert hit["moments"][0]["step"] is None


@pytest.mark.usefixtures("talks")
@pytest.mark.parametrize(
    ("asked_for", "expected"),
    [
        ({"side": "contact"}, {("a", 1)}),
        ({"part": "first 10s"}, {("a", 0)}),
        ({"part": "last 5%"}, {("b", 2)}),
        ({"part": "first 1m"}, {("a", 0), ("a", 1)}),
        ({"question": True}, {("a", 1)}),
        ({"question": True, "side": "user"}, set()),
        ({"kind": "note"}, set()),
        ({"kind": "recording", "until": "1d"}, set()),
    ],
)
def test_filters_choose_the_moments(
    client: TestClient, asked_for: dict[str, Any], expected: set[tuple[str, int]]
) -> None:
    found = asked(client, q='"renewal"', group="moment", **asked_for)
    assert places(found) == expected
    assert found["total"] == len(expected)


@pytest.mark.usefixtures("talks")
@pytest.mark.parametrize(
    ("asked_for", "expected"),
    [
        ({"part": "last 3s"}, {"a", "b", "c"}),
        ({"part": "first 35s", "question": True}, {"a"}),
        ({"question": True}, {"a", "b"}),
        ({"question": False}, {"a", "b", "c"}),
    ],
)
def test_listings_and_facets_take_the_same_filters(
    client: TestClient, asked_for: dict[str, Any], expected: set[str]
) -> None:
    listed = client.get("/v1/calls", params=asked_for).json()["calls"]
    assert {call["id"].removeprefix("acti_") for call in listed} == expected
    assert client.get("/v1/facets", params=asked_for).json()["calls"] == len(expected)
    found = asked(client, **asked_for)
    assert calls(found) == expected
    assert found["total"] == len(expected)


@pytest.mark.usefixtures("talks")
def test_one_turn_holds_what_must_be_said_together(client: TestClient) -> None:
    assert calls(asked(client, q="may AND cost")) == {"a"}
    assert calls(asked(client, q="may AND cost", one_turn=True)) == set()
    assert calls(asked(client, q="cost AND signs", one_turn=True)) == {"a"}


@pytest.mark.parametrize("group", ["call", "moment"])
@pytest.mark.parametrize("limit", [1, 4, 7])
def test_every_answer_is_reached_by_paging(
    client: TestClient, store: Shelf, group: str, limit: int
) -> None:
    for number in range(5):
        add(store, str(number), *(said(US, f"the renewal {n}", n * 9) for n in range(4)))
    seen: list[Any] = []
    totals = set()
    cursor = None
    while True:
        more: dict[str, str] = {"cursor": cursor} if cursor else {}
        page = asked(client, q='"the renewal"', group=group, limit=limit, **more)
        seen += page["hits"]
        totals.add(page["total"])
        cursor = page["next_cursor"]
        if not cursor:
            break
    expected = 20 if group == "moment" else 5
    assert len(seen) == expected
    told = places({"hits": seen}) if group == "moment" else calls({"hits": seen})
    assert len(told) == expected
    assert [hit["rank"] for hit in seen] == list(range(1, expected + 1))
    assert totals == {20 if group == "moment" else 5}
    if group == "call":
        assert {hit["moments_total"] for hit in seen} == {4}
        assert all(len(hit["moments"]) == 3 for hit in seen)


@pytest.mark.usefixtures("talks")
def test_a_listing_says_how_many_calls_there_are_on_every_page(client: TestClient) -> None:
    first = asked(client, limit=2, since="2026-03-01")
    assert first["total"] == 3
    rest = asked(client, limit=2, since="2026-03-01", cursor=first["next_cursor"])
    assert (rest["total"], len(rest["hits"])) == (3, 1)
    assert [hit["moments_total"] for hit in first["hits"]] == [0, 0]


@pytest.mark.usefixtures("talks")
@pytest.mark.parametrize("mode", ["hybrid", "semantic", "keyword"])
def test_an_explanation_adds_up_to_the_score(client: TestClient, mode: str) -> None:
    found = asked(client, q="the renewal cost", mode=mode, explain=True)
    assert found["hits"]
    for hit in found["hits"]:
        told = hit["explanation"]
        both = told["meaning"] + told["words_add"]
        sums = {"hybrid": both, "semantic": told["meaning"], "keyword": told["words"]}
        assert hit["score"] == pytest.approx(sums[mode], abs=1e-5)
        spoken = [told[part] for part in ("utterance", "window") if told[part] is not None]
        means = [sum(spoken) / len(spoken)] if spoken else []
        written = [told["written"]] if told["written"] is not None else []
        assert told["meaning"] == pytest.approx(max([*means, *written, 0.0]), abs=1e-5)
    [first] = [h["explanation"] for h in found["hits"] if h["call"]["id"] == "acti_a"]
    assert first["found_words"] == ([] if mode == "semantic" else ["renewal", "cost"])
    learned_from = {
        call_id for hit in found["hits"] for call_id in hit["explanation"]["learned_from"]
    }
    assert len(learned_from) == (2 if mode == "hybrid" else 0)


@pytest.mark.usefixtures("talks")
def test_nothing_is_explained_unasked(client: TestClient) -> None:
    for params in ({"q": "renewal"}, {}, {"q": "renewal", "group": "moment", "explain": True}):
        assert {hit["explanation"] for hit in asked(client, **params)["hits"]} == {None}


@pytest.mark.parametrize(
    ("address", "field", "at"),
    [
        ("q=price&part=middle", "part", None),
        ("part=", "part", None),
        ("part=first+0s", "part", None),
        ("part=last+101%25", "part", None),
        ("part=first+1s&part=last+1s", "part", None),
        ("question=perhaps", "question", None),
        ("q=price&question=true&question=true", "question", None),
        ("q=price&one_turn=true", "one_turn", None),
        ("one_turn=true", "one_turn", None),
        ("q=a+->+b&one_turn=true", "one_turn", None),
        ("q=price&group=sentence", "group", None),
        ("group=moment", "group", None),
        ("q=-price&group=moment", "group", None),
        ("q=price&explain=why", "explain", None),
        ("q=a&dialogue=b", "dialogue", None),
        ("q=price+%22too", "q", 6),
        ("q=(price+OR+cost", "q", 0),
        ("q=price+AND", "q", 9),
        ("q=%F0%9F%91%8D+%22", "q", 2),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    client: TestClient, address: str, field: str, at: int | None
) -> None:
    answer = client.get(f"/v1/search?{address}")
    assert answer.status_code == 422, answer.text
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert ("at" in error) == (at is not None)
    assert error.get("at") == at


@pytest.mark.parametrize("path", ["/v1/calls", "/v1/facets"])
def test_what_is_about_searches_is_no_filter_of_calls(client: TestClient, path: str) -> None:
    for name in ("one_turn=true", "group=call", "explain=true"):
        answer = client.get(f"{path}?{name}")
        assert [e["field"] for e in answer.json()["errors"]] == [name.partition("=")[0]]
    [error] = client.get(f"{path}?part=banana").json()["errors"]
    assert error["field"] == "part"
