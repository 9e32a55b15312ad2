"""Scorecards: what reviewers are asked of a call, and what their answers come to."""

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Final

from models.errors import QueryInvalid
from models.saved import name_from

LONGEST_TEXT: Final = 500
"""Characters that a question may have."""

LONGEST_GUIDE: Final = 2000
"""Characters of what explains a question to reviewers."""

LONGEST_ID: Final = 60
MOST_STEPS: Final = 10
"""Steps from one end of a scale to the other."""

MOST_VALUE: Final = 100
"""The highest answer that a scale can have; the lowest is as far below 0."""

MOST_QUESTIONS: Final = 100
MOST_WEIGHT: Final = 1000.0

_ID: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


class AnswerSort(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no"
    SCALE = "scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing asked of a call.

    Yes is 1 and no is 0; a scale goes from `lowest` to `highest` in whole steps. `weight`
    is against the other questions of its section. `fails_at` is the answer that fails the
    call whatever else was answered, None if none does.
    """

    id: str
    text: str
    sort: AnswerSort = AnswerSort.YES_NO
    lowest: int = 0
    highest: int = 1
    weight: float = 1.0
    allows_na: bool = False
    fails_at: int | None = None
    guide: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be asked, or cannot be scored.

        Raises:
            QueryInvalid: names the question and what is wrong with it.
        """
        if len(self.id) > LONGEST_ID or not _ID.fullmatch(self.id):
            raise QueryInvalid(
                "questions",
                f"the id {self.id!r} must be of small letters, digits and single hyphens,"
                f" at most {LONGEST_ID} characters",
            )
        if not self.text.strip():
            raise self._wrong("has no text")
        if len(self.text) > LONGEST_TEXT or len(self.guide) > LONGEST_GUIDE:
            longest = f"{LONGEST_TEXT} characters, its guide at most {LONGEST_GUIDE:,}"
            raise self._wrong(f"is too long: it may have at most {longest}")
        if self.lowest >= self.highest:
            raise self._wrong(
                f"has a scale from {self.lowest} to {self.highest}: its lowest answer must be"
                " below its highest"
            )
        if self.lowest < -MOST_VALUE or self.highest > MOST_VALUE:
            raise self._wrong(f"has a scale beyond {-MOST_VALUE} to {MOST_VALUE}")
        if self.highest - self.lowest > MOST_STEPS:
            raise self._wrong(f"has a scale of more than {MOST_STEPS} steps")
        if self.sort is AnswerSort.YES_NO and (self.lowest, self.highest) != (0, 1):
            raise self._wrong("is answered by yes or no: that goes from 0 to 1")
        if self.fails_at is not None and not self.lowest <= self.fails_at <= self.highest:
            raise self._wrong(
                f"fails at {self.fails_at}, which is no answer to it: those go from"
                f" {self.lowest} to {self.highest}"
            )
        _require_weight(self.weight, f"the question {self.id!r}")

    def scaled(self, value: int) -> float:
        """An answer between 0 and 1, its lowest and its highest."""
        return (value - self.lowest) / (self.highest - self.lowest)

    def _wrong(self, problem: str) -> QueryInvalid:
        return QueryInvalid("questions", f"the question {self.id!r} {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Questions that belong together, and their weight against other sections."""

    name: str
    questions: tuple[Question, ...]
    weight: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a section without a name, a question or a weight.

        Raises:
            QueryInvalid: says which, and of which section.
        """
        try:
            name_from(self.name)
        except QueryInvalid as error:
            raise QueryInvalid("sections", f"a section's name {error.problem}") from None
        if not self.questions:
            raise QueryInvalid("questions", f"the section {self.name!r} asks nothing")
        _require_weight(self.weight, f"the section {self.name!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """What is asked of a call. A change makes a new version; old answers keep theirs."""

    name: str
    sections: tuple[Section, ...]

    def __post_init__(self) -> None:
        """Refuse a scorecard that asks nothing, too much, or two things under one id.

        Raises:
            QueryInvalid: says which.
        """
        name_from(self.name)
        if not self.sections:
            raise QueryInvalid("questions", "a scorecard must ask at least one question")
        if len(self.questions) > MOST_QUESTIONS:
            raise QueryInvalid("questions", f"there are more than {MOST_QUESTIONS}")
        ids = Counter(question.id for question in self.questions)
        if twice := [one for one, count in ids.items() if count > 1]:
            raise QueryInvalid("questions", f"two have the id {twice[0]!r}")
        names = Counter(section.name.casefold() for section in self.sections)
        if twice := [one for one, count in names.items() if count > 1]:
            raise QueryInvalid("sections", f"two are called {twice[0]!r}")

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in order."""
        return tuple(question for section in self.sections for question in section.questions)


def _require_weight(weight: float, what: str) -> None:
    if not isfinite(weight) or not 0 < weight <= MOST_WEIGHT:
        raise QueryInvalid(
            "weight", f"{what} has the weight {weight}: it must be above 0, at most {MOST_WEIGHT:g}"
        )
