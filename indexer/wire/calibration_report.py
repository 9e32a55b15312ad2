"""The wire shapes of what a closed calibration says."""

from typing import Literal

from pydantic import BaseModel, Field

from indexer.calibrating import Report
from indexer.calibrating.agreeing import Agreement
from indexer.calibrating.bands import Band
from indexer.calibrating.differing import Differing, Given
from indexer.calibrating.reporting import QuestionReport, ScoreReport
from indexer.papers import Written
from indexer.wire.estimates import EstimateOut
from models.calibration import Calibration
from models.passage import Kind
from models.scorecard import AnswerSort


class BandOut(BaseModel):
    """What a number is called. It is a convention, not a law."""

    name: str = Field(description="The name of the number.")
    lowest: str | None = Field(description="The name of its interval's lower end; null if none.")
    highest: str | None = Field(description="The name of its interval's upper end; null if none.")
    source: str = Field(description="Whose convention it is.")

    @classmethod
    def of(cls, band: Band) -> "BandOut":
        """A band."""
        return cls(name=band.name, lowest=band.lowest, highest=band.highest, source=band.source)


class AgreementOut(BaseModel):
    """How far reviewers agree on one thing."""

    scale: Literal["nominal", "ordinal", "interval"] = Field(
        description="How far answers are apart: equal or not, by rank, or by their difference."
    )
    calls: int = Field(description="Calls that two reviewers or more answered: what counts.")
    reviewers: int = Field(description="Reviewers who answered.")
    answers: int = Field(description="Answers, those of calls that one alone answered too.")
    percent: EstimateOut = Field(
        description="The share of pairs of answers to a call that are equal, from 0 to 1. It"
        " ignores chance: two who each say yes nine times of ten agree on 82 % by chance alone."
    )
    kappa: EstimateOut = Field(
        description="Cohen's kappa: what agreement there is beyond chance, 1 if perfect. For two"
        " reviewers only."
    )
    kappa_weights: Literal["none", "linear", "quadratic"] = Field(
        description="How far apart answers count: `none` is equal or not."
    )
    kappa_band: BandOut | None = Field(description="Landis and Koch's name for it.")
    alpha: EstimateOut = Field(
        description="Krippendorff's alpha, for any number of reviewers and missing answers, with"
        " a bootstrap interval over calls where there are enough."
    )
    alpha_band: BandOut | None = Field(description="Krippendorff's name for it.")

    @classmethod
    def of(cls, found: Agreement) -> "AgreementOut":
        """An agreement."""
        return cls(
            scale=found.scale,
            calls=found.calls,
            reviewers=found.reviewers,
            answers=found.answers,
            percent=EstimateOut.of(found.percent),
            kappa=EstimateOut.of(found.kappa),
            kappa_weights=found.kappa_weights,
            kappa_band=BandOut.of(found.kappa_band) if found.kappa_band else None,
            alpha=EstimateOut.of(found.alpha),
            alpha_band=BandOut.of(found.alpha_band) if found.alpha_band else None,
        )


class GivenQuoteOut(BaseModel):
    """Words that an answer rests on."""

    kind: Kind = Field(description="Where they were said.")
    first: int = Field(description="The first utterance, from 0.")
    last: int = Field(description="The last one.")
    text: str = Field(description="The exact words.")
    start_s: float | None = Field(description="When they begin, in seconds of the audio.")


class GivenAnswerOut(BaseModel):
    """What one reviewer answered."""

    reviewer: str = Field(description="Who.")
    value: int | None = Field(description="The answer; null: that the question does not apply.")
    comment: str = Field(description="What they said of it.")
    quotes: list[GivenQuoteOut] = Field(description="What it rests on.")

    @classmethod
    def of(cls, given: Given) -> "GivenAnswerOut":
        """An answer."""
        return cls(
            reviewer=given.reviewer,
            value=given.answer.value,
            comment=given.answer.comment,
            quotes=[
                GivenQuoteOut(
                    kind=one.kind, first=one.first, last=one.last, text=one.text,
                    start_s=one.start_s,
                )
                for one in given.answer.quotes
            ],
        )  # fmt: skip


class DifferingOut(BaseModel):
    """A call on which reviewers differ."""

    call_id: str = Field(description="Which.")
    answers: list[GivenAnswerOut] = Field(description="Everybody's answers.")

    @classmethod
    def of(cls, one: Differing) -> "DifferingOut":
        """A call with its answers."""
        return cls(call_id=one.call_id, answers=[GivenAnswerOut.of(each) for each in one.given])


