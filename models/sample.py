"""Samples: calls drawn from a frozen population, so that anybody can draw them again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from models.errors import QueryInvalid
from models.saved import LONGEST_NAME, name_from

SEVERAL: Final = "(several)"
"""Stands in a stratum's key for a field in which its cells differ."""
LONGEST_SEED: Final = LONGEST_NAME
MOST: Final = 1_000_000
"""Calls that can be asked for, and seconds that a duration can have."""


class SampleSort(StrEnum):
    """How calls came to be in a sample: only random draws speak for a population."""

    RANDOM = "random"
    RISK = "risk"


class StratumField(StrEnum):
    """What calls can be divided by."""

    REP = "rep"
    DIRECTION = "direction"
    DISPOSITION = "disposition"
    OUTCOME = "outcome"
    DURATION = "duration"
    WEEK = "week"
    CALL_METHOD = "call_method"
    PLAYBOOK = "playbook"
    LEAD = "lead"


class Exclusion(StrEnum):
    """Why a call of the filter cannot be drawn. Each counts for the first that holds."""

    VOICEMAIL = "voicemail"
    """It ended at a voicemail, or only a voicemail was transcribed: it is no conversation."""
    NO_TRANSCRIPT = "no_transcript"
    TOO_SHORT = "too_short"
    NO_REP = "no_rep"
    """Nobody knows whose call it is, and the quota is by rep."""
    REVIEWED = "reviewed"
    SAMPLED = "sampled"
    """It is in another sample."""
    UNMEASURED = "unmeasured"
    """It meets no criterion of a risk queue, and has not been measured for all of them."""
    NO_RISK = "no_risk"
    """It meets no criterion of a risk queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePlan:
    """What is to be drawn: everything that, with a population, decides which calls come.

    `where` says which calls are looked at, as people typed it (`indexer.wire.WhereIn`).
    `strata` are the fields that calls are divided by; with several, each combination of
    their values is a cell. At most one of `size` (calls in all), `per_stratum` (of each
    cell) and `share` (of the calls, over 0 up to 1) is given, or none where `per_rep` alone
    says how many. `per_rep` is the least number of each rep, which makes reps a stratum; it
    does not go with `per_stratum`.

    A risk queue has the `size` calls that meet the most criteria: `trackers` (ids) that
    they hit, and `thresholds` of metrics such as `longest_monologue_s > 180`.
    """

    where: Mapping[str, Any]
    seed: str
    sort: SampleSort = SampleSort.RANDOM
    strata: tuple[StratumField, ...] = ()
    size: int | None = None
    per_stratum: int | None = None
    share: float | None = None
    per_rep: int | None = None
    min_duration_s: int | None = None
    duration_edges_s: tuple[int, ...] = (60, 300, 900)
    """Where the bands of `duration` begin; the first one begins at 0."""
    with_transcript: bool = True
    exclude_reviewed: bool = True
    exclude_sampled: bool = False
    trackers: tuple[str, ...] = ()
    thresholds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn; put reps first among the strata if they have a quota."""
        object.__setattr__(self, "seed", _seed(self.seed))
        if len(set(self.strata)) < len(self.strata):
            raise QueryInvalid("strata", "must not name a field twice")
        if self.per_rep is not None and StratumField.REP not in self.strata:
            object.__setattr__(self, "strata", (StratumField.REP, *self.strata))
        for name in ("size", "per_stratum", "per_rep"):
            _require_count(name, getattr(self, name))
        if self.share is not None and not 0 < self.share <= 1:
            raise QueryInvalid("share", "must be over 0, and at most 1")
        if self.min_duration_s is not None and not 0 <= self.min_duration_s <= MOST:
            raise QueryInvalid("min_duration", f"must be from 0 to {MOST}")
        if any(not 0 < edge <= MOST for edge in self.duration_edges_s) or any(
            one >= other for one, other in pairwise(self.duration_edges_s)
        ):
            raise QueryInvalid("duration_edges", "must be seconds over 0, each more than the last")
        (self._require_quota if self.sort is SampleSort.RANDOM else self._require_risk)()

    def _require_quota(self) -> None:
        if self.trackers or self.thresholds:
            raise QueryInvalid("sort", "must be risk where trackers or metrics are given")
        sizes = [name for name in ("size", "per_stratum", "share") if getattr(self, name)]
        if len(sizes) > 1:
            raise QueryInvalid(sizes[1], f"is given together with {sizes[0]}: give one of them")
        if not sizes and self.per_rep is None:
            raise QueryInvalid("size", "say how many: size, per_stratum, share or per_rep")
        if self.per_stratum is not None and self.per_rep is not None:
            raise QueryInvalid("per_stratum", "is given together with per_rep: give one of them")
        if self.per_stratum is not None and not self.strata:
            raise QueryInvalid("strata", "name the fields that per_stratum is for")

    def _require_risk(self) -> None:
        given = ("per_rep", "per_stratum", "share", "strata")
        refused = [name for name in given if getattr(self, name)]
        if refused:
            raise QueryInvalid(refused[0], "is not for a queue by risk, which takes a size")
        if self.size is None:
            raise QueryInvalid("size", "say how many calls the queue may have")
        if not self.trackers and not self.thresholds:
            raise QueryInvalid("sort", "by risk needs a tracker or a metric's threshold")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Calls that are alike in every field of a plan, and how many of them were drawn.

    `key` has a value for each field, in the plan's order.
    """

    key: tuple[str, ...]
    population: int
    drawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Calls that have the same probability to be drawn: how many there are, were wanted, drawn.

    It is one cell, or several that were each due too few calls to stand alone. The number
    drawn is fixed before drawing, and the probability of each of its calls is
    `drawn / population` exactly: estimates weigh by strata. `key` has a value for each
    field, in the plan's order, or `SEVERAL` where its cells differ.
    """

    key: tuple[str, ...]
    population: int
    wanted: int
    drawn: int
    cells: tuple[Cell, ...] = ()

    @property
    def shortfall(self) -> int:
        """How many calls were wanted and are not there."""
        return self.wanted - self.drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """A number that was asked for: of a rep, a cell, or of all; and what came of it.

    `key` is the rep's id, the cell's values, or nothing for all calls.
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

    `stratum` counts from 0 in the sample's strata, `key` is its cell's. `user_id` is the
    rep's at the draw.
    """

    call_id: str
    stratum: int
    probability: float | None
    user_id: str | None
    user_name: str | None
    key: tuple[str, ...] = ()
    why: str | None = None
    """In a risk queue: what brought it there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """A call of a frozen population; `cell` counts from 0 in the population's cells."""

    call_id: str
    cell: int
    user_id: str | None
    user_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Every call that could have been drawn, frozen, in order of ids. Kept by its hash.

    `cells` are the values of `fields` that occur together, in order: the plan's strata, or
    a risk queue's criteria with an empty value for one that is not met.
    `reps_without` are reps of the filter none of whose calls could be drawn.
    """

    fields: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    calls: tuple[Eligible, ...]
    reps_without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A draw as it was made; it never changes.

    `excluded` counts the calls of the filter that could not be drawn, by reason.
    `population` is the hash of the eligible calls, by which they are kept. `manifest` is
    the hash of all that says which calls were drawn from what, and how: not of the name,
    nor of when. `names` are those of reps and outcomes at the draw, by id.
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
    quotas: tuple[Quota, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    control_of: str | None = None
    """The risk queue (its id) that this random sample was drawn beside."""

    def __post_init__(self) -> None:
        """Keep the name as names are kept."""
        object.__setattr__(self, "name", name_from(self.name))

    @property
    def is_random(self) -> bool:
        """Whether it speaks for its population: whether estimates may be made from it."""
        return self.plan.sort is SampleSort.RANDOM


def _seed(text: str) -> str:
    """A seed as it is kept.

    Raises:
        QueryInvalid: it is empty, too long, or not on one line.
    """
    try:
        return name_from(text)
    except QueryInvalid as error:
        raise QueryInvalid("seed", error.problem) from None


def _require_count(name: str, count: int | None) -> None:
    if count is not None and not 1 <= count <= MOST:
        raise QueryInvalid(name, f"must be from 1 to {MOST}")
