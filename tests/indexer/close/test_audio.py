"""Audio from Close: to whom credentials go, what is passed on, and what is not."""

import base64
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from indexer.close import ApiKey, Close, FileTokenStore, OAuth, Tokens
from indexer.close.audio import CHUNK_BYTES, AudioElsewhere, NoSuchRange
from models.errors import (
    CloseError,
    CloseForbidden,
    CloseNotFound,
    CloseRefused,
    CloseUnauthorized,
    CloseUnavailable,
    CloseUnreadable,
)
from scripts.close_standin.app import create_app
from scripts.close_standin.audio_store import create_audio_store
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.server import serving
from scripts.close_standin.state import API_KEY, StandIn
from scripts.close_standin.synthetic import synthetic_world
from tests.indexer.close import talking
from tests.indexer.close.talking import Waits, a_close

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
LINK = "https://api.close.com/call/acti_1/recording/"
SECRET = "api_secret.key"
SIGNED = "https://store.example/a.mp3?signature=let-me-in"
SOUND = b"0123456789" * 10


class Told(talking.Told):
    """Prepared answers whose bodies arrive as from a network: later than their headers."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        told = super().__call__(request)
        body = httpx.ByteStream(told.content)
        return httpx.Response(told.status_code, headers=told.headers, stream=body)


def heard(close: Close, url: str = LINK, byte_range: str | None = None) -> bytes:
    with close.audio(url, byte_range=byte_range) as audio:
        return b"".join(audio)


def sound(status: int = 200, content: bytes = SOUND, **headers: str) -> httpx.Response:
    told = {"content-type": "audio/mpeg"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return httpx.Response(status, headers=told, content=content)


def moved(location: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": location})


def key_in(request: httpx.Request) -> str | None:
    told = request.headers.get("authorization")
    return base64.b64decode(told.removeprefix("Basic ")).decode() if told else None


# To whom our credentials go.


@pytest.mark.parametrize(
    "url",
    [
        LINK,
        "https://app.close.com/call/acti_1/recording/",
        "https://app.close.io/call/acti_1/recording/",
        "https://close.test/call/acti_1/recording/",  # where the base URL is
        "https://API.CLOSE.COM:443/call/acti_1/recording/",
    ],
)
def test_links_to_close_are_followed_with_our_credentials(url: str) -> None:
    told = Told(sound())

    assert heard(a_close(told), url) == SOUND
    assert [key_in(request) for request in told.requests] == [f"{SECRET}:"]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/call/acti_1/recording/",
        "https://api.close.com.evil.example/call/acti_1/recording/",
        "https://api.close.com@evil.example/call/",
        "https://user:word@api.close.com/call/acti_1/recording/",
        "https://api.close.com\\@evil.example/",
        "https://evil.example\\.api.close.com/",
        "https://evil.example#.api.close.com/",
        "https://api.close.com:8443/call/acti_1/recording/",
        "http://api.close.com/call/acti_1/recording/",
        "http://close.test/call/acti_1/recording/",
        "//api.close.com/call/acti_1/recording/",
        "/call/acti_1/recording/",
        "file:///etc/passwd",
        "ftp://api.close.com/x",
        "javascript:alert(1)",
        "https://api.close.com/\r\nX-Evil: 1",
        "https://api.close.com./call/",
        "https://[::1/",
        "https://xn--/",
        "",
    ],
)
def test_links_to_elsewhere_are_not_followed(url: str) -> None:
    told = Told(sound())

    with pytest.raises(AudioElsewhere) as caught:
        a_close(told).audio(url)

    assert told.requests == []
    assert "evil" not in str(caught.value)


def test_a_redirect_away_from_close_is_followed_without_credentials() -> None:
    told = Told(moved(SIGNED), sound())

    assert heard(a_close(told), byte_range="bytes=0-9") == SOUND
    first, second = told.requests
    assert (key_in(first), key_in(second)) == (f"{SECRET}:", None)
    assert str(second.url) == SIGNED
    assert [request.headers["range"] for request in told.requests] == ["bytes=0-9"] * 2


def test_a_redirect_within_close_keeps_the_credentials() -> None:
    told = Told(moved("https://app.close.com/elsewhere/"), moved("/on/"), sound())

    heard(a_close(told))

    assert [key_in(request) for request in told.requests] == [f"{SECRET}:"] * 3
    assert str(told.requests[2].url) == "https://app.close.com/on/"


def test_who_redirects_back_to_close_gets_no_credentials_sent_there() -> None:
    told = Told(moved(SIGNED), moved("https://api.close.com/api/v1/me/"), sound())

    heard(a_close(told))

    assert [key_in(request) for request in told.requests] == [f"{SECRET}:", None, None]


def test_cookies_are_neither_kept_nor_sent() -> None:
    answer = sound(set_cookie="session=1; Domain=close.com; Path=/")
    told = Told(moved("https://app.close.com/x/"), answer)
    close = a_close(told)

    heard(close)
    heard(close)

    assert not any("cookie" in request.headers for request in told.requests)


@pytest.mark.parametrize(
    "location",
    [
        "http://store.example/a.mp3",
        "http://127.0.0.1:8000/v1/calls",
        "http://169.254.169.254/latest/meta-data/",
        "https://user:word@store.example/a.mp3",
        "ftp://store.example/a.mp3",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_to_where_it_is_not_safe_is_not_followed(location: str) -> None:
    told = Told(moved(location), sound())

    with pytest.raises(CloseUnreadable, match="not safe"):
        a_close(told).audio(LINK)

    assert len(told.requests) == 1


@pytest.mark.parametrize("redirects", [3, 4])
def test_three_redirects_are_followed_and_no_more(redirects: int) -> None:
    told = Told(*[moved(SIGNED)] * redirects, sound())

    if redirects == 3:
        assert heard(a_close(told)) == SOUND
    else:
        with pytest.raises(CloseUnreadable, match="more than 3 times"):
            a_close(told).audio(LINK)
    assert len(told.requests) == 4


@pytest.mark.parametrize("location", ["https://[/", "\x00"])
def test_a_redirect_to_nowhere_is_an_error_of_ours(location: str) -> None:
    with pytest.raises(CloseError):
        a_close(Told(moved(location))).audio(LINK)


# What is asked.


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ("bytes=0-", "bytes=0-"),
        ("bytes=0-0", "bytes=0-0"),
        ("bytes=5-90", "bytes=5-90"),
        ("bytes=-500", "bytes=-500"),
        ("Bytes=0-9", "bytes=0-9"),
        (None, None),
        ("", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-5", None),
        ("bytes=0-1,5-9", None),
        ("bytes=0-1\r\nX-Evil: 1", None),
        ("bytes= 0-1", None),
        ("bytes=\u0663-", None),
        ("bytes=1e3-", None),
        ("items=0-9", None),
        ("bytes=0-" + "9" * 99, None),
    ],
)
def test_only_one_well_formed_range_is_asked_for(asked: str | None, sent: str | None) -> None:
    answer = sound(206, content_range="bytes 0-99/100") if sent else sound()
    told = Told(answer)

    heard(a_close(told), byte_range=asked)

    assert told.requests[0].headers.get("range") == sent
    assert told.requests[0].headers["accept-encoding"] == "identity"


# What is passed on.


def test_all_of_the_audio() -> None:
    close = a_close(Told(sound(accept_ranges="bytes")))

    with close.audio(LINK) as audio:
        assert (audio.media_type, audio.length, audio.content_range) == ("audio/mpeg", 100, None)
        assert audio.takes_ranges


def test_a_part_of_the_audio() -> None:
    answer = sound(206, SOUND[:10], content_range="bytes 0-9/100")

    with a_close(Told(answer)).audio(LINK, byte_range="bytes=0-9") as audio:
        assert (audio.length, audio.content_range) == (10, "bytes 0-9/100")
        assert audio.takes_ranges
        assert b"".join(audio) == SOUND[:10]


@pytest.mark.parametrize("told", [None, "nonsense", "bytes */100", "bytes 0-9/100, x"])
def test_a_part_that_does_not_say_which_it_is_is_not_passed_on(told: str | None) -> None:
    answer = sound(206, content_range=told) if told else sound(206)

    with pytest.raises(CloseUnreadable):
        a_close(Told(answer)).audio(LINK, byte_range="bytes=0-9")


def test_a_part_nobody_asked_for_is_not_passed_on() -> None:
    with pytest.raises(CloseUnreadable):
        a_close(Told(sound(206, content_range="bytes 0-9/100"))).audio(LINK)


def test_who_does_not_know_ranges_sends_all_of_it() -> None:
    with a_close(Told(sound())).audio(LINK, byte_range="bytes=5-9") as audio:
        assert (audio.content_range, audio.takes_ranges) == (None, False)
        assert b"".join(audio) == SOUND


def test_a_range_beyond_the_end_is_none() -> None:
    answer = httpx.Response(416, headers={"content-range": "bytes */100"})

    with pytest.raises(NoSuchRange) as caught:
        a_close(Told(answer)).audio(LINK, byte_range="bytes=100-")

    assert caught.value.content_range == "bytes */100"


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("audio/mpeg", "audio/mpeg"),
        ("Audio/WAV; rate=8000", "audio/wav"),
        ("audio/vnd.wave", "audio/vnd.wave"),
        ("", "audio/mpeg"),
        ("binary/octet-stream", "audio/mpeg"),
        ("application/octet-stream", "audio/mpeg"),
    ],
)
def test_the_kind_of_audio_is_told(told: str, kind: str) -> None:
    with a_close(Told(sound(content_type=told))).audio(LINK) as audio:
        assert audio.media_type == kind


@pytest.mark.parametrize(
    "told",
    ["text/html", "application/json", "video/mp4", "audio/", "audio/x y", 'audio/"x', "audio"],
)
def test_what_is_no_audio_is_not_passed_on(told: str) -> None:
    with pytest.raises(CloseUnreadable, match="is no audio"):
        a_close(Told(sound(content=b"<script>", content_type=told))).audio(LINK)


def test_compressed_audio_is_not_passed_on() -> None:
    def squeezed(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=Endless())

    with pytest.raises(CloseUnreadable, match="compressed"):
        a_close(squeezed).audio(LINK)


# What goes wrong.


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, CloseUnauthorized), (403, CloseForbidden), (404, CloseNotFound), (410, CloseNotFound),
        (408, CloseUnavailable), (500, CloseUnavailable), (503, CloseUnavailable), (504, CloseUnavailable),
        (400, CloseRefused), (402, CloseRefused), (204, CloseUnreadable), (304, CloseUnreadable),
    ],
)  # fmt: skip
@pytest.mark.parametrize("leaves", [False, True])
def test_an_answer_without_audio_is_an_error_that_repeats_no_words(
    status: int, kind: type[CloseError], leaves: bool, caplog: pytest.LogCaptureFixture
) -> None:
    answer = httpx.Response(status, content=b"the customer said: hunter2")

    with caplog.at_level(logging.DEBUG, "indexer"), pytest.raises(CloseError) as caught:
        a_close(Told(*[moved(SIGNED)] * leaves, answer)).audio(LINK)

    assert type(caught.value) is kind
    assert str(status) in str(caught.value)
    for secret in ("hunter2", "let-me-in", SECRET):
        assert secret not in str(caught.value)
        assert secret not in caplog.text


def test_an_error_names_a_link_on_one_line_without_what_it_is_signed_with() -> None:
    url = f"https://api.close.com/call/%0Aerror/{'x' * 1000}?signature=let-me-in"

    with pytest.raises(CloseNotFound) as caught:
        a_close(Told(httpx.Response(404))).audio(url)

    assert str(caught.value).startswith("GET /call/%0Aerror/xxx")
    assert "let-me-in" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "error",
    [httpx.ConnectError("refused"), httpx.ConnectTimeout("x"), httpx.ReadTimeout("x"), httpx.ReadError("x"), httpx.PoolTimeout("x"), httpx.RemoteProtocolError("x")],
)  # fmt: skip
def test_no_answer_is_an_error_at_once(error: Exception) -> None:
    told, waits = Told(error), Waits()

    with pytest.raises(CloseUnavailable):
        a_close(told, waits).audio(LINK)

    assert (len(told.requests), waits.s) == (1, [])


def test_a_short_rate_limit_is_waited_out_once() -> None:
    waits = Waits()
    limited = httpx.Response(429, headers={"ratelimit": "limit=1, remaining=0, reset=0.59"})

    assert heard(a_close(Told(limited, sound()), waits)) == SOUND
    assert waits.s == [0.6]

    told = Told(limited)
    with pytest.raises(CloseUnavailable, match="429"):
        a_close(told, waits).audio(LINK)
    assert len(told.requests) == 2


def test_nobody_is_kept_waiting_for_a_long_rate_limit() -> None:
    waits = Waits()
    limited = httpx.Response(429, headers={"retry-after": "30"})

    with pytest.raises(CloseUnavailable, match="30 s"):
        a_close(Told(limited, sound()), waits).audio(LINK)

    assert waits.s == []


def test_audio_neither_counts_nor_waits_with_other_requests() -> None:
    waits = Waits()
    close = a_close(Told(sound()), waits)
    close._connection.hold(60)

    heard(close)

    assert (waits.s, close.stats.requests) == ([], 0)


# How it arrives.


class Endless(httpx.SyncByteStream):
    """Two megabytes, or an error after so many bytes; knows how much was taken of it."""

    def __init__(self, breaks_after: int | None = None) -> None:
        self.given = 0
        self.is_closed = False
        self._breaks_after = breaks_after

    def __iter__(self) -> Iterator[bytes]:
        while self.given < 2**21:
            if self._breaks_after is not None and self.given >= self._breaks_after:
                raise httpx.ReadError("reset by let-me-in")
            self.given += 4096
            yield bytes(4096)

    def close(self) -> None:
        self.is_closed = True


def tokens(folder: Path, access_token: str) -> OAuth:
    store = FileTokenStore(folder / "tokens.json")
    store.save(Tokens(access_token=access_token, refresh_token="first"))
    return OAuth(client_id="id", client_secret="hush", store=store, now=lambda: NOW)


def for_tokens(stream: httpx.SyncByteStream) -> Any:
    """A Close that renews tokens, and gives audio for new ones only."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth2/token/":
            granted = {"access_token": "new", "refresh_token": "second", "expires_in": 3600}
            return httpx.Response(200, json=granted)
        if request.headers["authorization"] != "Bearer new":
            return httpx.Response(401)
        return httpx.Response(200, stream=stream)

    return answer


