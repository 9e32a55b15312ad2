"""Calls that were measured by hand, for comparing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from indexer.comparing import compare
from indexer.metrics import FORMULAS
from indexer.store.memory import MemoryStore
from models import CallRecord
from models.comparison import Comparison, ComparisonPlan, Grouping, MetricComparison
from tests.factories import NOON, a_record, an_entry, vectors_for
from tests.fakes import WordEmbedder

Figures = Mapping[str, float | None]


class Office(MemoryStore):
    """A store of calls whose figures are given."""

    def __init__(self) -> None:
        super().__init__()
        self._made = 0

    def call(self, figures: Figures | float | None, **fields: Any) -> str:
        """Add a call in which both sides speak; a number is its talk ratio."""
        self._made += 1
        call_id = f"acti_{self._made:05}"
        record = a_record("hello", "hello there", call_id=call_id, **fields)
        self.add(record)
        known = figures if isinstance(figures, Mapping) else {"talk_ratio": figures}
        self.measure({call_id: known}, formulas=FORMULAS)
        return call_id

    def add(self, record: CallRecord) -> None:
        """Add a call that is not measured."""
        self.put(record, vectors_for(record), an_entry(record.call.id))

    def calls_of(self, rep: str, values: Any, **fields: Any) -> None:
        """Add calls of a rep, whose name is their id without its beginning, a day apart."""
        name = rep.removeprefix("user_").title()
        for day, value in enumerate(values):
            usual = {"date_created": NOON - timedelta(days=day % 60)}
            self.call(value, user_id=rep, user_name=name, **(usual | fields))


def compared(store: MemoryStore, **plan: Any) -> Comparison:
    """A comparison; by talk ratio, of reps, unless told otherwise."""
    usual: dict[str, Any] = {"metrics": ("talk_ratio",)}
    if "groups" not in plan:
        usual["by"] = Grouping.REP
    return compare(ComparisonPlan(**(usual | plan)), store=store, embedder=WordEmbedder(3))


def only(comparison: Comparison) -> MetricComparison:
    """The one metric of a comparison."""
    [metric] = comparison.metrics
    return metric


def values_of(comparison: Comparison) -> dict[str, float | None]:
    """Each group's mean."""
    return {figure.group: figure.mean.value for figure in only(comparison).figures}
