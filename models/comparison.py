"""Comparisons: groups of calls held against each other, number by number, within call types."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from models.errors import QueryInvalid
from models.estimate import Estimate
from models.search import EVERYTHING, SearchFilter

MOST_METRICS: Final = 30
"""Metrics that are compared at once."""
MOST_GROUPS: Final = 60
"""Groups that are compared at once; weeks and months, which are not ranked, may be more."""


class Grouping(StrEnum):
    """What calls are grouped by."""

    REP = "rep"
    TEAM = "team"
    WEEK = "week"
    MONTH = "month"
    DISPOSITION = "disposition"
    OUTCOME = "outcome"
    DIRECTION = "direction"

    @property
    def is_of_time(self) -> bool:
        """Whether groups follow each other in time, and so make a trend."""
        return self in (Grouping.WEEK, Grouping.MONTH)


class CallSort(StrEnum):
    """Which calls count: what people say to each other is never mixed with voicemails.

    A conversation is a recording in which both sides spoke.
    """

    CONVERSATIONS = "conversations"
    VOICEMAILS = "voicemails"
    ALL = "all"


class Within(StrEnum):
    """The field of a call by which it is of one type or another."""

    DIRECTION = "direction"
    OUTCOME = "outcome"
    PLAYBOOK = "playbook"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWanted:
    """A group by a filter: its calls pass this and the filter of the whole comparison."""

    name: str
    where: SearchFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonPlan:
    """What is to be compared. Groups are those of `by`, or `groups`; `rest` names one more.

    To the group `rest` belong the calls that pass `where` and are in no other group.
    `within` None is by direction, unless that is what calls are grouped by.
    """

    metrics: tuple[str, ...]
    by: Grouping | None = None
    groups: tuple[GroupWanted, ...] = ()
    rest: str | None = None
    calls: CallSort = CallSort.CONVERSATIONS
    within: Within | None = None
    where: SearchFilter = EVERYTHING

    def __post_init__(self) -> None:
        """Refuse what cannot be compared."""
        if not self.metrics:
            raise QueryInvalid("metric", "must name at least one")
        if len(self.metrics) > MOST_METRICS:
            raise QueryInvalid("metric", f"must name at most {MOST_METRICS}")
        _refuse_twice("metric", self.metrics)
        if self.by is None and not self.groups:
            raise QueryInvalid("by", "say what to compare: `by`, or groups of your own")
        if self.by is not None and self.groups:
            raise QueryInvalid("by", "is given together with groups: choose one of them")
        self._check_groups()
        if self.by is not None and self.by.value == self.compared_within.value:
            raise QueryInvalid(
                "within", f"calls are grouped by {self.by} already: choose another type, or none"
            )

    @property
    def compared_within(self) -> Within:
        """The type within which calls are compared."""
        if self.within is not None:
            return self.within
        return Within.NONE if self.by is Grouping.DIRECTION else Within.DIRECTION

    @property
    def is_trend(self) -> bool:
        """Whether groups follow each other in time."""
        return self.by is not None and self.by.is_of_time

    def _check_groups(self) -> None:
        if self.rest is not None and not self.groups:
            raise QueryInvalid("rest", "goes with groups of your own")
        names = [*(group.name for group in self.groups), *([self.rest] if self.rest else [])]
        if len(names) == 1:
            raise QueryInvalid(
                "groups", "one group alone is compared with nothing: name another, or `rest`"
            )
        if len(names) > MOST_GROUPS:
            raise QueryInvalid("groups", f"must be at most {MOST_GROUPS}")
        _refuse_twice("groups", names)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedGroup:
    """A group: how many calls it has, of how many reps, and how many are not yet measured.

    `key` is what the group is by: a user's or team's id, a value, the first day of a
    week; None where it is a filter. `why` says why it is empty, if it is.
    """

    name: str
    key: str | None
    calls: int
    reps: int
    unmeasured: int
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeShare:
    """A type of call, its weight in every group's mean, and how many calls of it there are."""

    name: str
    weight: float
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigure:
    """A group's number: over its calls of the types compared, weighted alike in all groups.

    `undefined` counts its calls for which the metric is not defined, `other_types` those
    of types that are not compared. `plain` is the mean of all calls for which it is
    defined, whatever their type.
    """

    group: str
    mean: Estimate
    plain: float | None
    undefined: int
    other_types: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One group's mean minus another's, and whether they can be told apart.

    `more_calls` is how many more calls each group would need, None where they can be told
    apart already or that cannot be said.
    """

    one: str
    other: str
    difference: Estimate
    can_be_told_apart: bool
    more_calls: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricComparison:
    """One metric over all groups.

    `metric` and `version` name the formula. `order` has the groups from the highest mean
    to the lowest, only where every two of them can be told apart; else `why` not.
    """

    metric: str
    version: int
    title: str
    unit: str
    figures: tuple[GroupFigure, ...]
    types: tuple[TypeShare, ...]
    differences: tuple[Difference, ...]
    order: tuple[str, ...] | None
    why: str | None

    def figure_of(self, group: str) -> GroupFigure:
        """The number of a group."""
        return next(figure for figure in self.figures if figure.group == group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two groups, and how many calls are in both."""

    one: str
    other: str
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Groups and their numbers. Groups are by name, or where they are of time in its order.

    `looked_at` counts the calls that pass the filter, `left_out` those of them that were
    not compared, by reason. `notes` is what to know before believing any of it.
    """

    plan: ComparisonPlan
    looked_at: int
    left_out: Mapping[str, int]
    groups: tuple[ComparedGroup, ...]
    metrics: tuple[MetricComparison, ...]
    overlaps: tuple[Overlap, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepChange:
    """A rep's mean before and after, None without calls for which the metric is defined."""

    user_id: str
    name: str
    is_coached: bool
    before: float | None
    after: float | None
    calls_before: int
    calls_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachingEffect:
    """What changed in the coached reps, beyond what changed in their peers.

    `since` to `start` is before, `start` to `until` after; `complete` once all of it has
    passed. `difference` is the coached reps' mean change minus their peers', `p_value` how
    often chance alone gives one as large when it is drawn anew who was coached.
    """

    metric: str
    version: int
    title: str
    unit: str
    since: date
    start: date
    until: date
    is_complete: bool
    within: Within
    reps: tuple[RepChange, ...]
    difference: Estimate
    coached: Estimate
    peers: Estimate
    p_value: float | None
    permutations: int
    left_out: Mapping[str, int]
    why: str | None
    notes: tuple[str, ...]


def _refuse_twice(field: str, names: tuple[str, ...] | list[str]) -> None:
    twice = [name for n, name in enumerate(names) if name in names[:n]]
    if twice:
        raise QueryInvalid(field, f"name {twice[0]!r} more than once")
