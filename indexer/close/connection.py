"""Asking Close politely until it answers: the one function every request goes through.

Documented: 429 with the time to wait; the trailing slash of every path; `x-tz-offset`,
which shifts date filters, so 0 is sent. Seen in recorded traffic: gateway errors with
empty bodies. Assumed: a try that failed so is worth repeating, and a redirect is not
worth following, for it would lose the credentials.

The loop is written out rather than taken from a retry library: a 429 waits as told and
does not count as a try, other failures back off and do, and the error that ends it tells
what every try saw.

What changes something in Close is repeated more carefully. PUT and DELETE come to the
same however often they arrive; a POST does not, so it is repeated only where Close
cannot have carried it out: after a 429, or when it never got there.
"""

import itertools
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal
from urllib.parse import quote

import httpx

from indexer import version
from indexer.close.answers import (
    Failure,
    JsonObject,
    Trouble,
    Unreachable,
    read_answer,
    read_breakdown,
)
from indexer.close.rate_limit import read_allowance, rounded_up
from models.errors import CloseNotFound, CloseTimedOut, CloseUnavailable

_log = logging.getLogger(__name__)

Query = Mapping[str, str | int]

NOTHING: Final[Query] = MappingProxyType({})

_LIMITED_AT_MOST: Final = 20
"""429s in a row after which we stop waiting: somebody else uses up the allowance."""

_TIMEOUTS_IF_DIVISIBLE: Final = 2
"""Timeouts after which a request that can be made smaller is given up."""

_LONGEST_WAIT_S: Final = 300.0
"""However long Close asks us to wait, we ask again after this many seconds."""

_LONGEST_BACKOFF_S: Final = 30.0


