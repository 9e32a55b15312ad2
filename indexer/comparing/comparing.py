"""Groups held against each other: their means, what tells them apart, and what to doubt."""

from collections.abc import Iterator, Sequence

from indexer.comparing.grouping import CallGroup, group
from indexer.comparing.measures import Measure, measures
from indexer.comparing.notes import notes_on
from indexer.comparing.selecting import compared_type, select
from indexer.comparing.standardising import (
    Measured,
    Standardised,
    common_types,
    shares,
    standardise,
)
from indexer.embedder import Embedder
from indexer.statistics.enough import are_many
from indexer.statistics.means import mean
from indexer.statistics.ranking import Group, Pair, ranking
from indexer.store.contract import Store
from models.comparison import (
    ComparedGroup,
    Comparison,
    ComparisonPlan,
    Difference,
    GroupFigure,
    MetricComparison,
    TypeShare,
    Within,
)
from models.estimate import Estimate
from models.outline import CallOutline

_NOBODY = "nobody"

Clusters = tuple[str, ...] | None


def compare(plan: ComparisonPlan, *, store: Store, embedder: Embedder) -> Comparison:
    """Compare groups of calls by each metric of a plan.

    Raises:
        QueryInvalid: a metric is unknown, or there are too many groups, or none could be.
    """
    wanted = measures(plan.metrics, plan.where, store=store, embedder=embedder)
    selected = select(plan.where, plan.calls, store)
    grouped = group(selected.calls, plan, store)
    needs_figures = any(measure.needs_figures for measure in wanted)
    compared = [_compared(one, needs_figures=needs_figures) for one in grouped.groups]
    found = tuple(_measured(measure, grouped.groups, plan) for measure in wanted)
    return Comparison(
        plan=plan,
        looked_at=selected.looked_at,
        left_out={**selected.left_out, **grouped.left_out},
        groups=tuple(compared),
        metrics=found,
        overlaps=grouped.overlaps,
        notes=tuple(notes_on(plan, grouped, compared, found)),
    )


def _compared(one: CallGroup, *, needs_figures: bool) -> ComparedGroup:
    unmeasured = sum(call.figures is None for call in one.calls) if needs_figures else 0
    why = None
    if not one.calls:
        why = "no call is of this group"
    elif unmeasured == len(one.calls):
        why = "none of its calls has been measured yet"
    return ComparedGroup(
        name=one.name,
        key=one.key,
        calls=len(one.calls),
        reps=len({call.user_id for call in one.calls if call.user_id}),
        unmeasured=unmeasured,
        why=why,
    )


def _measured(
    measure: Measure, groups: Sequence[CallGroup], plan: ComparisonPlan
) -> MetricComparison:
    found = [measured(measure, one.calls, plan.compared_within) for one in groups]
    types = shares(found, common_types(found))
    weighed = [standardise(one, types) for one in found]
    clusters = _clusters_of(weighed, plan)
    pairs, order, why = _apart(measure, groups, weighed, clusters, plan)
    return MetricComparison(
        metric=measure.name,
        version=measure.version,
        title=measure.title,
        unit=measure.unit,
        figures=tuple(
            _figure(measure, one, plain, like, types, reps)
            for one, plain, like, reps in zip(groups, found, weighed, clusters, strict=True)
        ),
        types=types if plan.compared_within is not Within.NONE else (),
        differences=tuple(pairs),
        order=order,
        why=why,
    )


def measured(measure: Measure, calls: Sequence[CallOutline], within: Within) -> Measured:
    """The calls for which a measure is defined."""
    found = [(measure.value_of(call), call) for call in calls]
    defined = [(value, call) for value, call in found if value is not None]
    return Measured(
        values=tuple(value for value, _ in defined),
        types=tuple(compared_type(call, within) for _, call in defined),
        reps=tuple(call.user_id or _NOBODY for _, call in defined),
    )


def _clusters_of(groups: Sequence[Standardised], plan: ComparisonPlan) -> list[Clusters]:
    """Each group's calls by rep, where reps are many enough to tell how far they differ.

    Then what is said is of reps like these, else of calls of these very reps. Groups that
    are held against each other are taken alike; those of a trend are not.
    """
    many = [are_many(group.reps) for group in groups]
    if not plan.is_trend:
        taking_part = [one for one, group in zip(many, groups, strict=True) if group.values]
        many = [all(taking_part)] * len(groups)
    return [
        group.reps if one and group.values else None
        for one, group in zip(many, groups, strict=True)
    ]


def _figure(
    measure: Measure,
    one: CallGroup,
    plain: Measured,
    like: Standardised,
    types: Sequence[TypeShare],
    clusters: Clusters,
) -> GroupFigure:
    n = len(plain.values)
    estimate = mean(like.values, clusters=clusters, bounds=measure.bounds)
    if not like.values:
        estimate = Estimate(value=None, n=0, why=_why_not(measure, one, plain, types))
    return GroupFigure(
        group=one.name,
        mean=estimate,
        plain=sum(plain.values) / n if n else None,
        undefined=sum(call.figures is not None for call in one.calls) - n,
        other_types=n - len(like.values),
    )


def _why_not(measure: Measure, one: CallGroup, plain: Measured, types: Sequence[TypeShare]) -> str:
    if not one.calls:
        return "no call is of this group"
    if measure.needs_figures and all(call.figures is None for call in one.calls):
        return "none of its calls has been measured yet"
    if not plain.values:
        return "it is not defined for any of its calls"
    names = " and ".join(share.name for share in types)
    return f"too few of its calls are of the types compared ({names})"


def _apart(
    measure: Measure,
    groups: Sequence[CallGroup],
    weighed: Sequence[Standardised],
    clusters: Sequence[Clusters],
    plan: ComparisonPlan,
) -> tuple[list[Difference], tuple[str, ...] | None, str | None]:
    if plan.is_trend:
        return [], None, "weeks and months are shown in their order, and not ranked"
    taking_part = [
        Group(one.name, like.values, reps)
        for one, like, reps in zip(groups, weighed, clusters, strict=True)
        if like.values
    ]
    if len(taking_part) < 2:  # noqa: PLR2004 - two are compared
        return [], None, _alone(taking_part)
    ranked = ranking(taking_part, bounds=measure.bounds)
    order = None
    if ranked.is_ordered:
        means = {one.name: sum(one.values) / len(one.values) for one in taking_part}
        order = tuple(sorted(means, key=lambda name: -means[name]))
    return list(_differences(ranked.pairs)), order, ranked.why


def _alone(groups: Sequence[Group]) -> str:
    if not groups:
        return "there is no call to compare"
    return f"only {groups[0].name} has calls to compare"


def _differences(pairs: Sequence[Pair]) -> Iterator[Difference]:
    for pair in pairs:
        yield Difference(
            one=pair.one,
            other=pair.other,
            difference=pair.difference,
            can_be_told_apart=pair.can_be_told_apart,
            more_calls=pair.more_calls,
        )
