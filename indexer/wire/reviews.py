"""The wire shapes of reviews: what is asked, answered, replaced, and appealed against."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from indexer.papers import Written
from indexer.reviewing import (
    FORMULA,
    HandedOut,
    Progress,
    Replaced,
    Seen,
    is_decided_by_reviewer,
    score,
)
from indexer.reviewing.answering import open_questions
from indexer.wire.scorecards import ScorecardOut
from models import Kind
from models.review import Answer, Appeal, Quote, Replacement, ReplaceReason, Review, ReviewState
from models.scorecard import Scorecard

_UTTERANCE = "utterance, by its `index` in the transcript."


class ReviewQuoteOut(BaseModel):
    """Utterances that an answer rests on."""

    kind: Kind = Field(description="The transcript: `recording` or `voicemail`.")
    first: int = Field(description=f"The first {_UTTERANCE}")
    last: int = Field(description=f"The last {_UTTERANCE}")
    text: str = Field(description="Their exact words when they were quoted, one a line.")
    start_s: float | None = Field(description="Seconds from the start of the audio.")

    @classmethod
    def of(cls, quote: Quote) -> "ReviewQuoteOut":
        """A quote."""
        return cls(
            kind=quote.kind, first=quote.first, last=quote.last, text=quote.text,
            start_s=quote.start_s,
        )  # fmt: skip


class ReviewAnswerOut(BaseModel):
    """What a reviewer answered to one question."""

    question_id: str = Field(description="The scorecard's question.")
    value: int | None = Field(description="Yes is 1, no is 0. Null where there is no answer yet.")
    na: bool = Field(description="Whether the question does not apply to this call.")
    comment: str = Field(description="May be empty.")
    quotes: list[ReviewQuoteOut] = Field(description="What the answer rests on.")

    @classmethod
    def of(cls, answer: Answer) -> "ReviewAnswerOut":
        """An answer."""
        return cls(
            question_id=answer.question_id, value=answer.value,
            na=answer.value is None and not answer.is_open, comment=answer.comment,
            quotes=[ReviewQuoteOut.of(quote) for quote in answer.quotes],
        )  # fmt: skip


class ReplacementOut(BaseModel):
    """Why a call was taken out of its sample."""

    reason: ReplaceReason = Field(description="From a list.")
    text: str = Field(description="What was said of it; may be empty.")
    by: str = Field(description="Who had it replaced.")
    at: datetime = Field(description="In UTC.")
    substitute: str | None = Field(
        description="The call that came in its place; null where its stratum had no other."
    )

    @classmethod
    def of(cls, replacement: Replacement | None) -> "ReplacementOut | None":
        """A replacement; None for none."""
        if replacement is None:
            return None
        return cls(
            reason=replacement.reason, text=replacement.text, by=replacement.by,
            at=replacement.at, substitute=replacement.substitute,
        )  # fmt: skip


class AppealOut(BaseModel):
    """Somebody's disagreement with a review, and what became of it."""

    number: int = Field(description="From 1, among those against this review.")
    by: str = Field(description="Who appealed; they do not decide.")
    at: datetime = Field(description="In UTC.")
    reason: str = Field(description="Why, in their words.")
    question_id: str | None = Field(description="The answer it is about; null for the whole.")
    upheld: bool | None = Field(description="What was decided; null as long as nothing is.")
    decision: str = Field(description="Why it was decided so; empty until it is.")
    decided_by: str | None = Field(description="Who decided.")
    decided_at: datetime | None = Field(description="In UTC.")
    is_decided_by_reviewer: bool | None = Field(
        description="Whether the reviewer decided about their own answers; null until decided."
    )

    @classmethod
    def of(cls, number: int, appeal: Appeal, review: Review) -> "AppealOut":
        """An appeal by its number."""
        return cls(
            number=number, by=appeal.by, at=appeal.at, reason=appeal.reason,
            question_id=appeal.question_id, upheld=appeal.is_upheld, decision=appeal.decision,
            decided_by=appeal.decided_by, decided_at=appeal.decided_at,
            is_decided_by_reviewer=is_decided_by_reviewer(review, appeal),
        )  # fmt: skip


