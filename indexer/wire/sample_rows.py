"""Samples and populations as flat rows, for exports."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from indexer.exporting import Format
from models.sample import Population, Sample, StratumField

_IDS: Final = ("call_id", "user_id", "user_name")


class SampleExport(BaseModel):
    """How a sample is exported."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    format: Format = Field(Format.CSV, description="`csv` or `ndjson`.")


def call_columns(sample: Sample) -> list[str]:
    """Columns of a sample's export: `weight` is how many calls each stands for."""
    return [*_IDS, *_fields(sample), "stratum", "probability", "weight", "why"]


def call_rows(sample: Sample) -> Iterator[dict[str, Any]]:
    """The calls of a sample, a flat row for each."""
    for call in sample.calls:
        yield {
            "call_id": call.call_id,
            "user_id": call.user_id,
            "user_name": call.user_name,
            **_values(sample, call.key),
            "stratum": call.stratum,
            "probability": call.probability,
            "weight": 1 / call.probability if call.probability else None,
            "why": call.why,
        }


def population_columns(sample: Sample) -> list[str]:
    """Columns of a population's export: `drawn` says which calls are in the sample."""
    return [*_IDS, *_fields(sample), "stratum", "probability", "drawn"]


def population_rows(sample: Sample, population: Population) -> Iterator[dict[str, Any]]:
    """The calls that a sample was drawn from, a flat row for each."""
    strata = {cell.key: at for at, one in enumerate(sample.strata) for cell in one.cells}
    drawn = {call.call_id for call in sample.calls}
    for call in population.calls:
        key = population.cells[call.cell]
        stratum = sample.strata[strata[key]]
        yield {
            "call_id": call.call_id,
            "user_id": call.user_id,
            "user_name": call.user_name,
            **_values(sample, key),
            "stratum": strata[key],
            "probability": stratum.drawn / stratum.population if sample.is_random else None,
            "drawn": call.call_id in drawn,
        }


def _fields(sample: Sample) -> list[str]:
    """The fields of a sample but for the rep, who is in each row anyway."""
    return [name.value for name in sample.plan.strata if name is not StratumField.REP]


def _values(sample: Sample, key: Sequence[str]) -> dict[str, str]:
    """A key's values by field; a name where there is one, for people read rows."""
    if not sample.is_random:
        return {}
    pairs = zip(sample.plan.strata, key, strict=True)
    return {
        name.value: sample.names.get(value, value)
        for name, value in pairs
        if name is not StratumField.REP
    }
