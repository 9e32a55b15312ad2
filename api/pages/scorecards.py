"""Scorecards: which there are, making one, changing one."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from api.deps import NowDep, ServicesDep, require_same_origin
from api.identity import MaybeWho
from api.pages.forms import fields_of
from api.pages.rendering import render
from api.pages.review_shown import trouble_of
from api.pages.searching import how_much
from indexer.bootstrap import Services
from indexer.papers import Written
from indexer.reviewing import REVIEWS, SCORECARDS, at_version, scorecards
from indexer.reviewing.plain import EXAMPLE, read_plain, written_plain
from models.errors import ActionRefused, CallsiftError, PaperError, QueryInvalid
from models.scorecard import Scorecard

router = APIRouter(prefix="/review/scorecards", include_in_schema=False)

_OURS: Final = [Depends(require_same_origin)]
_WRONG: Final = (QueryInvalid, PaperError, ActionRefused)

Fields = Annotated[dict[str, str], Depends(fields_of)]


@router.get("")
def list_scorecards(request: Request, services: ServicesDep) -> Response:
    """List the scorecards, and offer a form for another."""
    return _list(request, services)


@router.post("", dependencies=_OURS)
def add_scorecard(
    request: Request, services: ServicesDep, now: NowDep, who: MaybeWho, fields: Fields
) -> Response:
    """Make a scorecard of what was written."""
    try:
        body = scorecards.made(fields.get("name", ""), read_plain(fields.get("lines", "")))
        SCORECARDS.add(services.store, body, by=who, at=now)
    except _WRONG as error:
        return _list(request, services, typed=fields, error=error)
    return RedirectResponse("/review/scorecards", status_code=303)


@router.get("/{scorecard_id}")
def show_scorecard(request: Request, services: ServicesDep, scorecard_id: str) -> Response:
    """Show a scorecard as a form to change it, and its versions."""
    return _one(request, services, scorecard_id)


@router.post("/{scorecard_id}", dependencies=_OURS)
def change_scorecard(
    request: Request,
    services: ServicesDep,
    now: NowDep,
    who: MaybeWho,
    scorecard_id: str,
    fields: Fields,
) -> Response:
    """Write a scorecard's next version."""
    store = services.store
    SCORECARDS.get(store, scorecard_id)
    try:
        version = fields.get("version", "")
        if not version.isdecimal():
            raise QueryInvalid("version", "this form has lost its version: open it again")
        known = at_version(SCORECARDS, store, scorecard_id, int(version))
        sections = read_plain(fields.get("lines", ""))
        name = fields.get("name", "")
        scorecards.change(store, known, name=name, sections=sections, by=who, at=now)
    except _WRONG as error:
        return _one(request, services, scorecard_id, typed=fields, error=error)
    return RedirectResponse(_path(scorecard_id), status_code=303)


@router.post("/{scorecard_id}/delete", dependencies=_OURS)
def delete_scorecard(request: Request, services: ServicesDep, scorecard_id: str) -> Response:
    """Delete a scorecard that nothing asks by."""
    try:
        scorecards.remove(services.store, scorecard_id)
    except ActionRefused as error:
        return _one(request, services, scorecard_id, error=error)
    return RedirectResponse("/review/scorecards", status_code=303)


def _list(
    request: Request,
    services: Services,
    *,
    typed: Mapping[str, str] | None = None,
    error: CallsiftError | None = None,
) -> Response:
    store = services.store
    trouble = None if error is None else trouble_of(error)
    return render(
        request,
        "scorecards.html",
        status=trouble.status if trouble else 200,
        scorecards=SCORECARDS.all(store),
        reviews=Counter(one.body.scorecard_id for one in REVIEWS.all(store)),
        typed=typed or {"name": "", "lines": EXAMPLE},
        trouble=trouble,
        searched=how_much(store),
    )


def _one(
    request: Request,
    services: Services,
    scorecard_id: str,
    *,
    typed: Mapping[str, str] | None = None,
    error: CallsiftError | None = None,
) -> Response:
    store = services.store
    versions = SCORECARDS.versions(store, scorecard_id)
    newest = versions[-1]
    trouble = None if error is None else trouble_of(error)
    return render(
        request,
        "scorecard.html",
        status=trouble.status if trouble else 200,
        scorecard=newest,
        versions=[(one, _lines(one)) for one in reversed(versions)],
        reviews=Counter(
            one.body.scorecard_version
            for one in REVIEWS.all(store)
            if one.body.scorecard_id == scorecard_id
        ),
        typed=typed or {"name": newest.body.name, "lines": _lines(newest)},
        trouble=trouble,
        searched=how_much(store),
    )


def _lines(written: Written[Scorecard]) -> str:
    return written_plain(written.body)


def _path(scorecard_id: str) -> str:
    return f"/review/scorecards/{quote(scorecard_id, safe='')}"
