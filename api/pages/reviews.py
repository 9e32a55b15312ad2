"""Review: what somebody has to review, who waits for a decision, and what was ever looked at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.deps import NowDep, ServicesDep
from api.identity import MaybeWho
from api.pages import assigning, reviewing, scorecards
from api.pages.address import Address, read
from api.pages.rendering import render
from api.pages.review_shown import REASONS, Belongs, belonging
from api.pages.searching import how_much
from indexer import coverage
from indexer.identity import is_same_person
from indexer.papers import Written
from indexer.reviewing import REVIEWS, queue_of
from indexer.store.contract import Store
from indexer.wire import CallOut, WhereIn
from models.review import Review, ReviewState

router = APIRouter(include_in_schema=False)

_MOST: Final = 50
"""Reviews of one list that are shown."""

_LATEST: Final = 10
"""Reviews done last that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewShown:
    """A review in a list: of which call, and of what it is."""

    id: str
    review: Review
    call: CallOut | None
    of: Belongs | None
    is_overdue: bool


@router.get("/review")
def show_queue(request: Request, services: ServicesDep, now: NowDep, who: MaybeWho) -> Response:
    """Show what whoever is here has to review, and what waits for their decision."""
    store = services.store
    everything = REVIEWS.all(store)
    queue = [] if who is None else queue_of(store, who)
    done = [
        one
        for one in everything
        if one.body.state is ReviewState.DONE and is_same_person(one.body.reviewer, who)
    ]
    waiting = [one for one in everything if _waits(one, who)]
    latest = sorted(done, key=lambda one: one.written_at, reverse=True)[:_LATEST]
    return render(
        request,
        "reviews.html",
        who=who,
        queue=[_shown(store, one, now) for one in queue[:_MOST]],
        left=len(queue),
        done=len(done),
        latest=[_shown(store, one, now) for one in latest],
        appeals=[_shown(store, one, now) for one in waiting[:_MOST]],
        waiting=len(waiting),
        searched=how_much(store),
    )


@router.get("/review/coverage")
def show_coverage(request: Request, services: ServicesDep, now: NowDep) -> Response:
    """Show which calls were ever looked at, and who never was."""
    address = Address.of(request)
    asked = read(WhereIn, address)
    return render(
        request,
        "coverage.html",
        found=coverage.coverage(services.store, asked.where(now=now)),
        asked=asked,
        ways=coverage.Way,
        export=address.at("/v1/reviews/coverage"),
        reasons=REASONS,
        searched=how_much(services.store),
    )


def _waits(written: Written[Review], who: str | None) -> bool:
    """Whether an appeal against a review waits for this person's decision."""
    review = written.body
    return (
        who is not None
        and not is_same_person(review.user_name, who)
        and any(one.is_upheld is None and not is_same_person(one.by, who) for one in review.appeals)
    )


def _shown(store: Store, written: Written[Review], now: datetime) -> ReviewShown:
    review = written.body
    record = store.get(review.call_id)
    is_open = review.state is ReviewState.OPEN
    return ReviewShown(
        id=written.id,
        review=review,
        call=None if record is None else CallOut.of(record),
        of=belonging(store, review),
        is_overdue=is_open and review.due_at is not None and review.due_at < now,
    )


for part in (assigning, scorecards, reviewing):  # a review's id is whatever no other path is
    router.include_router(part.router)
