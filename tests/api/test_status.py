"""Status, health and readiness: true at every moment of a server's life."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.readiness import NotReady, Readiness
from indexer.store.contract import StoreFacts
from indexer.vectors import EmbedderId
from models import CallState
from models.errors import EmbedderMismatch, EmbedderUnavailable, StoreBroken
from tests.api.conftest import AT_HOME, Shelf, TinyEmbedder, an_app, ready, services
from tests.factories import NOON, a_record, an_entry, hours


def a_reason(
    state: str, reason: str, calls: int = 1, next_try: str | None = None
) -> dict[str, object]:
    """A group of calls that stand so since noon."""
    since = "2026-03-11T12:00:00Z"
    return {"state": state, "reason": reason, "calls": calls, "since": since, "next_try": next_try}


def test_status_counts_calls_and_says_why(client: TestClient, store: Shelf) -> None:
    record = a_record("some words here", "and some more here")
    store.add(record)
    store.set_cursor("last_sync", "2026-03-11T11:59:30+00:00")
    due = NOON + hours(1)
    store.enter(
        [
            an_entry("acti_2", CallState.WAITING, reason="no transcript yet", due_at=due),
            an_entry("acti_3", CallState.WAITING, reason="no transcript yet", since=due),
            an_entry("acti_4", CallState.FAILED, reason="no date"),
            an_entry("acti_5", CallState.EXCLUDED),
            an_entry("acti_6", CallState.DELETED),
        ]
    )
    status = client.get("/v1/status").json()
    assert status["calls"] == {
        "known": 6,
        "indexed": 1,
        "waiting": 2,
        "failed": 1,
        "excluded": 1,
        "deleted": 1,
    }
    assert status["reasons"] == [
        a_reason("waiting", "no transcript yet", 2, next_try="2026-03-11T13:00:00Z"),
        a_reason("indexed", "because"),
        a_reason("failed", "no date"),
        a_reason("excluded", "because"),
        a_reason("deleted", "because"),
    ]
    assert status["due"] == 0
    assert status["passages"] == len(record.passages)
    assert status["embedder"] == {"name": "tiny", "revision": "1", "dimensions": 3}
    assert status["last_sync"] == "2026-03-11T11:59:30Z"
    assert status["version"]


@pytest.fixture
def slow() -> Iterator[TinyEmbedder]:
    """An embedder that has not loaded yet."""
    embedder = TinyEmbedder()
    embedder.may_load.clear()
    yield embedder
    embedder.may_load.set()


@pytest.fixture
def loading(store: Shelf, slow: TinyEmbedder) -> Iterator[TestClient]:
    """A client of a server that is still loading."""
    store.add(a_record("some words here"))
    with TestClient(an_app(store, slow), base_url=AT_HOME) as client:
        yield client
        slow.may_load.set()


def test_a_server_that_loads_is_alive_and_not_ready(loading: TestClient) -> None:
    assert loading.get("/healthz").json() == {"status": "ok"}
    answer = loading.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "missing": ["embedder", "indexes"]}


def test_a_search_too_early_is_told_when_to_come_back(loading: TestClient) -> None:
    for answer in (loading.get("/v1/search?q=words"), loading.post("/v1/search", json={})):
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:callsift:problem:not-ready"
        assert "embedder" in answer.json()["detail"]


def test_calls_can_be_read_while_the_embedder_loads(loading: TestClient) -> None:
    assert len(loading.get("/v1/calls").json()["calls"]) == 1
    assert loading.get("/v1/calls/acti_1").status_code == 200
    assert loading.get("/v1/status").json()["embedder"] is None


def test_a_loaded_server_is_ready_and_answers(store: Shelf, slow: TinyEmbedder) -> None:
    store.add(a_record("some words here"))
    slow.may_load.set()
    with ready(an_app(store, slow)) as client:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"status": "ready", "missing": []})
        assert len(client.get("/v1/search?q=words").json()["hits"]) == 1


class Refusing(Shelf):
    """A store of another embedder's vectors, which says so."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()

    def remember_embedder(self, embedder: EmbedderId) -> None:
        self.asked.set()
        raise EmbedderMismatch("run `callsift reindex` to embed every call again")


def test_a_server_that_cannot_get_ready_says_why_to_who_searches() -> None:
    store = Refusing()
    app = an_app(store)
    with TestClient(app, base_url=AT_HOME) as client:
        assert store.asked.wait(60)
        app.state.readiness.stop()  # which waits for the try to end
        assert client.get("/readyz").json()["missing"] == ["embedder", "indexes"]
        assert "callsift reindex" in client.get("/v1/search?q=words").json()["detail"]
        assert "reindex" not in client.get("/readyz").text  # which needs no key


class Unlucky(TinyEmbedder):
    """An embedder that fails to load twice, each time in another way."""

    failures: tuple[Exception, ...] = (
        EmbedderUnavailable("no weights there yet"),
        RuntimeError("words of a library, perhaps of a customer"),
    )

    @property
    def identity(self) -> EmbedderId:
        if self.failures:
            failure, *rest = self.failures
            self.failures = tuple(rest)
            raise failure
        return super().identity


def test_what_failed_to_load_is_tried_again(store: Shelf, caplog: pytest.LogCaptureFixture) -> None:
    readiness = Readiness(services(store, Unlucky()), retry_s=0.0)
    with pytest.raises(NotReady, match="embedder, indexes"):
        readiness.require()
    readiness.start()
    assert readiness.wait(60)
    readiness.require()
    assert readiness.missing() == ()
    assert "no weights there yet" in caplog.text
    assert "RuntimeError" in caplog.text
    assert "customer" not in caplog.text


class Unplugged(Shelf):
    """A store whose disk can go away."""

    gone = False

    def facts(self) -> StoreFacts:
        if self.gone:
            raise StoreBroken("cannot use the folder")
        return super().facts()


class Reindexed(Shelf):
    """A store whose calls another embedder embedded again meanwhile."""

    other = EmbedderId(name="other", revision="2", dimensions=3)
    is_done = False

    def facts(self) -> StoreFacts:
        return replace(super().facts(), embedder=self.other) if self.is_done else super().facts()


def test_a_reindex_by_another_embedder_ends_readiness() -> None:
    store = Reindexed()
    with ready(an_app(store)) as client:
        store.is_done = True
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["embedder"])


def test_a_database_that_went_away_is_missing() -> None:
    store = Unplugged()
    with ready(an_app(store)) as client:
        assert client.get("/readyz").status_code == 200
        store.gone = True
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["missing"]) == (503, ["database"])
        assert client.get("/healthz").status_code == 200


class Watched(Shelf):
    """A store that knows whether it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


def test_the_store_is_closed_with_the_server() -> None:
    store = Watched()
    with ready(an_app(store)):
        assert not store.closed
    assert store.closed
