"""Audio over HTTP: passed on from Close to whoever may see the call."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from scripts.close_standin.app import create_app
from scripts.close_standin.audio_store import create_audio_store
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.server import serving
from scripts.close_standin.state import API_KEY, StandIn
from scripts.close_standin.synthetic import synthetic_world
from tests.api.conftest import Shelf, an_app, ready
from tests.factories import NOON, a_record, hours

RECORDING = "/v1/calls/acti_1/recording"
VOICEMAIL = "/v1/calls/acti_1/voicemail"
SIZE = 44 + 3 * 8000
A_LONG_TIME_S = 20.0


@pytest.fixture
def close() -> StandIn:
    """A Close with one call of three seconds, and a voicemail of two."""
    close = StandIn(synthetic_world(1, until=NOON), clock=ManualClock(NOON))
    close.start_call(call_id="acti_1")
    close.leave_voicemail("acti_1", duration_s=2)
    close.attach_recording("acti_1", duration_s=3)
    return close


@pytest.fixture
def close_url(close: StandIn) -> Iterator[str]:
    with serving(create_app(close)) as url:
        close.origin = url.removesuffix("/api/v1")
        yield url


def links(origin: str) -> dict[str, Any]:
    kinds = ("recording", "voicemail")
    return {f"{kind}_url": f"{origin}/call/acti_1/{kind}/" for kind in kinds}


def a_player(store: Shelf, close_url: str, **settings: Any) -> FastAPI:
    """A server with a key of Close's, that does not sync."""
    usual: dict[str, Any] = {
        "close_api_key": SecretStr(API_KEY),
        "close_base_url": close_url,
        "sync_while_serving": False,
    }
    return an_app(store, **(usual | settings))


@pytest.fixture
def client(store: Shelf, close: StandIn, close_url: str) -> Iterator[TestClient]:
    store.add(a_record(**links(close.origin)))
    with ready(a_player(store, close_url)) as client:
        yield client


