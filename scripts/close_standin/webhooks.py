"""Webhook subscriptions, and the queue of what is to be delivered to them."""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from scripts.close_standin.clock import Clock, stamp
from scripts.close_standin.errors import BadFields, NotFound
from scripts.close_standin.events import Event
from scripts.close_standin.ids import Ids
from scripts.close_standin.limits import Limits
from scripts.close_standin.webhook_filters import admits, is_filter
from scripts.close_standin.world import Record

MOST_SUBSCRIPTIONS: Final = 40
FIRST_RETRY: Final = timedelta(seconds=10)
LONGEST_BACK_OFF: Final = timedelta(minutes=20)
GIVEN_UP_AFTER: Final = timedelta(hours=72)
PAUSED_AFTER: Final = timedelta(days=3)

_DELAYED: Final = ("updated", "deleted")
"""Actions that are delivered only when no more updates can join them."""


def signature(key: str, timestamp: str, body: bytes) -> str:
    """Return the hash that Close signs a delivery with.

    `key` is the subscription's, in hexadecimal digits; `timestamp` is in
    seconds since 1970, in decimal digits.
    """
    return hmac.new(bytes.fromhex(key), timestamp.encode() + body, hashlib.sha256).hexdigest()


@dataclass(kw_only=True)
class Subscription:
    """Where to deliver which events."""

    id: str
    url: str
    events: list[Record]
    key: str
    created_at: datetime
    updated_at: datetime
    owner_id: str | None = None
    verifies_ssl: bool = True
    event_filter: Record | None = None
    is_active: bool = True
    failing_since: datetime | None = None

    def wants(self, event: Record) -> bool:
        """Tell whether an event is to be delivered."""
        return admits(self.event_filter, event) and any(
            event["object_type"] == wanted["object_type"]
            and event["action"] == wanted["action"]
            and admits(wanted.get("extra_filter"), event)
            for wanted in self.events
        )

    def shown(self, *, with_key: bool = False) -> Record:
        """Return the subscription as the API shows it; the key only when it is made."""
        shown = {
            "id": self.id,
            "url": self.url,
            "events": self.events,
            "verify_ssl": self.verifies_ssl,
            "event_filter": self.event_filter,
            "status": "active" if self.is_active else "paused",
            "created_by_id": self.owner_id,
            "date_created": stamp(self.created_at),
            "date_updated": stamp(self.updated_at),
        }
        return shown | ({"signature_key": self.key} if with_key else {})


@dataclass(kw_only=True)
class Pending:
    """One event waiting for one subscription."""

    subscription_id: str
    event_id: str
    due_at: datetime
    attempts: int = 0
    first_tried_at: datetime | None = None


