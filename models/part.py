"""A part of a call: its beginning or its end."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class End(StrEnum):
    """Which end of a call a part is measured from."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an utterance lies: milliseconds of the audio.

    `length_ms` is when the last word of its transcript ends.
    """

    start_ms: int
    end_ms: int
    length_ms: int


@dataclass(frozen=True, slots=True)
class Part:
    """The first or last `amount` seconds, or per cent, of what was said in a call.

    An utterance belongs to it as soon as any of it does. One without a time belongs
    to no part.
    """

    end: End
    amount: int
    is_percent: bool = False

    def holds(self, start_ms: Any, end_ms: Any, length_ms: Any) -> Any:
        """Whether an utterance belongs to this part: for integers, or arrays of them."""
        before = start_ms if self.end is End.FIRST else length_ms - end_ms
        if self.is_percent:
            return before * 100 < self.amount * length_ms
        return before < self.amount * 1000

    def __str__(self) -> str:
        """As it is written in a question: `first 60s`, `last 10%`."""
        return f"{self.end} {self.amount}{'%' if self.is_percent else 's'}"
