"""Answering a scorecard: drafts, each kept as a version, and the end of a review."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from indexer.identity import is_same_person
from indexer.papers import Written
from indexer.reviewing.keeping import REVIEWS, SCORECARDS, at_version
from indexer.reviewing.quoting import GivenQuote, quote
from indexer.reviewing.scoring import score
from indexer.reviewing.visibility import is_closed
from indexer.store.contract import Store
from models import CallRecord, Kind
from models.errors import ActionRefused, QueryInvalid
from models.review import Answer, Quote, Review, ReviewState
from models.scorecard import AnswerSort, Question, Scorecard

LONGEST_COMMENT: Final = 5000
"""Characters."""

MOST_QUOTES: Final = 20
"""Quotes under one answer."""

_TOLD: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """An answer as somebody gives it: open, not applying, or a number of the question's."""

    question_id: str
    value: int | None = None
    is_na: bool = False
    comment: str = ""
    quotes: tuple[GivenQuote, ...] = ()


def given_again(answer: Answer) -> GivenAnswer:
    """An answer as it would be given, to be saved beside others."""
    quotes = tuple(
        GivenQuote(kind=q.kind, first=q.first, last=q.last, text=q.text) for q in answer.quotes
    )
    return GivenAnswer(
        question_id=answer.question_id,
        value=answer.value,
        is_na=answer.value is None and not answer.is_open,
        comment=answer.comment,
        quotes=quotes,
    )


def scorecard_of(store: Store, review: Review) -> Scorecard:
    """The scorecard that a review asks, in the version that it asks."""
    asked = SCORECARDS.get(store, review.scorecard_id, version=review.scorecard_version)
    return asked.body