class ReviewOut(BaseModel):
    """One version of a review, as whoever asks may see it."""

    id: str = Field(description="Of the review, in every version.")
    version: int = Field(description="From 1; each save is a version.")
    state: ReviewState = Field(description="`open`, `done`, or `replaced` by another call.")
    is_hidden: bool = Field(
        description="Whether its answers are kept from you: it is another's, in a calibration"
        " that is not closed. They, the comment and the score are then left out."
    )
    call_id: str = Field(description="The call.")
    user_id: str | None = Field(description="Whose call it is, in Close.")
    user_name: str | None = Field(description="Their name.")
    reviewer: str = Field(description="Who is to review it.")
    reviewer_user_id: str | None = Field(description="The reviewer's own user in Close, if any.")
    scorecard_id: str = Field(description="The scorecard that is answered.")
    scorecard_version: int = Field(description="Its version: later changes do not touch this.")
    sample_id: str | None = Field(description="The sample it is of; null in a calibration.")
    calibration_id: str | None = Field(description="The calibration it is of; null in a sample.")
    stratum: int | None = Field(description="The call's stratum in the sample, from 0.")
    probability: float | None = Field(
        description="The probability the call had to come into the sample; null in a risk queue."
    )
    substitute_for: str | None = Field(description="The call in whose place this one came.")
    due_at: datetime | None = Field(description="Until when it is to be done, in UTC.")
    answers: list[ReviewAnswerOut] = Field(description="In the scorecard's order.")
    comment: str = Field(description="Of the whole call; may be empty.")
    score: float | None = Field(
        description="In per cent; null until it is done, or where nothing applied."
    )
    is_auto_failed: bool = Field(description="Whether one answer made the score 0.")
    formula: str = Field(description="Names how the score is made, and its version.")
    finished_at: datetime | None = Field(description="When it was done, in UTC.")
    replacement: ReplacementOut | None = Field(description="If the call was replaced: why.")
    appeals: list[AppealOut] = Field(description="The first first.")
    created_at: datetime = Field(description="When it was assigned, in UTC.")
    created_by: str | None = Field(description="Who assigned it; null if not known.")
    written_at: datetime = Field(description="When this version was written, in UTC.")
    written_by: str | None = Field(description="Who wrote this version; null if not known.")

    @classmethod
    def of(cls, seen: Seen) -> "ReviewOut":
        """A review as somebody may see it."""
        return cls(**_review(seen))


class SectionScoreOut(BaseModel):
    """What the answers of one section come to."""

    name: str = Field(description="The section.")
    score: float | None = Field(description="In per cent; null where nothing applied yet.")


class ReviewDetailOut(ReviewOut):
    """A review with the scorecard it answers."""

    scorecard: ScorecardOut = Field(description="In the version that is asked.")
    open_questions: list[str] = Field(description="The questions without an answer, by their id.")
    sections: list[SectionScoreOut] = Field(description="What the answers come to so far.")
    failed_by: list[str] = Field(description="The questions whose answers make the score 0.")

    @classmethod
    def of_asked(cls, seen: Seen, asked: Written[Scorecard]) -> "ReviewDetailOut":
        """A review and what it asks."""
        result = score(asked.body, seen.body.answers)
        left = [] if seen.is_hidden else open_questions(asked.body, seen.body.answers)
        return cls(
            **_review(seen),
            scorecard=ScorecardOut.of(asked),
            open_questions=[question.id for question in left],
            sections=[SectionScoreOut(name=s.name, score=s.score) for s in result.sections],
            failed_by=list(result.failed_by),
        )


class ReviewsOut(BaseModel):
    """A page of reviews, those first assigned first."""

    reviews: list[ReviewOut] = Field(description="As you may see them.")
    next_cursor: str | None = Field(description="Asks for the next page; null on the last.")

    @classmethod
    def of(cls, seen: Iterable[Seen], *, next_cursor: str | None = None) -> "ReviewsOut":
        """Reviews."""
        return cls(reviews=[ReviewOut.of(one) for one in seen], next_cursor=next_cursor)