@pytest.mark.parametrize("kind", ["key", "tokens", "old tokens"])
def test_audio_is_not_held_in_memory_whole(kind: str, tmp_path: Path) -> None:
    stream = Endless()
    auth = ApiKey("x") if kind == "key" else tokens(tmp_path, "new" if kind == "tokens" else "old")
    handler = for_tokens(stream) if kind != "key" else lambda _: httpx.Response(200, stream=stream)

    with a_close(handler, auth=auth) as close, close.audio(LINK) as audio:
        assert stream.given == 0
        chunks = iter(audio)
        assert len(next(chunks)) == CHUNK_BYTES
        assert stream.given == CHUNK_BYTES
        assert sum(map(len, chunks)) == 2**21 - CHUNK_BYTES

    assert stream.is_closed


@pytest.mark.parametrize("chunks", [0, 1])
def test_audio_nobody_wants_any_more_is_let_go(chunks: int) -> None:
    stream = Endless()

    with a_close(lambda _: httpx.Response(200, stream=stream)).audio(LINK) as audio:
        taken = [chunk for _, chunk in zip(range(chunks), audio, strict=False)]

    assert len(taken) == chunks
    assert stream.is_closed
    assert stream.given <= 2 * CHUNK_BYTES


@pytest.mark.parametrize("status", [200, 206, 302, 404, 416, 429, 500])
def test_no_connection_is_kept_for_what_is_refused(status: int) -> None:
    streams = []

    def refused(_: httpx.Request) -> httpx.Response:
        streams.append(Endless())
        told = {"content-type": "text/html", "location": "ftp://x", "retry-after": "30"}
        return httpx.Response(status, headers=told, stream=streams[-1])

    with pytest.raises(CloseError):
        a_close(refused).audio(LINK, byte_range="bytes=0-")

    assert streams
    assert all(stream.is_closed for stream in streams)


