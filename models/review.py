"""Reviews: one person listens to one call and answers a scorecard."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.passage import Kind


class ReviewState(StrEnum):
    """Where a review stands."""

    OPEN = "open"
    DONE = "done"
    REPLACED = "replaced"
    """The call was taken out, and another of its stratum drawn in its place if there was one."""


class ReplaceReason(StrEnum):
    """Why a call cannot be reviewed."""

    WRONG_LANGUAGE = "wrong_language"
    NO_CONVERSATION = "no_conversation"
    WRONG_PERSON = "wrong_person"
    """Misrouted, or not the call of whom Close names."""
    TECHNICAL = "technical"
    """Its audio or its transcript cannot be used."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Utterances that an answer rests on, both ends included, and their exact words."""

    kind: Kind
    first: int
    last: int
    text: str
    start_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a reviewer answered; `value` None says that the question does not apply.

    A draft may hold a comment or quotes before there is an answer: it `is_open` then, and
    its value is None. No answer of a review that is done is open.
    """

    question_id: str
    value: int | None
    comment: str = ""
    quotes: tuple[Quote, ...] = ()
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """Why a call was taken out, by whom, and what came in its place, if anything could.

    `substitute` is the other call's id. `text` is what was said of the reason.
    """

    reason: ReplaceReason
    by: str
    at: datetime
    substitute: str | None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """Somebody disagrees with a review, and what became of that.

    It is undecided as long as `is_upheld` is None. `question_id` None: it is about the whole.
    """

    by: str
    at: datetime
    reason: str
    question_id: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    is_upheld: bool | None = None
    decision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One person's review of one call, of a sample or of a calibration: never of both.

    The scorecard's version is the one that was asked. `score` is in per cent, None as
    long as the review is not done or where nothing applied.
    """

    call_id: str
    user_id: str | None
    """Whose call it is."""
    user_name: str | None
    reviewer: str
    scorecard_id: str
    scorecard_version: int
    sample_id: str | None = None
    calibration_id: str | None = None
    stratum: int | None = None
    probability: float | None = None
    """The call's probability to come into the sample, as drawn."""
    substitute_for: str | None = None
    """The call in whose place this one came."""
    reviewer_user_id: str | None = None
    """The reviewer's own user in Close, if they have one: nobody reviews their own calls."""
    state: ReviewState = ReviewState.OPEN
    due_at: datetime | None = None
    answers: tuple[Answer, ...] = ()
    comment: str = ""
    score: float | None = None
    is_auto_failed: bool = False
    finished_at: datetime | None = None
    replacement: Replacement | None = None
    appeals: tuple[Appeal, ...] = ()

    def answer_to(self, question_id: str) -> Answer | None:
        """What was answered to a question, if anything."""
        return next((one for one in self.answers if one.question_id == question_id), None)
