"""Moments as Close writes them, and as it is asked for them.

Seen in recorded traffic: ISO 8601 with the offset `+00:00` and a fraction of six
digits that disappears when it is zero. Documented by example only: the stamps of
the event log carry no offset; that they are UTC is assumed.
"""

from datetime import UTC, datetime


def read_stamp(value: object) -> datetime:
    """The moment a stamp of Close's names, aware and in UTC; without an offset it is UTC.

    Raises:
        ValueError: it is no date that can be held. The text never quotes it.
    """
    if not isinstance(value, str):
        raise ValueError("is not a date")  # noqa: TRY004 -- pydantic reports ValueErrors only
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("is not a date") from None


def stamp_or_none(value: object) -> datetime | None:
    """The same, with None for everything that is no date."""
    try:
        return read_stamp(value)
    except ValueError:
        return None


def write_stamp(moment: datetime) -> str:
    """A moment as a filter of Close's takes it: in UTC, with a `Z` that needs no escaping."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime means another moment on every machine")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