class Webhooks:
    """The subscriptions of the organization and their queues."""

    def __init__(self, clock: Clock, ids: Ids, limits: Limits) -> None:
        self._clock = clock
        self._ids = ids
        self._limits = limits
        self._subscriptions: dict[str, Subscription] = {}
        self._queues: dict[str, dict[str, Pending]] = {}

    def subscriptions(self, owner_id: str | None, *, is_admin: bool) -> list[Subscription]:
        """Return all subscriptions for an admin, and their own for others."""
        every = self._subscriptions.values()
        return [one for one in every if is_admin or one.owner_id == owner_id]

    def get(self, id_: str, owner_id: str | None, *, is_admin: bool) -> Subscription:
        """Return one subscription that this user may manage.

        Raises:
            NotFound: there is none.
        """
        for one in self.subscriptions(owner_id, is_admin=is_admin):
            if one.id == id_:
                return one
        raise NotFound("WebhookSubscription")

    def subscribe(self, body: Record, owner_id: str | None) -> Subscription:
        """Make a subscription out of what `POST /webhook/` was sent.

        Raises:
            BadFields: something is missing or wrong, or there are too many already.
        """
        _check(body, needed=("url", "events"))
        if len(self._subscriptions) >= MOST_SUBSCRIPTIONS:
            raise BadFields({"url": f"At most {MOST_SUBSCRIPTIONS} subscriptions are allowed."})
        now = self._clock.now()
        made = Subscription(
            id=self._ids.new("whsub"),
            url=body["url"],
            events=body["events"],
            key=self._ids.secret(),
            created_at=now,
            updated_at=now,
            owner_id=owner_id,
            verifies_ssl=body.get("verify_ssl", True),
            event_filter=body.get("event_filter"),
        )
        self._subscriptions[made.id] = made
        self._queues[made.id] = {}
        return made

    def change(self, one: Subscription, body: Record) -> None:
        """Change what `PUT /webhook/{id}/` was sent; `status` pauses or resumes.

        Raises:
            BadFields: a value is wrong.
        """
        _check(body, needed=())
        one.url = body.get("url", one.url)
        one.events = body.get("events", one.events)
        one.verifies_ssl = body.get("verify_ssl", one.verifies_ssl)
        one.updated_at = self._clock.now()
        if body.get("status") == "paused":
            self.pause(one)
        elif body.get("status") == "active":
            one.is_active, one.failing_since = True, None

    def unsubscribe(self, one: Subscription) -> None:
        """Delete a subscription with its queue."""
        del self._subscriptions[one.id]
        del self._queues[one.id]

    def pause(self, one: Subscription) -> None:
        """Deliver nothing more to a subscription, and empty its queue."""
        one.is_active = False
        self._queues[one.id].clear()

    def queue(self, event: Event) -> None:
        """Queue an event for all who want it; one that grew is only put off."""
        is_delayed = event.record["action"] in _DELAYED
        delay = self._limits.consolidation if is_delayed else timedelta(0)
        for one in self._subscriptions.values():
            if not one.is_active or not one.wants(event.record):
                continue
            pending = Pending(
                subscription_id=one.id,
                event_id=event.record["id"],
                due_at=event.updated_at + delay,
            )
            self._queues[one.id][pending.event_id] = pending
            if len(self._queues[one.id]) >= self._limits.queued_deliveries:
                self.pause(one)

    def due(self) -> list[tuple[Subscription, Pending]]:
        """Return what is to be delivered now, in the order in which it fell due."""
        now = self._clock.now()
        queues = self._queues.values()
        due = [pending for queue in queues for pending in queue.values() if pending.due_at <= now]
        due.sort(key=lambda pending: pending.due_at)
        return [(self._subscriptions[pending.subscription_id], pending) for pending in due]

    def settle(self, pending: Pending, *, is_delivered: bool) -> None:
        """Take a delivery off the queue if it succeeded, else put it off or give up."""
        one = self._subscriptions.get(pending.subscription_id)
        queue = self._queues.get(pending.subscription_id, {})
        if one is None or queue.get(pending.event_id) is not pending:
            # Unsubscribed, paused, delivered twice, or put off by an update meanwhile.
            return
        now = self._clock.now()
        if is_delivered:
            del queue[pending.event_id]
            one.failing_since = None
            return
        one.failing_since = one.failing_since or now
        pending.first_tried_at = pending.first_tried_at or now
        pending.due_at = now + min(FIRST_RETRY * 2**pending.attempts, LONGEST_BACK_OFF)
        pending.attempts += 1
        if now - one.failing_since >= PAUSED_AFTER:
            self.pause(one)
        elif now - pending.first_tried_at >= GIVEN_UP_AFTER:
            del queue[pending.event_id]


def _is_event_list(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(event, dict)
        and {"object_type", "action"} <= event.keys()
        and is_filter(event.get("extra_filter"))
        for event in value
    )


def _is_web_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))


_CHECKS: Final[dict[str, tuple[Callable[[object], bool], str]]] = {
    "url": (_is_web_address, "Not a valid URL."),
    "events": (_is_event_list, "Not a list of object_type and action."),
    "event_filter": (is_filter, "Not a filter."),
    "verify_ssl": (lambda value: isinstance(value, bool), "Not a boolean."),
    "status": (lambda value: value in ("active", "paused"), "Not a valid choice."),
}


def _check(body: Record, *, needed: Iterable[str]) -> None:
    problems = {name: "This field is required." for name in needed if name not in body}
    for name, (is_good, complaint) in _CHECKS.items():
        if name in body and not is_good(body[name]):
            problems[name] = complaint
    if problems:
        raise BadFields(problems)
