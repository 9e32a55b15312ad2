"""Appeals: somebody disagrees with a finished review, and somebody else decides.

Whoever appealed does not decide, nor does the rep whose call it is. The reviewer may, in a
team of two there is nobody else, and what they decide is then said to be the reviewer's.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from indexer.identity import is_same_person
from indexer.papers import Written
from indexer.reviewing.answering import GivenAnswer, answers_to, scorecard_of, scored
from indexer.reviewing.keeping import REVIEWS, at_version
from indexer.store.contract import Store
from models.errors import ActionRefused, QueryInvalid
from models.review import Answer, Appeal, Review, ReviewState

LONGEST_REASON: Final = 2000
"""Characters."""


def appeal(
    store: Store,
    review_id: str,
    *,
    reason: str,
    question_id: str | None = None,
    by: str,
    at: datetime,
    version: int | None = None,
) -> Written[Review]:
    """Disagree with a finished review, as a whole or with one answer.

    Raises:
        PaperNotFound: there is no such review.
        PaperChanged: it is no longer at `version`.
        ActionRefused: it is not finished, one of a calibration, or appealed against already.
        QueryInvalid: no reason is given, or the scorecard has no such question.
    """
    known = at_version(REVIEWS, store, review_id, version)
    review = known.body
    if review.calibration_id is not None:
        raise ActionRefused("a calibration is talked over, not appealed against")
    if review.state is not ReviewState.DONE:
        raise ActionRefused("this review is not finished: there is nothing to appeal against yet")
    asked = scorecard_of(store, review).questions
    if question_id is not None and question_id not in {one.id for one in asked}:
        raise QueryInvalid("question_id", f"the scorecard has no question {question_id!r}")
    if any(_is_pending(one, by, question_id) for one in review.appeals):
        raise ActionRefused("you have appealed against this already, and it is not decided yet")
    made = Appeal(by=by, at=at, reason=_said(reason, "reason"), question_id=question_id)
    body = replace(review, appeals=(*review.appeals, made))
    return REVIEWS.change(store, known, body, by=by, at=at)


def decide(
    store: Store,
    review_id: str,
    number: int,
    *,
    is_upheld: bool,
    decision: str,
    changes: Sequence[GivenAnswer] = (),
    by: str,
    at: datetime,
    version: int | None = None,
) -> Written[Review]:
    """Decide the appeal of a number, from 1. Upheld, its changed answers make a new version.

    Raises:
        PaperNotFound: there is no such review.
        PaperChanged: it is no longer at `version`.
        ActionRefused: it is decided already, or this person may not decide it.
        QueryInvalid: there is no such appeal; it is upheld and nothing changes, or not and
            something does; an answer is none of its question's.
    """
    known = at_version(REVIEWS, store, review_id, version)
    review = known.body
    if not 1 <= number <= len(review.appeals):
        raise QueryInvalid("appeal", f"the review has {len(review.appeals)} appeals, not {number}")
    pending = review.appeals[number - 1]
    if pending.is_upheld is not None:
        raise ActionRefused(f"{pending.decided_by} decided this appeal already")
    if is_same_person(pending.by, by):
        raise ActionRefused("whoever appealed does not decide it: ask somebody else to")
    if is_same_person(review.user_name, by):
        raise ActionRefused("nobody decides an appeal about their own call")
    answers = _changed(store, review, changes)
    if is_upheld and answers == review.answers:
        raise QueryInvalid("answers", "to uphold it, say which answers change")
    if not is_upheld and changes:
        raise QueryInvalid("answers", "change only if the appeal is upheld")
    decided = replace(
        pending, decided_by=by, decided_at=at, is_upheld=is_upheld,
        decision=_said(decision, "decision"),
    )  # fmt: skip
    appeals = (*review.appeals[: number - 1], decided, *review.appeals[number:])
    body = replace(scored(scorecard_of(store, review), replace(review, answers=answers)),
                   appeals=appeals)  # fmt: skip
    return REVIEWS.change(store, known, body, by=by, at=at)


def is_decided_by_reviewer(review: Review, appeal: Appeal) -> bool | None:
    """Whether the reviewer decided it; None as long as nobody did."""
    if appeal.decided_by is None:
        return None
    return is_same_person(appeal.decided_by, review.reviewer)


def _changed(store: Store, review: Review, changes: Sequence[GivenAnswer]) -> tuple[Answer, ...]:
    """The answers of a review with some of them changed, in the scorecard's order."""
    scorecard = scorecard_of(store, review)
    new = {one.question_id: one for one in answers_to(store, scorecard, review, changes)}
    if left := [one for one in changes if one.value is None and not one.is_na]:
        raise QueryInvalid("answers", f"the question {left[0].question_id!r} needs an answer")
    old = {one.question_id: one for one in review.answers}
    return tuple((old | new)[question.id] for question in scorecard.questions)


def _is_pending(appeal: Appeal, by: str, question_id: str | None) -> bool:
    is_same = is_same_person(appeal.by, by) and appeal.question_id == question_id
    return is_same and appeal.is_upheld is None


def _said(text: str, field: str) -> str:
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise QueryInvalid(field, "must be said")
    if len(said) > LONGEST_REASON:
        raise QueryInvalid(field, f"may have at most {LONGEST_REASON:,} characters")
    return said
