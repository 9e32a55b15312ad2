"""One request: what is sent, what is worth another try, and what an error says."""

import base64
import logging
import random
from collections.abc import Callable

import httpx
import pytest

from indexer.close import ApiKey, Close
from models.errors import (
    CloseError,
    CloseNotFound,
    CloseRefused,
    CloseTimedOut,
    CloseUnauthorized,
    CloseUnavailable,
    CloseUnreadable,
)
from tests.indexer.close.talking import BASE, NOW, Answer, Told, Waits, a_close, me, ok, paths

LIMITED = httpx.Response(429, headers={"RateLimit": "limit=100, remaining=0, reset=0.59"})


def status(code: int, body: str = "", **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(code, content=body.encode(), headers=named)


def test_requests_carry_the_key_the_time_zone_and_who_we_are() -> None:
    told = Told(me())

    a_close(told).account()

    headers = told.requests[0].headers
    assert headers["authorization"] == "Basic " + base64.b64encode(b"api_secret.key:").decode()
    assert headers["x-tz-offset"] == "0"
    assert headers["accept"] == "application/json"
    assert headers["user-agent"].startswith("callsift/")


def test_a_base_url_may_end_in_a_slash() -> None:
    told = Told(me())

    a_close(told, base_url=f"{BASE}/").account()

    assert paths(told.requests) == ["/me/"]


def test_every_path_ends_in_a_slash() -> None:
    told = Told(httpx.Response(404))
    close = a_close(told)

    close.outcomes()
    close.lead("lead_1")
    close.fetch(["acti_1"])

    assert paths(told.requests) == ["/outcome/", "/lead/lead_1/", "/activity/call/acti_1/"]


def test_a_path_without_its_slash_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="slash"):
        a_close(Told(me()))._connection.get("/me")


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(status(500), id="500"),
        pytest.param(status(502), id="502"),
        pytest.param(status(503), id="503"),
        pytest.param(status(504, content_type="application/json"), id="504 empty"),
        pytest.param(status(200, '{"id": "us'), id="half a JSON"),
        pytest.param(status(200), id="nothing at all"),
        pytest.param(status(200, "[" * 100_000), id="JSON too deep to read"),
        pytest.param(httpx.ConnectError("refused"), id="no connection"),
        pytest.param(httpx.ConnectTimeout("slow"), id="no connection in time"),
        pytest.param(httpx.ReadTimeout("slow"), id="no answer in time"),
        pytest.param(httpx.RemoteProtocolError("peer closed"), id="cut in the middle"),
        pytest.param(httpx.ReadError("reset"), id="connection lost"),
        pytest.param(httpx.DecodingError("gzip"), id="broken compression"),
    ],
)
def test_a_failure_that_may_pass_is_tried_again(failure: Answer) -> None:
    told, waits = Told(failure, me()), Waits()
    close = a_close(told, waits)

    assert close.account().user_id == "user_1"
    assert (close.stats.requests, close.stats.retries) == (2, 1)
    assert close.stats.slept_s == pytest.approx(sum(waits.s))
    assert 0.5 <= sum(waits.s) <= 1.0


def test_waits_double_and_are_never_quite_equal() -> None:
    waits = Waits()

    with pytest.raises(CloseUnavailable):
        a_close(Told(status(503)), waits, tries=9).account()

    longest = [1, 2, 4, 8, 16, 30, 30, 30]
    assert all(most / 2 <= wait <= most for wait, most in zip(waits.s, longest, strict=True))
    assert len(set(waits.s)) == len(waits.s)


def test_a_retry_after_on_a_503_is_obeyed() -> None:
    waits = Waits()

    a_close(Told(status(503, retry_after="7"), me()), waits).account()

    assert waits.s == [pytest.approx(7)]


def test_giving_up_says_what_was_asked_seen_and_how_long_it_took() -> None:
    told = Told(status(503), status(503), httpx.ReadTimeout("slow"), status(502, "Bad gateway"))

    with pytest.raises(CloseUnavailable) as raised:
        a_close(told, timeout_s=60, tries=4, jitter=_no_jitter()).account()

    assert str(raised.value) == (
        "GET /me/: no usable answer from Close in 4 tries over 7 s: 2 x 503 with an empty body,"
        " then no answer within 60 s, then 502 (Bad gateway)"
    )


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        pytest.param(httpx.ReadTimeout("slow"), CloseTimedOut, id="our patience ended"),
        pytest.param(status(504), CloseTimedOut, id="the gateway's patience ended"),
        pytest.param(status(503), CloseUnavailable, id="unavailable"),
        pytest.param(httpx.ConnectTimeout("slow"), CloseUnavailable, id="never connected"),
    ],
)
def test_the_last_failure_decides_what_giving_up_means(
    last: Answer, expected: type[CloseError]
) -> None:
    with pytest.raises(CloseUnavailable) as raised:
        a_close(Told(status(500), last), tries=2).account()

    assert isinstance(raised.value, CloseTimedOut) is (expected is CloseTimedOut)


def test_a_429_waits_as_long_as_the_decimal_reset_says_and_a_little_more() -> None:
    waits = Waits()
    close = a_close(Told(LIMITED, me()), waits)

    close.account()

    assert close.stats.rate_limited == 1
    assert len(waits.s) == 1
    assert 0.6 < waits.s[0] < 1.0


def test_waiting_politely_uses_up_no_tries() -> None:
    close = a_close(Told(*[LIMITED] * 15, me()), tries=1)

    assert close.account().user_id == "user_1"
    assert close.stats.rate_limited == 15


def test_a_limit_that_never_lifts_ends_the_wait() -> None:
    told = Told(LIMITED)

    with pytest.raises(CloseUnavailable, match="20 x 429"):
        a_close(told).account()

    assert len(told.requests) == 20


