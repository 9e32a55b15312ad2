"""What the page Coach shows of a rep or a team: numbers, trends, moments, coaching plans."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.pages.address import Address
from indexer.bootstrap import Services
from indexer.comparing import (
    Moments,
    compare,
    effect_of,
    interventions,
    plan_of,
    select,
    telling_moments,
    told_effect,
)
from indexer.metrics import METRICS
from indexer.papers import Written
from indexer.statistics.ranking import FEWEST
from indexer.teams import TEAMS, Rep, members, reps
from indexer.when import parse_when
from indexer.wire.filters import WhereIn, listed
from models import SearchFilter
from models.comparison import (
    CallSort,
    CoachingEffect,
    ComparedGroup,
    Comparison,
    ComparisonPlan,
    Difference,
    GroupFigure,
    Grouping,
    GroupWanted,
    MetricComparison,
)
from models.errors import CallsiftError, QueryInvalid
from models.estimate import Estimate
from models.intervention import Intervention
from models.metric import Metric

OTHERS: Final = "Everybody else"
AGES: Final = {
    "30d": "30 days",
    "90d": "90 days",
    "180d": "180 days",
    "52w": "12 months",
    "all": "All time",
}
HEADLINES: Final = (
    "talk_ratio", "longest_monologue_s", "longest_customer_story_s", "interactivity", "patience_s",
    "question_rate_user", "time_to_first_question_s", "words_per_minute_user", "filler_rate_user",
    "interruptions_user", "silence_share", "conversation_s",
)  # fmt: skip
_TRENDS: Final = ("talk_ratio", "longest_monologue_s")
_BY_MONTH: Final = ("52w", "all")


class Way(StrEnum):
    """Which calls, by who dialled."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    BOTH = "both"