def save(
    store: Store,
    review_id: str,
    given: Sequence[GivenAnswer],
    *,
    comment: str,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Written[Review]:
    """Keep answers as they stand, in place of those that were there; what is left out is open.

    Raises:
        PaperNotFound: there is no such review.
        PaperChanged: it is no longer at `version`.
        ActionRefused: it is not theirs to answer, or no longer open.
        QueryInvalid: an answer is none of its question's, or a quote none of the call's.
    """
    known = _to_answer(store, review_id, by=by, version=version)
    body = _answered(store, known.body, given, comment)
    return REVIEWS.change(store, known, body, by=by, at=at)


def finish(
    store: Store,
    review_id: str,
    given: Sequence[GivenAnswer] | None = None,
    *,
    comment: str | None = None,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Written[Review]:
    """Finish a review with answers as they are given now, or with those that were saved.

    Raises:
        QueryInvalid: a question is still open; besides, as `save` does.
    """
    known = _to_answer(store, review_id, by=by, version=version)
    body = known.body
    if given is not None:
        body = _answered(store, body, given, comment if comment is not None else body.comment)
    elif comment is not None:
        body = replace(body, comment=_comment(comment))
    scorecard = scorecard_of(store, body)
    _require_complete(scorecard, body.answers)
    done = replace(scored(scorecard, body), state=ReviewState.DONE, finished_at=at)
    return REVIEWS.change(store, known, done, by=by, at=at)


def scored(scorecard: Scorecard, review: Review) -> Review:
    """A review with the score that its answers come to."""
    result = score(scorecard, review.answers)
    return replace(review, score=result.value, is_auto_failed=result.is_auto_failed)


def open_questions(scorecard: Scorecard, answers: Iterable[Answer]) -> list[Question]:
    """The questions that have no answer yet, in order."""
    answered = {one.question_id for one in answers if not one.is_open}
    return [question for question in scorecard.questions if question.id not in answered]


def answer_to(
    question: Question, given: GivenAnswer, record: CallRecord | None, known: Answer | None
) -> Answer:
    """An answer as it is kept. A quote it had before stays, whatever became of the transcript.

    Raises:
        QueryInvalid: it is no answer to this question.
    """
    if given.is_na and given.value is not None:
        raise _wrong(question, "is answered by a number, and said not to apply: choose one")
    if given.is_na and not question.allows_na:
        raise _wrong(question, "always applies")
    if given.value is not None and not question.lowest <= given.value <= question.highest:
        raise _wrong(question, f"is answered {_range(question)}, not by {given.value}")
    if len(given.quotes) > MOST_QUOTES:
        raise QueryInvalid("quotes", f"an answer may have at most {MOST_QUOTES}")
    kept = {(q.kind, q.first, q.last): q for q in (known.quotes if known else ())}
    return Answer(
        question_id=question.id,
        value=given.value,
        comment=_comment(given.comment),
        quotes=tuple(_quotes(given.quotes, record, kept)),
        is_open=given.value is None and not given.is_na,
    )


def _quotes(
    given: Sequence[GivenQuote],
    record: CallRecord | None,
    kept: dict[tuple[Kind, int, int], Quote],
) -> Iterable[Quote]:
    for one in dict.fromkeys(given):
        before = kept.get((one.kind, one.first, one.last))
        if before is not None and one.text in (None, before.text):
            yield before
        else:
            yield quote(record, one.kind, one.first, one.last, text=one.text)


def answers_to(
    store: Store, scorecard: Scorecard, review: Review, given: Sequence[GivenAnswer]
) -> tuple[Answer, ...]:
    """Answers as they are kept, in the scorecard's order.

    Raises:
        QueryInvalid: one is to no question of the scorecard, to one twice, or none of its.
    """
    by_id = {one.question_id: one for one in given}
    if len(by_id) < len(given):
        raise QueryInvalid("answers", "a question is answered twice")
    questions = {question.id: question for question in scorecard.questions}
    if unknown := [one for one in by_id if one not in questions]:
        raise QueryInvalid("answers", f"the scorecard has no question {unknown[0]!r}")
    record = store.get(review.call_id)
    kept = [
        answer_to(question, by_id[question.id], record, review.answer_to(question.id))
        for question in scorecard.questions
        if question.id in by_id
    ]
    return tuple(one for one in kept if not one.is_open or one.comment or one.quotes)


def require_theirs(review: Review, who: str, doing: str) -> None:
    """Refuse whoever a review was not given to.

    Raises:
        ActionRefused: says whose it is.
    """
    if not is_same_person(review.reviewer, who):
        raise ActionRefused(f"this review is {review.reviewer}'s: only they can {doing} it")


def _to_answer(store: Store, review_id: str, *, by: str, version: int | None) -> Written[Review]:
    known = REVIEWS.get(store, review_id)
    require_theirs(known.body, by, "answer")
    if known.body.state is ReviewState.DONE:
        raise ActionRefused("this review is finished: its answers change by an appeal only")
    if known.body.state is ReviewState.REPLACED:
        raise ActionRefused("this call was replaced by another: it is not reviewed any more")
    if is_closed(store, known.body):
        raise ActionRefused("the calibration is closed: nobody answers in it any more")
    return at_version(REVIEWS, store, review_id, version)


def _answered(store: Store, review: Review, given: Sequence[GivenAnswer], comment: str) -> Review:
    answers = answers_to(store, scorecard_of(store, review), review, given)
    return replace(review, answers=answers, comment=_comment(comment))


def _require_complete(scorecard: Scorecard, answers: Sequence[Answer]) -> None:
    if left := open_questions(scorecard, answers):
        few = ", ".join(f"{one.text!r}" for one in left[:_TOLD])
        few += ", ..." if len(left) > _TOLD else ""
        count = f"{len(left)} questions are" if len(left) > 1 else "one question is"
        raise QueryInvalid("answers", f"{count} not answered yet: {few}")


def _comment(text: str) -> str:
    comment = text.replace("\r\n", "\n").strip()
    if len(comment) > LONGEST_COMMENT:
        raise QueryInvalid("comment", f"may have at most {LONGEST_COMMENT:,} characters")
    return comment


def _range(question: Question) -> str:
    if question.sort is AnswerSort.YES_NO:
        return "by yes (1) or no (0)"
    return f"from {question.lowest} to {question.highest}"


def _wrong(question: Question, problem: str) -> QueryInvalid:
    return QueryInvalid("answers", f"the question {question.id!r} {problem}")
