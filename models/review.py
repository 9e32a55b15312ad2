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
    """What a reviewer answered; `value` None says that the question does not apply."""

    question_id: str
    value: int | None
    comment: str = ""
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """Why a call was taken out, by whom, and what came in its place, if anything could."""

    reason: str
    by: str
    at: datetime
    substitute: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """Somebody disagrees with a review, and what became of that."""

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
    state: ReviewState = ReviewState.OPEN
    due_at: datetime | None = None
    answers: tuple[Answer, ...] = ()
    comment: str = ""
    score: float | None = None
    is_auto_failed: bool = False
    finished_at: datetime | None = None
    replacement: Replacement | None = None
    appeals: tuple[Appeal, ...] = ()
