"""The wire shapes of scorecards: what reviewers are asked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from indexer.papers import Written
from indexer.reviewing.scorecards import GivenQuestion, GivenSection
from indexer.wire.filters import Count, no_truth
from models.saved import LONGEST_NAME
from models.scorecard import (
    LONGEST_GUIDE,
    LONGEST_ID,
    LONGEST_TEXT,
    MOST_QUESTIONS,
    MOST_STEPS,
    MOST_VALUE,
    MOST_WEIGHT,
    AnswerSort,
    Question,
    Scorecard,
    Section,
)

_NAME = f"What people call it: 1 to {LONGEST_NAME} printable characters, no other scorecard's name."
_WEIGHT = f"above 0, at most {MOST_WEIGHT:g}."
_SCALE = (0, 1, 5)
"""Where a yes and a scale begin, and where a scale ends, if nothing is said."""

Weight = Annotated[float, BeforeValidator(no_truth)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class ScorecardQuestionIn(_In):
    """A question for reviewers."""

    id: str | None = Field(
        None,
        max_length=LONGEST_ID,
        description="Small letters, digits and single hyphens; answers are known by it. Without"
        " one, it is that of the question of the same text before, else made from the text.",
    )
    text: str = Field(max_length=LONGEST_TEXT, description="What is asked.")
    sort: AnswerSort = Field(AnswerSort.YES_NO, description="`yes_no` or `scale`.")
    lowest: Count | None = Field(
        None,
        description=f"The lowest answer of a scale, from -{MOST_VALUE}: 1 if it is not given.",
    )
    highest: Count | None = Field(
        None,
        description=f"The highest answer of a scale, at most {MOST_VALUE} and {MOST_STEPS} steps"
        " above the lowest: 5 if it is not given.",
    )
    weight: Weight = Field(1.0, description=f"Against the section's other questions: {_WEIGHT}")
    allows_na: bool = Field(default=False, description="Whether it may be said not to apply.")
    fails_at: Count | None = Field(
        None,
        description="The answer that makes the whole score 0: of yes or no, 1 or 0. Null: none.",
    )
    guide: str = Field("", max_length=LONGEST_GUIDE, description="How reviewers are to decide.")

    def given(self) -> GivenQuestion:
        """What was asked for."""
        yes_lowest, scale_lowest, scale_highest = _SCALE
        is_scale = self.sort is AnswerSort.SCALE
        lowest, highest = (scale_lowest, scale_highest) if is_scale else (yes_lowest, 1)
        return GivenQuestion(
            text=self.text,
            id=self.id,
            sort=self.sort,
            lowest=lowest if self.lowest is None else self.lowest,
            highest=highest if self.highest is None else self.highest,
            weight=self.weight,
            allows_na=self.allows_na,
            fails_at=self.fails_at,
            guide=self.guide,
        )


class ScorecardSectionIn(_In):
    """Questions that belong together."""

    name: str = Field(max_length=LONGEST_NAME, description="What the section is called.")
    weight: Weight = Field(1.0, description=f"Against the other sections: {_WEIGHT}")
    questions: list[ScorecardQuestionIn] = Field(
        max_length=MOST_QUESTIONS, description="At least one, in the order they are asked."
    )

    def given(self) -> GivenSection:
        """What was asked for."""
        questions = tuple(question.given() for question in self.questions)
        return GivenSection(name=self.name, questions=questions, weight=self.weight)


class ScorecardIn(_In):
    """A scorecard to make."""

    name: str = Field(description=_NAME)
    sections: list[ScorecardSectionIn] = Field(
        max_length=MOST_QUESTIONS, description="At least one, in the order they are asked."
    )

    def given(self) -> list[GivenSection]:
        """What was asked for."""
        return [section.given() for section in self.sections]


class ScorecardChangeIn(_In):
    """What to change of a scorecard; what is left out stays."""

    name: str | None = Field(None, description=_NAME)
    sections: list[ScorecardSectionIn] | None = Field(
        None, max_length=MOST_QUESTIONS, description="All sections, in place of those before."
    )
    version: Count | None = Field(
        None, ge=1, description="The version that was changed: refused if there is a newer one."
    )

    def given(self) -> list[GivenSection] | None:
        """What was asked for."""
        if self.sections is None:
            return None
        return [section.given() for section in self.sections]


class ScorecardQuestionOut(BaseModel):
    """A question that reviewers are asked."""

    id: str = Field(description="Answers are known by it.")
    text: str = Field(description="What is asked.")
    sort: AnswerSort = Field(description="`yes_no`, where yes is 1 and no is 0, or `scale`.")
    lowest: int = Field(description="The lowest answer.")
    highest: int = Field(description="The highest answer.")
    weight: float = Field(description="Against the other questions of the section.")
    allows_na: bool = Field(description="Whether it may be said not to apply.")
    fails_at: int | None = Field(description="The answer that makes the whole score 0.")
    guide: str = Field(description="How reviewers are to decide; may be empty.")

    @classmethod
    def of(cls, question: Question) -> "ScorecardQuestionOut":
        """A question."""
        return cls(
            id=question.id, text=question.text, sort=question.sort, lowest=question.lowest,
            highest=question.highest, weight=question.weight, allows_na=question.allows_na,
            fails_at=question.fails_at, guide=question.guide,
        )  # fmt: skip


class ScorecardSectionOut(BaseModel):
    """Questions that belong together."""

    name: str = Field(description="What the section is called.")
    weight: float = Field(description="Against the other sections.")
    questions: list[ScorecardQuestionOut] = Field(description="In the order they are asked.")

    @classmethod
    def of(cls, section: Section) -> "ScorecardSectionOut":
        """A section."""
        questions = [ScorecardQuestionOut.of(question) for question in section.questions]
        return cls(name=section.name, weight=section.weight, questions=questions)


class ScorecardOut(BaseModel):
    """One version of a scorecard."""

    id: str = Field(description="Of the scorecard, in every version.")
    version: int = Field(description="From 1. Answers keep the version they were given to.")
    name: str = Field(description="What people call it.")
    sections: list[ScorecardSectionOut] = Field(description="In the order they are asked.")
    created_at: datetime = Field(description="When the first version was written, in UTC.")
    created_by: str | None = Field(description="Who wrote the first; null if not known.")
    written_at: datetime = Field(description="When this version was written, in UTC.")
    written_by: str | None = Field(description="Who wrote this version; null if not known.")

    @classmethod
    def of(cls, written: Written[Scorecard]) -> "ScorecardOut":
        """A version of a scorecard."""
        return cls(
            id=written.id, version=written.version, name=written.body.name,
            sections=[ScorecardSectionOut.of(section) for section in written.body.sections],
            created_at=written.created_at, created_by=written.created_by,
            written_at=written.written_at, written_by=written.written_by,
        )  # fmt: skip


class ScorecardsOut(BaseModel):
    """Scorecards as they stand, those first made first."""

    scorecards: list[ScorecardOut] = Field(description="Each in its newest version.")

    @classmethod
    def of(cls, written: Iterable[Written[Scorecard]]) -> "ScorecardsOut":
        """Scorecards."""
        return cls(scorecards=[ScorecardOut.of(one) for one in written])


class ScorecardVersionsOut(BaseModel):
    """Every version of one scorecard."""

    versions: list[ScorecardOut] = Field(description="The first version first.")

    @classmethod
    def of(cls, written: Iterable[Written[Scorecard]]) -> "ScorecardVersionsOut":
        """The versions of a scorecard."""
        return cls(versions=[ScorecardOut.of(one) for one in written])
