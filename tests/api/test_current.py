"""A server that keeps itself current."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from scripts.close_standin.app import create_app
from scripts.close_standin.server import serving
from scripts.close_standin.state import API_KEY, StandIn
from scripts.close_standin.synthetic import synthetic_world
from tests.api.conftest import Shelf, an_app, ready
from tests.factories import NOON

A_LONG_TIME_S = 20.0


@pytest.fixture
def close() -> StandIn:
    return StandIn(synthetic_world(3, seed=1, until=NOON))


@pytest.fixture
def url(close: StandIn) -> Iterator[str]:
    with serving(create_app(close)) as url:
        yield url


def found(client: TestClient) -> int:
    return len(client.get("/v1/search").json()["hits"])


def eventually_found(client: TestClient, count: int) -> None:
    deadline = time.monotonic() + A_LONG_TIME_S
    while found(client) != count:
        assert time.monotonic() < deadline, f"{found(client)} calls are found, not {count}"
        time.sleep(0.05)


def test_a_server_fetches_what_is_new_by_itself(
    close: StandIn, url: str, store: Shelf, tmp_path: Path
) -> None:
    key = SecretStr(API_KEY)
    app = an_app(
        store, close_api_key=key, close_base_url=url, poll_seconds=1, data_dir=tmp_path
    )  # fmt: skip
    with ready(app) as client:
        eventually_found(client, 3)
        call_id = close.start_call()
        close.complete(call_id, disposition="busy")
        eventually_found(client, 4)
        assert client.get(f"/v1/calls/{call_id}").status_code == 200
        assert client.get("/v1/status").json()["worker"] in ("idle", "syncing")
    close.start_call()
    before = store.cursor("events")
    time.sleep(1.5)
    assert store.cursor("events") == before


def test_a_server_told_not_to_does_not(
    close: StandIn, url: str, store: Shelf, tmp_path: Path
) -> None:
    key = SecretStr(API_KEY)
    app = an_app(
        store, close_api_key=key, close_base_url=url, data_dir=tmp_path, sync_while_serving=False
    )  # fmt: skip
    with ready(app) as client:
        time.sleep(1)
        assert found(client) == 0
        assert client.get("/v1/status").json()["worker"] == "off"


def test_a_server_without_credentials_does_not(client: TestClient) -> None:
    assert client.get("/v1/status").json()["worker"] == "off"
