"""What was said: utterances in order, by side, in seconds of the audio."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from models.part import Spot
from models.question import is_question


class Side(StrEnum):
    """Whose mouth. Close calls them `close-user` and `contact`; the rest is unknown."""

    USER = "user"
    CONTACT = "contact"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One stretch of one speaker as Close delivered it, its text untouched.

    Times are seconds from the start of the audio, None where Close gave none.
    They are Close's: an end before its start, or a negative time, is kept.
    """

    text: str
    side: Side = Side.UNKNOWN
    speaker: str = ""
    start_s: float | None = None
    end_s: float | None = None

    @property
    def asks(self) -> bool:
        """Whether it is said as a question."""
        return is_question(self.text)


@dataclass(frozen=True, slots=True)
class Turn:
    """A run of utterances by one speaker: their positions, both ends included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """Utterances ordered by start (an utterance without one stays after its neighbour)."""

    utterances: tuple[Utterance, ...] = ()
    summary_text: str | None = None
    summary_html: str | None = None

    def __post_init__(self) -> None:
        """Refuse utterances out of order: every span we store counts on it."""
        starts = [u.start_s for u in self.utterances if u.start_s is not None]
        if any(later < earlier for earlier, later in itertools.pairwise(starts)):
            raise ValueError("utterances must be ordered by start_s")

    @property
    def has_words(self) -> bool:
        """Whether anybody said anything."""
        return any(u.text.strip() for u in self.utterances)

    @property
    def length_ms(self) -> int:
        """When the last word ends, in milliseconds of the audio; 0 where no time is known."""
        said = (u for u in self.utterances if u.text.strip() and u.start_s is not None)
        return max((_span_ms(u)[1] for u in said), default=0)

    def spots(self) -> list[Spot | None]:
        """Where each utterance lies in the call; None for one without a time."""
        length = self.length_ms
        return [None if u.start_s is None else Spot(*_span_ms(u), length) for u in self.utterances]

    def turns(self) -> Iterator[Turn]:
        """Runs of utterances by the same side and speaker, in order, covering all."""
        numbered = enumerate(self.utterances)
        for _, run in itertools.groupby(numbered, key=lambda nu: (nu[1].side, nu[1].speaker)):
            positions = [n for n, _ in run]
            yield Turn(positions[0], positions[-1])


def _span_ms(utterance: Utterance) -> tuple[int, int]:
    """Start and end of an utterance that has a start; it never ends before it starts."""
    assert utterance.start_s is not None
    start = round(utterance.start_s * 1000)
    return start, max(start, round((utterance.end_s or 0) * 1000))
