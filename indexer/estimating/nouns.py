"""What is estimated, and the numbers: nouns of their own, as none but estimating makes them."""

from dataclasses import dataclass
from enum import StrEnum

from indexer.estimating.asking import JoinedQuestion
from indexer.estimating.weighing import Weighed


class Measure(StrEnum):
    """What is estimated."""

    PASS = "pass"  # noqa: S105 -- no password
    SCORE = "score"
    AUTO_FAIL = "auto_fail"
    QUESTION = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepItem:
    """A number for one rep's calls. `calls` is how many they have in the population."""

    user_id: str | None
    name: str
    calls: int
    weighed: Weighed


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that is estimated: for the population, and for each rep.

    `is_rate` says that it is a share from 0 to 1, and not a mean from `lowest` to `highest`.
    `not_applicable` reviews said that it does not apply. `reps` are by name, in no order of
    merit.
    """

    measure: Measure
    asked: JoinedQuestion | None
    is_rate: bool
    lowest: float
    highest: float
    not_applicable: int
    whole: Weighed
    reps: tuple[RepItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumStanding:
    """A stratum's calls: in the population, drawn, and what has become of those drawn.

    `open` ones wait for their review, given out or not; `done` counts finished reviews, of
    substitutes too, `replaced` calls that could not be reviewed.
    """

    key: tuple[str, ...]
    population: int
    drawn: int
    done: int
    open: int
    replaced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """What a random sample's finished reviews say of the population it was drawn from."""

    population: int
    drawn: int
    done: int
    open: int
    replaced: int
    appealed: int
    mark: float
    scorecard_id: str | None
    scorecard_versions: tuple[int, ...]
    strata: tuple[StratumStanding, ...]
    items: tuple[Item, ...]
    notes: tuple[str, ...]
