"""Collections over HTTP and on pages: moments kept, moved, commented, exported."""

import csv
import io
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from models import Side
from models.errors import PaperChanged
from tests.api.conftest import Shelf
from tests.factories import a_record, a_transcript, said

QUOTE = "It is too much for us."
DANA = {"X-Callsift-User": "Dana"}


@pytest.fixture
def filled(store: Shelf) -> Shelf:
    spoken = [
        said(Side.USER, "Shall we talk?", 1.0),
        said(Side.CONTACT, QUOTE, 5.25),
        said(Side.USER, "I see.", 9.0),
    ]
    store.add(
        a_record(
            recording=a_transcript(*spoken),
            lead_id="lead_1",
            recording_url="https://audio.example/1",
        )
    )
    return store


def begun(client: TestClient, name: str = "Prices", **more: str) -> str:
    answer = client.post("/v1/collections", json={"name": name} | more, headers=DANA)
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["id"]
    assert answer.headers["Location"] == f"/v1/collections/{made}"
    return made


def kept(client: TestClient, to: str, **moment: Any) -> Any:
    told = {"call_id": "acti_1", "first": 1} | moment
    answer = client.post(f"/v1/collections/{to}/items", json=told, headers=DANA)
    assert answer.status_code == 201, answer.text
    return answer.json()["items"][-1]


def test_a_moment_is_kept_and_its_link_goes_to_the_second(
    client: TestClient, filled: Shelf
) -> None:
    to = begun(client, description="For Monday")
    item = kept(client, to, title="Too much", comment="The pause")
    assert (item["quote"], item["standing"], item["start_s"]) == (QUOTE, "there", 5.25)
    assert item["path"] == "/calls/acti_1#t=5.25"
    assert item["close_url"] == "https://app.close.com/lead/lead_1/"
    assert [(c["text"], c["by"]) for c in item["comments"]] == [("The pause", "Dana")]
    assert [u["text"] for u in item["utterances"]] == [QUOTE]
    whole = client.get(f"/v1/collections/{to}").json()
    assert (whole["size"], whole["version"], whole["description"]) == (1, 2, "For Monday")
    assert whole["items"] == [item]
    [line] = client.get("/v1/collections").json()["collections"]
    assert line == {name: value for name, value in whole.items() if name != "items"}


def test_a_moment_says_what_became_of_its_call(client: TestClient, filled: Shelf) -> None:
    to = begun(client)
    kept(client, to)
    filled.add(a_record("Other words", "and others", "here now"))
    [item] = client.get(f"/v1/collections/{to}").json()["items"]
    assert (item["standing"], item["quote"], item["utterances"]) == ("changed", QUOTE, [])
    filled.remove(["acti_1"])
    [item] = client.get(f"/v1/collections/{to}").json()["items"]
    assert (item["standing"], item["quote"], item["close_url"]) == ("gone", QUOTE, None)


def test_moments_are_moved_titled_and_taken_out(client: TestClient, filled: Shelf) -> None:
    to = begun(client)
    ids = [kept(client, to, first=n)["id"] for n in range(3)]
    path = f"/v1/collections/{to}/items"
    moved = client.patch(f"{path}/{ids[2]}", json={"place": 1, "title": "First"}).json()
    assert [item["id"] for item in moved["items"]] == [ids[2], ids[0], ids[1]]
    assert moved["items"][0]["title"] == "First"
    left = client.delete(f"{path}/{ids[0]}").json()
    assert [item["id"] for item in left["items"]] == [ids[2], ids[1]]


def test_comments_are_added_and_taken_back(client: TestClient, filled: Shelf) -> None:
    to = begun(client)
    path = f"/v1/collections/{to}/items/{kept(client, to)['id']}/comments"
    made = client.post(path, json={"text": "Listen", "at_s": 6.5}, headers=DANA)
    assert made.status_code == 201
    [item] = made.json()["items"]
    [comment] = item["comments"]
    assert (comment["text"], comment["at_s"], comment["by"]) == ("Listen", 6.5, "Dana")
    [item] = client.delete(f"{path}/{comment['id']}").json()["items"]
    assert item["comments"] == []
    assert client.delete(f"{path}/{comment['id']}").status_code == 404


