"""A review: the transcript beside the scorecard; and what may become of the review."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from api.deps import NowDep, ServicesDep, require_same_origin
from api.identity import MaybeWho, Who
from api.pages.asked import (
    NA,
    QuestionShown,
    answers_in,
    differences,
    number_in,
    sections_shown,
)
from api.pages.forms import fields_of, many_fields_of
from api.pages.review_shown import review_page, trouble_of
from indexer import reviewing
from indexer.identity import is_same_person
from indexer.reviewing import REVIEWS
from indexer.reviewing.quoting import digest_of
from indexer.store.contract import Store
from models.errors import ActionRefused, PaperChanged, QueryInvalid
from models.review import ReplaceReason, Review

router = APIRouter(prefix="/review", include_in_schema=False)

_OURS: Final = [Depends(require_same_origin)]

Fields = Annotated[dict[str, str], Depends(fields_of)]
ManyFields = Annotated[dict[str, str], Depends(many_fields_of)]


@router.get("/{review_id}")
def show_review(
    request: Request, services: ServicesDep, now: NowDep, who: MaybeWho, review_id: str
) -> Response:
    """Show a review: to its reviewer as a form, to others as it may be seen."""
    return review_page(request, services, now, who, review_id)


@router.post("/{review_id}", dependencies=_OURS)
def save_review(
    request: Request,
    services: ServicesDep,
    now: NowDep,
    who: Who,
    review_id: str,
    fields: ManyFields,
) -> Response:
    """Save the answers of a form, or finish with them."""
    store = services.store
    known = REVIEWS.get(store, review_id)
    scorecard = reviewing.scorecard_of(store, known.body)
    is_theirs = is_same_person(known.body.reviewer, who)
    try:
        if is_theirs:
            _require_same_words(store, known.body, fields)
        given = answers_in(scorecard, fields)
        do = reviewing.finish if fields.get("do") == "finish" else reviewing.save
        do(
            store, review_id, given, comment=fields.get("comment", ""), by=who, at=now,
            version=_version(fields),
        )  # fmt: skip
    except (QueryInvalid, ActionRefused, PaperChanged) as error:
        known = REVIEWS.get(store, review_id)
        kept = differences(scorecard, known.body, fields) if is_theirs else ()
        trouble = trouble_of(error, kept)
        return review_page(request, services, now, who, review_id, typed=fields, trouble=trouble)
    return _to(review_id)


@router.post("/{review_id}/replace", dependencies=_OURS)
def replace_call(
    request: Request,
    services: ServicesDep,
    now: NowDep,
    who: Who,
    review_id: str,
    fields: Fields,
) -> Response:
    """Have a call replaced, and go on with what came in its place."""
    try:
        replaced = reviewing.replace_call(
            services.store, review_id, reason=_reason(fields), text=fields.get("text", ""),
            by=who, at=now, version=_version(fields),
        )  # fmt: skip
    except (QueryInvalid, ActionRefused, PaperChanged) as error:
        trouble = trouble_of(error)
        return review_page(request, services, now, who, review_id, trouble=trouble)
    new = replaced.substitute
    is_theirs = new is not None and is_same_person(new.body.reviewer, who)
    return _to(new.id if new is not None and is_theirs else review_id)


@router.post("/{review_id}/appeals", dependencies=_OURS)
def appeal(
    request: Request,
    services: ServicesDep,
    now: NowDep,
    who: Who,
    review_id: str,
    fields: Fields,
) -> Response:
    """Disagree with a finished review."""
    try:
        reviewing.appeal(
            services.store, review_id, reason=fields.get("reason", ""),
            question_id=fields.get("question") or None, by=who, at=now, version=_version(fields),
        )  # fmt: skip
    except (QueryInvalid, ActionRefused, PaperChanged) as error:
        trouble = trouble_of(error)
        return review_page(request, services, now, who, review_id, typed=fields, trouble=trouble)
    return _to(review_id, "appeals")


@router.post("/{review_id}/appeals/{number}", dependencies=_OURS)
def decide(
    request: Request,
    services: ServicesDep,
    now: NowDep,
    who: Who,
    review_id: str,
    number: int,
    fields: ManyFields,
) -> Response:
    """Decide an appeal."""
    store = services.store
    known = REVIEWS.get(store, review_id)
    scorecard = reviewing.scorecard_of(store, known.body)
    before = {one.question_id: reviewing.given_again(one) for one in known.body.answers}
    try:
        chosen = [
            _given(before, one.id, fields[f"a.{one.id}"])
            for one in scorecard.questions
            if fields.get(f"a.{one.id}")
        ]
        reviewing.decide(
            store, review_id, number, is_upheld=_is_upheld(fields),
            decision=fields.get("decision", ""), changes=chosen, by=who, at=now,
            version=_version(fields),
        )  # fmt: skip
    except (QueryInvalid, ActionRefused, PaperChanged) as error:
        trouble = trouble_of(error)
        return review_page(request, services, now, who, review_id, typed=fields, trouble=trouble)
    return _to(review_id, "appeals")


def _require_same_words(store: Store, review: Review, fields: Mapping[str, str]) -> None:
    """Refuse new quotes from a transcript that is another by now.

    Raises:
        QueryInvalid: the call has other words than the page showed.
    """
    if fields.get("digest") == digest_of(store.get(review.call_id)):
        return
    old = sections_shown(reviewing.scorecard_of(store, review), review, None)
    questions: list[QuestionShown] = [one for section in old for one in section.questions]
    if any(fields.get(f"q.{one.question.id}", "") != one.typed_quotes for one in questions):
        raise QueryInvalid(
            "quotes", "the transcript has changed since you opened it: quote once more"
        )


def _given(
    before: Mapping[str, reviewing.GivenAnswer], question_id: str, chosen: str
) -> reviewing.GivenAnswer:
    """An answer that an appeal changes: its comment and its quotes stay."""
    known = before.get(question_id, reviewing.GivenAnswer(question_id=question_id))
    value = None if chosen == NA else number_in(chosen)
    return replace(known, value=value, is_na=chosen == NA)


def _is_upheld(fields: Mapping[str, str]) -> bool:
    if fields.get("upheld") not in ("yes", "no"):
        raise QueryInvalid("upheld", "say whether it is upheld")
    return fields["upheld"] == "yes"


def _reason(fields: Mapping[str, str]) -> ReplaceReason:
    try:
        return ReplaceReason(fields.get("reason", ""))
    except ValueError:
        raise QueryInvalid("reason", "choose why the call is to be replaced") from None


def _version(fields: Mapping[str, str]) -> int | None:
    try:
        return int(fields["version"])
    except (KeyError, ValueError):
        raise QueryInvalid("version", "this form has lost its version: open it again") from None


def _to(review_id: str, place: str = "") -> Response:
    fragment = f"#{place}" if place else ""
    return RedirectResponse(f"/review/{quote(review_id, safe='')}{fragment}", status_code=303)