def test_audio_that_breaks_off_is_told() -> None:
    stream = Endless(breaks_after=CHUNK_BYTES)
    audio = a_close(lambda _: httpx.Response(200, stream=stream)).audio(LINK)

    with pytest.raises(CloseUnavailable, match="broke off") as caught:
        list(audio)

    assert stream.is_closed
    assert "let-me-in" not in str(caught.value)


# Against the stand-in, over HTTP.


@pytest.fixture
def standin() -> StandIn:
    return StandIn(synthetic_world(1, until=NOW), clock=ManualClock(NOW))


@pytest.fixture
def close(standin: StandIn) -> Iterator[Close]:
    with serving(create_app(standin)) as url:
        standin.origin = url.removesuffix("/api/v1")
        with Close(base_url=url, auth=ApiKey(API_KEY), sleep=lambda _: None) as close:
            yield close


def a_recording(standin: StandIn, close: Close) -> str:
    """The link to a recording of 300 seconds: 2.4 MB."""
    call_id = standin.start_call()
    standin.attach_recording(call_id, duration_s=300)
    (record,) = close.fetch([call_id]).records
    assert record.call.recording_url is not None
    return record.call.recording_url


def test_the_stand_in_is_listened_to(standin: StandIn, close: Close) -> None:
    url = a_recording(standin, close)

    whole = heard(close, url)

    assert len(whole) == 44 + 300 * 8000
    assert heard(close, url, "bytes=0-9") == whole[:10]
    assert heard(close, url, "bytes=1000000-1999999") == whole[1_000_000:2_000_000]
    assert heard(close, url, "bytes=-500") == whole[-500:]
    with close.audio(url, byte_range="bytes=10-") as audio:
        assert audio.content_range == f"bytes 10-{len(whole) - 1}/{len(whole)}"
        assert audio.media_type == "audio/wav"
    with pytest.raises(NoSuchRange):
        close.audio(url, byte_range="bytes=9999999-")


