"""The wire shapes of comparisons: what is asked for, and what is found."""

from datetime import datetime
from typing import Annotated, Final
from urllib.parse import parse_qs

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from indexer.comparing import told_apart
from indexer.exporting import Format
from indexer.plots import Theme
from indexer.wire.answers import SearchedOut
from indexer.wire.estimates import EstimateOut
from indexer.wire.filters import Count, WhereIn, listed
from models import Searched
from models.comparison import (
    MOST_GROUPS,
    MOST_METRICS,
    CallSort,
    ComparedGroup,
    Comparison,
    ComparisonPlan,
    Difference,
    GroupFigure,
    Grouping,
    GroupWanted,
    MetricComparison,
    Overlap,
    TypeShare,
    Within,
)
from models.errors import QueryInvalid
from models.saved import name_from

_LONGEST_GROUP: Final = 4000

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Metrics = Annotated[
    tuple[Name, ...],
    BeforeValidator(listed),
    Field(
        max_length=MOST_METRICS,
        description="Metrics by name, as `GET /v1/metrics` has them; `tracker:NAME` is the share"
        " of calls in which a tracker finds something. At least one.",
    ),
]
By = Annotated[
    Grouping | None,
    Field(
        description="Group calls by `rep`, `team`, `week` (from Monday, UTC), `month`,"
        " `disposition`, `outcome` or `direction`. Weeks and months make a trend."
    ),
]
Calls = Annotated[
    CallSort,
    Field(
        description="Which calls count: `conversations` (recordings in which both sides spoke),"
        " `voicemails`, or `all` of them mixed."
    ),
]
WithinOf = Annotated[
    Within | None,
    Field(
        description="Compare like with like: only calls of types that the groups have in common,"
        " each type weighing the same in every group. A type is a `direction` (the default),"
        " `outcome` or `playbook`; `none` takes calls as they are."
    ),
]
Rest = Annotated[
    Name | None,
    Field(
        description="The name of one more group: the calls that pass the filters and are in none"
        " of the groups."
    ),
]


def everything() -> WhereIn:
    """The filter that nobody has set."""
    return WhereIn.model_validate({})


class GroupIn(BaseModel):
    """A group of calls, by filters of its own."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Name = Field(description="What it is called in the answer.")
    where: WhereIn = Field(description="Which calls: the filters of a search, and `said`.")


class CompareBody(BaseModel):
    """What to compare, as JSON."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    metrics: Metrics = Field(min_length=1)
    by: By = None
    groups: list[GroupIn] = Field(
        [],
        max_length=MOST_GROUPS,
        description="Groups of your own, in place of `by`. A call may be in several.",
    )
    rest: Rest = None
    calls: Calls = CallSort.CONVERSATIONS
    within: WithinOf = None
    where: WhereIn = Field(default_factory=everything, description="Which calls all groups are of.")

    def plan(self, *, now: datetime) -> ComparisonPlan:
        """What it stands for.

        Raises:
            QueryInvalid: it makes no sense.
        """
        return ComparisonPlan(
            metrics=self.metrics,
            by=self.by,
            groups=tuple(
                GroupWanted(name=group_name(group.name), where=group.where.where(now=now))
                for group in self.groups
            ),
            rest=None if self.rest is None else group_name(self.rest),
            calls=self.calls,
            within=self.within,
            where=self.where.where(now=now),
        )


class CompareParameters(WhereIn):
    """What to compare, as parameters: the filters say which calls all groups are of."""

    metric: Metrics = Field(())
    by: By = None
    group: Annotated[
        tuple[Annotated[str, StringConstraints(max_length=_LONGEST_GROUP)], ...],
        BeforeValidator(listed),
    ] = Field(
        (),
        max_length=MOST_GROUPS,
        description="A group of your own, in place of `by`: a name, a colon, and filters as in a"
        " query string: `Top: user_id=user_1&user_id=user_2`. Several, or one and `rest`.",
    )
    rest: Rest = None
    calls: Calls = CallSort.CONVERSATIONS
    within: WithinOf = None

    def plan(self, *, now: datetime) -> ComparisonPlan:
        """What they stand for.

        Raises:
            QueryInvalid: they make no sense.
        """
        return ComparisonPlan(
            metrics=self.metric,
            by=self.by,
            groups=tuple(group_from(text, now=now) for text in self.group),
            rest=None if self.rest is None else group_name(self.rest),
            calls=self.calls,
            within=self.within,
            where=self.where(now=now),
        )