class CoachParameters(BaseModel):
    """Whose numbers, of which calls."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    rep: str | None = Field(None, min_length=1, max_length=200)
    team: str | None = Field(None, min_length=1, max_length=200)
    period: str = "90d"
    direction: Way = Way.BOTH
    every: bool = False
    trend: Annotated[tuple[str, ...], BeforeValidator(listed)] = Field((), max_length=6)

    def since(self, now: datetime) -> datetime | None:
        """From when on calls count.

        Raises:
            QueryInvalid: there is no such period.
        """
        if self.period not in AGES:
            raise QueryInvalid("period", f"choose one of {', '.join(AGES)}")
        return None if self.period == "all" else parse_when(self.period, now=now, field="period")

    @property
    def trends(self) -> tuple[str, ...]:
        """The metrics whose trend is shown.

        Raises:
            QueryInvalid: there is no such metric.
        """
        unknown = [name for name in self.trend if name not in METRICS]
        if unknown:
            raise QueryInvalid("trend", f"there is no metric {unknown[0]!r}")
        return tuple(dict.fromkeys(self.trend)) or _TRENDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Whose numbers these are: a rep's or a team's."""

    key: str
    name: str
    reps: tuple[Rep, ...]
    is_team: bool

    @property
    def user_ids(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(rep.user_id for rep in self.reps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A number and its interval as places from 0 to 100."""

    at: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A metric: theirs, everybody else's, and the difference if both have calls."""

    metric: Metric
    found: MetricComparison
    theirs: GroupFigure
    others: GroupFigure
    difference: Difference | None

    @property
    def verdict(self) -> str:
        """What can be said of the difference, in words."""
        if self.difference is None:
            return ""
        value = self.difference.difference.value or 0
        if self.difference.can_be_told_apart:
            return "higher" if value > 0 else "lower"
        if min(self.theirs.mean.n, self.others.mean.n) < FEWEST:
            return f"too few calls to tell: {FEWEST} each are needed"
        return "cannot be told apart"

    @property
    def bars(self) -> tuple[Bar, ...]:
        """Theirs and the others', drawn on one scale; none unless both have a number."""
        estimates = (self.theirs.mean, self.others.mean)
        known = [e.value for e in estimates if e.value is not None]
        if len(known) < len(estimates):
            return ()
        known += [at for e in estimates if e.interval for at in (e.interval.low, e.interval.high)]
        low, span = min(known), max(known) - min(known)
        if not span:
            return ()
        return tuple(_bar(estimate, low, span) for estimate in estimates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A metric over time, and where its plot is, for a light page and for a dark one."""

    metric: Metric
    found: MetricComparison
    plot: str
    dark_plot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A coaching plan and what became of it; `problem` where that cannot be found out."""

    known: Written[Intervention]
    metric: str
    effect: CoachingEffect | None
    told: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coached:
    """Everything the page shows of them."""

    who: Who
    lines: tuple[Line, ...]
    comparison: Comparison
    trends: tuple[Trend, ...]
    moments: tuple[Moments, ...]
    plans: tuple[Plan, ...]
    by: Grouping
    export: str

    @property
    def calls(self) -> int:
        """How many of their calls are looked at."""
        return self._group.calls

    @property
    def unmeasured(self) -> int:
        """How many of these are not measured yet."""
        return self._group.unmeasured

    @property
    def _group(self) -> ComparedGroup:
        return next(one for one in self.comparison.groups if one.name == self.who.name)


def who_of(asked: CoachParameters, services: Services) -> Who | None:
    """Whose numbers are asked for, if anybody's.

    Raises:
        QueryInvalid: no call of such a rep is stored, or both a rep and a team are named.
        PaperNotFound: there is no such team.
    """
    if asked.rep and asked.team:
        raise QueryInvalid("rep", "is given together with a team: choose one of them")
    if asked.team:
        team = TEAMS.find(services.store, asked.team)
        people = tuple(members(team.body, services.store))
        return Who(key=team.id, name=team.body.name, reps=people, is_team=True)
    if asked.rep:
        known = [rep for rep in reps(services.store) if rep.user_id == asked.rep]
        if not known:
            raise QueryInvalid("rep", f"no call of a rep {asked.rep!r} is stored here")
        return Who(key=asked.rep, name=known[0].name, reps=(known[0],), is_team=False)
    return None


def coached(who: Who, asked: CoachParameters, services: Services, now: datetime) -> Coached:
    """The numbers of a rep or a team, held against everybody else's."""
    where = _where(asked, now)
    names = tuple(METRICS) if asked.every else HEADLINES
    found = _against_others(who, names, where, services)
    by = Grouping.MONTH if asked.period in _BY_MONTH else Grouping.WEEK
    theirs = replace(where, user_ids=who.user_ids)
    plan = ComparisonPlan(metrics=asked.trends, by=by, where=theirs)
    over_time = compare(plan, store=services.store, embedder=services.embedder)
    calls = select(theirs, CallSort.CONVERSATIONS, services.store).calls
    return Coached(
        who=who,
        lines=tuple(_line(metric, who) for metric in found.metrics),
        comparison=found,
        trends=tuple(_trend(metric, who, asked, by) for metric in over_time.metrics),
        moments=tuple(telling_moments(calls, services.store)),
        plans=tuple(
            _plan(known, services, now)
            for known in interventions(services.store, user_ids=who.user_ids)
        ),
        by=by,
        export=_export(who, names, asked),
    )


def _where(asked: CoachParameters, now: datetime) -> SearchFilter:
    directions = () if asked.direction is Way.BOTH else (asked.direction.value,)
    return SearchFilter(since=asked.since(now), directions=directions)


def _against_others(
    who: Who, metrics: Sequence[str], where: SearchFilter, services: Services
) -> Comparison:
    plan = ComparisonPlan(
        metrics=tuple(metrics),
        groups=(GroupWanted(name=who.name, where=SearchFilter(user_ids=who.user_ids)),),
        rest=OTHERS,
        where=where,
    )
    return compare(plan, store=services.store, embedder=services.embedder)


def _line(found: MetricComparison, who: Who) -> Line:
    pair = next(iter(found.differences), None)
    if pair is not None and pair.one != who.name:
        pair = _turned(pair)
    return Line(
        metric=METRICS[found.metric],
        found=found,
        theirs=found.figure_of(who.name),
        others=found.figure_of(OTHERS),
        difference=pair,
    )


def _bar(estimate: Estimate, low: float, span: float) -> Bar:
    def place(value: float) -> float:
        return round(100 * (value - low) / span, 1)

    interval = estimate.interval
    return Bar(
        at=place(estimate.value or 0.0),
        low=place(interval.low) if interval else None,
        high=place(interval.high) if interval else None,
    )


def _turned(pair: Difference) -> Difference:
    """The same pair the other way round."""
    estimate = pair.difference
    interval = estimate.interval
    return replace(
        pair,
        one=pair.other,
        other=pair.one,
        difference=replace(
            estimate,
            value=None if estimate.value is None else -estimate.value,
            interval=None
            if interval is None
            else replace(interval, low=-interval.high, high=-interval.low),
        ),
    )


def _export(who: Who, metrics: Sequence[str], asked: CoachParameters) -> str:
    """Where the numbers are as CSV."""
    users = urlencode([("user_id", user_id) for user_id in who.user_ids])
    pairs = [("metric", name) for name in metrics]
    pairs += [
        ("group", f"{who.name.replace(':', ' ')}: {users}"),
        ("rest", OTHERS),
        ("format", "csv"),
    ]
    return Address((*pairs, *_narrowed(asked))).at("/v1/compare/export")


def _narrowed(asked: CoachParameters) -> list[tuple[str, str]]:
    """The filters of a page as the API has them."""
    pairs = [] if asked.period == "all" else [("since", asked.period)]
    return pairs if asked.direction is Way.BOTH else [*pairs, ("direction", asked.direction.value)]


def _trend(found: MetricComparison, who: Who, asked: CoachParameters, by: Grouping) -> Trend:
    pairs = [("metric", found.metric), ("by", by.value), ("width", "440")]
    pairs += [("user_id", user_id) for user_id in who.user_ids]
    address = Address((*pairs, *_narrowed(asked)))
    return Trend(
        metric=METRICS[found.metric],
        found=found,
        plot=address.at("/v1/compare/plot.svg"),
        dark_plot=address.having("theme", "dark").at("/v1/compare/plot.svg"),
    )


def _plan(known: Written[Intervention], services: Services, now: datetime) -> Plan:
    body = known.body
    metric = METRICS[body.metric].title if body.metric in METRICS else body.metric
    try:
        where = WhereIn.model_validate(body.where).where(now=now)
        found = effect_of(
            plan_of(body, where), store=services.store, embedder=services.embedder, now=now
        )
    except CallsiftError as error:
        return Plan(known=known, metric=metric, effect=None, told="", problem=str(error))
    return Plan(known=known, metric=metric, effect=found, told=told_effect(found))
