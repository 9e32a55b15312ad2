"""What answers come to: the score of a review, by a formula of its own name and version.

Formula `score@1`. An answer counts from 0, the lowest it can be, to 1, the highest. A
section's score is the weighted mean of its answers, the score of the whole the weighted
mean of its sections, in per cent. What does not apply is left out, and what is left keeps
its weights against each other; so is a section in which nothing applies. Where nothing
applies at all there is no score. One answer at its question's `fails_at` makes it 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from models.review import Answer
from models.scorecard import Question, Scorecard, Section

FORMULA: Final = "score@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionScore:
    """What the answers of one section come to, in per cent; None where nothing applied."""

    name: str
    score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What the answers come to, in per cent; None where nothing applied.

    `failed_by` are the questions whose answer failed the call; the score then is 0, whatever
    the sections come to.
    """

    value: float | None
    sections: tuple[SectionScore, ...]
    failed_by: tuple[str, ...]
    formula: str = FORMULA

    @property
    def is_auto_failed(self) -> bool:
        """Whether one answer failed the call."""
        return bool(self.failed_by)


def score(scorecard: Scorecard, answers: Sequence[Answer]) -> Score:
    """What answers to a scorecard come to; open ones are left out as if not applying."""
    values = {one.question_id: one.value for one in answers}
    sections = [(section, _section(section, values)) for section in scorecard.sections]
    failed_by = tuple(
        question.id
        for question in scorecard.questions
        if question.fails_at is not None and values.get(question.id) == question.fails_at
    )
    weighted = [(section.weight, of) for section, of in sections if of is not None]
    return Score(
        value=0.0 if failed_by else _per_cent(_mean(weighted)),
        sections=tuple(
            SectionScore(name=section.name, score=_per_cent(of)) for section, of in sections
        ),
        failed_by=failed_by,
    )


def scaled(question: Question, answer: Answer | None) -> float | None:
    """An answer from 0 to 1; None if there is none, or it says that nothing applies."""
    return None if answer is None or answer.value is None else question.scaled(answer.value)


def _section(section: Section, values: Mapping[str, int | None]) -> float | None:
    answered = [(question, values.get(question.id)) for question in section.questions]
    return _mean([(q.weight, q.scaled(value)) for q, value in answered if value is not None])


def _mean(weighted: Sequence[tuple[float, float]]) -> float | None:
    if not weighted:
        return None
    total = sum(weight for weight, _ in weighted)
    return sum(weight * value for weight, value in weighted) / total


def _per_cent(share: float | None) -> float | None:
    return None if share is None else 100 * share
