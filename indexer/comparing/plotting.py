"""Comparisons as what can be drawn."""

from indexer.comparing.telling import number, told_apart
from indexer.plots import Plot, Point
from models.comparison import Comparison
from models.metric import Unit


def comparison_plot(comparison: Comparison) -> Plot:
    """The first metric of a comparison: a dot and an interval for each group."""
    [metric, *_] = comparison.metrics
    is_share = metric.unit == Unit.SHARE
    return Plot(
        title=metric.title,
        description=f"{metric.title}, mean of each group's calls with 95 % intervals."
        f" {told_apart(metric)}",
        unit={Unit.SHARE: "%", Unit.SECONDS: "seconds"}.get(Unit(metric.unit), metric.unit),
        scale=100 if is_share else 1,
        is_trend=comparison.plan.is_trend,
        points=tuple(
            Point(
                name=figure.group,
                estimate=figure.mean,
                told=f"{number(figure.mean.value, metric.unit)}, n = {figure.mean.n}",
            )
            for figure in metric.figures
        ),
    )
