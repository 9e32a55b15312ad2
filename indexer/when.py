"""Moments as people write them: "30d", "yesterday", "2026-03-01", "2026-03-01T09:30+02:00"."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from models.errors import QueryInvalid

_AGO: Final = re.compile(r"([0-9]{1,9})([mhdw])")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAYS_AGO: Final = {"today": 0, "yesterday": 1}
_LONGEST: Final = 40  # characters of the longest ISO datetime, and some


def utc_now() -> datetime:
    """The present moment, aware and in UTC."""
    return datetime.now(UTC)


def parse_when(text: str, *, now: datetime, field: str = "when") -> datetime:
    """A moment, aware and in UTC.

    `30d` is thirty days before `now` (also `m`inutes, `h`ours, `w`eeks); a date
    is its midnight, and a time without an offset is meant, in UTC.

    Raises:
        QueryInvalid: it is none of these, or no moment a calendar has; names `field`.
    """
    wanted = text.strip().lower()
    try:
        return _parsed(wanted, now.astimezone(UTC))
    except (ValueError, OverflowError):
        shown = wanted if len(wanted) <= _LONGEST else f"{wanted[:_LONGEST]}..."
        raise QueryInvalid(
            field, f"{shown!r} is no moment I understand: try 30d or 2026-03-01"
        ) from None


def _parsed(wanted: str, now: datetime) -> datetime:
    if ago := _AGO.fullmatch(wanted):
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    if wanted in _DAYS_AGO:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - timedelta(days=_DAYS_AGO[wanted])
    if len(wanted) > _LONGEST:
        raise ValueError
    moment = datetime.fromisoformat(wanted.upper())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
