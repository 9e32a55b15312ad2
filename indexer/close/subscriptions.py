"""Subscriptions: Close's promises to deliver events to an address of ours.

Documented: `POST /webhook/` with `url`, `events` and `verify_ssl` answers with the `id`
and the `signature_key`; `PUT` with a `status` of `active` resumes one that was paused;
at most 40 are allowed, of which those who are no admins see their own only. Close's
OpenAPI description leaves the answers open; assumed: they name `id` and `url`, and one
that tells no status is active.
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from indexer.close.answers import JsonObject
from indexer.close.connection import Connection
from indexer.close.events import ACTIONS
from indexer.close.pages import pages
from indexer.close.texts import is_id, storable
from indexer.close.webhook import WebhookKey, read_key
from models.errors import CloseNotFound, CloseUnreadable

_WEBHOOKS: Final = "/webhook/"
_WANTED: Final = tuple({"object_type": "activity.call", "action": action} for action in ACTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Where Close delivers which events."""

    id: str
    url: str
    is_active: bool
    """False when it is paused: nothing is delivered, and nothing is kept for later."""
    events: tuple[str, ...]
    """Such as `activity.call.created`."""


def subscriptions(connection: Connection) -> list[Subscription]:
    """Every subscription our credentials may manage, also those of other applications.

    Raises:
        CloseUnreadable: one of them names no id or no address.
    """
    # No `_limit`: the largest one differs by list and is not published.
    rows = (row for page in pages(connection, _WEBHOOKS) for row in page.rows)
    return list({one.id: one for one in map(_read, rows)}.values())


def subscribe(connection: Connection, url: str) -> WebhookKey:
    """Have all that happens to calls delivered to an address, signed with the key returned.

    Close may tell that key at no other time.

    Raises:
        CloseUnreadable: the answer holds no id, or no key of the documented form.
    """
    body: JsonObject = {"url": url, "events": list(_WANTED), "verify_ssl": True}
    answer = connection.post(_WEBHOOKS, body)
    made = answer.get("id")
    if not is_id(made):
        raise CloseUnreadable(f"POST {_WEBHOOKS}: the answer names no subscription")
    try:
        key = read_key(answer.get("signature_key"))
    except ValueError:
        raise CloseUnreadable(
            f"POST {_WEBHOOKS}: subscription {made} was made, but the answer holds no key as"
            " documented: delete the subscription"
        ) from None
    return WebhookKey(subscription_id=made, url=url, key=key)


def activate(connection: Connection, subscription_id: str) -> None:
    """Have Close deliver again to a subscription that was paused, or go on.

    Raises:
        CloseNotFound: Close has none of this id.
    """
    connection.put(_path(subscription_id), {"status": "active"})


def unsubscribe(connection: Connection, subscription_id: str) -> None:
    """Delete a subscription.

    Raises:
        CloseNotFound: Close has none of this id.
    """
    connection.delete(_path(subscription_id))


def _path(subscription_id: str) -> str:
    if not is_id(subscription_id):
        raise CloseNotFound(f"{subscription_id!r} is no id of a subscription")
    return f"{_WEBHOOKS}{quote(subscription_id, safe='')}/"


def _read(row: Any) -> Subscription:
    told: JsonObject = row if isinstance(row, dict) else {}
    subscription_id, url, events = told.get("id"), told.get("url"), told.get("events")
    if not is_id(subscription_id) or not isinstance(url, str):
        raise CloseUnreadable(f"GET {_WEBHOOKS}: a subscription names no id or no address")
    return Subscription(
        id=subscription_id,
        url=storable(url),
        is_active=told.get("status", "active") == "active",
        events=tuple(map(_event, events if isinstance(events, list) else ())),
    )


def _event(row: Any) -> str:
    told: JsonObject = row if isinstance(row, dict) else {}
    return storable(f"{told.get('object_type', '?')}.{told.get('action', '?')}")
