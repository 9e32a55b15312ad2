"""What endpoints are given: the stand-in, who asks, and what with."""

import json
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from scripts.close_standin.access import Caller
from scripts.close_standin.errors import BadQuery
from scripts.close_standin.events import Cause
from scripts.close_standin.state import StandIn
from scripts.close_standin.world import Record


async def _close(request: Request) -> StandIn:
    close: StandIn = request.app.state.close
    return close


async def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


async def _cause(request: Request) -> Cause:
    """Say in events that this request is why."""
    close: StandIn = request.app.state.close
    caller: Caller = request.state.caller
    with close.lock:
        request_id = close.ids.new("req")
    return Cause(
        user_id=caller.user_id,
        request_id=request_id,
        api_key_id=caller.api_key_id,
        meta={"request_method": request.method, "request_path": request.url.path},
    )


async def _offset_h(request: Request) -> float:
    """Return how far from UTC, in hours, dates that name no zone are meant."""
    try:
        return float(request.headers.get("x-tz-offset", "0"))
    except ValueError:
        raise BadQuery("Invalid x-tz-offset: not a number of hours.") from None


async def _body(request: Request) -> Record:
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        raise BadQuery("The request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise BadQuery("The request body is not a JSON object.")
    return body


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(errors="replace")))


CloseDep = Annotated[StandIn, Depends(_close)]
CallerDep = Annotated[Caller, Depends(_caller)]
CauseDep = Annotated[Cause, Depends(_cause)]
OffsetDep = Annotated[float, Depends(_offset_h)]
BodyDep = Annotated[Record, Depends(_body)]
FormDep = Annotated[dict[str, str], Depends(_form)]
