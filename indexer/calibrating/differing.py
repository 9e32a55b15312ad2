"""Where reviewers differ: each one's answer, comment and quotes, call by call."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.calibration import Calibration
from models.review import Answer, Review
from models.scorecard import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one reviewer answered of a call."""

    reviewer: str
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A call on which reviewers differ: everybody's answers, in the calibration's order."""

    call_id: str
    given: tuple[Given, ...]


def differing(
    table: Sequence[Sequence[Review | None]], calibration: Calibration, question: Question
) -> Iterator[Differing]:
    """The calls to which two different answers were given; not to apply is one, too."""
    for n, call_id in enumerate(calibration.call_ids):
        given = [
            Given(reviewer=reviewer, answer=answer)
            for reviewer, row in zip(calibration.reviewers, table, strict=True)
            if (review := row[n]) is not None and (answer := review.answer_to(question.id))
        ]
        if len({one.answer.value for one in given}) > 1:
            yield Differing(call_id=call_id, given=tuple(given))
