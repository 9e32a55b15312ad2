"""Reviews: calls that people listen to, and what they say of them."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import StreamingResponse

from api.deps import NowDep, ServicesDep, require_same_origin
from api.exports import EXPORTED, exported
from api.identity import MaybeWho, Who
from api.parameters import Cursor, Limit, refuse_parameters, refusing_repeated
from api.problems import declared
from indexer import reviewing
from indexer.coverage import coverage
from indexer.exporting import Format
from indexer.papers import Written
from indexer.reviewing import SCORECARDS, Eyes, Seen
from indexer.reviewing.exporting import COLUMNS, rows_of
from indexer.sampling import SAMPLES
from indexer.store.contract import Store
from indexer.wire import WhereIn
from indexer.wire.coverage import ReviewCoverageOut
from indexer.wire.reviewing import (
    AnswersIn,
    AppealIn,
    AssignIn,
    DecideIn,
    FinishIn,
    ReassignIn,
    ReplaceIn,
    due_from,
)
from indexer.wire.reviews import (
    HandedOutOut,
    NextReviewOut,
    ReplacedOut,
    ReviewDetailOut,
    ReviewProgressOut,
    ReviewsOut,
    ReviewVersionsOut,
)
from models.review import Review, ReviewState

router = APIRouter(prefix="/reviews", tags=["review"], responses=declared(401, 422, 503))

_READING: Final = [Depends(refuse_parameters)]
_WRITING: Final = [*_READING, Depends(require_same_origin)]

_Id = Annotated[str | None, Field(min_length=1, max_length=200)]


class ReviewFilter(BaseModel):
    """Which reviews."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    sample: _Id = Field(None, description="Of this sample, by id or name.")
    calibration: _Id = Field(None, description="Of this calibration, by its id.")
    reviewer: _Id = Field(None, description="Of this reviewer, whatever the case of the name.")
    state: ReviewState | None = Field(None, description="`open`, `done` or `replaced`.")
    call: _Id = Field(None, description="Of this call, by its id.")
    appealed: bool = Field(default=False, description="Only with an appeal that is not decided.")

    def wanted(self, store: Store) -> reviewing.Wanted:
        """The reviews they stand for.

        Raises:
            PaperNotFound: there is no such sample.
        """
        sample_id = None if self.sample is None else SAMPLES.find(store, self.sample).id
        return reviewing.Wanted(
            sample_id=sample_id, calibration_id=self.calibration, reviewer=self.reviewer,
            state=self.state, call_id=self.call, has_open_appeal=self.appealed,
        )  # fmt: skip


class ReviewParameters(ReviewFilter):
    """Which reviews, and which page of them."""

    limit: Limit = 50
    cursor: Cursor = None


class ReviewExportParameters(ReviewFilter):
    """Which reviews, and how they are written."""

    format: Format = Field(Format.CSV, description="`csv` or `ndjson`.")


class QueueParameters(BaseModel):
    """Of which sample."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    sample: _Id = Field(None, description="Only of this sample, by id or name.")


class ProgressParameters(BaseModel):
    """Of which sample."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    sample: str = Field(min_length=1, max_length=200, description="The sample, by id or name.")


_REPEATED: Final = [
    Depends(
        refusing_repeated(
            ReviewParameters, ReviewExportParameters, QueueParameters, ProgressParameters, WhereIn
        )
    )
]


@router.get("", dependencies=_REPEATED, responses=declared(404))
def list_reviews(
    services: ServicesDep, who: MaybeWho, asked: Annotated[ReviewParameters, Query()]
) -> ReviewsOut:
    """List reviews as you may see them, those first assigned first."""
    page, next_cursor = reviewing.listed(
        services.store, asked.wanted(services.store), who=who, limit=asked.limit,
        cursor=asked.cursor,
    )  # fmt: skip
    return ReviewsOut.of(page, next_cursor=next_cursor)


@router.post("/assign", dependencies=_WRITING, responses=declared(403, 404, 409))
def assign_reviews(services: ServicesDep, now: NowDep, who: Who, body: AssignIn) -> HandedOutOut:
    """Give a sample's calls to reviewers: evenly, the same way each time, nobody their own.

    Calls that somebody has already stay where they are.
    """
    handed = reviewing.assign(
        services.store, body.sample, body.scorecard, [one.given() for one in body.reviewers],
        due_at=due_from(body.due), by=who, at=now,
    )  # fmt: skip
    return HandedOutOut.of(handed)


@router.post("/reassign", dependencies=_WRITING, responses=declared(403, 404, 409))
def reassign_reviews(
    services: ServicesDep, now: NowDep, who: Who, body: ReassignIn
) -> HandedOutOut:
    """Give the open reviews of somebody who left to others; those that are done stay."""
    handed = reviewing.reassign(
        services.store, body.leaving, [one.given() for one in body.reviewers],
        sample_wanted=body.sample, by=who, at=now,
    )  # fmt: skip
    return HandedOutOut.of(handed)


@router.get("/next", dependencies=_REPEATED, responses=declared(404))
def next_review(
    services: ServicesDep, who: Who, asked: Annotated[QueueParameters, Query()]
) -> NextReviewOut:
    """Show what you are to review next: what is due first."""
    store = services.store
    sample_id = None if asked.sample is None else SAMPLES.find(store, asked.sample).id
    queue = reviewing.queue_of(store, who, sample_id=sample_id)
    first = _detail(store, queue[0]) if queue else None
    return NextReviewOut(left=len(queue), review=first)


