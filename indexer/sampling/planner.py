"""How many calls to draw, before anything is drawn: formulas from `indexer.statistics.planning`."""

from dataclasses import dataclass
from math import ceil
from statistics import NormalDist
from typing import Final

from indexer.metrics import FORMULAS, type_of
from indexer.statistics.planning import margin_of, sample_size, size_for_rare
from indexer.store.contract import Store
from models import SearchFilter
from models.errors import QueryInvalid
from models.metric import CallType

_LEAST_LEVEL: Final = 0.5
POWER: Final = 0.8
"""How often a difference that is there is to be found, as is usual (Cohen 1988)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be known how well. Shares are from 0 to 1; `population` None is without end.

    `margin` is how far the rate may be off either way, at this `level` of confidence, if it
    is about `rate` (one half needs most). `rare` is the share of something that is to be
    seen at all. `difference` is what two reps differ by, `reps` how many of them there are.
    """

    population: int | None = None
    margin: float = 0.05
    level: float = 0.95
    rate: float = 0.5
    rare: float | None = None
    difference: float = 0.1
    reps: int | None = None

    def __post_init__(self) -> None:
        """Refuse what has no answer."""
        for name in ("margin", "rate", "difference"):
            _require_share(name, getattr(self, name))
        if self.rare is not None:
            _require_share("rare", self.rare)
        if not _LEAST_LEVEL <= self.level < 1:
            raise QueryInvalid("level", "must be from 0.5, and below 1")
        if self.population is not None and self.population < 1:
            raise QueryInvalid("population", "there is no call to draw from")
        if self.reps is not None and self.reps < 1:
            raise QueryInvalid("reps", "must be at least 1")


def there_are(where: SearchFilter, store: Store) -> tuple[int, int]:
    """How many calls of a filter have a transcribed conversation, and of how many reps."""
    conversations = [
        call
        for call in store.outlines(where, formulas=FORMULAS)
        if type_of(call) is CallType.CONVERSATION
    ]
    return len(conversations), len({call.user_id for call in conversations} - {None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """How many calls it takes.

    `size` tells a rate of all calls; `per_rep` of them are each rep's, whose own rate is
    then off by up to `margin_per_rep`. `to_tell_apart` are the calls of each of two reps
    that show the difference between them; None where no number of calls can: one of the
    rates would be beyond 0 or 1. `to_see_rare` shows at least one case.
    """

    asked: Asked
    size: int
    per_rep: int | None
    margin_per_rep: float | None
    to_tell_apart: int | None
    to_see_rare: int | None
    warnings: tuple[str, ...]


def plan_size(asked: Asked) -> Planned:
    """How many calls it takes to know something so well."""
    size = sample_size(asked.population, margin=asked.margin, rate=asked.rate, level=asked.level)
    if asked.population is not None:
        size = min(size, asked.population)
    per_rep = None if asked.reps is None else max(1, ceil(size / asked.reps))
    apart = calls_to_tell_apart(asked.rate, asked.difference, level=asked.level)
    margin = (
        None
        if per_rep is None
        else min(1.0, margin_of(per_rep, None, rate=asked.rate, level=asked.level))
    )
    return Planned(
        asked=asked,
        size=size,
        per_rep=per_rep,
        margin_per_rep=margin,
        to_tell_apart=apart,
        to_see_rare=None
        if asked.rare is None
        else size_for_rare(asked.rare, probability=asked.level, population=asked.population),
        warnings=tuple(_warnings(asked, size, per_rep, margin, apart)),
    )


def calls_to_tell_apart(rate: float, difference: float, *, level: float) -> int | None:
    """Calls of each of two reps that show they differ: one at `rate`, one `difference` off it.

    n = (z(level) + z(power))² (p₁q₁ + p₂q₂) / (p₁ - p₂)², for two proportions (Fleiss,
    Levin and Paik 2003, 4.2, without continuity correction). None if neither side of
    `rate` has room for the difference.
    """
    other = rate - difference if rate - difference > 0 else rate + difference
    if not 0 < other < 1:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2) + NormalDist().inv_cdf(POWER)
    spread = rate * (1 - rate) + other * (1 - other)
    return ceil(z * z * spread / difference**2)


def _warnings(
    asked: Asked, size: int, per_rep: int | None, margin: float | None, apart: int | None
) -> list[str]:
    told = []
    if asked.population is not None and size == asked.population:
        told.append("this takes every call: ask for a wider margin, or review them all")
    if apart is None:
        told.append(
            f"no two reps can differ by {asked.difference:.0%} around a rate of {asked.rate:.0%}"
        )
    elif per_rep is not None and margin is not None and per_rep < apart:
        told.append(
            f"{per_rep} calls of each rep do not tell reps apart: a rep's own rate is off by up to"
            f" {margin:.0%}, and it takes {apart:,} calls of each to show a difference of"
            f" {asked.difference:.0%}"
        )
    return told


def _require_share(name: str, share: float) -> None:
    if not 0 < share < 1:
        raise QueryInvalid(name, "must be over 0, and below 1")