class ReviewVersionsOut(BaseModel):
    """Every version of one review."""

    versions: list[ReviewOut] = Field(description="The first first; of a hidden one, the last.")

    @classmethod
    def of(cls, seen: Iterable[Seen]) -> "ReviewVersionsOut":
        """The versions of a review."""
        return cls(versions=[ReviewOut.of(one) for one in seen])


class NextReviewOut(BaseModel):
    """What somebody is to review next."""

    left: int = Field(description="How many open reviews they have, this one included.")
    review: ReviewDetailOut | None = Field(description="Null when all is done.")


class HandedOutOut(BaseModel):
    """What became of calls that were to be given to reviewers."""

    reviews: list[ReviewOut] = Field(description="Those that were given out now.")
    nobody: list[str] = Field(
        description="Calls that could be given to nobody: each is everybody's own here."
    )
    before: int = Field(description="How many calls of the sample had been given out already.")

    @classmethod
    def of(cls, handed: HandedOut) -> "HandedOutOut":
        """What was handed out."""
        seen = [Seen(written=one, is_hidden=False) for one in handed.reviews]
        return cls(
            reviews=[ReviewOut.of(one) for one in seen], nobody=list(handed.nobody),
            before=handed.before,
        )  # fmt: skip


class ReplacedOut(BaseModel):
    """A review whose call was taken out, and the one that came in its place."""

    review: ReviewOut = Field(description="The one that was taken out.")
    substitute: ReviewOut | None = Field(
        description="The new one, of the same stratum. Null where there is no other call in it:"
        " the sample is then one call short."
    )

    @classmethod
    def of(cls, replaced: Replaced) -> "ReplacedOut":
        """A replacement as it came out."""
        new = replaced.substitute
        return cls(
            review=ReviewOut.of(Seen(written=replaced.review, is_hidden=False)),
            substitute=ReviewOut.of(Seen(written=new, is_hidden=False)) if new else None,
        )


class ReviewerWorkOut(BaseModel):
    """How far one reviewer is."""

    reviewer: str = Field(description="Their name.")
    open: int = Field(description="Reviews they have still to do.")
    done: int = Field(description="Reviews they have done.")
    replaced: int = Field(description="Calls they had replaced.")


class ReviewProgressOut(BaseModel):
    """How far the reviews of a sample are."""

    sample_id: str = Field(description="The sample.")
    calls: int = Field(description="Calls of the sample.")
    assigned: int = Field(description="Those that somebody was given, or that were replaced.")
    open: int = Field(description="Reviews still to do.")
    done: int = Field(description="Reviews that are done.")
    replaced: int = Field(description="Calls that were replaced.")
    reviewers: list[ReviewerWorkOut] = Field(description="By name.")

    @classmethod
    def of(
        cls, sample_id: str, progress: Progress, *, calls: int, assigned: int
    ) -> "ReviewProgressOut":
        """The progress of a sample."""
        return cls(
            sample_id=sample_id, calls=calls, assigned=assigned, open=progress.open,
            done=progress.done, replaced=progress.replaced,
            reviewers=[
                ReviewerWorkOut(
                    reviewer=one.reviewer, open=one.open, done=one.done, replaced=one.replaced
                )
                for one in progress.reviewers
            ],
        )  # fmt: skip


def _review(seen: Seen) -> dict[str, Any]:
    written, review = seen.written, seen.body
    same = (
        "state call_id user_id user_name reviewer reviewer_user_id scorecard_id scorecard_version"
        " sample_id calibration_id stratum probability substitute_for due_at comment score"
        " is_auto_failed finished_at"
    ).split()
    return {name: getattr(review, name) for name in same} | {
        "id": written.id,
        "version": written.version,
        "is_hidden": seen.is_hidden,
        "answers": [ReviewAnswerOut.of(answer) for answer in review.answers],
        "formula": FORMULA,
        "replacement": ReplacementOut.of(review.replacement),
        "appeals": [AppealOut.of(n, one, review) for n, one in enumerate(review.appeals, 1)],
        "created_at": written.created_at,
        "created_by": written.created_by,
        "written_at": written.written_at,
        "written_by": written.written_by,
    }
