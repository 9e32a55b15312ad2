"""The door: which hosts we answer for, what opens, how answers may be kept.

One ASGI middleware around everything else, so that no path and no error escapes it.
A key opens everything. A session, begun with a key, opens the pages, and of `/v1` what
only reads: the pages' own audio is there.
"""

import logging
import re
import traceback
from collections.abc import Callable, Iterable
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access import SESSION_COOKIE, Access
from api.problems import ProblemResponse
from indexer.settings import is_loopback

logger = logging.getLogger(__name__)

_OPEN_PATHS: Final = frozenset(
    ("/healthz", "/readyz", "/openapi.json", "/v1/webhooks/close", "/sign-in")
)
"""Paths that show no call and so need no key; any other does, known to us or not.

What is sent to the webhook is signed by Close, and refused there if it is not.
"""

_STATIC: Final = "/static/"
"""What every reader's browser is given, signed in or not, and may keep: there is no call in it."""

_READING: Final = ("GET", "HEAD")

_MOST_BODY_BYTES: Final = 2**20

Tell = Callable[[Request, ProblemResponse], Response]
"""Puts a refusal as whoever asked can read it."""

_HOST: Final = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\[\]:/@\s]+)(?::\d{1,5})?")


class Door:
    """Refuses unknown hosts and missing keys, and marks every answer as not to be kept."""

    def __init__(
        self, app: ASGIApp, *, hosts: Iterable[str] = (), access: Access, tell: Tell
    ) -> None:
        self._app = app
        self._hosts = frozenset(host.lower().strip("[]") for host in hosts)
        self._access = access
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, may_be_kept=scope["path"].startswith(_STATIC))
        request = Request(scope)
        refusal = self._refusal(request)
        try:
            app = self._tell(request, refusal) if refusal else self._app
            await app(scope, _limited(receive), answer.send)
        except Exception as error:
            _log(scope, error)
            if answer.has_started:  # too late for another: the server cuts the connection
                raise
            await self._tell(request, _unexpected())(scope, receive, answer.send)

    def _refusal(self, request: Request) -> ProblemResponse | None:
        if not self._knows_host(request.headers.getlist("host")):
            return _unknown_host()
        return None if self._opens(request) else _no_key()

    def _opens(self, request: Request) -> bool:
        path = request.scope["path"]
        if self._access.is_open or path in _OPEN_PATHS or path.startswith(_STATIC):
            return True
        if self._is_key(request.headers.getlist("authorization")):
            return True
        is_page = not path.startswith("/v1")
        may_by_session = is_page or request.method in _READING
        return may_by_session and self._access.is_session(request.cookies.get(SESSION_COOKIE, ""))

    def _knows_host(self, given: list[str]) -> bool:
        found = _HOST.fullmatch(given[0]) if len(given) == 1 else None
        if found is None:
            return False
        host = found[1].lower().strip("[]")
        return is_loopback(host) or any(_names(pattern, host) for pattern in self._hosts)

    def _is_key(self, given: list[str]) -> bool:
        scheme, _, key = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        is_known = self._access.is_key(key.strip().encode("latin-1"))  # as headers are read
        return scheme.lower() == "bearer" and is_known


class _Answer:
    """Passes an answer on with our headers, and knows whether it has begun."""

    def __init__(self, send: Send, *, may_be_kept: bool) -> None:
        self._send = send
        self._may_be_kept = may_be_kept
        self.has_started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_started = True
            headers = MutableHeaders(scope=message)
            headers["X-Content-Type-Options"] = "nosniff"
            headers.setdefault("Referrer-Policy", "no-referrer")
            if not (self._may_be_kept and "Cache-Control" in headers):
                headers["Cache-Control"] = "no-store"
        await self._send(message)


def _names(pattern: str, host: str) -> bool:
    """Whether a setting such as `calls.example.com` or `*.example.com` means this host."""
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _limited(receive: Receive) -> Receive:
    """The same body, unless it is larger than any question of ours could be."""
    received = 0

    async def receive_some() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > _MOST_BODY_BYTES:
            raise HTTPException(413, f"the body is larger than {_MOST_BODY_BYTES} bytes")
        return message

    return receive_some


def _log(scope: Scope, error: Exception) -> None:
    """Say what broke and where, but not the error's own words: they may quote a customer."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s %s: %s\n%s", scope["method"], scope["path"], type(error).__name__, frames)


def _unknown_host() -> ProblemResponse:
    return ProblemResponse(
        400,
        name="unknown-host",
        title="Unknown host",
        detail="This server answers for localhost and for the hosts named in"
        " CALLSIFT_ALLOWED_HOSTS only.",
    )


def _no_key() -> ProblemResponse:
    return ProblemResponse(
        401,
        name="unauthorized",
        title="API key needed",
        detail="Send one of the server's API keys as `Authorization: Bearer <key>`.",
        headers={"WWW-Authenticate": 'Bearer realm="callsift"'},
    )


def _unexpected() -> ProblemResponse:
    return ProblemResponse(
        500,
        name="unexpected",
        title="Unexpected error",
        detail="Something broke on our side; the server's log says where.",
    )
