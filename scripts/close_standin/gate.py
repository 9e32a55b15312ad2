"""What a request passes on its way in, and its answer on its way out."""

import asyncio
import json
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scripts.close_standin.ratelimit import Allowance, endpoint_group
from scripts.close_standin.state import StandIn

_OPEN_TO_ALL: Final = ("/oauth2/token/", "/oauth2/revoke/")


class MethodOverride:
    """Lets a GET come as a POST with its parameters in the body, as long ones must.

    Parameters that are lists become texts parted by commas.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, as the GET that it stands for if it is one."""
        if scope["type"] != "http" or scope["method"] != "POST":
            return await self._app(scope, receive, send)
        if Headers(scope=scope).get("x-http-method-override", "").upper() != "GET":
            return await self._app(scope, receive, send)
        try:
            params = json.loads(await Request(scope, receive).body())["_params"]
            query = urlencode({name: _as_text(value) for name, value in params.items()})
        except (ValueError, KeyError, TypeError, AttributeError):
            refusal = JSONResponse({"error": "The body holds no _params object."}, 400)
            return await refusal(scope, receive, send)
        meant = {**scope, "method": "GET", "query_string": query.encode()}
        return await self._app(meant, _nothing, send)


class Gate:
    """Applies faults, rate limits and authentication, in this order."""

    def __init__(self, app: ASGIApp, close: StandIn) -> None:
        self._app = app
        self._close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer in its place."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        faults = self._close.faults
        is_touched = faults.touches(scope["path"])
        if is_touched:
            with self._close.lock:
                wait_s = faults.wait_s()
            await asyncio.sleep(wait_s)
        with self._close.lock:
            if is_touched and faults.gateway_fails():
                refusal: Response | None = _gateway_failure(faults.gateway_status)
            else:
                refusal, send = self._admitted(scope, send, is_touched=is_touched)
            is_cut = refusal is None and is_touched and faults.cuts()
        if is_cut:
            send = _Cut(send, keeps_length=faults.cut_as == "connection")
        await (refusal or self._app)(scope, receive, send)

    def _admitted(
        self, scope: Scope, send: Send, *, is_touched: bool
    ) -> tuple[Response | None, Send]:
        """Return why the request is refused, if it is, and how to answer with rate limits told."""
        close = self._close
        caller = close.access.caller(Headers(scope=scope).get("authorization"))
        key = caller.bucket if caller else "nobody"
        allowance = close.limiter.spend(key, endpoint_group(scope["method"], scope["path"]))
        if is_touched and close.faults.limits():
            allowance = Allowance(
                limit=allowance.limit,
                remaining=0,
                reset_s=close.faults.limited_reset_s,
                is_exceeded=True,
            )
        telling = _with_headers(send, allowance.headers)
        if allowance.is_exceeded:
            return Response(status_code=429), telling
        if caller is None and scope["path"] not in _OPEN_TO_ALL:
            message = "The authorization header is missing or is not valid."
            return JSONResponse({"error": message}, 401), telling
        scope.setdefault("state", {})["caller"] = caller
        return None, telling


class _Cut:
    """Sends only the first half of a body.

    If the answer keeps the content-length of the whole, the server then closes
    the connection, since it has nothing left to send.
    """

    def __init__(self, send: Send, *, keeps_length: bool) -> None:
        self._send = send
        self._keeps_length = keeps_length
        self._start: Message = {}

    async def __call__(self, message: Message) -> None:
        """Hold back the headers until the body is known, then send half of it."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        half = message["body"][: len(message["body"]) // 2]
        if not self._keeps_length:
            MutableHeaders(scope=self._start)["content-length"] = str(len(half))
        await self._send(self._start)
        await self._send({**message, "body": half, "more_body": self._keeps_length})


def _gateway_failure(status: int) -> Response:
    return Response(status_code=status, media_type="application/json")


def _with_headers(send: Send, headers: dict[str, str]) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return send_with_headers


def _as_text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
