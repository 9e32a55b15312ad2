"""What time it is, and how Close writes it down."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol


class Clock(Protocol):
    """Tells the time; everything in the stand-in that ages asks one of these."""

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment the clock was last moved to."""
        return self._at

    def set(self, at: datetime) -> None:
        """Move the clock to `at`, which may lie in the past."""
        self._at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move the clock on by `by`."""
        self._at += by


def stamp(at: datetime) -> str:
    """Write a moment as Close's records do: with `+00:00`, and no fraction when it is zero."""
    return at.astimezone(UTC).isoformat()


def naive_stamp(at: datetime) -> str:
    """Write a moment as Close's events do: UTC, six digits of fraction, no zone suffix."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def moment(text: str, offset_h: float = 0.0) -> datetime:
    """Read a date or a date-time as a moment in UTC.

    A text without a zone is taken to be `offset_h` hours from UTC, as Close's
    `x-tz-offset` header asks.

    Raises:
        ValueError: the text is neither a date nor a date-time.
    """
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        read = read.replace(tzinfo=timezone(timedelta(hours=offset_h)))
    return read.astimezone(UTC)
