"""What is said beside numbers, so that nobody takes them for more than they are."""

from collections import Counter
from collections.abc import Iterator, Sequence

from indexer.comparing.grouping import CallGroup, Grouped
from indexer.comparing.selecting import compared_type
from indexer.statistics.balance import balance
from indexer.statistics.enough import FEWEST_CLUSTERS
from models.comparison import (
    CallSort,
    ComparedGroup,
    ComparisonPlan,
    MetricComparison,
    Within,
)

_CHECKED = (Within.DIRECTION, Within.PLAYBOOK)


def notes_on(
    plan: ComparisonPlan,
    grouped: Grouped,
    compared: Sequence[ComparedGroup],
    metrics: Sequence[MetricComparison],
) -> Iterator[str]:
    """What to know before believing a comparison."""
    unmeasured = sum(one.unmeasured for one in compared)
    if unmeasured:
        yield (
            f"{_calls(unmeasured)} not measured yet, and not in these numbers:"
            " `callsift metrics` measures them, and so does a running server"
        )
    for overlap in grouped.overlaps:
        yield (
            f"{_calls(overlap.calls)} in both {overlap.one} and {overlap.other}:"
            " their difference is not of two separate groups"
        )
    if plan.calls is CallSort.ALL:
        yield "Conversations and voicemails are mixed here: most numbers mean little then"
    yield from _on_mix(plan, grouped.groups)
    yield from _on_types(plan, metrics)
    yield from _on_reps(plan, compared, metrics)
    yield from _on_many(metrics)


def _on_reps(
    plan: ComparisonPlan, compared: Sequence[ComparedGroup], metrics: Sequence[MetricComparison]
) -> Iterator[str]:
    """What intervals speak of where reps are too few to tell how far they differ."""
    several = {group.name for group in compared if group.reps > 1}
    figures = [figure for metric in metrics for figure in metric.figures]
    if any(f.group in several and f.mean.interval and f.mean.clusters is None for f in figures):
        whose = "some weeks or months" if plan.is_trend else "the groups"
        yield (
            f"Where {whose} have fewer than {FEWEST_CLUSTERS} reps, intervals are for calls of"
            " these very reps, not for reps like them"
        )


def _on_many(metrics: Sequence[MetricComparison]) -> Iterator[str]:
    """What comparing many metrics at once does to the chance of seeing what is not there."""
    tested = sum(bool(metric.differences) for metric in metrics)
    if tested > 1:
        chance = 1 - 0.95**tested
        yield (
            f"{tested} metrics are compared at once: were there no differences at all, one would"
            f" still seem to be there in about {100 * chance:.0f}% of such tables. Choose what to"
            " look at before looking"
        )


def _on_types(plan: ComparisonPlan, metrics: Sequence[MetricComparison]) -> Iterator[str]:
    if plan.compared_within is Within.NONE:
        return
    found = dict.fromkeys(tuple(share.name for share in metric.types) for metric in metrics)
    for names in found:
        left = sum(
            figure.other_types
            for metric in metrics
            if tuple(share.name for share in metric.types) == names
            for figure in metric.figures
        )
        if names and left:
            yield (
                f"Like with like: only calls of {plan.compared_within} {' and '.join(names)} are"
                " compared, as not every group has enough of the others"
            )


def _on_mix(plan: ComparisonPlan, groups: Sequence[CallGroup]) -> Iterator[str]:
    """Which groups are made of other types of calls than all of them together."""
    everything = [call for one in groups for call in one.calls]
    grouped_by = plan.by.value if plan.by else None
    for kind in _CHECKED:
        if kind is plan.compared_within or kind.value == grouped_by:
            continue
        population = Counter(compared_type(call, kind) for call in everything)
        if len(population) < 2:  # noqa: PLR2004 - of one type there is no mix
            continue
        odd = [
            one.name
            for one in groups
            if one.calls
            and balance(
                Counter(compared_type(call, kind) for call in one.calls), population
            ).is_alarming
        ]
        if odd:
            yield (
                f"The mix of calls differs by {kind} ({', '.join(odd)}): what seems a difference"
                f" of people may be one of calls. Compare within={kind}"
            )


def _calls(count: int) -> str:
    return f"{count:,} call is" if count == 1 else f"{count:,} calls are"
