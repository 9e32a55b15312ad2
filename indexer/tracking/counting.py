"""How often a tracker's hits happen: in which share of calls, by week and by rep."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar

from indexer.statistics.proportions import proportion
from indexer.store.contract import Store
from indexer.tracking.finding import Found
from models import SearchFilter
from models.estimate import Estimate
from models.outline import CallOutline
from models.tracker import By

_WEEK: Final = timedelta(days=7)
_NO_FORMULAS: Final = ""

Key = TypeVar("Key", date, str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Hits among some calls.

    `key` is an ISO week (`2026-W11`) or a user's id, empty for calls of no user; `label` is
    what people call it. `starts` is a week's Monday. `calls` are those in which the tracker
    could have found something, `with_hits` those of them in which it did.
    """

    key: str
    label: str
    calls: int
    with_hits: int
    hits: int
    starts: date | None = None

    @property
    def share(self) -> Estimate:
        """The share of calls with a hit, with Wilson's interval."""
        return proportion(self.with_hits, self.calls)

    @property
    def hits_per_100_calls(self) -> float | None:
        """None where there are no calls: that is not 0."""
        return 100 * self.hits / self.calls if self.calls else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Hits of a tracker, all together and by week or rep.

    `passing` counts the calls that pass the filter. In those that `total` does not count,
    the tracker's side says nothing that was transcribed.
    """

    total: Count
    passing: int
    rows: tuple[Count, ...]


def count(
    found: Found,
    by: By,
    where: SearchFilter,
    *,
    store: Store,
    weeks: tuple[date, date] | None = None,
) -> Counts:
    """Count what a tracker found under a filter.

    Every week from the first with calls to the last has a row, also one without calls; with
    `weeks` (two Mondays) every week from the one to the other.
    """
    outlines = outlines_of(found.heard_ids(), store)
    hits = found.by_call()
    rows = _weeks(outlines, hits, weeks) if by is By.WEEK else _reps(outlines, hits)
    return Counts(
        total=_count("", "all", outlines, hits), passing=store.count(where), rows=tuple(rows)
    )


def outlines_of(call_ids: Iterable[str], store: Store) -> list[CallOutline]:
    """Calls in outline, by id. Those removed meanwhile are left out."""
    return store.outlines(SearchFilter(call_ids=tuple(call_ids)), formulas=_NO_FORMULAS)


def monday(moment: datetime) -> date:
    """The first day of a moment's week, in UTC."""
    day = moment.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def name_of_week(starts: date) -> str:
    """A week as ISO 8601 names it."""
    year, week, _ = starts.isocalendar()
    return f"{year}-W{week:02}"


def _weeks(
    outlines: Sequence[CallOutline], hits: Mapping[str, int], weeks: tuple[date, date] | None
) -> list[Count]:
    grouped = _grouped(outlines, lambda call: monday(call.activity_at))
    if weeks is None and not grouped:
        return []
    first, last = weeks or (min(grouped), max(grouped))
    mondays = (first + n * _WEEK for n in range((last - first).days // _WEEK.days + 1))
    return [
        _count(name_of_week(day), name_of_week(day), grouped.get(day, []), hits, starts=day)
        for day in mondays
    ]


def _reps(outlines: Sequence[CallOutline], hits: Mapping[str, int]) -> list[Count]:
    """By name: the order says nothing of who is better, for that the intervals are there."""
    grouped = _grouped(outlines, lambda call: call.user_id or "")
    counts = [
        _count(user_id, _name_of(user_id, calls), calls, hits) for user_id, calls in grouped.items()
    ]
    return sorted(counts, key=lambda one: (not one.key, one.label.casefold(), one.key))


def _name_of(user_id: str, calls: Sequence[CallOutline]) -> str:
    named = [call for call in calls if call.user_name]
    newest = max(named, key=lambda call: (call.activity_at, call.id), default=None)
    return (newest.user_name if newest else None) or user_id or "no rep"


def _grouped(
    outlines: Iterable[CallOutline], key: Callable[[CallOutline], Key]
) -> dict[Key, list[CallOutline]]:
    grouped: dict[Key, list[CallOutline]] = defaultdict(list)
    for call in outlines:
        grouped[key(call)].append(call)
    return grouped


def _count(
    key: str,
    label: str,
    calls: Sequence[CallOutline],
    hits: Mapping[str, int],
    *,
    starts: date | None = None,
) -> Count:
    found = Counter({call.id: hits[call.id] for call in calls if call.id in hits})
    return Count(
        key=key, label=label, calls=len(calls), with_hits=len(found), hits=found.total(),
        starts=starts,
    )  # fmt: skip
