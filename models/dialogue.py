"""A pattern in a conversation: things said one after the other, and things not said."""

from dataclasses import dataclass
from enum import StrEnum

from models.expression import Expression
from models.part import Part
from models.transcript import Side


class GapUnit(StrEnum):
    """What the distance between two utterances is counted in."""

    SECONDS = "seconds"
    TURNS = "turns"


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a step may be from the one before.

    Seconds count from the end of the earlier utterance to the start of the later;
    where either is unknown, no number of seconds is enough. Turns count from one
    to the next: the very next turn is 1 away, the same turn 0.
    """

    amount: int
    unit: GapUnit

    def __str__(self) -> str:
        """As it is written in a question: `60s`, `3 turns`."""
        return f"{self.amount}s" if self.unit is GapUnit.SECONDS else f"{self.amount} turns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One utterance of the pattern, or with `never` its absence.

    An utterance fits if it is of the `side` (None: anyone's), lies in the `part`
    of the call, holds what `said` demands, and answers `text`, by meaning or words.
    """

    text: str = ""
    said: Expression | None = None
    side: Side | None = None
    part: Part | None = None
    within: Gap | None = None
    never: bool = False
    anywhere: bool = False
    """Only with `never`: absent from the whole transcript, wherever the step stands."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Steps in order, each a later utterance of the same transcript than the one before.

    A step with `never` is about the stretch it stands in: after the utterance before
    it (else from the call's start), up to the next one, and no further than `within`.
    """

    steps: tuple[Step, ...]
