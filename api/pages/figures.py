"""What one call measures, as its page shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from indexer.measuring.summary import measured_call
from indexer.metrics import METRICS, figure_of
from indexer.metrics.writing import written
from indexer.store.contract import Store
from models.metric import Metric

_FIRST: Final = frozenset(
    "talk_ratio longest_monologue_s longest_customer_story_s interactivity patience_s"
    " questions_user words_per_minute_user".split()
)
"""Those shown at once; the others are a click away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of a call, in words."""

    metric: Metric
    shown: str
    is_first: bool


def figures_on_page(call_id: str, store: Store) -> list[Figure]:
    """Every figure that is defined for a call."""
    return list(_figures(call_id, store))


def _figures(call_id: str, store: Store) -> Iterator[Figure]:
    call = measured_call(call_id, store)
    for metric in METRICS.values():
        figure = figure_of(call, metric.name)
        if figure is not None:
            shown = written(figure, metric.unit)
            yield Figure(metric=metric, shown=shown, is_first=metric.name in _FIRST)