def test_a_collection_is_changed_and_deleted(client: TestClient, filled: Shelf) -> None:
    to = begun(client)
    begun(client, "Openings")
    path = f"/v1/collections/{to}"
    assert client.patch(path, json={"name": "openings"}).status_code == 409
    assert (
        client.patch(path, json={"description": "Why", "version": 1}).json()["description"] == "Why"
    )
    late = client.patch(path, json={"name": "Late", "version": 1})
    assert late.status_code == 409
    assert "changed meanwhile" in late.json()["detail"]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == client.delete(path).status_code == 404


def test_rows_are_exported_with_their_comments(client: TestClient, filled: Shelf) -> None:
    to = begun(client)
    kept(client, to, title="=cmd()", comment="Hm")
    path = f"/v1/collections/{to}/export"
    [row] = csv.DictReader(io.StringIO(client.get(path).text))
    assert (row["collection"], row["quote"], row["title"]) == ("Prices", QUOTE, "'=cmd()")
    assert json.loads(row["comments"])[0]["text"] == "Hm"
    [line] = client.get(f"{path}?format=ndjson").text.splitlines()
    assert set(json.loads(line)) == set(row)


_WHAT_IS_NO_MOMENT_IS_REFUSED: list[Any] = [
    ({"call_id": "acti_none", "first": 0}, 404),
    ({"call_id": "acti_1"}, 422),
    ({"call_id": "acti_1", "first": 3}, 422),
    ({"call_id": "acti_1", "first": 1, "last": 0}, 422),
    ({"call_id": "acti_1", "first": True}, 422),
    ({"call_id": "acti_1", "first": 0, "kind": "note"}, 422),
    ({"call_id": "acti_1", "first": 0, "kind": "voicemail"}, 422),
    ({"call_id": "acti_1", "first": 0, "quote": QUOTE}, 422),
    ({"call_id": "acti_1", "at_s": 1e9}, 422),
    ({"call_id": "acti_1", "at_s": "NaN"}, 422),
    ({"call_id": "acti_1", "first": 0, "comment": " "}, 422),
    ({"call_id": "acti_1", "first": 0, "title": "a\nb"}, 422),
    ({"call_id": "acti_1", "first": 0, "tilte": "x"}, 422),
    ({"call_id": "acti_1", "first": 0, "version": 7}, 409),
]


def test_what_is_no_moment_is_refused(client: TestClient, filled: Shelf) -> None:
    to = begun(client)
    for moment, status in _WHAT_IS_NO_MOMENT_IS_REFUSED:
        answer = client.post(f"/v1/collections/{to}/items", json=moment)
        assert answer.status_code == status, answer.text
        assert client.get(f"/v1/collections/{to}").json()["items"] == []


_WHAT_IS_NO_COLLECTION_IS_REFUSED: list[Any] = [
    {},
    {"name": ""},
    {"name": "x" * 101},
    {"name": "a\nb"},
    {"name": "a", "nmae": "b"},
]


def test_what_is_no_collection_is_refused(client: TestClient) -> None:
    for body in _WHAT_IS_NO_COLLECTION_IS_REFUSED:
        assert client.post("/v1/collections", json=body).status_code == 422


def test_another_site_changes_nothing(client: TestClient, filled: Shelf) -> None:
    to = begun(client)
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert client.post("/v1/collections", json={"name": "x"}, headers=elsewhere).status_code == 403
    assert client.post(f"/collections/{to}/delete", headers=elsewhere).status_code == 403


# --- pages ------------------------------------------------------------------


def test_a_collection_is_begun_and_filled_on_pages_alone(client: TestClient, filled: Shelf) -> None:
    shown = client.post("/collections", data={"name": "Prices", "description": "For Monday"})
    assert "<h1>Prices</h1>" in shown.text
    assert "/collections/add?call_id=acti_1&amp;kind=recording" in client.get("/calls/acti_1").text
    form = client.get("/collections/add?call_id=acti_1&kind=recording&first=1")
    assert f'<option value="1" selected>0:05  {QUOTE}' in form.text
    shown = client.post(
        "/collections/add",
        data={
            "call_id": "acti_1",
            "kind": "recording",
            "first": "1",
            "last": "1",
            "quote": "",
            "collection": shown.url.path.rsplit("/", 1)[1],
            "new": "",
            "title": "",
            "comment": "Hm",
        },
    )
    assert QUOTE in shown.text
    assert 'href="/calls/acti_1#t=5.25"' in shown.text
    assert 'data-audio="/v1/calls/acti_1/recording"' in shown.text
    assert "Hm" in shown.text


