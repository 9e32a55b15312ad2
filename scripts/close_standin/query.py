"""What a request asks for, read out of its query parameters.

Only known parameters are read: Close drops the others without a word, and a
misspelt filter therefore returns everything.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.datastructures import QueryParams

from scripts.close_standin.bounds import Bounds
from scripts.close_standin.clock import moment, stamp
from scripts.close_standin.errors import BadQuery
from scripts.close_standin.events import EventPlace
from scripts.close_standin.limits import Limits
from scripts.close_standin.shelf import CallFilter

_COMPARISONS: Final = ("gte", "gt", "lt", "lte")

_EVENT_FILTERS: Final = ("object_type", "object_id", "action", "lead_id", "user_id", "request_id")

_ALLOWED_TOGETHER: Final = frozenset(
    frozenset(names.split())
    for names in (
        "",
        "object_type object_id",
        "object_type action",
        "object_id action",
        "lead_id",
        "lead_id object_type",
        "lead_id object_type action",
        "lead_id user_id",
        "lead_id user_id object_type",
        "lead_id user_id object_type action",
        "user_id",
        "user_id object_id",
        "user_id object_id action",
        "user_id object_type",
        "user_id object_type action",
        "request_id",
    )
)
"""The filters of the event log that may be given together, besides `date_updated`."""


@dataclass(frozen=True, kw_only=True)
class PageQuery:
    """Which part of a list is asked for."""

    skip: int
    limit: int


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """A place in the event log from which to go on, with the window it was walked in."""

    place: EventPlace
    goes_older: bool
    window: Bounds

    def encode(self) -> str:
        """Write the cursor as the opaque text that callers hand back."""
        window = {name: getattr(self.window, name) for name in _COMPARISONS}
        told = {
            "at": stamp(self.place[0]),
            "serial": self.place[1],
            "older": self.goes_older,
            "window": {name: stamp(at) for name, at in window.items() if at is not None},
        }
        return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Read a cursor that `encode` wrote.

        Raises:
            BadQuery: the text is no such cursor.
        """
        try:
            told = json.loads(base64.urlsafe_b64decode(text))
            window = {name: moment(at) for name, at in told["window"].items()}
            place = (moment(told["at"]), int(told["serial"]))
            return cls(place=place, goes_older=bool(told["older"]), window=Bounds(**window))
        except (binascii.Error, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadQuery("Invalid _cursor.") from error


@dataclass(frozen=True, kw_only=True)
class EventQuery:
    """Which events are asked for."""

    equal: dict[str, str]
    window: Bounds
    cursor: Cursor | None
    limit: int


def fields_in(params: QueryParams) -> tuple[str, ...] | None:
    """Return the names in `_fields`, or None if it names nothing."""
    return _names(params, "_fields") or None


def page_query(params: QueryParams, limits: Limits) -> PageQuery:
    """Return which part of a list is asked for.

    Raises:
        BadQuery: a number is no number, or larger than its limit.
    """
    return PageQuery(
        skip=_number(params, "_skip", default=0, most=limits.max_skip, limit_name="max_skip"),
        limit=_number(params, "_limit", default=100, most=limits.max_limit, limit_name="max_limit"),
    )


def call_filter(params: QueryParams, offset_h: float) -> CallFilter:
    """Return which calls are asked for; `offset_h` places dates that name no zone.

    Raises:
        BadQuery: a date cannot be read, or a filter cannot be used on a list of calls.
    """
    if any(f"activity_at__{comparison}" in params for comparison in _COMPARISONS):
        raise BadQuery("activity_at filters need _order_by=-activity_at and a single lead_id.")
    return CallFilter(
        created=_window(params, "date_created", offset_h),
        ids=_set(params, "id__in"),
        lead_ids=_set(params, "lead_id"),
        contact_ids=_set(params, "contact_id"),
        user_ids=_set(params, "user_id"),
    )


def event_query(params: QueryParams, limits: Limits, offset_h: float) -> EventQuery:
    """Return which events are asked for.

    A cursor carries the window of the walk it belongs to, so a window given
    beside it is not read.

    Raises:
        BadQuery: the filters may not be combined so, or a value cannot be read.
    """
    equal = {name: params[name] for name in _EVENT_FILTERS if params.get(name)}
    if frozenset(equal) not in _ALLOWED_TOGETHER:
        raise BadQuery(f"Unsupported combination of filters: {', '.join(sorted(equal))}.")
    cursor = Cursor.decode(params["_cursor"]) if params.get("_cursor") else None
    return EventQuery(
        equal=equal,
        window=cursor.window if cursor else _window(params, "date_updated", offset_h),
        cursor=cursor,
        limit=_number(
            params,
            "_limit",
            default=limits.max_events,
            most=limits.max_events,
            limit_name="max_limit",
        ),
    )


def _number(params: QueryParams, name: str, *, default: int, most: int, limit_name: str) -> int:
    text = params.get(name)
    if text is None:
        return min(default, most)
    if not text.isascii() or not text.isdigit():
        raise BadQuery(f"Invalid {name}: not a number of rows.")
    if int(text) > most:
        raise BadQuery(f"The {name} parameter is too large: {limit_name} = {most}.")
    return int(text)


def _names(params: QueryParams, name: str) -> tuple[str, ...]:
    """Return the values of a parameter, whether parted by commas or given several times."""
    texts = ",".join(params.getlist(name)).split(",")
    return tuple(text.strip() for text in texts if text.strip())


def _set(params: QueryParams, name: str) -> frozenset[str] | None:
    return frozenset(_names(params, name)) or None


def _window(params: QueryParams, name: str, offset_h: float) -> Bounds:
    given = {c: params[f"{name}__{c}"] for c in _COMPARISONS if params.get(f"{name}__{c}")}
    return Bounds(**{c: _moment(text, f"{name}__{c}", offset_h) for c, text in given.items()})


def _moment(text: str, name: str, offset_h: float) -> datetime:
    try:
        return moment(text, offset_h)
    except (ValueError, OverflowError) as error:
        # An unescaped plus sign before a zone arrives here as a space.
        raise BadQuery(f"Invalid {name}: not a date or date-time.") from error
