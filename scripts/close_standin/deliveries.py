"""Sends what webhooks are owed, with whatever goes wrong on the way."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import httpx

from scripts.close_standin.faults import Faults
from scripts.close_standin.webhooks import Pending, Subscription, signature
from scripts.close_standin.world import Record

_WRONG_KEY: Final = "00" * 32
_STALE_BY: Final = timedelta(minutes=10)
_TIMEOUT_S: Final = 10.0


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One event on its way to one subscription."""

    url: str
    body: bytes
    headers: dict[str, str]
    pending: Pending
    is_lost: bool = False


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What became of a delivery."""

    subscription_id: str
    event_id: str
    status: int | None
    """The status that it was answered with; None if nobody answered or it was lost."""


def packed(
    due: list[tuple[Subscription, Pending]],
    event_of: Callable[[str], Record],
    *,
    now: datetime,
    faults: Faults,
) -> list[Delivery]:
    """Return what is to be sent, signed, in the order in which it is to be sent."""
    deliveries = [
        _signed(one, pending, event_of(pending.event_id), now=now, faults=faults)
        for one, pending in due
    ]
    if faults.deliveries_doubled:
        deliveries = [delivery for delivery in deliveries for _ in range(2)]
    if faults.deliveries_shuffled:
        deliveries = faults.shuffled(deliveries)
    return deliveries


def send(delivery: Delivery, client: httpx.Client) -> Delivered:
    """Send one delivery, unless it is to be lost."""
    status = None if delivery.is_lost else _post(delivery, client)
    return Delivered(
        subscription_id=delivery.pending.subscription_id,
        event_id=delivery.pending.event_id,
        status=status,
    )


def a_client() -> httpx.Client:
    """Return a client that goes straight to its address, past any proxy."""
    return httpx.Client(timeout=_TIMEOUT_S, trust_env=False)


def is_success(status: int | None) -> bool:
    """Tell whether an answer counts; which ones do for Close is not known."""
    return status is not None and 200 <= status < 300


def _signed(
    one: Subscription, pending: Pending, event: Record, *, now: datetime, faults: Faults
) -> Delivery:
    is_lost = faults.take("lost_deliveries_next")
    key = _WRONG_KEY if faults.take("forged_deliveries_next") else one.key
    sent_at = now - _STALE_BY if faults.take("stale_deliveries_next") else now
    body = json.dumps({"event": event, "subscription_id": one.id}).encode()
    timestamp = str(int(sent_at.timestamp()))
    headers = {
        "content-type": "application/json",
        "close-sig-timestamp": timestamp,
        "close-sig-hash": signature(key, timestamp, body),
    }
    return Delivery(url=one.url, body=body, headers=headers, pending=pending, is_lost=is_lost)


def _post(delivery: Delivery, client: httpx.Client) -> int | None:
    try:
        answer = client.post(delivery.url, content=delivery.body, headers=delivery.headers)
    except (httpx.TransportError, httpx.InvalidURL):
        return None
    return answer.status_code
