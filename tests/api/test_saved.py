"""Saved searches over HTTP."""

import base64
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from indexer import cursors
from models.saved import SavedSearch
from tests.api.conftest import AT_HOME, Shelf, TinyEmbedder, an_app, ready
from tests.factories import NOON, a_record, hours

QUESTION: dict[str, Any] = {"q": "the price", "since": "30d", "disposition": "answered"}
KEEPS = QUESTION | {"disposition": ["answered"]}


def save(client: TestClient, name: str = "Prices", **asked: Any) -> Any:
    answer = client.post("/v1/searches", json={"name": name, "asked": asked or QUESTION})
    assert answer.status_code == 201, answer.text
    return answer.json()


def sent(client: TestClient, method: str, path: str, body: Any) -> Any:
    """An answer to a body in ASCII, which may name half of a character."""
    headers = {"Content-Type": "application/json"}
    return client.request(method, path, content=json.dumps(body), headers=headers)


def results(client: TestClient, search_id: str, **parameters: Any) -> Any:
    answer = client.get(f"/v1/searches/{search_id}/results", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(answer: Any) -> list[str]:
    return [hit["call"]["id"] for hit in answer["hits"]]


def refused(answer: Any, status: int, kind: str) -> Any:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:callsift:problem:{kind}"
    return answer.json()


def talk(number: int, **fields: Any) -> Any:
    return a_record(
        "the price is high",
        "fine by me",
        call_id=f"acti_{number}",
        **{"date_created": NOON - hours(number)} | fields,
    )


def test_a_search_is_saved_shown_listed_changed_and_deleted(client: TestClient) -> None:
    assert client.get("/v1/searches").json() == {"searches": []}
    answer = client.post("/v1/searches", json={"name": " Prices ", "asked": QUESTION})
    made = answer.json()
    assert answer.headers["location"] == f"/v1/searches/{made['id']}"
    assert made == {
        "id": made["id"], "name": "Prices", "asked": KEEPS,
        "created_at": "2026-03-11T12:00:00Z", "created_by": None, "seen_at": None,
    }  # fmt: skip
    address = f"/v1/searches/{made['id']}"
    assert client.get(address).json() == made
    other = save(client, "Another")
    assert client.get("/v1/searches").json() == {"searches": [other, made]}
    changed = client.patch(address, json={"name": "Costs"}).json()
    assert changed == made | {"name": "Costs"}
    asked = client.patch(address, json={"asked": {"q": "cost"}}).json()
    assert asked == changed | {"asked": {"q": "cost"}}
    gone = client.delete(address)
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get("/v1/searches").json() == {"searches": [other]}


def test_its_answers_are_those_of_the_search(client: TestClient, store: Shelf) -> None:
    for number in range(5):
        store.add(talk(number))
    store.add(talk(9, disposition="busy"))
    made = save(client)
    plain = client.post("/v1/search", json=QUESTION | {"limit": 2}).json()
    first = results(client, made["id"], limit=2)
    told = first.pop("saved")
    assert first == plain
    assert told == {
        "id": made["id"], "name": "Prices", "seen_at": None, "new": 0, "new_calls": [], "upto": 6,
    }  # fmt: skip
    pages = [first]
    while cursor := pages[-1]["next_cursor"]:
        pages.append(results(client, made["id"], limit=2, cursor=cursor))
    assert sorted(i for page in pages for i in ids(page)) == [f"acti_{n}" for n in range(5)]


def test_what_is_new_is_told_until_it_is_seen(client: TestClient, store: Shelf) -> None:
    store.add(talk(1))
    store.add(a_record(call_id="acti_2", note="left a message", date_created=NOON - hours(2)))
    made = save(client)
    store.add(talk(2))  # its transcript came late
    store.add(talk(3))
    store.add(talk(1, note="a note"))  # nothing new
    answer = results(client, made["id"])
    assert set(ids(answer)) == {"acti_1", "acti_2", "acti_3"}
    assert answer["saved"]["new"] == 2
    assert set(answer["saved"]["new_calls"]) == {"acti_2", "acti_3"}
    first = results(client, made["id"], new=True, limit=1)
    second = results(client, made["id"], new=True, limit=1, cursor=first["next_cursor"])
    assert sorted(ids(first) + ids(second)) == ["acti_2", "acti_3"]
    assert second["next_cursor"] is None
    store.add(talk(4))
    seen = client.post(
        f"/v1/searches/{made['id']}/seen", json={"upto": answer["saved"]["upto"]}
    ).json()
    assert seen == made | {"seen_at": "2026-03-11T12:00:00Z"}
    assert ids(results(client, made["id"], new=True)) == ["acti_4"]
    assert client.post(f"/v1/searches/{made['id']}/seen").status_code == 200
    assert results(client, made["id"], new=True)["saved"]["new"] == 0


def test_an_age_is_counted_back_from_each_asking(store: Shelf) -> None:
    store.add(talk(1, date_created=NOON - hours(23)))
    app = an_app(store)
    with ready(app) as client:
        made = save(client, since="1d")
        assert made["asked"] == {"since": "1d"}
        assert ids(results(client, made["id"])) == ["acti_1"]
    later = an_app(store)
    [override] = later.dependency_overrides

    async def next_day() -> Any:
        return NOON + hours(24)

    later.dependency_overrides[override] = next_day
    with ready(later) as client:
        answer = results(client, made["id"])
        assert ids(answer) == []
        assert answer["query"]["since"] == "2026-03-11T12:00:00Z"


def test_a_name_is_taken_once_whatever_its_case(client: TestClient) -> None:
    save(client, "Prices")
    other = save(client, "Costs")
    body = {"name": "PRICES", "asked": {}}
    told = refused(client.post("/v1/searches", json=body), 409, "search-name-taken")
    assert "'PRICES'" in told["detail"]
    address = f"/v1/searches/{other['id']}"
    refused(client.patch(address, json={"name": "prices"}), 409, "search-name-taken")
    assert client.patch(address, json={"name": "COSTS"}).json()["name"] == "COSTS"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"since": "lately"}, "since"),
        ({"since": "1d", "until": "2d"}, "until"),
        ({"disposition": ["anwsered"]}, "disposition"),
        ({"min_duration": 9, "max_duration": 8}, "min_duration"),
        ({"min_duration": True}, "min_duration"),
        ({"side": "unknown"}, "side"),
        ({"q": "x" * 2001}, "q"),
        ({"q": "\ud800"}, "q"),
        ({"limit": 5}, "limit"),
        ({"cursor": "abc"}, "cursor"),
    ],
)
def test_a_question_that_a_search_would_refuse_is_not_saved(
    client: TestClient, asked: Any, field: str
) -> None:
    made = save(client)
    for answer in (
        sent(client, "POST", "/v1/searches", {"name": "Other", "asked": asked}),
        sent(client, "PATCH", f"/v1/searches/{made['id']}", {"asked": asked}),
    ):
        told = refused(answer, 422, "query-invalid")
        assert field in [error["field"] for error in told["errors"]]
    assert client.get("/v1/searches").json() == {"searches": [made]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"asked": {}}, "name"),
        ({"name": "x"}, "asked"),
        ({"name": "x", "asked": []}, "asked"),
        ({"name": "x", "asked": {}, "id": "1"}, "id"),
        ({"name": "", "asked": {}}, "name"),
        ({"name": "x" * 101, "asked": {}}, "name"),
        ({"name": "a\nb", "asked": {}}, "name"),
        ({"name": 5, "asked": {}}, "name"),
        ({"name": "\ud800", "asked": {}}, "name"),
        ([], "body"),
    ],
)
def test_what_is_no_search_is_refused(client: TestClient, body: Any, field: str) -> None:
    told = refused(sent(client, "POST", "/v1/searches", body), 422, "query-invalid")
    assert field in [error["field"] for error in told["errors"]]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("cursor=abc", "cursor"),
        ("cursor=abc&new=true", "cursor"),
        ("new=perhaps", "new"),
        ("new=true&new=false", "new"),
        ("q=price", "q"),
    ],
)
def test_what_cannot_be_asked_of_the_results_is_refused(
    client: TestClient, parameters: str, field: str
) -> None:
    made = save(client)
    answer = client.get(f"/v1/searches/{made['id']}/results?{parameters}")
    assert [e["field"] for e in refused(answer, 422, "query-invalid")["errors"]] == [field]