@dataclass(slots=True, kw_only=True)
class RequestStats:
    """What talking to Close has cost so far; counts up while the client lives."""

    requests: int = 0
    """Requests sent, repeats and renewals of tokens included."""
    retries: int = 0
    """Requests sent again because a try failed."""
    rate_limited: int = 0
    """Answers 429 met."""
    slept_s: float = 0.0
    """Seconds spent waiting before requests, for whatever reason."""
    rows_without_id: int = 0
    """Rows and events that named no call, and so could not be used."""
    dense_seconds: int = 0
    """Seconds of which Close lists only some of the calls."""
    gaps: int = 0
    """Places in lists where rows may have been missed, for they would not keep their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """Something asked of Close; in errors it reads `GET /me/`."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    query: Query | None = None
    body: JsonObject | None = None
    divisible: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Connection:
    """One conversation with Close: paces requests, repeats those worth repeating."""

    def __init__(
        self,
        *,
        base_url: str,
        auth: httpx.Auth,
        transport: httpx.BaseTransport | None,
        timeout_s: float,
        tries: int,
        sleep: Callable[[float], None],
        jitter: random.Random,
        clock: Callable[[], float],
    ) -> None:
        self.stats = RequestStats()
        self._base_url = base_url.rstrip("/")
        self._timeout_s = timeout_s
        self._tries = tries
        self._sleep = sleep
        self._jitter = jitter
        self._clock = clock
        self._not_before = clock()
        self._http = httpx.Client(
            auth=auth,
            transport=transport,
            timeout=timeout_s,
            follow_redirects=False,
            headers={
                "accept": "application/json",
                "user-agent": f"callsift/{version()}",
                "x-tz-offset": "0",
            },
            event_hooks={"request": [self._count]},
        )

    def close(self) -> None:
        """Let go of the network."""
        self._http.close()

    def url(self, path: str, query: Query = NOTHING) -> str:
        """The whole address of a request; commas and colons stay readable in it."""
        told = "&".join(f"{name}={quote(str(value), safe=',:')}" for name, value in query.items())
        return f"{self._base_url}{path}?{told}" if told else f"{self._base_url}{path}"

    def get(self, path: str, query: Query = NOTHING, *, divisible: bool = False) -> JsonObject:
        """Ask until Close answers with an object, waiting as long as it asks us to.

        A request that is `divisible` is given up after two timeouts, as its
        caller will do better to ask for less.

        Raises:
            CloseTimedOut: the last try took longer than we wait.
            CloseUnavailable: no try brought a usable answer.
            CloseError: Close refuses the request; see `models.errors`.
        """
        return self._ask(_Request(method="GET", path=path, query=query, divisible=divisible))

    def post(self, path: str, body: JsonObject) -> JsonObject:
        """Have Close make something, once; an empty answer is an object without fields.

        Raises:
            CloseUnavailable: no usable answer came. Where the request got to Close, it
                is not known whether that carried it out; the text says so.
            CloseError: Close refuses the request; see `models.errors`.
        """
        return self._ask(_Request(method="POST", path=path, body=body))

    def put(self, path: str, body: JsonObject) -> None:
        """Have Close change something, asking until it answers.

        Raises:
            CloseError: as for `get`.
        """
        self._ask(_Request(method="PUT", path=path, body=body))

    def delete(self, path: str) -> None:
        """Have Close delete something, asking until it answers.

        Raises:
            CloseNotFound: it was not there. Not raised if it may be an earlier try
                of ours that deleted it.
            CloseError: as for `get`.
        """
        self._ask(_Request(method="DELETE", path=path))

    def hold(self, seconds: float) -> None:
        """Send no request before so many seconds have passed."""
        self._not_before = max(self._not_before, self._clock() + min(seconds, _LONGEST_WAIT_S))

    def backoff_s(self, failed: int) -> float:
        """How long to wait, in seconds, after so many failures: doubling, and never quite equal."""
        longest = min(_LONGEST_BACKOFF_S, 2.0 ** min(failed, 10))
        return longest * self._jitter.uniform(0.5, 1.0)

    def _ask(self, request: _Request) -> JsonObject:
        """Send a request until Close answers it, or as often as is wise."""
        if not request.path.endswith("/"):
            raise ValueError(f"Close's paths end with a slash: {request.path}")
        started, failures = self._clock(), list[Failure]()
        while True:
            try:
                answer = self._try(request)
            except CloseNotFound:
                if request.method == "DELETE" and any(map(_may_be_done, failures)):
                    return {}
                raise
            if not isinstance(answer, Failure):
                return answer
            failures.append(answer)
            self.stats.rate_limited += answer.trouble is Trouble.LIMITED
            if self._is_enough(failures, request):
                raise _given_up(request, failures, self._clock() - started)
            wait_s = self._wait_s(failures)
            _log.info("%s: %s; next try in %.1f s", request, answer.what, wait_s)
            self.stats.retries += 1
            self.hold(wait_s)

    def _try(self, request: _Request) -> JsonObject | Failure:
        self._pause()
        url = self.url(request.path, request.query or NOTHING)
        try:
            response = self._http.request(request.method, url, json=request.body)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise Unreachable(f"{request}: the base URL is no web address: {error}") from error
        except httpx.RequestError as error:
            return read_breakdown(error, self._timeout_s)
        except CloseUnavailable as error:  # the tokens could not be renewed just now
            return Failure(trouble=Trouble.UNREACHED, what=str(error))
        self._heed(response)
        return read_answer(response, str(request), may_be_empty=request.method != "GET")

    def _heed(self, response: httpx.Response) -> None:
        """Slow down before the limit is reached, not only after."""
        allowance = read_allowance(response.headers)
        if allowance.is_spent and allowance.reset_s is not None:
            self.hold(self._politely(allowance.reset_s))

    def _pause(self) -> None:
        """Wait until the next request may be sent."""
        wait_s = self._not_before - self._clock()
        if wait_s <= 0:
            return
        self._not_before = self._clock()
        self.stats.slept_s += wait_s
        self._sleep(wait_s)

    def _wait_s(self, failures: Sequence[Failure]) -> float:
        """How long to wait, in seconds, before the next try: as told, else longer each time."""
        last = failures[-1]
        if last.trouble is Trouble.LIMITED:
            failed = _limited_in_a_row(failures)
            return self.backoff_s(failed) if last.wait_s is None else self._politely(last.wait_s)
        return max(self.backoff_s(_counted(failures) - 1), last.wait_s or 0.0)

    def _politely(self, seconds: float) -> float:
        """A wait Close asked for: rounded up, and a little more, so that not all wake at once."""
        return rounded_up(min(seconds, _LONGEST_WAIT_S)) + self._jitter.uniform(0.05, 0.25)

    def _is_enough(self, failures: Sequence[Failure], request: _Request) -> bool:
        timeouts = sum(failure.trouble is Trouble.TIMED_OUT for failure in failures)
        return (
            _counted(failures) >= self._tries
            or _limited_in_a_row(failures) >= _LIMITED_AT_MOST
            or (request.divisible and timeouts >= _TIMEOUTS_IF_DIVISIBLE)
            or (request.method == "POST" and _may_be_done(failures[-1]))
        )

    def _count(self, _request: httpx.Request) -> None:
        self.stats.requests += 1


def _may_be_done(failure: Failure) -> bool:
    """Whether Close may have carried out what was asked, though its answer did not say so."""
    return failure.trouble in (Trouble.TIMED_OUT, Trouble.BROKEN)


def _counted(failures: Sequence[Failure]) -> int:
    """Failures that use up a try: waiting politely does not."""
    return sum(failure.trouble is not Trouble.LIMITED for failure in failures)


def _limited_in_a_row(failures: Sequence[Failure]) -> int:
    newest_first = reversed(failures)
    return sum(1 for _ in itertools.takewhile(lambda f: f.trouble is Trouble.LIMITED, newest_first))


def _given_up(request: _Request, failures: Sequence[Failure], over_s: float) -> CloseUnavailable:
    """The error after the last try; the last failure decides what kind it is."""
    runs = [(what, len(list(run))) for what, run in itertools.groupby(f.what for f in failures)]
    seen = ", then ".join(f"{count} x {what}" if count > 1 else what for what, count in runs)
    tries = "1 try" if len(failures) == 1 else f"{len(failures)} tries"
    text = f"{request}: no usable answer from Close in {tries} over {over_s:.0f} s: {seen}"
    if request.method != "GET" and any(map(_may_be_done, failures)):
        text += "; Close may have carried it out all the same"
    match failures[-1].trouble:
        case Trouble.TIMED_OUT:
            return CloseTimedOut(text)
        case Trouble.UNREACHED | Trouble.LIMITED:
            return Unreachable(text)
        case Trouble.BROKEN:
            return CloseUnavailable(text)