class QuestionAgreementOut(BaseModel):
    """How far reviewers agree on a question."""

    question_id: str = Field(description="Which.")
    text: str = Field(description="What it asks.")
    section: str = Field(description="Its section of the scorecard.")
    sort: AnswerSort = Field(description="How it is answered.")
    lowest: int = Field(description="The lowest answer.")
    highest: int = Field(description="The highest.")
    place: int | None = Field(
        description="1 for the questions that agree least, as far as intervals tell; questions"
        " of one place cannot be told apart from the lowest of them. Null without an alpha."
    )
    agreement: AgreementOut = Field(description="How far, on the answers' values.")
    counts: dict[int, int] = Field(description="How often each value was answered.")
    prevalence: float | None = Field(
        description="The share of yes, or the mean of a scale. Where nearly all answers are"
        " alike, kappa and alpha are low however few disagree."
    )
    not_applicable: int = Field(description="Answers that it does not apply.")
    applies: AgreementOut | None = Field(
        description="How far reviewers agree whether it applies; null where it always does."
    )
    differing: list[DifferingOut] = Field(description="The calls on which reviewers differ.")

    @classmethod
    def of(cls, told: QuestionReport) -> "QuestionAgreementOut":
        """A question."""
        question = told.question
        return cls(
            question_id=question.id,
            text=question.text,
            section=told.section,
            sort=question.sort,
            lowest=question.lowest,
            highest=question.highest,
            place=told.place,
            agreement=AgreementOut.of(told.agreement),
            counts=dict(told.counts),
            prevalence=told.prevalence,
            not_applicable=told.not_applicable,
            applies=AgreementOut.of(told.applies) if told.applies else None,
            differing=[DifferingOut.of(one) for one in told.differing],
        )


class ScoreAgreementOut(BaseModel):
    """How far reviewers agree on the score of a call."""

    agreement: AgreementOut = Field(description="On scores, in per cent, by their difference.")
    gap: EstimateOut = Field(
        description="By how many points two reviewers of a call differ in the mean."
    )
    auto_fail: AgreementOut | None = Field(
        description="On whether a call fails by one answer; null where none can."
    )
    auto_fails: int = Field(description="Reviews that an answer failed.")

    @classmethod
    def of(cls, told: ScoreReport) -> "ScoreAgreementOut":
        """The score's."""
        return cls(
            agreement=AgreementOut.of(told.agreement),
            gap=EstimateOut.of(told.gap),
            auto_fail=AgreementOut.of(told.auto_fail) if told.auto_fail else None,
            auto_fails=told.auto_fails,
        )


class SeverityOut(BaseModel):
    """How far a reviewer scores above (+) or below (-) the others, on the same calls."""

    reviewer: str = Field(description="Who.")
    difference: EstimateOut = Field(description="In points of the score. `n` counts calls.")


class CalibrationReportOut(BaseModel):
    """What a closed calibration says of how far its reviewers agree."""

    id: str = Field(description="The calibration.")
    name: str = Field(description="Its name.")
    calls: int = Field(description="Its calls.")
    reviewers: list[str] = Field(description="Its reviewers.")
    score: ScoreAgreementOut = Field(description="Agreement on the score.")
    severity: list[SeverityOut] = Field(description="Each reviewer against the others.")
    questions: list[QuestionAgreementOut] = Field(
        description="Question by question, in the order that `order` explains."
    )
    is_ordered: bool = Field(description="Whether intervals tell questions apart.")
    order: str = Field(description="How the questions are ordered, and why.")
    notes: list[str] = Field(description="What has to be known to read this.")

    @classmethod
    def of(cls, known: Written[Calibration], told: Report) -> "CalibrationReportOut":
        """A calibration's report."""
        return cls(
            id=known.id,
            name=known.body.name,
            calls=len(known.body.call_ids),
            reviewers=list(known.body.reviewers),
            score=ScoreAgreementOut.of(told.score),
            severity=[
                SeverityOut(reviewer=one.reviewer, difference=EstimateOut.of(one.difference))
                for one in told.severity
            ],
            questions=[QuestionAgreementOut.of(one) for one in told.questions],
            is_ordered=told.order.is_ordered,
            order=told.order.why,
            notes=list(told.notes),
        )