def test_audio_kept_elsewhere_is_listened_to(standin: StandIn, close: Close) -> None:
    url = a_recording(standin, close)
    here = heard(close, url)

    with serving(create_audio_store(), path="") as store:
        standin.faults.audio_kept_at = store  # it refuses whoever brings credentials
        assert heard(close, url) == here
        assert heard(close, url, "bytes=5-9") == here[5:10]


def test_expired_audio_is_gone(standin: StandIn, close: Close) -> None:
    url = a_recording(standin, close)
    standin.faults.audio_expired = True

    with pytest.raises(CloseNotFound):
        close.audio(url)


def test_audio_that_is_cut_breaks_off(standin: StandIn, close: Close) -> None:
    url = a_recording(standin, close)
    standin.faults.cut_next = 1

    with pytest.raises(CloseUnavailable, match="broke off"):
        heard(close, url)


def test_a_wrong_key_hears_nothing(standin: StandIn, close: Close) -> None:
    url = a_recording(standin, close)

    with (
        Close(base_url=f"{standin.origin}/api/v1", auth=ApiKey("api_wrong")) as stranger,
        pytest.raises(CloseUnauthorized),
    ):
        stranger.audio(url)


def test_tokens_are_renewed_to_listen(standin: StandIn, close: Close, tmp_path: Path) -> None:
    url = a_recording(standin, close)
    access = standin.access
    first = access.grant(
        {
            "client_id": access.client_id,
            "client_secret": access.client_secret,
            "grant_type": "authorization_code",
            "code": access.issue_code(user_id=None),
        }
    )
    store = FileTokenStore(tmp_path / "tokens.json")
    ended = NOW - timedelta(hours=1)
    store.save(
        Tokens(access_token="x", refresh_token=str(first["refresh_token"]), expires_at=ended)
    )
    auth = OAuth(
        client_id=access.client_id,
        client_secret=access.client_secret,
        store=store,
        now=lambda: NOW,
    )

    with Close(base_url=f"{standin.origin}/api/v1", auth=auth) as user:
        assert heard(user, url, "bytes=0-3") == b"RIFF"


def test_several_are_listened_to_at_once(standin: StandIn, close: Close) -> None:
    url = a_recording(standin, close)

    opened = [close.audio(url, byte_range=f"bytes={n}-") for n in range(12)]

    assert [len(b"".join(audio)) for audio in opened] == [44 + 300 * 8000 - n for n in range(12)]
