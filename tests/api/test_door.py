"""The door: hosts, keys, and answers that nobody keeps."""

import logging
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from indexer.store.contract import StoreFacts
from models import CallRecord
from models.errors import CallsiftError, EmbedderUnavailable, StoreBroken, StoreBusy
from tests.api.conftest import Shelf, an_app, ready
from tests.factories import a_record

KEYS = ("first-key-of-the-test", "second-key-of-the-test")
EVERY_V1_PATH = ["/v1/search", "/v1/calls", "/v1/calls/acti_1", "/v1/status", "/v1/nothing", "/v1"]
EVERY_PAGE = ["/", "/calls/acti_1", "/calls/acti_1/similar?index=0", "/status", "/nothing"]


@pytest.fixture
def locked(store: Shelf) -> Iterator[TestClient]:
    """A client of a server with two keys and two hosts of its own."""
    hosts = ("calls.example.com", "*.internal.example", "10.0.0.5")
    store.add(a_record("some words here"))
    with ready(an_app(store, api_keys=KEYS, allowed_hosts=hosts)) as client:
        yield client


@pytest.mark.parametrize("key", KEYS)
def test_each_key_opens(locked: TestClient, key: str) -> None:
    for scheme in ("Bearer", "bearer"):
        answer = locked.get("/v1/search?q=words", headers={"Authorization": f"{scheme} {key}"})
        assert answer.status_code == 200


@pytest.mark.parametrize("path", [*EVERY_V1_PATH, *EVERY_PAGE])
@pytest.mark.parametrize(
    "given",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Bearer {KEYS[0]}x", f"Bearer {KEYS[0][:-1]}", f"Basic {KEYS[0]}", KEYS[0], f"Bearer {KEYS[0]}, {KEYS[1]}", "Bearer \xff\xfe"],
)  # fmt: skip
def test_nothing_else_opens(locked: TestClient, path: str, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given.encode("latin-1")}
    answer = locked.get(path, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"
    assert not any(key in answer.text for key in KEYS)


def test_a_key_in_the_address_does_not_open(locked: TestClient) -> None:
    assert locked.get(f"/v1/search?api_key={KEYS[0]}").status_code == 401


def test_a_question_is_not_looked_at_without_a_key(locked: TestClient) -> None:
    assert locked.get("/v1/search?limit=0").status_code == 401
    assert locked.post("/v1/search", content=b"{").status_code == 401


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/openapi.json", "/sign-in", "/static/x/callsift.css"]
)
def test_what_shows_no_call_needs_no_key(locked: TestClient, path: str) -> None:
    assert locked.get(path).status_code == 200


def test_a_server_without_keys_asks_for_none(client: TestClient) -> None:
    assert client.get("/v1/status").status_code == 200
    assert client.get("/v1/status", headers={"Authorization": "Bearer any"}).status_code == 200


HOME = [
    "localhost",
    "LOCALHOST:1234",
    "127.0.0.1",
    "127.0.0.1:8000",
    "127.9.9.9",
    "[::1]",
    "[::1]:8000",
]


@pytest.mark.parametrize(
    "host",
    [*HOME, "calls.example.com", "Calls.Example.com:443", "eu.internal.example", "10.0.0.5:80"],
)
def test_this_machine_and_named_hosts_are_known(locked: TestClient, host: str) -> None:
    assert locked.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "calls.example.com.evil.example", "xcalls.example.com", "internal.example", "localhost.evil.example", "10.0.0.6", "", "localhost:x", "evil.example@localhost", "localhost/x", "[::2]", "::1", "localhost localhost"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/healthz", "/v1/search", "/"])
def test_any_other_host_is_refused(locked: TestClient, host: str, path: str) -> None:
    answer = locked.get(path, headers={"Host": host, "Authorization": f"Bearer {KEYS[0]}"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:callsift:problem:unknown-host"
    assert "some words here" not in answer.text


def test_a_forwarded_host_counts_for_nothing(client: TestClient) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "localhost"}
    assert client.get("/healthz", headers=headers).status_code == 400


class Broken(Shelf):
    """A store that fails as it is told."""

    error: Exception = StoreBroken("cannot use the folder")

    def get(self, call_id: str) -> CallRecord | None:
        raise self.error

    def facts(self) -> StoreFacts:
        raise self.error


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1/calls", 200), ("/healthz", 200), ("/openapi.json", 200), ("/v1/nothing", 404), ("/v1/search?x=1", 422), ("/v1/status", 500)],
)  # fmt: skip
def test_no_answer_is_kept_by_anybody(path: str, status: int) -> None:
    store = Broken()
    store.error = ValueError("x")
    with ready(an_app(store)) as client:
        answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_an_unexpected_error_keeps_its_words_to_itself(caplog: pytest.LogCaptureFixture) -> None:
    store = Broken()
    store.error = ValueError("the customer said: my password is hunter2")
    with ready(an_app(store)) as client, caplog.at_level(logging.WARNING):
        answer = client.get("/v1/calls/acti_1")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "hunter2" not in answer.text
    assert "ValueError" not in answer.text
    assert "hunter2" not in caplog.text
    assert "ValueError" in caplog.text
    assert "in get\n" in caplog.text  # the log says where


@pytest.mark.parametrize(
    ("error", "status", "retry"),
    [
        (StoreBroken("cannot use the folder"), 503, None),
        (StoreBusy("another process is writing"), 503, "5"),
        (EmbedderUnavailable("no weights"), 503, None),
        (CallsiftError("something else"), 500, None),
    ],
)
def test_an_error_of_ours_says_what_to_do(error: Exception, status: int, retry: str | None) -> None:
    store = Broken()
    store.error = error
    with ready(an_app(store)) as client:
        answer = client.get("/v1/calls/acti_1")
    assert answer.status_code == status
    assert answer.json()["detail"] == str(error)
    assert answer.headers.get("retry-after") == retry
