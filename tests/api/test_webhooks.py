"""The webhook: what Close signs becomes a hint, and nothing else does."""

import asyncio
import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.types import Message
from typer.testing import CliRunner

from api.deps import now
from api.routes.webhooks import Deliveries
from indexer.bootstrap import Services
from indexer.cli import app as commands
from indexer.close import WebhookKey
from indexer.hints import Hints
from indexer.settings import known_names
from models.errors import WebhookRefused
from scripts.close_standin.app import create_app as create_standin
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.server import serving
from scripts.close_standin.state import API_KEY, StandIn
from scripts.close_standin.synthetic import synthetic_world
from scripts.close_standin.webhooks import signature
from tests.api.conftest import AT_HOME, Shelf, an_app, services
from tests.factories import NOON
from tests.indexer.cli.driving import opened

PATH = "/v1/webhooks/close"
KEY = "0123456789abcdef" * 4
MINUTE = timedelta(minutes=1)


class Untouchable:
    """A store that nobody may ask anything."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the store was asked to {name}")


def an_app_in(folder: Path, **more: Any) -> FastAPI:
    return an_app(Untouchable(), data_dir=folder, **more)  # type: ignore[arg-type]


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """A server at noon with a subscription, keys, and a host of its own; nothing is loaded."""
    app = an_app_in(tmp_path, api_keys=["a-key-that-is-long"], allowed_hosts=("calls.example.com",))
    know(app, KEY)
    return app


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=AT_HOME)  # not entered: what Close sends waits for no loading


def services_of(app: FastAPI) -> Services:
    found: Services = app.state.services
    return found


def know(app: FastAPI, *keys: str) -> None:
    """Have the server know these keys, as another process would."""
    for key in keys:
        services_of(app).webhook_keys.keep(
            WebhookKey(subscription_id=f"whsub_{key[:4]}", url=AT_HOME, key=key)
        )


def hinted(app: FastAPI) -> list[str]:
    call_ids, has_overflowed = services_of(app).hints.take()
    assert not has_overflowed
    return call_ids


def an_event(call_id: str = "acti_1", **event: Any) -> bytes:
    usual = {"object_type": "activity.call", "object_id": call_id, "action": "completed"}
    return json.dumps({"event": usual | event, "subscription_id": "whsub_0123"}).encode()


def signed(body: bytes, *, key: str = KEY, at: datetime = NOON) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    hash_ = signature(key, timestamp, body)
    return {"close-sig-timestamp": timestamp, "close-sig-hash": hash_}


def deliver(client: TestClient, body: bytes | None = None, **signing: Any) -> Any:
    body = an_event() if body is None else body
    return client.post(PATH, content=body, headers=signed(body, **signing))


def refused(answer: Any) -> str:
    """Why a delivery was refused."""
    assert answer.status_code == 401, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:callsift:problem:webhook-refused"
    return str(answer.json()["detail"])


def test_what_close_signs_becomes_a_hint_and_needs_no_api_key(
    app: FastAPI, client: TestClient
) -> None:
    answer = deliver(client)

    assert answer.status_code == 200
    assert answer.json() == {"status": "accepted"}
    assert hinted(app) == ["acti_1"]
    assert client.get("/v1/status").status_code == 401


@pytest.mark.parametrize(
    ("signing", "why"),
    [
        pytest.param({"key": "ff" * 32}, "the signature is of no", id="forged"),
        pytest.param({"at": NOON - 6 * MINUTE}, "too long ago", id="stale"),
        pytest.param({"at": NOON + 6 * MINUTE}, "in the future", id="from the future"),
    ],
)
def test_what_does_not_prove_to_be_close_s_is_refused(
    app: FastAPI, client: TestClient, signing: dict[str, Any], why: str
) -> None:
    assert why in refused(deliver(client, **signing))
    assert hinted(app) == []


def test_a_signature_covers_every_byte(app: FastAPI, client: TestClient) -> None:
    body = an_event()
    changed = body.replace(b"acti_1", b"acti_2")

    assert "signature" in refused(client.post(PATH, content=changed, headers=signed(body)))
    assert hinted(app) == []


@pytest.mark.parametrize("missing", ["close-sig-timestamp", "close-sig-hash"])
def test_a_delivery_without_a_signature_is_refused(client: TestClient, missing: str) -> None:
    headers = signed(an_event())
    del headers[missing]

    assert "missing" in refused(client.post(PATH, content=an_event(), headers=headers))


@pytest.mark.parametrize("odd", [b"", b"\xd9\xa1\xd9\xa2", b"\xff" * 64, b"9" * 5000])
@pytest.mark.parametrize("name", ["close-sig-timestamp", "close-sig-hash"])
def test_an_odd_header_is_refused(client: TestClient, name: str, odd: bytes) -> None:
    headers: Any = signed(an_event()) | {name: odd}

    assert "malformed" in refused(client.post(PATH, content=an_event(), headers=headers))


def test_an_api_key_is_no_signature(client: TestClient) -> None:
    headers = {"Authorization": "Bearer a-key-that-is-long"}

    refused(client.post(PATH, content=an_event(), headers=headers))


def test_a_delivery_that_comes_again_is_the_same_hint(app: FastAPI, client: TestClient) -> None:
    body = an_event()
    headers = signed(body, at=NOON - MINUTE)

    for _ in range(3):
        assert client.post(PATH, content=body, headers=headers).status_code == 200

    assert hinted(app) == ["acti_1"]


def test_the_order_of_deliveries_does_not_matter(app: FastAPI, client: TestClient) -> None:
    for action in ("deleted", "updated", "created"):
        assert deliver(client, an_event("acti_2", action=action)).status_code == 200
        assert deliver(client, an_event("acti_1", action=action)).status_code == 200

    assert hinted(app) == ["acti_2", "acti_1"]


def test_events_of_other_things_are_taken_and_ignored(app: FastAPI, client: TestClient) -> None:
    answer = deliver(client, an_event(object_type="lead", object_id="lead_1"))

    assert answer.status_code == 200
    assert answer.json() == {"status": "ignored"}
    assert hinted(app) == []


@pytest.mark.parametrize("body", [b"", b"hunter2", b"[]", b'{"event": 5}', an_event("")])
def test_a_signed_body_that_is_no_event_is_told(
    app: FastAPI, client: TestClient, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    answer = deliver(client, body)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "hunter2" not in answer.text + caplog.text
    assert hinted(app) == []


def test_a_server_without_subscriptions_refuses_all(tmp_path: Path) -> None:
    client = TestClient(an_app_in(tmp_path), base_url=AT_HOME)

    assert "callsift webhook create" in refused(deliver(client))


def test_a_key_made_while_the_server_runs_is_known_at_once(
    app: FastAPI, client: TestClient
) -> None:
    new = "ff" * 32
    refused(deliver(client, key=new))
    know(app, new)

    assert deliver(client, key=new).status_code == 200
    assert deliver(client).status_code == 200

    services_of(app).webhook_keys.forget(f"whsub_{KEY[:4]}")
    refused(deliver(client))


def test_keys_that_cannot_be_read_are_told_to_the_log_only(
    client: TestClient, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "close-webhooks.json").write_text("half")

    answer = deliver(client)

    assert answer.status_code == 503  # Close tries again later
    assert str(tmp_path) not in answer.text
    assert str(tmp_path) in caplog.text


def test_a_body_too_large_is_refused_unread(app: FastAPI, client: TestClient) -> None:
    answer = deliver(client, an_event(note="x" * 2**20))

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert hinted(app) == []


@pytest.mark.parametrize(
    ("host", "status"), [("calls.example.com", 200), ("evil.example", 400), ("", 400)]
)
def test_only_known_hosts_are_answered_for(client: TestClient, host: str, status: int) -> None:
    headers = signed(an_event()) | {"Host": host}

    assert client.post(PATH, content=an_event(), headers=headers).status_code == status


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_nothing_but_a_post_is_taken(client: TestClient, method: str) -> None:
    assert client.request(method, PATH).status_code == 405


def test_only_this_very_path_is_open(client: TestClient) -> None:
    for path in (f"{PATH}/", f"{PATH}/more", "/v1/webhooks", "/v1/webhooks/Close"):
        assert client.post(path).json()["type"] == "urn:callsift:problem:unauthorized"


def test_a_flood_is_told_of_and_not_kept(tmp_path: Path) -> None:
    app = an_app_in(tmp_path)
    know(app, KEY)
    client = TestClient(app, base_url=AT_HOME)
    hints = services_of(app).hints
    hints._most = 20

    for number in range(30):
        assert deliver(client, an_event(f"acti_{number}")).status_code == 200

    call_ids, has_overflowed = hints.take()
    assert has_overflowed
    assert len(call_ids) <= 20


class Clock:
    """A clock that a test moves, in seconds."""

    s = 1000.0

    def __call__(self) -> float:
        return self.s


def test_a_flood_of_forgeries_gets_a_line_a_minute(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, body = Clock(), an_event("acti_hunter2")
    deliveries = Deliveries(services(Shelf(), data_dir=tmp_path), clock=clock)

    def forge() -> None:
        with pytest.raises(WebhookRefused):
            deliveries.take(body, timestamp="1", signature="hunter2", now=NOON)

    with caplog.at_level(logging.DEBUG):
        for _ in range(500):
            forge()
            clock.s += 0.1
        assert len(caplog.messages) == 1
        clock.s += 60
        forge()

    assert [message[:4] for message in caplog.messages] == ["1 we", "500 "]
    assert "hunter2" not in caplog.text


def test_a_delivery_that_breaks_off_is_no_error_of_ours(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    answers: list[Message] = []
    parts = iter([{"type": "http.request", "body": b"{", "more_body": True}])

    async def receive() -> Message:
        return next(parts, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        answers.append(message)

    scope = {"type": "http", "method": "POST", "path": PATH, "raw_path": PATH.encode(), "query_string": b"", "headers": [(b"host", b"localhost")], "http_version": "1.1", "scheme": "http", "root_path": ""}  # fmt: skip
    asyncio.run(app(scope, receive, send))

    assert answers[0]["status"] == 400
    assert caplog.text == ""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def standin(clock: ManualClock) -> StandIn:
    return StandIn(synthetic_world(3, until=NOON), clock=clock)


@pytest.fixture
def subscribed(
    standin: StandIn, clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FastAPI]:
    """A server that runs, to which the stand-in delivers: `callsift webhook create` saw to it."""
    data = tmp_path / "data"
    app = an_app(Shelf(), data_dir=data)

    async def the_time() -> datetime:
        return clock.now()

    app.dependency_overrides[now] = the_time
    for name in known_names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    with serving(create_standin(standin)) as close_url, serving(app, path="") as our_url:
        monkeypatch.setenv("CALLSIFT_DATA_DIR", str(data))
        monkeypatch.setenv("CLOSE_API_KEY", API_KEY)
        monkeypatch.setenv("CALLSIFT_CLOSE_BASE_URL", close_url)
        result = CliRunner().invoke(commands, ["webhook", "create", our_url], obj=opened)
        assert result.exit_code == 0, result.stderr
        yield app


def test_whatever_becomes_of_deliveries_the_right_calls_are_hinted_at(
    subscribed: FastAPI, standin: StandIn, clock: ManualClock
) -> None:
    faults = standin.faults
    faults.deliveries_shuffled = faults.deliveries_doubled = True
    faults.forged_deliveries_next, faults.stale_deliveries_next = 2, 2
    calls = {standin.start_call() for _ in range(8)}
    standin.complete(min(calls))
    standin.records.leads["lead_new"] = {"id": "lead_new"}
    standin.delete_lead("lead_new")

    first = standin.deliver_pending()
    assert sorted({one.status for one in first if one.status}) == [200, 401]
    early = set(hinted(subscribed))
    assert early < calls

    clock.advance(MINUTE)
    again = standin.deliver_pending()
    assert {one.status for one in again} == {200}
    assert early | set(hinted(subscribed)) == calls
    assert standin.deliver_pending() == []


def test_a_change_and_a_deletion_are_hinted_at_when_close_tells_them(
    subscribed: FastAPI, standin: StandIn, clock: ManualClock
) -> None:
    changed, deleted = (call["id"] for call in list(standin.calls)[:2])
    standin.edit_note(changed, "Call back on Friday")
    standin.delete_call(deleted)
    clock.advance(2 * MINUTE)

    standin.deliver_pending()

    assert sorted(hinted(subscribed)) == sorted([changed, deleted])


def test_more_than_can_be_kept_is_answered_and_flagged(
    subscribed: FastAPI, standin: StandIn
) -> None:
    hints: Hints = services_of(subscribed).hints
    hints._most = 5
    for _ in range(7):
        standin.start_call()

    assert {one.status for one in standin.deliver_pending()} == {200}
    assert hints.take()[1]