@router.get("/progress", dependencies=_REPEATED, responses=declared(404))
def show_progress(
    services: ServicesDep, asked: Annotated[ProgressParameters, Query()]
) -> ReviewProgressOut:
    """Show how far the reviews of a sample are, and each reviewer."""
    store = services.store
    sample = SAMPLES.find(store, asked.sample)
    assigned = {one.body.call_id for one in reviewing.reviews_of(store, sample.id)}
    drawn = {call.call_id for call in sample.body.calls}
    return ReviewProgressOut.of(
        sample.id,
        reviewing.progress(store, sample.id),
        calls=len(drawn),
        assigned=len(drawn & assigned),
    )


@router.get("/coverage", dependencies=_REPEATED)
def show_coverage(
    services: ServicesDep, now: NowDep, asked: Annotated[WhereIn, Query()]
) -> ReviewCoverageOut:
    """Show which calls were ever looked at, who never was, and what differs from all calls."""
    return ReviewCoverageOut.of(coverage(services.store, asked.where(now=now)))


@router.get(
    "/export",
    dependencies=_REPEATED,
    response_class=StreamingResponse,
    responses={**EXPORTED, **declared(404)},
)
def export_reviews(
    services: ServicesDep, who: MaybeWho, asked: Annotated[ReviewExportParameters, Query()]
) -> StreamingResponse:
    """Export finished reviews as you may see them: a row for each answer."""
    store = services.store
    eyes = Eyes(store, who)
    seen = [eyes.see(one).written for one in reviewing.found(store, asked.wanted(store))]
    return exported(rows_of(store, seen), COLUMNS, asked.format, name="reviews")


@router.get("/{review_id}", dependencies=_READING, responses=declared(404))
def show_review(services: ServicesDep, who: MaybeWho, review_id: str) -> ReviewDetailOut:
    """Show a review as you may see it, with the scorecard it answers."""
    return _seen(services.store, reviewing.shown(services.store, review_id, who=who))


@router.get("/{review_id}/versions", dependencies=_READING, responses=declared(404))
def list_review_versions(services: ServicesDep, who: MaybeWho, review_id: str) -> ReviewVersionsOut:
    """List every version of a review: each save, reassignment, appeal and decision is one."""
    return ReviewVersionsOut.of(reviewing.versions_shown(services.store, review_id, who=who))


@router.put("/{review_id}/answers", dependencies=_WRITING, responses=declared(403, 404, 409))
def save_answers(
    services: ServicesDep, now: NowDep, who: Who, review_id: str, body: AnswersIn
) -> ReviewDetailOut:
    """Save the answers to a review of yours as they stand. Each save is a version."""
    saved = reviewing.save(
        services.store, review_id, [one.given() for one in body.answers], comment=body.comment,
        by=who, at=now, version=body.version,
    )  # fmt: skip
    return _detail(services.store, saved)


@router.post("/{review_id}/finish", dependencies=_WRITING, responses=declared(403, 404, 409))
def finish_review(
    services: ServicesDep, now: NowDep, who: Who, review_id: str, body: FinishIn | None = None
) -> ReviewDetailOut:
    """Finish a review of yours: every question has its answer, and the score is made."""
    given = body or FinishIn.model_validate({})
    answers = None if given.answers is None else [one.given() for one in given.answers]
    done = reviewing.finish(
        services.store, review_id, answers, comment=given.comment, by=who, at=now,
        version=given.version,
    )  # fmt: skip
    return _detail(services.store, done)


@router.post("/{review_id}/replace", dependencies=_WRITING, responses=declared(403, 404, 409))
def replace_call(
    services: ServicesDep, now: NowDep, who: Who, review_id: str, body: ReplaceIn
) -> ReplacedOut:
    """Have a call that cannot be reviewed replaced by the next of its stratum."""
    replaced = reviewing.replace_call(
        services.store, review_id, reason=body.reason, text=body.text, by=who, at=now,
        version=body.version,
    )  # fmt: skip
    return ReplacedOut.of(replaced)


@router.post("/{review_id}/appeals", dependencies=_WRITING, responses=declared(403, 404, 409))
def appeal_against_review(
    services: ServicesDep, now: NowDep, who: Who, review_id: str, body: AppealIn
) -> ReviewDetailOut:
    """Disagree with a finished review, as a whole or with one answer."""
    appealed = reviewing.appeal(
        services.store, review_id, reason=body.reason, question_id=body.question_id, by=who,
        at=now, version=body.version,
    )  # fmt: skip
    return _detail(services.store, appealed)


@router.post(
    "/{review_id}/appeals/{number}/decide",
    dependencies=_WRITING,
    responses=declared(403, 404, 409),
)
def decide_appeal(
    services: ServicesDep, now: NowDep, who: Who, review_id: str, number: int, body: DecideIn
) -> ReviewDetailOut:
    """Decide an appeal that is not yours. Upheld, its changed answers make a new version.

    The reviewer may decide; the appeal then says so.
    """
    decided = reviewing.decide(
        services.store, review_id, number, is_upheld=body.upheld, decision=body.decision,
        changes=[one.given() for one in body.answers], by=who, at=now, version=body.version,
    )  # fmt: skip
    return _detail(services.store, decided)


def _detail(store: Store, written: Written[Review]) -> ReviewDetailOut:
    """A review that whoever asks has just written, or is to answer."""
    return _seen(store, Seen(written=written, is_hidden=False))


def _seen(store: Store, seen: Seen) -> ReviewDetailOut:
    review = seen.body
    asked = SCORECARDS.get(store, review.scorecard_id, version=review.scorecard_version)
    return ReviewDetailOut.of_asked(seen, asked)
