"""The wire shapes of metrics."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, Field

from indexer.exporting import Format
from indexer.metrics import METRICS, figure_of, type_of
from indexer.wire.answers import SearchedOut
from indexer.wire.estimates import EstimateOut
from indexer.wire.filters import WhereIn
from models import Searched
from models.metric import CallType, Metric, MetricSummary, Summary, Unit
from models.outline import CallOutline

_QUARTILE = (
    "of the calls for which it is defined (between two calls: in proportion); null if there are"
    " none."
)


class MetricsParameters(WhereIn):
    """Which calls are summed up. A filter says which calls; figures are of whole calls."""

    type: CallType = Field(
        CallType.CONVERSATION,
        description="Calls in which people talked (`conversation`) or left a `voicemail`: they are"
        " never averaged together.",
    )


class MetricsExport(WhereIn):
    """Which calls leave, and in what form."""

    format: Format = Field(description="`csv` or `ndjson`.")


class MetricOut(BaseModel):
    """A number that a call measures, and how it is found."""

    id: str = Field(description="Its name with the version of its formula: `talk_ratio@1`.")
    name: str = Field(description="What the API and the terminal call it.")
    version: int = Field(
        description="Grows with every change of the formula, its constants or its lists of words."
    )
    title: str = Field(description="What people call it.")
    unit: Unit = Field(description="What it counts in. A `share` is between 0 and 1.")
    definition: str = Field(description="How it is found.")
    needs: str = Field(description="What a call must have: without it the figure is null.")
    source: str = Field(description="Where the definition is from.")

    @classmethod
    def of(cls, metric: Metric) -> "MetricOut":
        """A metric."""
        return cls(**_words_of(metric))


class FormulasOut(BaseModel):
    """Every metric."""

    metrics: list[MetricOut] = Field(description="In the order in which they are shown.")

    @classmethod
    def of(cls, metrics: Iterable[Metric]) -> "FormulasOut":
        """Metrics."""
        return cls(metrics=[MetricOut.of(metric) for metric in metrics])


class MetricSummaryOut(MetricOut):
    """A metric over many calls."""

    n: int = Field(description="Calls for which it is defined.")
    mean: EstimateOut = Field(
        description="The plain mean of the calls' figures. Its interval takes into account that"
        " calls of one rep are alike."
    )
    lower_quartile: float | None = Field(description=f"The lower quartile {_QUARTILE}")
    median: float | None = Field(description=f"The median {_QUARTILE}")
    upper_quartile: float | None = Field(description=f"The upper quartile {_QUARTILE}")

    @classmethod
    def of_many(cls, found: MetricSummary) -> "MetricSummaryOut":
        """A metric over many calls."""
        return cls(
            **_words_of(found.metric),
            n=found.mean.n,
            mean=EstimateOut.of(found.mean),
            lower_quartile=found.lower_quartile,
            median=found.median,
            upper_quartile=found.upper_quartile,
        )


class MetricsOut(BaseModel):
    """What calls of one type measure."""

    type: CallType = Field(description="The type of the calls that are summed up.")
    calls: int = Field(description="Calls that pass the filters: the sum of the next three.")
    conversations: int = Field(description="Calls of which the recording was transcribed.")
    voicemails: int = Field(
        description="Calls that ended at a voicemail by their disposition, or of which only a"
        " voicemail was transcribed."
    )
    silent: int = Field(description="Calls without a transcript: nothing is measured of them.")
    of_type: int = Field(description="Calls of `type`.")
    measured: int = Field(
        description="Of these, calls whose figures are kept. Fewer than `of_type` for a while after"
        " a formula has changed; the next sync goes on measuring."
    )
    metrics: list[MetricSummaryOut] = Field(description="Every metric, over the calls measured.")
    searched: SearchedOut = Field(description="How many of all calls known are here.")

    @classmethod
    def of(cls, found: Summary, searched: Searched) -> "MetricsOut":
        """A summary of calls, and how many of all calls are here."""
        return cls(
            type=found.type, calls=found.calls, conversations=found.conversations,
            voicemails=found.voicemails, silent=found.silent, of_type=found.of_type,
            measured=found.measured,
            metrics=[MetricSummaryOut.of_many(one) for one in found.metrics],
            searched=SearchedOut.model_validate(searched, from_attributes=True),
        )  # fmt: skip


class FigureOut(MetricOut):
    """A metric of one call."""

    value: float | None = Field(description="Null where it is not defined: see `needs`.")

    @classmethod
    def of_call(cls, metric: Metric, call: CallOutline) -> "FigureOut":
        """A call's figure."""
        return cls(**_words_of(metric), value=figure_of(call, metric.name))


class CallMetricsOut(BaseModel):
    """What one call measures."""

    call_id: str = Field(description="The call.")
    type: CallType | None = Field(description="Null where it has no transcript.")
    metrics: list[FigureOut] = Field(description="Every metric, defined for this call or not.")

    @classmethod
    def of(cls, call: CallOutline) -> "CallMetricsOut":
        """A call that is measured."""
        figures = [FigureOut.of_call(metric, call) for metric in METRICS.values()]
        return cls(call_id=call.id, type=type_of(call), metrics=figures)


def _words_of(metric: Metric) -> dict[str, Any]:
    return {name: getattr(metric, name) for name in MetricOut.model_fields}