@pytest.mark.parametrize("place", [[-1, 1, 0, 0], [0, 2**70, 0, 0], [1, 0, 0, 0], [0, 1, 0, 100], [0, 1, 0, -1], [0, 9, 0, 0]])  # fmt: skip
def test_a_cursor_that_somebody_made_up_is_refused(
    client: TestClient, store: Shelf, place: list[int]
) -> None:
    made = save(client)
    for number in range(3):
        store.add(talk(number))
    good = results(client, made["id"], new=True, limit=1)["next_cursor"]
    address = f"/v1/searches/{made['id']}/results"
    question, *_, inner = _parts(good)
    bad = cursors.write(question, [*place, inner])
    answer = client.get(address, params={"new": True, "cursor": bad})
    assert [e["field"] for e in refused(answer, 422, "query-invalid")["errors"]] == ["cursor"]


def _parts(cursor: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))


@pytest.mark.parametrize("body", [{"upto": 1}, {"upto": -1}, {"upto": 2**70}, {"upto": True}, {"upto": "0"}, {"at": 0}])  # fmt: skip
def test_what_cannot_have_been_seen_is_refused(client: TestClient, body: Any) -> None:
    made = save(client)
    refused(client.post(f"/v1/searches/{made['id']}/seen", json=body), 422, "query-invalid")
    assert client.get(f"/v1/searches/{made['id']}").json() == made


