"""The event log: what happened to which record, for thirty days."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from scripts.close_standin.bounds import Bounds
from scripts.close_standin.clock import Clock, naive_stamp
from scripts.close_standin.errors import NotFound
from scripts.close_standin.ids import Ids
from scripts.close_standin.limits import Limits
from scripts.close_standin.world import Record

EventPlace = tuple[datetime, int]
"""Where an event stands: when it was last updated, then a serial number."""


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Who or what changed a record."""

    user_id: str | None = None
    request_id: str | None = None
    api_key_id: str | None = None
    meta: Record = field(default_factory=dict)


NOBODY: Final = Cause()
"""What happened by itself, as far as Close says."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event, as Close shows it to an admin, with what its order needs."""

    record: Record
    updated_at: datetime
    serial: int

    @property
    def place(self) -> EventPlace:
        """Where the event stands in the log."""
        return self.updated_at, self.serial


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something that happened to one record, before the log has written it down.

    `before` and `after` are the record without what events never show; None
    where there was nothing before, or is nothing after.
    """

    object_type: str
    action: str
    before: Record | None
    after: Record | None
    cause: Cause

    @property
    def subject(self) -> Record:
        """The record that it happened to."""
        return self.after or self.before or {}

    @property
    def lead_id(self) -> str | None:
        """The lead that the record is, or belongs to."""
        return self.subject.get("id" if self.object_type == "lead" else "lead_id")

    @property
    def changed_fields(self) -> list[str]:
        """The fields that an update changed, by name; none for any other action."""
        if self.action != "updated" or self.before is None or self.after is None:
            return []
        names = self.before.keys() | self.after.keys()
        return sorted(n for n in names if self.before.get(n) != self.after.get(n))

    @property
    def previous_data(self) -> Record | None:
        """What the changed fields held, or the whole record if it is gone."""
        if self.action == "deleted":
            return self.before
        return {name: (self.before or {}).get(name) for name in self.changed_fields}


class EventLog:
    """Events in the order of their last update.

    An update soon after another one of the same object by the same user joins
    its event, unless something else happened to the object in between: so the
    events of one object stay in their true order.
    """

    def __init__(self, organization_id: str, clock: Clock, ids: Ids, limits: Limits) -> None:
        self._organization_id = organization_id
        self._clock = clock
        self._ids = ids
        self._limits = limits
        self._orders: defaultdict[str | None, list[Event]] = defaultdict(list)
        """All events, under None, and those of each action, so that rare ones are found fast."""
        self._by_id: dict[str, Event] = {}
        self._latest: dict[str, str] = {}
        self._serial = 0
        self.hidden: set[str] = set()
        """Ids of events that are written down but not yet visible."""
        self.listeners: list[Callable[[Event], None]] = []
        """Told of every event when it is written and each time another one joins it."""

    def write(self, happening: Happening, *, at: datetime | None = None) -> Event:
        """Write down what happened, as an event of its own or joined to the one before it.

        `at` is when it happened; now, if it is not given.
        """
        happened_at = at or self._clock.now()
        earlier = self._joinable(happening, happened_at)
        if earlier is None:
            record = self._new_record(happening, happened_at)
        else:
            for order in self._orders_of(earlier):
                del order[bisect_left(order, earlier.place, key=_place)]
            record = _joined(earlier.record, happening, happened_at)
        self._serial += 1
        event = Event(record=record, updated_at=happened_at, serial=self._serial)
        for order in self._orders_of(event):
            insort(order, event, key=_place)
        self._by_id[record["id"]] = event
        self._latest[record["object_id"]] = record["id"]
        for listener in self.listeners:
            listener(event)
        return event

    def get(self, event_id: str) -> Event:
        """Return one event.

        Raises:
            NotFound: there is no such event, or the log no longer remembers it.
        """
        event = self._by_id.get(event_id)
        if event is None or event.updated_at < self._oldest() or event_id in self.hidden:
            raise NotFound("Event")
        return event

    def written(self, event_id: str) -> Record:
        """Return an event as it is written, whether or not the log still shows it."""
        return self._by_id[event_id].record

    def older(
        self, bounds: Bounds, than: EventPlace | None, *, action: str | None = None
    ) -> Iterator[Event]:
        """Go through the window newest first, from just before `than` on; or one action of it."""
        order = self._orders.get(action, [])
        start, stop = self._span(bounds, order)
        if than is not None:
            stop = min(stop, bisect_left(order, than, key=_place))
        return self._visible(order, range(stop - 1, start - 1, -1))

    def newer(
        self, bounds: Bounds, than: EventPlace, *, action: str | None = None
    ) -> Iterator[Event]:
        """Go through the window oldest first, from just after `than` on; or one action of it."""
        order = self._orders.get(action, [])
        start, stop = self._span(bounds, order)
        after = bisect_left(order, (than[0], than[1] + 1), key=_place)
        return self._visible(order, range(max(start, after), stop))

    def _orders_of(self, event: Event) -> tuple[list[Event], list[Event]]:
        return self._orders[None], self._orders[event.record["action"]]

    def _visible(self, order: list[Event], places: range) -> Iterator[Event]:
        events = (order[place] for place in places)
        return (event for event in events if event.record["id"] not in self.hidden)

    def _span(self, bounds: Bounds, order: list[Event]) -> tuple[int, int]:
        oldest = max(self._oldest(), bounds.gte or self._oldest())
        return replace(bounds, gte=oldest).span(order, _updated)

    def _oldest(self) -> datetime:
        return self._clock.now() - self._limits.event_horizon

    def _joinable(self, happening: Happening, at: datetime) -> Event | None:
        latest = self._by_id.get(self._latest.get(happening.subject["id"], ""))
        if latest is None or happening.action != "updated":
            return None
        is_same_kind = latest.record["action"] == "updated"
        is_same_user = latest.record["user_id"] == happening.cause.user_id
        is_close = at - latest.updated_at <= self._limits.consolidation
        return latest if is_same_kind and is_same_user and is_close else None

    def _new_record(self, happening: Happening, at: datetime) -> Record:
        return {
            "id": self._ids.new("ev"),
            "date_created": naive_stamp(at),
            "date_updated": naive_stamp(at),
            "organization_id": self._organization_id,
            "user_id": happening.cause.user_id,
            "request_id": happening.cause.request_id or self._ids.new("req"),
            "api_key_id": happening.cause.api_key_id,
            "object_type": happening.object_type,
            "object_id": happening.subject["id"],
            "lead_id": happening.lead_id,
            "action": happening.action,
            "changed_fields": happening.changed_fields,
            "data": happening.after,
            "previous_data": happening.previous_data,
            "meta": happening.cause.meta,
        }


def _joined(earlier: Record, happening: Happening, at: datetime) -> Record:
    """Return the event that two updates make together; its previous data are the oldest."""
    return earlier | {
        "date_updated": naive_stamp(at),
        "request_id": happening.cause.request_id or earlier["request_id"],
        "lead_id": happening.lead_id,
        "changed_fields": sorted({*earlier["changed_fields"], *happening.changed_fields}),
        "data": happening.after,
        "previous_data": (happening.previous_data or {}) | earlier["previous_data"],
        "meta": happening.cause.meta,
    }


def _place(event: Event) -> EventPlace:
    return event.place


def _updated(event: Event) -> datetime:
    return event.updated_at
