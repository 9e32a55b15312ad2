"""Topics: what calls are about, found in them, kept under an address."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from api.deps import NowDep, ServicesDep, require_same_origin
from api.identity import MaybeWho
from api.pages.forms import fields_of
from api.pages.rendering import render
from api.pages.searching import how_much
from api.pages.topic_shapes import TrendChart, filter_in_words
from api.pages.words import parameter
from indexer.bootstrap import Services
from indexer.papers import Written
from indexer.topics import ANALYSES, find_topics, forget, keep, moments_of, size_of
from indexer.wire.topics import TopicAnalysesOut, TopicAnalysisOut, TopicMomentOut, TopicsIn
from models import Facet
from models.errors import PaperNameTaken, QueryInvalid
from models.topic import TopicAnalysis

router = APIRouter(prefix="/topics", include_in_schema=False)

_OURS: Final = [Depends(require_same_origin)]
_OF_CALLS: Final = ("side", "user_id", "since", "min_duration", "said")
_PAGE: Final = 50
_FIELDS: Final = {"k": "How many topics", "where": "The calls", "said": "Only calls that say"}


@router.get("")
def list_topics(request: Request, services: ServicesDep) -> Response:
    """Show what was found before, and a form to find topics."""
    return _first_page(request, services, {}, None)


@router.post("", dependencies=_OURS)
def make_topics(
    request: Request,
    services: ServicesDep,
    now: NowDep,
    who: MaybeWho,
    fields: Annotated[dict[str, str], Depends(fields_of)],
) -> Response:
    """Find topics, keep them, and show them under their address."""
    try:
        kept = _made(fields, services, who, now)
    except (QueryInvalid, PaperNameTaken) as error:
        return _first_page(request, services, fields, error)
    return RedirectResponse(f"/topics/{kept.id}", status_code=303)


@router.get("/{analysis_id}")
def show_topics(request: Request, services: ServicesDep, analysis_id: str) -> Response:
    """Show the topics of one analysis."""
    kept = ANALYSES.get(services.store, analysis_id)
    out = TopicAnalysisOut.of_kept(kept, services.store)
    return render(
        request,
        "topic-analysis.html",
        analysis=out,
        told=filter_in_words(out.where, services.store),
        charts=[TrendChart.of(topic, out.step) for topic in out.topics],
        searched=how_much(services.store),
    )


@router.get("/{analysis_id}/{number}")
def show_moments(
    request: Request, services: ServicesDep, analysis_id: str, number: int, skip: int = 0
) -> Response:
    """Show the moments of one topic, the nearest to its centre first."""
    kept = ANALYSES.get(services.store, analysis_id)
    total, skip = size_of(kept, number), max(0, skip)
    found = list(moments_of(kept, number, store=services.store, skip=skip, limit=_PAGE))
    return render(
        request,
        "topic.html",
        analysis_id=kept.id,
        name=kept.body.name,
        topic=kept.body.topic(number),
        moments=[TopicMomentOut.of(moment) for moment in found if moment is not None],
        gone=sum(moment is None for moment in found),
        total=total,
        skip=skip,
        after=skip + _PAGE if skip + _PAGE < total else None,
        page=_PAGE,
        searched=how_much(services.store),
    )


@router.post("/{analysis_id}/delete", dependencies=_OURS)
def delete_topics(services: ServicesDep, analysis_id: str) -> Response:
    """Delete an analysis."""
    forget(analysis_id, services.store)
    return RedirectResponse("/topics", status_code=303)


def _made(
    fields: dict[str, str], services: Services, who: str | None, now: datetime
) -> Written[TopicAnalysis]:
    """What the form asks for, found and kept.

    Raises:
        QueryInvalid: a field is wrong, or too little is said in the calls.
        PaperNameTaken: another analysis has the name.
    """
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    where = {name: given.pop(name) for name in _OF_CALLS if name in given}
    try:
        body = TopicsIn.model_validate({**given, "where": where})
    except ValidationError as error:
        [first, *_] = error.errors()
        field = next((str(part) for part in reversed(first["loc"]) if part != "where"), "form")
        raise QueryInvalid(field, first["msg"].removeprefix("Value error, ")) from None
    asked = body.asked()
    found = find_topics(asked, where=body.where.where(now=now), store=services.store, now=now)
    return keep(found, store=services.store, by=who, at=now)


def _first_page(
    request: Request,
    services: Services,
    fields: dict[str, str],
    error: QueryInvalid | PaperNameTaken | None,
) -> Response:
    store = services.store
    return render(
        request,
        "topics.html",
        status=200 if error is None else _status(error),
        analyses=[
            (one, filter_in_words(one.where, store))
            for one in TopicAnalysesOut.of(ANALYSES.all(store)).analyses
        ],
        fields=fields,
        reps=store.counts(Facet.USER),
        problem=_problem(error),
        searched=how_much(store),
    )


def _status(error: QueryInvalid | PaperNameTaken) -> int:
    return 409 if isinstance(error, PaperNameTaken) else 422


def _problem(error: QueryInvalid | PaperNameTaken | None) -> str:
    if error is None:
        return ""
    if isinstance(error, PaperNameTaken):
        return f"{str(error)[:1].upper()}{str(error)[1:]}."
    field = _FIELDS.get(error.field) or parameter(error.field).capitalize()
    return f"{field}: {error.problem}."
