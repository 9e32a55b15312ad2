"""Giving a sample's calls to reviewers: what a sample's page shows of it, and its forms."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from api.deps import NowDep, ServicesDep, require_same_origin
from api.identity import Who
from api.pages.forms import fields_of
from api.pages.rendering import render
from api.pages.review_shown import trouble_of
from api.pages.searching import how_much
from indexer import reviewing
from indexer.papers import Written
from indexer.reviewing import SCORECARDS, HandedOut, Reviewer, reviewers_in, reviews_of
from indexer.sampling import SAMPLES
from indexer.store.contract import Store
from indexer.wire.reviewing import due_from
from models.errors import ActionRefused, PaperChanged, PaperNotFound, QueryInvalid
from models.review import ReviewState
from models.scorecard import Scorecard

router = APIRouter(prefix="/review", include_in_schema=False)

_OURS: Final = [Depends(require_same_origin)]
_WRONG: Final = (QueryInvalid, ActionRefused, PaperChanged, PaperNotFound)

Fields = Annotated[dict[str, str], Depends(fields_of)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What can be given out of a sample, by which scorecards, and who has some of it."""

    sample_id: str
    left: int
    scorecards: tuple[Written[Scorecard], ...]
    reviewers: tuple[str, ...]
    with_open: tuple[str, ...]
    """Those who have reviews still to do, which could go to others."""
    today: str


def assignment_of(store: Store, sample_id: str, *, now: datetime) -> Assignment:
    """What a sample's page shows of who reviews it.

    A scorecard that its reviews ask by already is the only one.
    """
    sample = SAMPLES.get(store, sample_id)
    there = reviews_of(store, sample.id)
    given = {one.body.call_id for one in there}
    asked = {one.body.scorecard_id for one in there}
    return Assignment(
        sample_id=sample.id,
        left=sum(call.call_id not in given for call in sample.body.calls),
        scorecards=tuple(one for one in SCORECARDS.all(store) if not asked or one.id in asked),
        reviewers=tuple(_typed(one) for one in reviewers_in(there)),
        with_open=tuple(
            one.name
            for one in reviewers_in(each for each in there if each.body.state is ReviewState.OPEN)
        ),
        today=now.astimezone(UTC).date().isoformat(),
    )


@router.post("/assign", dependencies=_OURS)
def assign(
    request: Request, services: ServicesDep, now: NowDep, who: Who, fields: Fields
) -> Response:
    """Give out what nobody has yet."""
    sample_id = fields.get("sample", "")
    SAMPLES.get(services.store, sample_id)
    try:
        handed = reviewing.assign(
            services.store, sample_id, fields.get("scorecard", ""),
            _reviewers(fields.get("reviewers", "")), due_at=due_from(fields.get("due")),
            by=who, at=now,
        )  # fmt: skip
    except _WRONG as error:
        return _refused(request, services.store, sample_id, error)
    return _handed(request, services.store, sample_id, handed)


@router.post("/reassign", dependencies=_OURS)
def reassign(
    request: Request, services: ServicesDep, now: NowDep, who: Who, fields: Fields
) -> Response:
    """Give the open reviews of somebody who left to others."""
    sample_id = fields.get("sample", "")
    SAMPLES.get(services.store, sample_id)
    try:
        handed = reviewing.reassign(
            services.store, fields.get("leaving", ""), _reviewers(fields.get("reviewers", "")),
            sample_wanted=sample_id, by=who, at=now,
        )  # fmt: skip
    except _WRONG as error:
        return _refused(request, services.store, sample_id, error)
    return _handed(request, services.store, sample_id, handed)


def _reviewers(text: str) -> list[Reviewer]:
    """Reviewers, one a line or with commas between; `NAME = user_...` where they have calls."""
    parts = [part.partition("=") for part in text.replace(",", "\n").splitlines() if part.strip()]
    return [Reviewer(name=name.strip(), user_id=user.strip() or None) for name, _, user in parts]


def _typed(reviewer: Reviewer) -> str:
    return f"{reviewer.name} = {reviewer.user_id}" if reviewer.user_id else reviewer.name


def _handed(request: Request, store: Store, sample_id: str, handed: HandedOut) -> Response:
    """Back to the sample; or what is left, where calls are everybody's own."""
    if not handed.nobody:
        path = f"/samples/{quote(sample_id, safe='')}#progress"
        return RedirectResponse(path, status_code=303)
    return _told(request, store, sample_id, handed=handed)


def _refused(request: Request, store: Store, sample_id: str, error: Exception) -> Response:
    return _told(request, store, sample_id, error=error)


def _told(
    request: Request,
    store: Store,
    sample_id: str,
    *,
    handed: HandedOut | None = None,
    error: Exception | None = None,
) -> Response:
    trouble = None if error is None else trouble_of(error)
    return render(
        request,
        "assigned.html",
        status=trouble.status if trouble else 200,
        sample=SAMPLES.get(store, sample_id),
        handed=handed,
        trouble=trouble,
        searched=how_much(store),
    )
