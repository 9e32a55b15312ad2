"""Groups of calls: by rep, team, week or a value of theirs, or by filters of one's own."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from itertools import combinations
from typing import Final

from indexer.metrics import FORMULAS
from indexer.store.contract import Store
from indexer.teams import teams
from models import Facet
from models.comparison import MOST_GROUPS, ComparisonPlan, Grouping, Overlap
from models.errors import QueryInvalid
from models.outline import CallOutline
from models.saved import name_key

MOST_WEEKS: Final = 530
"""Weeks or months of one trend: ten years of weeks."""

_WITHOUT: Final = {
    Grouping.REP: "no rep",
    Grouping.TEAM: "of no team",
    Grouping.DISPOSITION: "no disposition",
    Grouping.OUTCOME: "no outcome",
    Grouping.DIRECTION: "no direction",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallGroup:
    """A group and its calls, in order of their ids."""

    name: str
    key: str | None
    calls: tuple[CallOutline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """Groups in the order they are shown, and how many calls are in none, by reason."""

    groups: tuple[CallGroup, ...]
    left_out: Mapping[str, int]
    overlaps: tuple[Overlap, ...]


def group(calls: Sequence[CallOutline], plan: ComparisonPlan, store: Store) -> Grouped:
    """Put calls into the groups of a plan: by name, weeks and months one after the other.

    Raises:
        QueryInvalid: there are too many groups.
    """
    if plan.by is None:
        return _filtered(calls, plan, store)
    if plan.by.is_of_time:
        return Grouped(groups=tuple(_in_time(calls, plan.by)), left_out={}, overlaps=())
    groups = (
        _by_team(calls, store) if plan.by is Grouping.TEAM else _by_value(calls, plan.by, store)
    )
    if len(groups) > MOST_GROUPS:
        raise QueryInvalid(
            "by", f"gives {len(groups)} groups, and {MOST_GROUPS} can be compared: narrow the calls"
        )
    grouped = {call.id for one in groups for call in one.calls}
    without = len(calls) - len(grouped)
    return Grouped(
        groups=tuple(_in_order(groups)),
        left_out={_WITHOUT[plan.by]: without} if without else {},
        overlaps=overlaps(groups) if plan.by is Grouping.TEAM else (),
    )


def overlaps(groups: Iterable[CallGroup]) -> tuple[Overlap, ...]:
    """Which groups share calls, and how many."""
    ids = [(one.name, {call.id for call in one.calls}) for one in groups]
    found = [
        (one, other, len(ours & theirs)) for (one, ours), (other, theirs) in combinations(ids, 2)
    ]
    return tuple(Overlap(one=one, other=other, calls=n) for one, other, n in found if n)


def _filtered(calls: Sequence[CallOutline], plan: ComparisonPlan, store: Store) -> Grouped:
    groups = []
    for wanted in plan.groups:
        passing = {outline.id for outline in store.outlines(wanted.where, formulas=FORMULAS)}
        ours = tuple(call for call in calls if call.id in passing)
        groups.append(CallGroup(name=wanted.name, key=None, calls=ours))
    grouped = {call.id for one in groups for call in one.calls}
    others = tuple(call for call in calls if call.id not in grouped)
    shared = overlaps(groups)
    if plan.rest is not None:
        groups.append(CallGroup(name=plan.rest, key=None, calls=others))
    is_left_out = plan.rest is None and others
    return Grouped(
        groups=tuple(_in_order(groups)),
        left_out={"of no group": len(others)} if is_left_out else {},
        overlaps=shared,
    )


def _by_team(calls: Sequence[CallOutline], store: Store) -> list[CallGroup]:
    found = teams(store)
    if not found:
        raise QueryInvalid("by", "there are no teams yet: make one first")
    return [
        CallGroup(
            name=team.body.name,
            key=team.id,
            calls=tuple(call for call in calls if call.user_id in team.body.user_ids),
        )
        for team in found
    ]


def _by_value(calls: Sequence[CallOutline], by: Grouping, store: Store) -> list[CallGroup]:
    value_of, facet = _FIELDS[by]
    members: dict[str, list[CallOutline]] = defaultdict(list)
    for call in calls:
        value = value_of(call)
        if value:
            members[value].append(call)
    labels = {count.value: count.label for count in store.counts(facet)} if members else {}
    names = distinct({value: labels.get(value, value) for value in members})
    return [CallGroup(name=names[v], key=v, calls=tuple(found)) for v, found in members.items()]


_FIELDS: Final[Mapping[Grouping, tuple[Callable[[CallOutline], str | None], Facet]]] = {
    Grouping.REP: (lambda call: call.user_id, Facet.USER),
    Grouping.DISPOSITION: (lambda call: call.disposition, Facet.DISPOSITION),
    Grouping.OUTCOME: (lambda call: call.outcome_id, Facet.OUTCOME),
    Grouping.DIRECTION: (lambda call: call.direction, Facet.DIRECTION),
}


def distinct(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels by value, those that several values have told apart by their value."""
    times: dict[str, int] = defaultdict(int)
    for label in labels.values():
        times[label] += 1
    return {v: f"{label} ({v})" if times[label] > 1 else label for v, label in labels.items()}


def _in_time(calls: Sequence[CallOutline], by: Grouping) -> Iterator[CallGroup]:
    """Every week or month from the first call's to the last one's, those without calls too."""
    members: dict[date, list[CallOutline]] = defaultdict(list)
    for call in calls:
        members[_start(call.activity_at.astimezone(UTC).date(), by)].append(call)
    if not members:
        return
    start, last, count = min(members), max(members), 0
    while start <= last:
        count += 1
        if count > MOST_WEEKS:
            raise QueryInvalid("since", f"{MOST_WEEKS} {by}s at most can be shown: narrow the time")
        shown = f"{start:%Y-%m}" if by is Grouping.MONTH else start.isoformat()
        yield CallGroup(name=shown, key=start.isoformat(), calls=tuple(members.get(start, ())))
        start = _start(start + timedelta(days=32 if by is Grouping.MONTH else 7), by)


def _start(day: date, by: Grouping) -> date:
    """The first day of a day's month, or the Monday of its week."""
    return day.replace(day=1) if by is Grouping.MONTH else day - timedelta(days=day.weekday())


def _in_order(groups: Iterable[CallGroup]) -> list[CallGroup]:
    return sorted(groups, key=lambda one: (name_key(one.name), one.key or ""))
