"""What a closed calibration says: agreement question by question, on the score, severity.

An answer that a question does not apply is no value: it is left out of the agreement on
values, and whether reviewers agree that it applies is told beside it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from indexer.calibrating.agreeing import Agreement, agreement, mean_gap
from indexer.calibrating.bands import WARNING
from indexer.calibrating.differing import Differing, differing
from indexer.calibrating.ordering import Order, order
from indexer.papers import Written
from indexer.statistics.agreement import Scale, severity
from indexer.statistics.means import mean
from indexer.statistics.severity import Severity
from models.calibration import Calibration
from models.estimate import Estimate
from models.review import Review, ReviewState
from models.saved import name_key
from models.scorecard import AnswerSort, Question, Scorecard

_HUNDRED: Final = (0.0, 100.0)
_TWO: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReport:
    """How far reviewers agree on a question.

    `counts` says how often each value was answered, `prevalence` is the share of yes, or the
    mean of a scale: where nearly all answers are alike, chance agrees nearly as often, and
    kappa and alpha are low however few disagree. `applies` is the agreement on whether the
    question applies at all; None where it always does. `place` is 1 for the questions that
    agree least, as far as that can be told (`Report.order`).
    """

    question: Question
    section: str
    agreement: Agreement
    counts: Mapping[int, int]
    prevalence: float | None
    not_applicable: int
    applies: Agreement | None
    place: int | None
    differing: tuple[Differing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReport:
    """How far reviewers agree on the score of a call, in per cent, and on auto-fails.

    `gap` is by how many points two reviewers of a call differ in the mean. `auto_fail` is
    None where no answer fails a call.
    """

    agreement: Agreement
    gap: Estimate
    auto_fail: Agreement | None
    auto_fails: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a calibration says. `severity` has the reviewers in the calibration's order."""

    score: ScoreReport
    severity: tuple[Severity, ...]
    questions: tuple[QuestionReport, ...]
    order: Order
    notes: tuple[str, ...]


Table = Sequence[Sequence[Review | None]]
"""A row for each reviewer, a column for each call; None where there is no finished review."""


def report(
    calibration: Calibration, scorecard: Scorecard, reviews: Iterable[Written[Review]]
) -> Report:
    """What these reviews say of how far the reviewers agree."""
    given = [one.body for one in reviews]
    table = _table(calibration, given)
    told = [
        (section.name, question, agreement(_values(table, question), scale=_scale(question)))
        for section in scorecard.sections
        for question in section.questions
    ]
    ordered = order([found.alpha for _, _, found in told])
    questions = [
        _question(table, calibration, question, section, found, place)
        for (section, question, found), place in zip(told, ordered.places, strict=True)
    ]
    scores = [[None if one is None else one.score for one in row] for row in table]
    if ordered.is_ordered:
        questions.sort(key=lambda one: (one.place is None, one.place or 0))
    return Report(
        score=_score(table, scores, scorecard),
        severity=severity(scores, calibration.reviewers, bounds=_HUNDRED),
        questions=tuple(questions),
        order=_with_lowest(ordered, [(question, found.alpha) for _, question, found in told]),
        notes=tuple(_notes(calibration, given)),
    )


def _with_lowest(found: Order, alphas: Sequence[tuple[Question, Estimate]]) -> Order:
    """An order that says which alpha is the lowest where it does not say so itself."""
    told = [(alpha.value, question) for question, alpha in alphas if alpha.value is not None]
    if found.is_ordered or len(told) < _TWO:
        return found
    value, question = min(told, key=lambda one: one[0])
    return replace(found, why=f"{found.why} The lowest is that of {question.text!r}: {value:.2f}.")


def _table(calibration: Calibration, reviews: Iterable[Review]) -> Table:
    done = {
        (name_key(one.reviewer), one.call_id): one
        for one in reviews
        if one.state is ReviewState.DONE
    }
    return [
        [done.get((name_key(reviewer), call_id)) for call_id in calibration.call_ids]
        for reviewer in calibration.reviewers
    ]


def _values(table: Table, question: Question) -> list[list[float | None]]:
    return [[_value(one, question) for one in row] for row in table]


def _value(review: Review | None, question: Question) -> float | None:
    answer = None if review is None else review.answer_to(question.id)
    return None if answer is None or answer.value is None else float(answer.value)


def _applying(table: Table, question: Question) -> list[list[float | None]]:
    """1 where a question was answered with a value, 0 where it was said not to apply."""
    return [
        [
            None
            if one is None or one.answer_to(question.id) is None
            else float(_value(one, question) is not None)
            for one in row
        ]
        for row in table
    ]


def _scale(question: Question) -> Scale:
    return "nominal" if question.sort is AnswerSort.YES_NO else "ordinal"


def _question(
    table: Table,
    calibration: Calibration,
    question: Question,
    section: str,
    found: Agreement,
    place: int | None,
) -> QuestionReport:
    values = [int(one) for row in _values(table, question) for one in row if one is not None]
    applying = _applying(table, question)
    return QuestionReport(
        question=question,
        section=section,
        agreement=found,
        counts=dict(sorted(Counter(values).items())),
        prevalence=sum(values) / len(values) if values else None,
        not_applicable=sum(one == 0 for row in applying for one in row),
        applies=agreement(applying, scale="nominal") if question.allows_na else None,
        place=place,
        differing=tuple(differing(table, calibration, question)),
    )


def _score(table: Table, scores: list[list[float | None]], scorecard: Scorecard) -> ScoreReport:
    fails = [[None if one is None else float(one.is_auto_failed) for one in row] for row in table]
    can_fail = any(question.fails_at is not None for question in scorecard.questions)
    return ScoreReport(
        agreement=agreement(scores, scale="interval"),
        gap=_gap(mean_gap(scores)),
        auto_fail=agreement(fails, scale="nominal") if can_fail else None,
        auto_fails=sum(one == 1 for row in fails for one in row),
    )


def _gap(gaps: Sequence[float]) -> Estimate:
    if not gaps:
        return Estimate(value=None, n=0, why="no call was scored by two reviewers")
    return mean(gaps, bounds=_HUNDRED)


def _notes(calibration: Calibration, reviews: Sequence[Review]) -> Iterable[str]:
    left = sum(one.state is not ReviewState.DONE for one in reviews)
    if left:
        yield (
            f"{left} of {len(reviews)} reviews were not finished when it was closed: they are"
            " left out, and alpha is of what is there."
        )
    own = len(calibration.call_ids) * len(calibration.reviewers) - len(reviews)
    if own:
        yield f"{own} times a call was a reviewer's own, and left to the others."
    yield WARNING
