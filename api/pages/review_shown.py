"""What the page of a review shows, to its reviewer and to others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from fastapi import Request
from starlette.responses import Response

from api.pages.asked import Difference, options_of, sections_shown
from api.pages.rendering import render
from api.pages.searching import how_much
from api.pages.tracks import STRIP_WIDTH, tracks_of
from indexer import reviewing
from indexer.bootstrap import Services
from indexer.identity import is_same_person
from indexer.papers import Written
from indexer.reviewing import Seen
from indexer.reviewing.quoting import digest_of
from indexer.sampling import SAMPLES
from indexer.store.contract import Store
from indexer.wire import CallDetailOut
from indexer.wire.reviews import AppealOut
from models.errors import PaperChanged, PaperNotFound, QueryInvalid
from models.review import ReplaceReason, Review, ReviewState

REASONS: Final = {
    ReplaceReason.WRONG_LANGUAGE: "Wrong language",
    ReplaceReason.NO_CONVERSATION: "No conversation",
    ReplaceReason.WRONG_PERSON: "Wrong person, or misrouted",
    ReplaceReason.TECHNICAL: "Audio or transcript cannot be used",
    ReplaceReason.OTHER: "Another reason",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why something was not done, and what was typed meanwhile that is not saved."""

    why: str
    status: int
    differences: tuple[Difference, ...] = ()


def trouble_of(error: Exception, kept: tuple[Difference, ...] = ()) -> Trouble:
    """What an error says to whoever filled in a form."""
    if isinstance(error, QueryInvalid):
        return Trouble(why=f"{error.problem[:1].upper()}{error.problem[1:]}.", status=422)
    if isinstance(error, PaperChanged):
        why = (
            "This review was saved somewhere else meanwhile, in another tab perhaps. What you"
            " typed is here still; where it differs, save to keep yours."
        )
        return Trouble(why=why, status=409, differences=kept)
    why = f"{str(error)[:1].upper()}{str(error)[1:]}."
    return Trouble(why=why, status=409, differences=kept)


def review_page(
    request: Request,
    services: Services,
    now: datetime,
    who: str | None,
    review_id: str,
    *,
    typed: Mapping[str, str] | None = None,
    trouble: Trouble | None = None,
) -> Response:
    """A review as somebody may see it; `typed` is what a form said that was not saved."""
    store = services.store
    seen = reviewing.shown(store, review_id, who=who)
    review = seen.body
    scorecard = reviewing.scorecard_of(store, review)
    record = store.get(review.call_id)
    is_theirs = is_same_person(review.reviewer, who)
    is_open = review.state is ReviewState.OPEN and not reviewing.is_closed(store, review)
    is_form = is_theirs and is_open
    return render(
        request,
        "review.html",
        status=trouble.status if trouble else 200,
        review=review,
        review_id=review_id,
        version=seen.written.version,
        who=who,
        is_form=is_form,
        is_theirs=is_theirs,
        is_hidden=seen.is_hidden,
        is_overdue=is_open and review.due_at is not None and review.due_at < now,
        sections=sections_shown(scorecard, review, record, typed if is_form else None),
        comment=typed.get("comment", "") if typed and is_form else review.comment,
        typed=typed or {},
        result=reviewing.score(scorecard, review.answers),
        appeals=_appeals(seen, who),
        choices=[(one, options_of(one)) for one in scorecard.questions],
        digest=digest_of(record),
        call=None if record is None else CallDetailOut.of(record),
        tracks=[] if record is None else tracks_of(record, [], now=now),
        strip_width=STRIP_WIDTH,
        standing=store.entries([review.call_id]).get(review.call_id),
        of=belonging(store, review),
        queue=_queue(store, who, review_id),
        reasons=REASONS,
        trouble=trouble,
        searched=how_much(store),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealShown:
    """An appeal, and whether whoever looks may decide it."""

    out: AppealOut
    asked: str
    may_decide: bool


def _appeals(seen: Seen, who: str | None) -> list[AppealShown]:
    review = seen.body
    return [
        AppealShown(
            out=AppealOut.of(number, one, review),
            asked=one.question_id or "",
            may_decide=who is not None
            and one.is_upheld is None
            and not is_same_person(one.by, who)
            and not is_same_person(review.user_name, who),
        )
        for number, one in enumerate(review.appeals, 1)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongs:
    """What a review is of, and where that is."""

    name: str
    url: str


def belonging(store: Store, review: Review) -> Belongs | None:
    """The sample or calibration that a review is of; None if it is gone."""
    try:
        if review.sample_id is not None:
            name = SAMPLES.get(store, review.sample_id).body.name
            return Belongs(name=name, url=f"/samples/{quote(review.sample_id)}")
        if review.calibration_id is not None:
            name = reviewing.CALIBRATIONS.get(store, review.calibration_id).body.name
            return Belongs(name=name, url=f"/review/calibrations/{quote(review.calibration_id)}")
    except PaperNotFound:
        pass
    return None


def _queue(store: Store, who: str | None, review_id: str) -> list[Written[Review]]:
    """What else somebody has to review."""
    if who is None:
        return []
    return [one for one in reviewing.queue_of(store, who) if one.id != review_id]
