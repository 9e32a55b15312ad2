"""The door: which hosts we answer for, which keys open `/v1`, how answers may be kept.

One ASGI middleware around everything else, so that no path and no error escapes it.
"""

import hashlib
import hmac
import logging
import re
import traceback
from collections.abc import Iterable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import ProblemResponse
from indexer.settings import is_loopback

logger = logging.getLogger(__name__)

_OPEN_PATHS: Final = frozenset(("/", "/healthz", "/readyz", "/openapi.json", "/v1/webhooks/close"))
"""Paths that show no call and so need no key; any other does, known to us or not.

What is sent to the webhook is signed by Close, and refused there if it is not.
"""

_MOST_BODY_BYTES: Final = 2**20

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_HOST: Final = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\[\]:/@\s]+)(?::\d{1,5})?")


class Door:
    """Refuses unknown hosts and missing keys, and marks every answer as not to be kept."""

    def __init__(
        self, app: ASGIApp, *, hosts: Iterable[str] = (), keys: Iterable[str] = ()
    ) -> None:
        self._app = app
        self._hosts = frozenset(host.lower().strip("[]") for host in hosts)
        self._keys = tuple(_digest(key.encode()) for key in keys)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        refusal = self._refusal(scope)
        try:
            await (refusal or self._app)(scope, _limited(receive), answer.send)
        except Exception as error:
            _log(scope, error)
            if answer.has_started:  # too late for another: the server cuts the connection
                raise
            await _unexpected()(scope, receive, answer.send)

    def _refusal(self, scope: Scope) -> ProblemResponse | None:
        headers = Headers(scope=scope)
        if not self._knows_host(headers.getlist("host")):
            return _unknown_host()
        if scope["path"] not in _OPEN_PATHS and not self._opens(headers.getlist("authorization")):
            return _no_key()
        return None

    def _knows_host(self, given: list[str]) -> bool:
        found = _HOST.fullmatch(given[0]) if len(given) == 1 else None
        if found is None:
            return False
        host = found[1].lower().strip("[]")
        return is_loopback(host) or any(_names(pattern, host) for pattern in self._hosts)

    def _opens(self, given: list[str]) -> bool:
        if not self._keys:
            return True
        scheme, _, key = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        digest = _digest(key.strip().encode("latin-1"))  # headers are read as latin-1
        # Every key is compared, each in constant time: how long it took tells nothing.
        matches = sum(hmac.compare_digest(digest, known) for known in self._keys)
        return scheme.lower() == "bearer" and matches > 0


class _Answer:
    """Passes an answer on with our headers, and knows whether it has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.has_started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_started = True
            MutableHeaders(scope=message).update(_HEADERS)
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


def _digest(key: bytes) -> bytes:
    """Equally long for every key, so that comparing does not tell how long it is."""
    return hashlib.sha256(key).digest()


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
