"""Topics over HTTP: made, kept, opened, followed to their moments, exported."""

import csv
import io
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Shelf
from tests.indexer.topics.talks import a_talk

CALLS = 9


@pytest.fixture
def filled(store: Shelf) -> Shelf:
    for number in range(CALLS):
        store.add(a_talk(number))
    return store


def made(client: TestClient, **asked: Any) -> Any:
    answer = client.post("/v1/topics", json={"k": 3} | asked, headers={"X-Callsift-User": "Dana"})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_topics_are_made_and_kept_under_an_address(client: TestClient, filled: Shelf) -> None:
    answer = client.post("/v1/topics", json={"k": 3, "name": "Spring", "where": {"since": "30d"}})
    one = answer.json()
    assert answer.headers["Location"] == f"/v1/topics/{one['id']}"
    assert (one["name"], one["k_asked"], one["where"], one["made_by"]) == (
        "Spring",
        3,
        {"since": "30d"},
        None,
    )
    assert (one["calls"], one["passages"], one["selected"], one["read"]) == (9, 72, 9, 9)
    assert sum(t["passages"] for t in one["topics"]) + one["other"] == 72
    assert client.get(f"/v1/topics/{one['id']}").json() == one
    [line] = client.get("/v1/topics").json()["analyses"]
    assert line["id"] == one["id"]


def test_every_share_says_how_sure_it_is(client: TestClient, filled: Shelf) -> None:
    topic = made(client)["topics"][0]
    assert topic["share"]["value"] == pytest.approx(topic["calls"] / CALLS)
    assert topic["share"]["interval"]["method"] == "Wilson"
    assert sum(period["calls"] for period in topic["trend"]) == topic["calls"]


def test_the_same_seed_gives_the_same_topics(client: TestClient, filled: Shelf) -> None:
    one, again, other = (made(client, seed=seed) for seed in ("a", "a", 7))
    assert one["topics"] == again["topics"]
    assert other["seed"] == "7"


def test_moments_are_paged_to_the_end(client: TestClient, filled: Shelf) -> None:
    one = made(client)
    path, total = f"/v1/topics/{one['id']}/topics/1/moments", one["topics"][0]["passages"]
    seen: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(f"{path}?limit=7{f'&cursor={cursor}' if cursor else ''}").json()
        assert (page["total"], page["gone"]) == (total, 0)
        seen += [(m["call_id"], m["utterance"]) for m in page["moments"]]
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen)) == total
    first = client.get(path).json()["moments"][0]
    assert first["path"] == f"/calls/{first['call_id']}#t={first['start_s']:g}"


def test_moments_that_are_gone_are_counted(client: TestClient, filled: Shelf) -> None:
    one = made(client)
    path = f"/v1/topics/{one['id']}/topics/1/moments?limit=100"
    page = client.get(path).json()
    lost = page["moments"][0]["call_id"]
    filled.remove([lost])
    after = client.get(path).json()
    assert after["gone"] == sum(m["call_id"] == lost for m in page["moments"])
    assert lost not in {m["call_id"] for m in after["moments"]}
    topics = client.get(f"/v1/topics/{one['id']}").json()["topics"]
    assert all(t["example"] is None or t["example"]["call_id"] != lost for t in topics)


def test_topics_trends_and_moments_are_exported(client: TestClient, filled: Shelf) -> None:
    one = made(client)
    path = f"/v1/topics/{one['id']}/export"
    rows = list(csv.DictReader(io.StringIO(client.get(path).text)))
    assert [int(r["calls"]) for r in rows] == [t["calls"] for t in one["topics"]]
    trend = [
        json.loads(line)
        for line in client.get(f"{path}?table=trend&format=ndjson").text.splitlines()
    ]
    assert len(trend) == sum(len(t["trend"]) for t in one["topics"])
    moments = list(csv.DictReader(io.StringIO(client.get(f"{path}?table=moments").text)))
    assert len(moments) == sum(t["passages"] for t in one["topics"])
    assert {r["speaker"] for r in moments} == {"Rex Invoice"}


def test_an_analysis_is_deleted(client: TestClient, filled: Shelf) -> None:
    one = made(client)
    assert client.delete(f"/v1/topics/{one['id']}").status_code == 204
    for path in ("", "/topics/1/moments", "/export"):
        assert client.get(f"/v1/topics/{one['id']}{path}").status_code == 404
    assert client.delete(f"/v1/topics/{one['id']}").status_code == 404