class CompareExport(CompareParameters):
    """What to compare, and how to write it."""

    format: Format = Field(description="`csv` or `ndjson`.")


class PlotParameters(CompareParameters):
    """What to compare by one metric, and how to draw it."""

    theme: Theme = Field(Theme.LIGHT, description="For a `light` or a `dark` page.")
    width: Count = Field(640, ge=240, le=1600, description="Pixels; the height follows.")

    def plan(self, *, now: datetime) -> ComparisonPlan:
        """What they stand for; raises as without a plot, or if there are several metrics."""
        if len(self.metric) > 1:
            raise QueryInvalid("metric", "a plot is of one: draw others by themselves")
        return super().plan(now=now)


def group_name(text: str) -> str:
    """A group's name as it is shown.

    Raises:
        QueryInvalid: it is none.
    """
    try:
        return name_from(text)
    except QueryInvalid as error:
        raise QueryInvalid("groups", f"a group's name {error.problem}") from None


def group_from(text: str, *, now: datetime) -> GroupWanted:
    """A group as it is written in one line: `Top: user_id=user_1&user_id=user_2`.

    Raises:
        QueryInvalid: it has no name, or its filters are no filters.
    """
    name, colon, filters = text.partition(":")
    if not colon:
        raise QueryInvalid("group", f"must be a name, a colon and filters: {text!r} has no colon")
    try:
        given = parse_qs(
            filters.strip(), keep_blank_values=True, strict_parsing=bool(filters.strip())
        )
        several = {n: v if len(v) > 1 else v[0] for n, v in given.items()}
        where = WhereIn.model_validate(several).where(now=now)
    except ValidationError as error:
        [first, *_] = error.errors()
        field = str(first["loc"][0]) if first["loc"] else "filters"
        told = (
            "there is no such filter"
            if first["type"] == "extra_forbidden"
            else first["msg"].removeprefix("Value error, ")
        )
        raise QueryInvalid("group", f"{name.strip()}: {field}: {told}") from None
    except QueryInvalid as error:
        raise QueryInvalid("group", f"{name.strip()}: {error}") from None
    except ValueError:
        raise QueryInvalid(
            "group", f"{name.strip()}: write its filters as in a query string: direction=inbound"
        ) from None
    return GroupWanted(name=group_name(name), where=where)


class ComparedGroupOut(BaseModel):
    """A group of calls."""

    name: str = Field(description="A rep's, a team's, a week's (its Monday), or as asked.")
    key: str | None = Field(description="Its id, value, or first day; null of filters.")
    calls: int = Field(description="How many of its calls are looked at.")
    reps: int = Field(description="How many reps these are of.")
    unmeasured: int = Field(description="How many of them are not measured yet.")
    why: str | None = Field(description="Why it is empty, if it is.")

    @classmethod
    def of(cls, group: ComparedGroup) -> "ComparedGroupOut":
        """A group."""
        return cls(
            name=group.name, key=group.key, calls=group.calls, reps=group.reps,
            unmeasured=group.unmeasured, why=group.why,
        )  # fmt: skip


class GroupFigureOut(BaseModel):
    """A group's number."""

    group: str = Field(description="The group's name.")
    mean: EstimateOut = Field(
        description="The mean over its calls of the types compared, each type weighing the same"
        " in every group."
    )
    plain: float | None = Field(description="The mean over all its calls, whatever their type.")
    undefined: int = Field(description="Its calls for which the metric is not defined.")
    other_types: int = Field(description="Its calls of types that are not compared.")

    @classmethod
    def of(cls, figure: GroupFigure) -> "GroupFigureOut":
        """A number."""
        return cls(
            group=figure.group, mean=EstimateOut.of(figure.mean), plain=figure.plain,
            undefined=figure.undefined, other_types=figure.other_types,
        )  # fmt: skip


class TypeShareOut(BaseModel):
    """A type of call that is compared."""

    name: str = Field(description="The direction, outcome or playbook, as Close has it.")
    weight: float = Field(description="Its weight in every group's mean.")
    calls: int = Field(description="How many calls of it are compared.")

    @classmethod
    def of(cls, share: TypeShare) -> "TypeShareOut":
        """A type."""
        return cls(name=share.name, weight=share.weight, calls=share.calls)


