"""Scorecards: what reviewers are asked of a call, and what their answers come to."""

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Questions that belong together, and their weight against other sections."""

    name: str
    questions: tuple[Question, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """What is asked of a call. A change makes a new version; old answers keep theirs."""

    name: str
    sections: tuple[Section, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in order."""
        return tuple(question for section in self.sections for question in section.questions)