def test_a_name_is_taken_once(client: TestClient, filled: Shelf) -> None:
    made(client, name="Spring")
    answer = client.post("/v1/topics", json={"k": 3, "name": "SPRING"})
    assert answer.status_code == 409


_WHAT_CANNOT_BE_FOUND_IS_SAID_PLAINLY: list[Any] = [
    ({"k": 1}, "k"),
    ({"k": 51}, "k"),
    ({"k": "many"}, "k"),
    ({"k": True}, "k"),
    ({"k": 8}, "k"),  # more than 72 utterances bear
    ({"seed": ""}, "seed"),
    ({"seed": "a\nb"}, "seed"),
    ({"step": "year"}, "step"),
    ({"name": " "}, "name"),
    ({"where": {"user_id": "nobody"}}, "where"),
    ({"where": {"since": "soon"}}, "since"),
    ({"where": {"wher": "x"}}, "where.wher"),
    ({"wher": {}}, "wher"),
]


def test_what_cannot_be_found_is_said_plainly(client: TestClient, filled: Shelf) -> None:
    for body, field in _WHAT_CANNOT_BE_FOUND_IS_SAID_PLAINLY:
        answer = client.post("/v1/topics", json=body)
        assert answer.status_code == 422, body
        assert [error["field"] for error in answer.json()["errors"]] == [field]
        assert client.get("/v1/topics").json() == {"analyses": []}


def test_no_call_at_all_is_said_plainly(client: TestClient) -> None:
    answer = client.post("/v1/topics", json={})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "where: no call passes"


_WHAT_IS_ASKED_WRONGLY_IS_REFUSED: list[Any] = [
    "topics/9/moments",
    "topics/0/moments",
    "topics/1/moments?cursor=xyz",
    "topics/1/moments?limit=101",
    "topics/1/moments?page=2",
    "export?format=xls",
    "export?table=all",
    "export?tabel=trend",
]


def test_what_is_asked_wrongly_is_refused(client: TestClient, filled: Shelf) -> None:
    for path in _WHAT_IS_ASKED_WRONGLY_IS_REFUSED:
        assert client.get(f"/v1/topics/{made(client)['id']}/{path}").status_code == 422


def test_another_site_cannot_make_topics(client: TestClient, filled: Shelf) -> None:
    answer = client.post(
        "/v1/topics", json={"k": 3}, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403


def test_the_page_finds_topics_and_leads_to_their_moments(
    client: TestClient, filled: Shelf
) -> None:
    form = {
        "k": "3",
        "seed": "0",
        "side": "",
        "user_id": "",
        "since": "52w",
        "min_duration": "",
        "said": "",
        "name": "Spring",
    }
    shown = client.post("/topics", data=form, headers={"Accept": "text/html"})
    assert shown.status_code == 200
    assert shown.url.path.startswith("/topics/")
    assert "<h1>Spring</h1>" in shown.text
    assert "Last 12 months" in shown.text
    moments = client.get(f"{shown.url.path}/1")
    assert "Rex Invoice" in moments.text
    assert "Spring" in client.get("/topics").text
    client.post(f"{shown.url.path}/delete")
    assert "Spring" not in client.get("/topics").text


_THE_PAGE_SAYS_WHAT_IS_WRONG_AND_KEEPS_THE_FORM: list[Any] = [
    ({"k": "60"}, 422, "How many topics: "),
    ({"k": "eight"}, 422, "How many topics: "),
    ({"said": '"unclosed'}, 422, "Only calls that say: "),
    ({"user_id": "nobody"}, 422, "The calls: no call passes."),
    ({"name": "spring"}, 409, "named &#39;spring&#39; already"),
]


def test_the_page_says_what_is_wrong_and_keeps_the_form(client: TestClient, filled: Shelf) -> None:
    made(client, name="Spring")
    for form, status, told in _THE_PAGE_SAYS_WHAT_IS_WRONG_AND_KEEPS_THE_FORM:
        shown = client.post("/topics", data={"k": "3", "seed": "kept"} | form)
        assert shown.status_code == status, form
        assert told in shown.text
        assert 'value="kept"' in shown.text


def test_a_page_of_moments_goes_on(client: TestClient, store: Shelf) -> None:
    for number in range(30):
        store.add(a_talk(number, about="price"))
    one = made(client, k=2)
    first = client.get(f"/topics/{one['id']}/1")
    assert "?skip=50" in first.text
    assert "?skip=0" in client.get(f"/topics/{one['id']}/1?skip=50").text
