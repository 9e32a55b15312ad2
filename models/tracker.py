"""Trackers: what is watched for in every call, and what people said of the hits."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from models.errors import QueryInvalid
from models.passage import Kind
from models.saved import name_from
from models.search import LONGEST_TEXT
from models.transcript import Side

DEFAULT_THRESHOLD: Final = 0.5
"""The cosine from which on an utterance is a hit, where nobody has chosen one."""

MOST_EXAMPLES: Final = 50
LONGEST_EXAMPLE: Final = 500
"""Characters an example may have: it is compared with single utterances."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracker:
    """What is watched for: an utterance is a hit if it says the phrases or is near an example.

    `phrases` is an expression as it was typed, in the grammar of the search box, that must
    hold within the utterance; empty where there is none. Near is a cosine of at least
    `threshold` with one of the `examples`. Of both, only utterances count that `side` said,
    in that `part` of the call (as it is written there: `first 60s`), asked as a `question`.
    `embedder` names the network that the threshold was chosen with: with another one a
    cosine means something else.
    """

    name: str
    phrases: str = ""
    examples: tuple[str, ...] = ()
    threshold: float = DEFAULT_THRESHOLD
    side: Side | None = None
    part: str | None = None
    question: bool = False
    about: str = ""
    """In words for colleagues: what is meant, and what is not. It finds nothing."""
    embedder: str | None = None

    def __post_init__(self) -> None:
        """Refuse what can find nothing, or is too long to be kept."""
        object.__setattr__(self, "name", name_from(self.name))
        if not self.phrases.strip() and not self.examples:
            raise QueryInvalid("phrases", "give a phrase, an example sentence, or both")
        if not 0 < self.threshold <= 1:
            raise QueryInvalid("threshold", "must be over 0 and at most 1: it is a cosine")
        for field, text in (("phrases", self.phrases), ("about", self.about)):
            if len(text) > LONGEST_TEXT:
                raise QueryInvalid(field, f"has more than {LONGEST_TEXT} characters")
        self._check_examples()

    def _check_examples(self) -> None:
        if len(self.examples) > MOST_EXAMPLES:
            raise QueryInvalid("examples", f"there are more than {MOST_EXAMPLES}")
        for number, example in enumerate(self.examples, 1):
            if not any(character.isalnum() for character in example):
                raise QueryInvalid("examples", f"example {number} has no words")
            if len(example) > LONGEST_EXAMPLE:
                problem = f"example {number} has more than {LONGEST_EXAMPLE} characters"
                raise QueryInvalid("examples", problem)

    def at(self, threshold: float | None) -> "Tracker":
        """The same with another threshold; None leaves it as it is."""
        return self if threshold is None else replace(self, threshold=threshold)


class By(StrEnum):
    """What hits are counted by."""

    WEEK = "week"
    REP = "rep"


class Order(StrEnum):
    """Which hits come first: of the newest calls, or the nearest to an example, or the least."""

    NEW = "new"
    BEST = "best"
    WEAKEST = "weakest"


class Verdict(StrEnum):
    """What somebody who read a hit says: whether it is what the tracker is meant to find."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class HitLabel:
    """A verdict on an utterance that was a hit, for as long as its words stay as they are.

    `words` is a hash of the utterance's text. `version` is the tracker's that it was a hit
    of, `arrived` the last call that was there then (`Store.last_arrival`).
    """

    call_id: str
    kind: Kind
    position: int
    words: str
    verdict: Verdict
    version: int
    arrived: int