def test_a_moment_can_begin_a_collection(client: TestClient, filled: Shelf) -> None:
    form = {"call_id": "acti_1", "kind": "recording", "first": "0", "new": "Begun so"}
    shown = client.post("/collections/add", data=form)
    assert "<h1>Begun so</h1>" in shown.text
    again = client.post("/collections/add", data=form)
    assert again.status_code == 409
    assert "already" in again.text


_THE_FORM_SAYS_WHAT_IS_WRONG_AND_BEGINS_NOTHING: list[Any] = [
    ({"first": "0"}, "Choose one, or name a new one"),
    ({"first": "0", "new": "N", "quote": "not said"}, "not what is said there"),
    ({"first": "9", "new": "N"}, "3 utterances"),
    ({"first": "2", "last": "1", "new": "N"}, "must not be before first"),
    ({"first": "x", "new": "N"}, "say where the moment begins"),
]


def test_the_form_says_what_is_wrong_and_begins_nothing(client: TestClient, filled: Shelf) -> None:
    for form, told in _THE_FORM_SAYS_WHAT_IS_WRONG_AND_BEGINS_NOTHING:
        shown = client.post(
            "/collections/add", data={"call_id": "acti_1", "kind": "recording"} | form
        )
        assert shown.status_code == 422, form
        assert told.lower() in shown.text.lower()
        assert client.get("/v1/collections").json() == {"collections": []}


def test_a_moment_of_no_call_cannot_be_asked_for(client: TestClient) -> None:
    assert client.get("/collections/add?call_id=acti_none").status_code == 404


def test_a_page_moves_comments_and_takes_out(client: TestClient, filled: Shelf) -> None:
    to = begun(client)
    one, two = (kept(client, to, first=n)["id"] for n in (0, 1))
    item = f"/collections/{to}/items/{two}"
    client.post(f"{item}/change", data={"place": "1"})
    client.post(f"{item}/change", data={"title": "Too much"})
    client.post(f"{item}/comment", data={"text": "Listen", "at": "1:02.5"})
    items = client.get(f"/v1/collections/{to}").json()["items"]
    assert [i["id"] for i in items] == [two, one]
    assert items[0]["title"] == "Too much"
    [comment] = items[0]["comments"]
    assert comment["at_s"] == 62.5
    client.post(f"{item}/comments/{comment['id']}/remove")
    client.post(f"{item}/remove")
    assert [i["id"] for i in client.get(f"/v1/collections/{to}").json()["items"]] == [one]
    client.post(f"/collections/{to}/change", data={"name": "Costs", "description": ""})
    assert "<h1>Costs</h1>" in client.get(f"/collections/{to}").text
    client.post(f"/collections/{to}/delete")
    assert "Costs" not in client.get("/collections").text


_A_PAGE_REFUSES_A_COMMENT_THAT_CANNOT_BE: list[Any] = [
    {"text": ""},
    {"text": "Hm", "at": "soon"},
    {"text": "Hm", "at": "-3"},
]


def test_a_page_refuses_a_comment_that_cannot_be(client: TestClient, filled: Shelf) -> None:
    to = begun(client)
    item = kept(client, to)["id"]
    for form in _A_PAGE_REFUSES_A_COMMENT_THAT_CANNOT_BE:
        assert client.post(f"/collections/{to}/items/{item}/comment", data=form).status_code == 422


def test_a_page_says_what_became_of_a_call(client: TestClient, filled: Shelf) -> None:
    to = begun(client)
    kept(client, to)
    filled.add(a_record("Other words", "and others", "here now"))
    shown = client.get(f"/collections/{to}").text
    assert "The words here have changed since" in shown
    assert QUOTE in shown
    filled.remove(["acti_1"])
    shown = client.get(f"/collections/{to}").text
    assert "no longer stored" in shown
    assert QUOTE in shown


def test_a_page_that_is_beaten_every_time_says_so(
    client: TestClient, filled: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = begun(client)
    item = kept(client, to)["id"]

    def beaten(*_: Any, **__: Any) -> Any:
        raise PaperChanged("collection", to)

    monkeypatch.setattr(filled, "write", beaten)
    shown = client.post(f"/collections/{to}/items/{item}/remove", headers={"Accept": "text/html"})
    assert shown.status_code == 409
    assert "changed meanwhile" in shown.text