def problem(answer: Any, status: int) -> str:
    """The name of the problem that an answer is."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    name: str = answer.json()["type"].removeprefix("urn:callsift:problem:")
    return name


def test_a_recording_is_passed_on_whole(client: TestClient) -> None:
    answer = client.get(RECORDING)

    assert answer.status_code == 200
    assert answer.content[:4] == b"RIFF"
    assert len(answer.content) == SIZE
    told = answer.headers
    assert told["content-type"] == "audio/wav"
    assert told["content-length"] == str(SIZE)
    assert told["accept-ranges"] == "bytes"
    assert told["content-disposition"] == "inline"
    assert told["cache-control"] == "no-store"
    assert told["x-content-type-options"] == "nosniff"
    assert told["cross-origin-resource-policy"] == "same-origin"
    assert "content-range" not in told


def test_a_voicemail_is_passed_on(client: TestClient) -> None:
    assert len(client.get(VOICEMAIL).content) == 44 + 2 * 8000


@pytest.mark.parametrize(
    ("asked", "part", "told"),
    [
        ("bytes=0-1", slice(2), f"bytes 0-1/{SIZE}"),
        ("bytes=1000-1999", slice(1000, 2000), f"bytes 1000-1999/{SIZE}"),
        ("bytes=20000-", slice(20000, None), f"bytes 20000-{SIZE - 1}/{SIZE}"),
        ("bytes=-500", slice(-500, None), f"bytes {SIZE - 500}-{SIZE - 1}/{SIZE}"),
        ("bytes=0-999999", slice(None), f"bytes 0-{SIZE - 1}/{SIZE}"),
    ],
)
def test_a_range_is_passed_on(client: TestClient, asked: str, part: slice, told: str) -> None:
    whole = client.get(RECORDING).content

    answer = client.get(RECORDING, headers={"Range": asked})

    assert answer.status_code == 206
    assert answer.content == whole[part]
    assert answer.headers["content-range"] == told
    assert answer.headers["content-length"] == str(len(answer.content))


@pytest.mark.parametrize("asked", ["bytes=9-5", "bytes=0-1,5-9", "items=0-1", "nonsense", ""])
def test_a_range_that_is_none_is_passed_over(client: TestClient, asked: str) -> None:
    answer = client.get(RECORDING, headers={"Range": asked})

    assert (answer.status_code, len(answer.content)) == (200, SIZE)


def test_a_range_for_some_version_of_the_audio_gives_all_of_it(client: TestClient) -> None:
    answer = client.get(RECORDING, headers={"Range": "bytes=0-1", "If-Range": '"v1"'})

    assert (answer.status_code, len(answer.content)) == (200, SIZE)


def test_a_range_beyond_the_end_is_refused(client: TestClient) -> None:
    answer = client.get(RECORDING, headers={"Range": f"bytes={SIZE}-"})

    assert problem(answer, 416) == "no-such-range"
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


def test_head_tells_without_playing(client: TestClient) -> None:
    answer = client.head(RECORDING, headers={"Range": "bytes=0-9"})

    assert (answer.status_code, answer.content) == (206, b"")
    assert answer.headers["content-length"] == "10"
    assert client.head("/v1/calls/acti_2/recording").status_code == 404


def test_audio_that_close_keeps_elsewhere_is_passed_on(client: TestClient, close: StandIn) -> None:
    with serving(create_audio_store(), path="") as store:
        close.faults.audio_kept_at = store
        answer = client.get(RECORDING, headers={"Range": "bytes=0-3"})

    assert (answer.status_code, answer.content) == (206, b"RIFF")
    assert store not in str(answer.headers)


# Why something cannot be heard.


@pytest.mark.parametrize("path", [RECORDING, VOICEMAIL])
def test_a_call_that_is_not_stored_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path.replace("acti_1", "acti_2"))

    assert problem(answer, 404) == "call-not-found"


@pytest.mark.parametrize(("path", "kind"), [(RECORDING, "recording"), (VOICEMAIL, "voicemail")])
@pytest.mark.parametrize("url", [None, ""])
def test_a_call_without_audio_says_so(
    client: TestClient, store: Shelf, path: str, kind: str, url: str | None
) -> None:
    store.add(a_record(recording_url=url, voicemail_url=url, has_recording=True))

    answer = client.get(path)

    assert problem(answer, 404) == "no-audio"
    assert f"no {kind}" in answer.json()["detail"]


def test_audio_outside_close_is_not_fetched(client: TestClient, store: Shelf) -> None:
    with serving(create_audio_store(), path="") as elsewhere:
        store.add(a_record(recording_url=f"{elsewhere}/1"))
        answer = client.get(RECORDING)

    assert problem(answer, 404) == "no-audio"
    assert "not kept in Close" in answer.json()["detail"]


@pytest.mark.parametrize(("ended_h", "status"), [(1, 410), (0, 410), (-1, 200)])
def test_an_expired_recording_is_gone(
    client: TestClient, store: Shelf, close: StandIn, ended_h: int, status: int
) -> None:
    ends_at = NOON - hours(ended_h)
    store.add(a_record(**links(close.origin), recording_expires_at=ends_at))

    answer = client.get(RECORDING)

    assert answer.status_code == status
    if status == 410:
        assert problem(answer, 410) == "audio-gone"
        assert f"{ends_at:%Y-%m-%d %H:%M} UTC" in answer.json()["detail"]
    assert client.get(VOICEMAIL).status_code == 200  # that date is the recording's


def test_audio_that_close_has_no_more_is_gone(client: TestClient, close: StandIn) -> None:
    close.faults.audio_expired = True

    assert problem(client.get(RECORDING), 410) == "audio-gone"


def test_a_server_without_credentials_says_what_to_set(
    store: Shelf, close: StandIn, close_url: str
) -> None:
    store.add(a_record(**links(close.origin)))
    with ready(a_player(store, close_url, close_api_key=None)) as client:
        answer = client.get(RECORDING)

    assert problem(answer, 503) == "no-credentials"
    assert "CLOSE_API_KEY" in answer.json()["detail"]


def test_a_close_that_is_away_is_told(
    client: TestClient, close: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    close.faults.gateway_next = 1

    answer = client.get(RECORDING)

    assert problem(answer, 503) == "close-away"
    assert answer.headers["retry-after"] == "5"
    assert "no audio to play" in caplog.text
    assert client.get(RECORDING).status_code == 200


def test_a_close_that_cannot_be_reached_is_told(store: Shelf) -> None:
    with serving(create_app(StandIn(synthetic_world(1, until=NOON)))) as url:
        pass  # nobody listens there any more
    store.add(a_record(**links(url.removesuffix("/api/v1"))))
    with ready(a_player(store, url)) as client:
        assert problem(client.get(RECORDING), 503) == "close-away"


def test_a_close_that_refuses_us_is_told_of_in_the_log(
    store: Shelf, close: StandIn, close_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    store.add(a_record(**links(close.origin)))
    app = a_player(store, close_url, close_api_key=SecretStr("api_wrong_and_secret"))
    with ready(app) as client:
        answer = client.get(RECORDING)

    assert problem(answer, 502) == "close-refuses"
    assert "credentials" not in answer.text
    assert "refuses our credentials" in caplog.text
    assert "api_wrong_and_secret" not in answer.text + caplog.text


def test_a_parameter_is_refused(client: TestClient) -> None:
    assert client.get(f"{RECORDING}?t=30").status_code == 422


@pytest.mark.parametrize("path", [RECORDING, VOICEMAIL])
def test_nobody_hears_anything_without_a_key(
    store: Shelf, close: StandIn, close_url: str, path: str
) -> None:
    store.add(a_record(**links(close.origin)))
    with ready(a_player(store, close_url, api_keys=["a-key-that-is-long"])) as client:
        assert client.get(path).status_code == 401
        assert client.head(path).status_code == 401
        headers = {"Authorization": "Bearer a-key-that-is-long"}
        assert client.get(path, headers=headers).status_code == 200


# How it is passed on, over the wire.


class Endless:
    """Audio without end at every path; knows who asked, and whether all have left."""

    def __init__(self) -> None:
        self.credentials: list[bytes | None] = []
        self.left = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self.credentials.append(dict(scope["headers"]).get(b"authorization"))
        try:
            await StreamingResponse(self._chunks(), media_type="audio/mpeg")(scope, receive, send)
        finally:
            self.left.set()

    async def _chunks(self) -> AsyncIterator[bytes]:
        while True:
            yield bytes(2**16)
            await asyncio.sleep(0)


def test_who_stops_listening_stops_close_too(store: Shelf, tmp_path: Path) -> None:
    endless = Endless()
    with serving(endless) as url:
        store.add(a_record(**links(url.removesuffix("/api/v1"))))
        with serving(a_player(store, url), path="") as server:
            with httpx.stream("GET", server + RECORDING) as answer:
                assert answer.status_code == 200
                assert len(next(answer.iter_raw())) > 0
                assert not endless.left.is_set()
            assert endless.left.wait(A_LONG_TIME_S)
    assert len(endless.credentials) == 1


def test_head_lets_go_of_close_at_once(store: Shelf) -> None:
    endless = Endless()
    with serving(endless) as url:
        store.add(a_record(**links(url.removesuffix("/api/v1"))))
        with ready(a_player(store, url)) as client:
            answer = client.head(RECORDING)
            assert endless.left.wait(A_LONG_TIME_S)
    assert answer.status_code == 200
    assert "content-length" not in answer.headers  # as that is not known


def test_many_listen_at_once(store: Shelf, close: StandIn, close_url: str) -> None:
    """Each is half heard before any is heard out."""
    close.attach_recording("acti_1", duration_s=300)
    size = 44 + 300 * 8000
    store.add(a_record(**links(close.origin)))
    with serving(a_player(store, close_url), path="") as server, ExitStack() as open_ones:
        answers = [
            open_ones.enter_context(httpx.stream("GET", server + RECORDING)) for _ in range(12)
        ]
        chunks = [answer.iter_raw(size // 2) for answer in answers]
        assert [len(next(chunk)) for chunk in chunks] == [size // 2] * 12
        assert [sum(map(len, chunk)) for chunk in chunks] == [size - size // 2] * 12


def test_audio_that_breaks_off_is_cut_not_ended(
    store: Shelf, close: StandIn, close_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A player can tell that there is more of it, and ask for the rest."""
    store.add(a_record(**links(close.origin)))
    close.faults.cut_next = 1
    with (
        caplog.at_level(logging.ERROR),
        serving(a_player(store, close_url), path="") as server,
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(server + RECORDING)
        assert httpx.get(server + RECORDING).status_code == 200
