"""Webhooks: what Close tells of its own accord. A hint to look at a call, and no more."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.requests import ClientDisconnect

from api.deps import NowDep
from api.examples.calls import EVENT
from api.problems import declared
from api.schemas import WebhookOut
from indexer.bootstrap import Services
from indexer.close.webhook import SIGNATURE_HEADER, TIMESTAMP_HEADER, call_named_in, verify
from models.errors import StoreError, WebhookRefused

logger = logging.getLogger(__name__)

_TOLD_EVERY_S: Final = 60.0


def _header(name: str, description: str, *, pattern: str) -> dict[str, Any]:
    """A header, as the OpenAPI document tells of it."""
    schema = {"type": "string", "pattern": pattern}
    told = {"name": name, "in": "header", "required": True}
    return {**told, "description": description, "schema": schema}


_TIMESTAMP: Final = _header(
    TIMESTAMP_HEADER,
    "When this was signed, in seconds since 1970; at most five minutes from now.",
    pattern="^[0-9]{1,12}$",
)
_SIGNATURE: Final = _header(
    SIGNATURE_HEADER,
    "HMAC-SHA256, in hexadecimal, of the timestamp followed by the raw body. Its key are the"
    " bytes that the subscription's `signature_key` spells in hexadecimal.",
    pattern="^[0-9a-f]{64}$",
)
# FastAPI is not told of these: it would read the body as JSON, and what is signed is bytes.
_DOCUMENTED: Final[dict[str, Any]] = {
    "parameters": [_TIMESTAMP, _SIGNATURE],
    "requestBody": {
        "required": True,
        "description": "An event as Close delivers it.",
        "content": {
            "application/json": {
                "schema": {"type": "object", "required": ["event"]},
                "example": EVENT,
            }
        },
    },
}


class Deliveries:
    """Turns what proves to be Close's into hints, and says in the log what does not.

    Neither the calls stored nor Close are asked anything: that is for whoever takes the
    hints. Anybody can have deliveries refused, so they get a line a minute and no more.
    """

    def __init__(self, services: Services, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._keys = services.webhook_keys
        self._hints = services.hints
        self._clock = clock
        self._untold = 0
        self._told_at = float("-inf")

    def take(
        self, body: bytes, *, timestamp: str | None, signature: str | None, now: datetime
    ) -> bool:
        """Note the call that a delivery tells of; False if it tells of something else.

        Raises:
            WebhookRefused: it does not prove to be Close's, made just now.
            StoreError: the keys that would prove it cannot be read.
            ValueError: it is Close's, and not as Close documents it.
        """
        try:
            keys = self._keys.held().values()
            verify(body, timestamp=timestamp, signature=signature, keys=keys, now=now)
            call_id = call_named_in(body)
        except (WebhookRefused, StoreError, ValueError) as error:
            self._tell(error)
            raise
        if call_id is not None:
            self._hints.add(call_id)
        return call_id is not None

    def _tell(self, error: Exception) -> None:
        self._untold += 1
        if self._clock() - self._told_at >= _TOLD_EVERY_S:
            logger.warning("%d webhook deliveries refused, the last: %s", self._untold, error)
            self._untold, self._told_at = 0, self._clock()


async def _deliveries_of(request: Request) -> Deliveries:
    deliveries: Deliveries = request.app.state.deliveries
    return deliveries


router = APIRouter(prefix="/webhooks", tags=["webhooks"], responses=declared(400, 401, 413, 503))


@router.post("/close", openapi_extra=_DOCUMENTED)
async def take_delivery(
    request: Request, deliveries: Annotated[Deliveries, Depends(_deliveries_of)], now: NowDep
) -> WebhookOut:
    """Take an event from Close, signed with the key of a subscription.

    Answered at once: the call is fetched later, once for all that was told of it.
    """
    try:
        is_taken = deliveries.take(
            await request.body(),
            timestamp=request.headers.get(TIMESTAMP_HEADER),
            signature=request.headers.get(SIGNATURE_HEADER),
            now=now,
        )
    except ClientDisconnect:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "the body broke off") from None
    except ValueError as error:
        reason = "the body is no event as Close delivers it"
        raise HTTPException(HTTPStatus.BAD_REQUEST, reason) from error
    except StoreError as error:  # its text names a folder of ours, which is nobody's business
        reason = "the keys of the webhooks cannot be read; the server's log says why"
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, reason) from error
    return WebhookOut(status="accepted" if is_taken else "ignored")
