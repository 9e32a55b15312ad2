"""Manifests: all that says which calls were drawn from what and how, and one hash of it.

Canonical JSON: keys sorted, no blanks, ASCII, fractions as text, so that the same draw
has the same bytes on every machine.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from indexer.sampling.drawing import ALGORITHM, Drawn
from models.sample import Cell, DrawnCall, Population, Quota, Sample, SamplePlan, Stratum


def hash_of_population(population: Population) -> str:
    """SHA-256 of what a draw sees of a population: ids, cells, reps."""
    told = {
        "fields": population.fields,
        "cells": population.cells,
        "calls": sorted((call.call_id, call.cell, call.user_id) for call in population.calls),
        "reps_without": population.reps_without,
    }
    return hash_of(told)


def manifest_of(
    plan: SamplePlan,
    drawn: Drawn,
    *,
    looked_at: int,
    excluded: Mapping[str, int],
    population: str,
) -> dict[str, Any]:
    """All there is to know of a draw; `population` is the hash of what it was drawn from."""
    return {
        "algorithm": ALGORITHM,
        "plan": _plan(plan),
        "looked_at": looked_at,
        "excluded": dict(excluded),
        "population": population,
        "quotas": [_counts(one) | {"wanted": one.wanted} for one in drawn.quotas],
        "strata": [
            _counts(one) | {"wanted": one.wanted, "cells": [_counts(cell) for cell in one.cells]}
            for one in drawn.strata
        ],
        "calls": [_call(call, drawn.strata[call.stratum]) for call in drawn.calls],
    }


def manifest_of_sample(sample: Sample) -> dict[str, Any]:
    """What a sample's hash is of. Neither its name nor the time of drawing is in it."""
    return manifest_of(
        sample.plan,
        Drawn(quotas=sample.quotas, strata=sample.strata, calls=sample.calls),
        looked_at=sample.looked_at,
        excluded=sample.excluded,
        population=sample.population,
    )


def canonical(told: Any) -> str:
    """JSON that is the same text for the same content."""
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def hash_of(told: Any) -> str:
    """SHA-256 of canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(told).encode()).hexdigest()


def _plan(plan: SamplePlan) -> dict[str, Any]:
    """What was asked for beyond what is usual, so that an option of later changes no hash."""
    told = {
        one.name: getattr(plan, one.name)
        for one in fields(plan)
        if getattr(plan, one.name) != one.default
    }
    return told | ({"share": repr(plan.share)} if plan.share is not None else {})


def _counts(one: Quota | Stratum | Cell) -> dict[str, Any]:
    return {"key": one.key, "population": one.population, "drawn": one.drawn}


def _call(call: DrawnCall, stratum: Stratum) -> dict[str, Any]:
    chance = None if call.probability is None else f"{stratum.drawn}/{stratum.population}"
    return {
        "id": call.call_id,
        "rep": call.user_id,
        "key": call.key,
        "stratum": call.stratum,
        "probability": chance,
    }