class DifferenceOut(BaseModel):
    """Two groups held against each other."""

    one: str = Field(description="The name of a group.")
    other: str = Field(description="The name of the group it is held against.")
    difference: EstimateOut = Field(description="The one's mean minus the other's.")
    can_be_told_apart: bool = Field(description="Whether the difference is more than chance.")
    more_calls: int | None = Field(
        description="How many more calls EACH of the two would need for a difference as large as"
        " this one to be told from chance; where one has fewer than 10 calls, only how many it"
        " takes before anything can be said. Null where it can be told, or that cannot be said."
    )

    @classmethod
    def of(cls, pair: Difference) -> "DifferenceOut":
        """A pair."""
        return cls(
            one=pair.one, other=pair.other, difference=EstimateOut.of(pair.difference),
            can_be_told_apart=pair.can_be_told_apart, more_calls=pair.more_calls,
        )  # fmt: skip


class MetricComparisonOut(BaseModel):
    """All groups by one metric."""

    metric: str = Field(description="Its name.")
    version: int = Field(description="The version of its formula, or of the tracker.")
    title: str = Field(description="What people call it.")
    unit: str = Field(description="What it counts in; a `share` is 0 to 1.")
    figures: list[GroupFigureOut] = Field(description="Each group's number, in their order.")
    types: list[TypeShareOut] = Field(description="The types of call compared; empty for `none`.")
    differences: list[DifferenceOut] = Field(
        description="Every two groups; none of weeks and months."
    )
    order: list[str] | None = Field(
        description="The groups from the highest mean to the lowest, only if every two of them can"
        " be told apart."
    )
    why: str | None = Field(description="Why there is no order.")
    told: str = Field(description="What this warrants, in a sentence.")

    @classmethod
    def of(cls, found: MetricComparison) -> "MetricComparisonOut":
        """A metric's comparison."""
        return cls(
            metric=found.metric, version=found.version, title=found.title, unit=found.unit,
            figures=[GroupFigureOut.of(figure) for figure in found.figures],
            types=[TypeShareOut.of(share) for share in found.types],
            differences=[DifferenceOut.of(pair) for pair in found.differences],
            order=None if found.order is None else list(found.order),
            why=found.why, told=told_apart(found),
        )  # fmt: skip


class OverlapOut(BaseModel):
    """Two groups that share calls."""

    one: str = Field(description="The name of a group.")
    other: str = Field(description="The name of the other.")
    calls: int = Field(description="How many calls are in both.")

    @classmethod
    def of(cls, overlap: Overlap) -> "OverlapOut":
        """An overlap."""
        return cls(one=overlap.one, other=overlap.other, calls=overlap.calls)


class ComparisonOut(BaseModel):
    """Groups of calls, compared."""

    by: Grouping | None = Field(description="What calls were grouped by; null: by filters.")
    calls: CallSort = Field(description="Which calls count.")
    within: Within = Field(description="The types within which calls were compared.")
    looked_at: int = Field(description="How many calls pass the filters.")
    left_out: dict[str, int] = Field(description="How many of them were not compared, by reason.")
    groups: list[ComparedGroupOut] = Field(
        description="By name, weeks and months in their order: the order of groups means nothing."
    )
    metrics: list[MetricComparisonOut] = Field(description="In the order they were asked for.")
    overlaps: list[OverlapOut] = Field(description="Groups that share calls.")
    notes: list[str] = Field(description="What to know before believing any of it.")
    searched: SearchedOut = Field(description="How many of all calls known are here.")

    @classmethod
    def of(cls, found: Comparison, searched: Searched) -> "ComparisonOut":
        """A comparison, and how much of all calls it could see."""
        return cls(
            by=found.plan.by, calls=found.plan.calls, within=found.plan.compared_within,
            looked_at=found.looked_at, left_out=dict(found.left_out),
            groups=[ComparedGroupOut.of(group) for group in found.groups],
            metrics=[MetricComparisonOut.of(metric) for metric in found.metrics],
            overlaps=[OverlapOut.of(overlap) for overlap in found.overlaps],
            notes=list(found.notes),
            searched=SearchedOut.model_validate(searched, from_attributes=True),
        )  # fmt: skip
