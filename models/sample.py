"""Samples: calls drawn from a frozen population, so that anybody can draw them again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class SampleSort(StrEnum):
    """How calls came to be in a sample: only random draws speak for a population."""

    RANDOM = "random"
    RISK = "risk"


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePlan:
    """What is to be drawn: everything that, with a population, decides which calls come.

    `where` says which calls are looked at, as people typed it (`indexer.wire.WhereIn`).
    `strata` are the fields that calls are divided by; with several, each combination of
    their values is one stratum. At most one of `size` (calls in all, shared out to strata
    in proportion), `per_stratum` and `share` (of each stratum, over 0 up to 1) is given,
    or none where `per_rep` alone says how many. `per_rep` is the least number of each rep.
    """

    where: Mapping[str, Any]
    seed: str
    sort: SampleSort = SampleSort.RANDOM
    strata: tuple[str, ...] = ()
    size: int | None = None
    per_stratum: int | None = None
    share: float | None = None
    per_rep: int | None = None
    min_duration_s: int | None = None
    with_transcript: bool = True
    exclude_reviewed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Calls that are alike in the fields of a plan: how many there are, were wanted and drawn.

    `key` has a value for each field, in the plan's order.
    """

    key: tuple[str, ...]
    population: int
    wanted: int
    drawn: int

    @property
    def shortfall(self) -> int:
        """How many calls were wanted and are not there."""
        return self.wanted - self.drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCall:
    """A call of a sample, and the probability it had to come into it; None in a risk queue.

    `stratum` counts from 0 in the sample's strata. `user_id` is the rep's at the draw.
    """

    call_id: str
    stratum: int
    probability: float | None
    user_id: str | None
    user_name: str | None
    why: str | None = None
    """In a risk queue: what brought it there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """A call of a frozen population, and its stratum."""

    call_id: str
    stratum: int
    user_id: str | None
    user_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Every call that could have been drawn, frozen, in order of ids. Kept by its hash."""

    calls: tuple[Eligible, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A draw as it was made; it never changes.

    `excluded` counts the calls of the filter that could not be drawn, by reason.
    `population` is the hash of the eligible calls, by which they are kept. `manifest` is
    the hash of all that says which calls were drawn from what, and how.
    """

    name: str
    plan: SamplePlan
    drawn_at: datetime
    looked_at: int
    excluded: Mapping[str, int]
    eligible: int
    population: str
    strata: tuple[Stratum, ...]
    calls: tuple[DrawnCall, ...]
    manifest: str
