"""Comparisons as flat rows: a row for each group and metric, then one for each pair."""

from collections.abc import Iterator
from typing import Final

from indexer.exporting import Row
from models.comparison import Comparison
from models.estimate import Estimate

COMPARISON_COLUMNS: Final = (
    "metric", "version", "unit", "row", "group", "other", "key", "value", "low", "high", "level",
    "method", "n", "reps", "calls", "unmeasured", "undefined", "other_types", "within",
    "can_be_told_apart", "more_calls", "why",
)  # fmt: skip
"""`row` is `group` (a group's mean) or `difference` (the mean of `group` minus `other`'s)."""


def comparison_rows(comparison: Comparison) -> Iterator[Row]:
    """Everything a comparison has found."""
    groups = {one.name: one for one in comparison.groups}
    for metric in comparison.metrics:
        about = {
            "metric": metric.metric,
            "version": metric.version,
            "unit": metric.unit,
            "within": comparison.plan.compared_within.value,
        }
        for figure in metric.figures:
            one = groups[figure.group]
            yield {
                **about,
                "row": "group",
                "group": one.name,
                "key": one.key,
                "calls": one.calls,
                "reps": one.reps,
                "unmeasured": one.unmeasured,
                "undefined": figure.undefined,
                "other_types": figure.other_types,
                **_estimated(figure.mean),
            }
        for pair in metric.differences:
            yield {
                **about,
                "row": "difference",
                "group": pair.one,
                "other": pair.other,
                "can_be_told_apart": pair.can_be_told_apart,
                "more_calls": pair.more_calls,
                **_estimated(pair.difference),
            }


def _estimated(estimate: Estimate) -> Row:
    interval = estimate.interval
    return {
        "value": estimate.value,
        "n": estimate.n,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "level": interval.level if interval else None,
        "method": interval.method if interval else None,
        "why": estimate.why,
    }
