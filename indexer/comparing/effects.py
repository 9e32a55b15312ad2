"""Did coaching change anything? Before against after, coached reps against their peers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from indexer.comparing.measures import Measure, measures
from indexer.comparing.selecting import compared_type, select
from indexer.embedder import Embedder
from indexer.papers import Folder
from indexer.statistics.effects import Change, Effect, effect
from indexer.store.contract import Store
from indexer.teams import reps
from models import EVERYTHING, SearchFilter
from models.comparison import CallSort, CoachingEffect, RepChange, Within
from models.errors import QueryInvalid
from models.intervention import Intervention, check_weeks, check_who
from models.outline import CallOutline

INTERVENTIONS: Final = Folder("intervention", Intervention)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectPlan:
    """Whose change is looked for: the coached reps', against their peers', or all others'."""

    metric: str
    coached: tuple[str, ...]
    start: date
    peers: tuple[str, ...] = ()
    weeks_before: int = 4
    weeks_after: int = 4
    within: Within = Within.DIRECTION
    where: SearchFilter = EVERYTHING

    def __post_init__(self) -> None:
        """Refuse what no effect could be found of."""
        check_who(self.coached, self.peers)
        check_weeks(self.weeks_before, self.weeks_after)
        if self.where.since is not None or self.where.until is not None:
            raise QueryInvalid(
                "since", "is given by the start and the weeks before and after: leave it out"
            )

    @property
    def since(self) -> date:
        """The first day of before."""
        return self.start - timedelta(weeks=self.weeks_before)

    @property
    def until(self) -> date:
        """The day after the last one of after."""
        return self.start + timedelta(weeks=self.weeks_after)


def effect_of(
    plan: EffectPlan, *, store: Store, embedder: Embedder, now: datetime
) -> CoachingEffect:
    """What changed in the coached reps, beyond what changed in their peers.

    Conversations only, and within call types: from each call the mean of its type, over
    all reps, before and after, is taken, and the mean of all calls is given back. So a
    shift from one type of call to another is no change.

    Raises:
        QueryInvalid: the metric is unknown, or the start is yet to come.
    """
    if plan.start > now.date():
        raise QueryInvalid("start", "is in the future: there is nothing after it yet")
    where = replace(plan.where, since=_midnight(plan.since), until=_midnight(plan.until))
    [measure] = measures([plan.metric], where, store=store, embedder=embedder)
    selected = select(where, CallSort.CONVERSATIONS, store)
    calls = [call for call in selected.calls if call.user_id and _counts(plan, call.user_id)]
    values = _within_types(calls, measure, plan.within)
    names = {rep.user_id: rep.name for rep in reps(store)}
    found = _changes(plan, calls, values)
    result = effect(found)
    unmeasured = sum(call.figures is None for call in calls) if measure.needs_figures else 0
    return CoachingEffect(
        metric=measure.name,
        version=measure.version,
        title=measure.title,
        unit=measure.unit,
        since=plan.since,
        start=plan.start,
        until=plan.until,
        is_complete=plan.until <= now.date(),
        within=plan.within,
        reps=tuple(_reps(found, names)),
        difference=result.difference,
        coached=result.coached,
        peers=result.peers,
        p_value=result.p_value,
        permutations=result.permutations,
        left_out={
            **selected.left_out,
            **_others(len(selected.calls) - len(calls), unmeasured),
        },
        why=_why(plan, found) or result.why,
        notes=tuple(_notes(plan, result, found, now)),
    )


def _counts(plan: EffectPlan, user_id: str) -> bool:
    return not plan.peers or user_id in plan.coached or user_id in plan.peers


def _others(others: int, unmeasured: int) -> Mapping[str, int]:
    counted = {"neither of a coached rep nor of a peer": others, "not measured yet": unmeasured}
    return {reason: calls for reason, calls in counted.items() if calls}


def _within_types(
    calls: Sequence[CallOutline], measure: Measure, within: Within
) -> Mapping[str, float]:
    """The measure of each call for which it is defined, but for what its type makes of it."""
    figures = {call.id: measure.value_of(call) for call in calls}
    defined = {call_id: value for call_id, value in figures.items() if value is not None}
    of_type: dict[str, list[float]] = defaultdict(list)
    for call in calls:
        if call.id in defined:
            of_type[compared_type(call, within)].append(defined[call.id])
    if not defined:
        return {}
    middle = sum(defined.values()) / len(defined)
    means = {name: sum(values) / len(values) for name, values in of_type.items()}
    return {
        call.id: defined[call.id] - means[compared_type(call, within)] + middle
        for call in calls
        if call.id in defined
    }


def _changes(
    plan: EffectPlan, calls: Sequence[CallOutline], values: Mapping[str, float]
) -> list[Change]:
    before: dict[str, list[float]] = defaultdict(list)
    after: dict[str, list[float]] = defaultdict(list)
    for call in calls:
        if call.id in values and call.user_id:
            day = call.activity_at.astimezone(UTC).date()
            (before if day < plan.start else after)[call.user_id].append(values[call.id])
    everybody = sorted({*before, *after, *plan.coached, *plan.peers})
    return [
        Change(user_id, user_id in plan.coached, tuple(before[user_id]), tuple(after[user_id]))
        for user_id in everybody
    ]


def _reps(changes: Sequence[Change], names: Mapping[str, str]) -> Iterator[RepChange]:
    """Coached reps first, each side by name."""
    named = [(names.get(change.rep, change.rep), change) for change in changes]
    for name, change in sorted(named, key=lambda one: (not one[1].is_coached, one[0].casefold())):
        yield RepChange(
            user_id=change.rep,
            name=name,
            is_coached=change.is_coached,
            before=_mean(change.before),
            after=_mean(change.after),
            calls_before=len(change.before),
            calls_after=len(change.after),
        )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _why(plan: EffectPlan, changes: Sequence[Change]) -> str | None:
    """Why nothing can be found, in words of this question."""
    for are_coached, who in ((True, "coached reps"), (False, "peers")):
        side = [change for change in changes if change.is_coached is are_coached]
        if not side:
            return f"there are no {who}"
        if not any(change.before for change in side):
            weeks = f"{plan.weeks_before} week{'' if plan.weeks_before == 1 else 's'}"
            return f"the {who} have no measured calls in the {weeks} before {plan.start}"
        if not any(change.after for change in side):
            return f"the {who} have no measured calls since {plan.start}"
    return None


def _notes(
    plan: EffectPlan, result: Effect, changes: Sequence[Change], now: datetime
) -> Iterator[str]:
    if plan.until > now.date():
        yield f"Not over yet: what comes until {plan.until} will count too"
    half = [change for change in changes if bool(change.before) != bool(change.after)]
    if half:
        yield f"{len(half)} of the reps have calls before or after only, and do not count"
    if result.p_value is not None:
        yield (
            "Who is coached is seldom left to chance: reps coached because they stood out move"
            " back towards the mean by themselves"
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