def test_a_search_that_is_not_there_is_not_found(client: TestClient) -> None:
    for answer in (
        client.get("/v1/searches/none"),
        client.get("/v1/searches/none/results"),
        client.patch("/v1/searches/none", json={"name": "x"}),
        client.delete("/v1/searches/none"),
        client.post("/v1/searches/none/seen"),
    ):
        assert "'none'" in refused(answer, 404, "search-not-found")["detail"]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"q": "price", "colour": "red"}, "colour: there is no such parameter"),
        ({"since": "10d", "until": "2026-01-01"}, "since: must be before until"),
        ({"since": "lately"}, "since: 'lately'"),
        ({"disposition": ["of-old"]}, "disposition: 'of-old'"),
        ({"limit": 3}, "limit: "),
    ],
)
@pytest.mark.parametrize("new", [True, False])
def test_a_question_that_cannot_be_asked_any_more_is_told_and_can_be_mended(
    client: TestClient, store: Shelf, asked: Any, why: str, *, new: bool
) -> None:
    store.save_search(SavedSearch(id="1", name="Old", asked=asked, created_at=NOON))
    store.add(talk(1))
    answer = client.get("/v1/searches/1/results", params={"new": new})
    detail = refused(answer, 409, "search-outdated")["detail"]
    assert "'Old'" in detail
    assert why in detail
    assert client.get("/v1/searches/1").json()["asked"] == asked
    assert client.patch("/v1/searches/1", json={"asked": {"q": "price"}}).status_code == 200
    assert ids(results(client, "1")) == ["acti_1"]


def test_a_cursor_of_another_page_is_the_callers_fault_not_the_searchs(
    client: TestClient, store: Shelf
) -> None:
    made, other = save(client), save(client, "Other", q="weather")
    for number in range(3):
        store.add(talk(number))
    for new in (True, False):
        cursor = results(client, made["id"], new=new, limit=1)["next_cursor"]
        answer = client.get(
            f"/v1/searches/{other['id']}/results", params={"new": new, "cursor": cursor}
        )
        refused(answer, 422, "query-invalid")


WRITES = [
    ("POST", "/v1/searches", {"name": "Mine", "asked": {}}),
    ("PATCH", "/v1/searches/1", {"name": "Mine"}),
    ("DELETE", "/v1/searches/1", None),
    ("POST", "/v1/searches/1/seen", None),
]


@pytest.fixture
def one(store: Shelf) -> SavedSearch:
    search = SavedSearch(id="1", name="Prices", asked={"q": "price"}, created_at=NOON)
    store.save_search(search)
    return search


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": AT_HOME},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_another_sites_page_changes_nothing(
    client: TestClient, store: Shelf, one: SavedSearch, method: str, path: str, body: Any, headers: Any
) -> None:  # fmt: skip
    answer = client.request(method, path, json=body, headers=headers)
    assert answer.status_code == 403
    assert store.saved_searches() == [one]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
@pytest.mark.usefixtures("one")
def test_our_own_pages_and_programs_may(
    client: TestClient, method: str, path: str, body: Any
) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": AT_HOME}
    answer = client.request(method, path, json=body, headers=headers)
    assert answer.status_code in (200, 201, 204)


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_writing_needs_a_key_and_takes_no_parameters(
    store: Shelf, one: SavedSearch, method: str, path: str, body: Any
) -> None:
    key = "a-key-that-is-long-enough"
    with ready(an_app(store, api_keys=(key,))) as client:
        assert client.request(method, path, json=body).status_code == 401
        client.post("/sign-in", data={"key": key})  # a session only reads
        assert client.get("/v1/searches").status_code == 200
        assert client.request(method, path, json=body).status_code == 401
        headers = {"Authorization": f"Bearer {key}"}
        odd = client.request(method, f"{path}?force=1", json=body, headers=headers)
        assert odd.status_code == 422
        assert store.saved_searches() == [one]
        assert client.request(method, path, json=body, headers=headers).status_code < 300


def test_what_needs_no_network_waits_for_none(store: Shelf, one: SavedSearch) -> None:
    embedder = TinyEmbedder()
    embedder.may_load.clear()
    with TestClient(an_app(store, embedder), base_url=AT_HOME) as client:
        assert client.get("/v1/searches").json()["searches"][0]["id"] == one.id
        assert client.post("/v1/searches/1/seen").status_code == 200
        refused(client.get("/v1/searches/1/results"), 503, "not-ready")
        refused(client.post("/v1/searches", json={"name": "x", "asked": {}}), 503, "not-ready")
        assert client.delete("/v1/searches/1").status_code == 204
        embedder.may_load.set()