def test_a_429_that_says_nothing_backs_off() -> None:
    waits = Waits()

    a_close(Told(status(429), status(429), me()), waits).account()

    assert 1 <= waits.s[0] <= 2 <= waits.s[1] <= 4


def test_no_wait_is_longer_than_five_minutes_before_asking_again() -> None:
    waits = Waits()

    a_close(Told(status(429, retry_after="9" * 400), me()), waits).account()

    assert waits.s == [300]


def test_a_spent_allowance_slows_the_next_request_down() -> None:
    spent = httpx.Response(
        200, json={"id": "user_1"}, headers={"RateLimit": "limit=9, remaining=0, reset=2"}
    )
    waits = Waits()
    close = a_close(Told(spent, me()), waits)

    close.account()
    assert waits.s == []
    close.account()

    assert len(waits.s) == 1
    assert 2 < waits.s[0] < 2.5
    assert close.stats.rate_limited == 0


def test_an_allowance_with_some_left_slows_nothing_down() -> None:
    left = httpx.Response(
        200, json={"id": "user_1"}, headers={"RateLimit": "limit=9, remaining=1, reset=2"}
    )
    waits = Waits()
    close = a_close(Told(left), waits)

    close.account()
    close.account()

    assert waits.s == []


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        pytest.param(
            httpx.Response(400, json={"error": "max_limit = 50", "errors": ["no"]}),
            CloseRefused,
            "max_limit = 50",
            id="error first",
        ),
        pytest.param(
            httpx.Response(400, json={"errors": ["one", "two"], "field-errors": {"a": "no"}}),
            CloseRefused,
            "one; two",
            id="then errors",
        ),
        pytest.param(
            httpx.Response(400, json={"errors": [], "field-errors": {"lead": "is required"}}),
            CloseRefused,
            "lead: is required",
            id="then field-errors",
        ),
        pytest.param(
            httpx.Response(402, text="Upgrade\nyour plan"),
            CloseRefused,
            "Upgrade your plan",
            id="raw text last",
        ),
        pytest.param(
            httpx.Response(400, json={"message": "no"}), CloseRefused, "message", id="other words"
        ),
        pytest.param(httpx.Response(400, json=["no"]), CloseRefused, "no", id="no object of words"),
        pytest.param(
            httpx.Response(305, headers={"location": "https://x:port"}),
            CloseUnreadable,
            "an unreadable address",
            id="redirect to nonsense",
        ),
        pytest.param(httpx.Response(405), CloseRefused, "405 with an empty body", id="no words"),
        pytest.param(
            httpx.Response(404, json={"error": "gone"}), CloseNotFound, "gone", id="not found"
        ),
        pytest.param(httpx.Response(403), CloseUnauthorized, "does not let", id="forbidden"),
        pytest.param(httpx.Response(401), CloseUnauthorized, "CLOSE_API_KEY", id="bad key"),
        pytest.param(ok([1]), CloseUnreadable, "list", id="no object"),
    ],
)
def test_a_refusal_is_raised_at_once(
    answer: httpx.Response, error: type[CloseError], says: str
) -> None:
    told = Told(answer)

    with pytest.raises(error, match=says):
        a_close(told).account()

    assert len(told.requests) == 1


def test_a_refusal_keeps_its_status() -> None:
    with pytest.raises(CloseRefused) as raised:
        a_close(Told(httpx.Response(415))).account()

    assert raised.value.status == 415


def test_long_words_of_close_are_shortened_to_one_line() -> None:
    with pytest.raises(CloseRefused) as raised:
        a_close(Told(httpx.Response(400, text="<p>\x1b[31m no\n" * 5000))).account()

    assert len(str(raised.value)) < 300
    assert str(raised.value).isprintable()


def test_a_redirect_is_explained_and_not_followed() -> None:
    told = Told(httpx.Response(301, headers={"location": "https://else.test/me/?token=x"}))

    with pytest.raises(CloseUnreadable, match=r"redirect \(301\) to else\.test") as raised:
        a_close(told).account()

    assert "token" not in str(raised.value)
    assert len(told.requests) == 1


@pytest.mark.parametrize("base_url", ["api.close.com/api/v1", "https://[nonsense"])
def test_a_base_url_that_is_no_web_address_is_told_at_once(base_url: str) -> None:
    waits = Waits()

    with pytest.raises(CloseUnavailable, match="base URL is no web address"):
        a_close(Told(httpx.UnsupportedProtocol("no protocol")), waits, base_url=base_url).account()

    assert waits.s == []


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda close: close.account(), id="account"),
        pytest.param(lambda close: close.lead("lead_1"), id="lead"),
        pytest.param(lambda close: next(close.history()), id="history"),
        pytest.param(lambda close: next(close.events(since=NOW)), id="events"),
        pytest.param(lambda close: close.fetch(["acti_1", "acti_2"]), id="fetch"),
    ],
)
def test_nothing_tells_the_key_or_the_values_asked_for(
    ask: Callable[[Close], object], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="indexer")

    with pytest.raises(CloseUnavailable) as raised:
        ask(a_close(Told(httpx.ConnectError("refused"))))

    told = f"{raised.value!r} {caplog.text} {ApiKey('api_secret.key')!r}"
    assert "api_secret" not in told
    assert "date_" not in told
    assert "?" not in told


def test_leaving_the_block_closes_the_connection() -> None:
    with a_close(Told(me())) as close:
        close.account()

    with pytest.raises(RuntimeError, match="closed"):
        close.account()


def _no_jitter() -> random.Random:
    class Still(random.Random):
        def uniform(self, a: float, b: float) -> float:
            return b

    return Still()
