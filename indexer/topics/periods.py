"""Weeks and months that calls fall into, in UTC."""

from collections import Counter
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Final

from models.topic import Period, Step

_WEEKS_SHOWN: Final = timedelta(weeks=26)
_A_WEEK: Final = timedelta(days=7)
_INTO_THE_NEXT_MONTH: Final = timedelta(days=32)


def start_of(at: datetime, step: Step) -> date:
    """The first day of the ISO week or month of a moment."""
    return _first_day(at.astimezone(UTC).date(), step)


def fitting_step(moments: Collection[datetime]) -> Step:
    """Weeks, or months where weeks would be too many to be read."""
    return Step.WEEK if max(moments) - min(moments) <= _WEEKS_SHOWN else Step.MONTH


def periods_of(moments: Collection[datetime], step: Step) -> tuple[Period, ...]:
    """Every period from the first moment to the last, those without one too."""
    counts = Counter(start_of(at, step) for at in moments)
    periods, start = list[Period](), min(counts)
    while start <= max(counts):
        periods.append(Period(start=start, calls=counts[start]))
        start = _first_day(start + (_A_WEEK if step is Step.WEEK else _INTO_THE_NEXT_MONTH), step)
    return tuple(periods)


def _first_day(day: date, step: Step) -> date:
    return day.replace(day=1) if step is Step.MONTH else day - timedelta(days=day.weekday())
