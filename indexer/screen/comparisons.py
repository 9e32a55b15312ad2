"""Comparisons in a terminal: a row for each group, each number with its interval and n."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from indexer.comparing import estimated, number, told_apart, told_effect
from indexer.screen.texts import plain
from models.comparison import CoachingEffect, Comparison, MetricComparison, RepChange, Within
from models.estimate import Estimate


def comparison(found: Comparison) -> Iterator[RenderableType]:
    """Each metric as a table and a sentence, then what to know before believing it."""
    for metric in found.metrics:
        yield Text(
            f"{plain(metric.title)} ({metric.metric}@{metric.version}){_types(metric, found)}"
        )
        yield _figures(metric, found)
        yield Text(plain(told_apart(metric)))
        yield Text("")
    yield from (Text(f"- {plain(note)}.", style="dim") for note in found.notes)
    left_out = ", ".join(f"{calls:,} {reason}" for reason, calls in found.left_out.items())
    told = f"{found.looked_at:,} calls pass the filters"
    yield Text(f"{told}; left out: {left_out}" if left_out else told, style="dim")


def effect(found: CoachingEffect) -> Iterator[RenderableType]:
    """Every rep before and after, and what it comes to."""
    yield Text(
        f"{plain(found.title)} ({found.metric}@{found.version}), {found.since} to {found.start}"
        f" against {found.start} to {found.until}"
    )
    table = _table("", "rep", "before", "n", "after", "n", "change")
    for change in found.reps:
        table.add_row(
            "coached" if change.is_coached else "peer", plain(change.name),
            number(change.before, found.unit), f"{change.calls_before:,}",
            number(change.after, found.unit), f"{change.calls_after:,}",
            _moved(change, found.unit),
        )  # fmt: skip
    yield table
    for who, estimate in (("Coached", found.coached), ("Peers", found.peers)):
        moved = estimated(estimate, found.unit, signed=True)
        yield Text(f"{who}: {moved}, {estimate.n} reps{_why(estimate)}")
    yield Text(plain(told_effect(found)))
    yield from (Text(f"- {plain(note)}.", style="dim") for note in found.notes)


def _figures(metric: MetricComparison, found: Comparison) -> Table:
    table = _table("group", "mean", "95% interval", "n", "reps", "")
    reps = {group.name: group.reps for group in found.groups}
    for figure in metric.figures:
        mean = figure.mean
        interval = mean.interval
        span = (
            f"{number(interval.low, metric.unit)} to {number(interval.high, metric.unit)}"
            if interval
            else ""
        )
        table.add_row(
            plain(figure.group), number(mean.value, metric.unit), span, f"{mean.n:,}",
            f"{reps[figure.group]:,}", mean.why or "",
        )  # fmt: skip
    return table


def _types(metric: MetricComparison, found: Comparison) -> str:
    if found.plan.compared_within is Within.NONE or not metric.types:
        return ""
    shares = ", ".join(f"{share.name} {share.weight:.0%}" for share in metric.types)
    return f", within {found.plan.compared_within}: {shares}"


def _moved(change: RepChange, unit: str) -> str:
    if change.before is None or change.after is None:
        return ""
    return number(change.after - change.before, unit, signed=True)


def _why(estimate: Estimate) -> str:
    return f" ({estimate.why})" if estimate.why else ""


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in headings:
        is_number = heading in ("mean", "n", "reps", "before", "after", "change")
        table.add_column(heading, justify="right" if is_number else "left")
    return table
