"""More like this: calls like a call, or like one thing that was said in it."""

from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.deps import NowDep, ReadinessDep, ServicesDep
from api.pages.address import Address, read
from api.pages.answers import Answer
from api.pages.links import call_path
from api.pages.questions import Question
from api.pages.rendering import render, wants_part
from api.parameters import SimilarParameters
from indexer.search import similar_calls
from indexer.wire import CallOut
from models import Kind
from models.errors import CallNotFound

router = APIRouter(prefix="/calls", include_in_schema=False)

_BESIDE: Final = 3
"""Calls that are shown under an utterance, on the page of its own call."""


@router.get("/{call_id}/similar")
def show_similar(
    request: Request, call_id: str, services: ServicesDep, readiness: ReadinessDep, now: NowDep
) -> Response:
    """Show other calls that are like this one, or like what was said at a place of it."""
    address = Address.of(request)
    asked = read(SimilarParameters, address)
    query = asked.query(now=now)
    readiness.require()
    if wants_part(request):
        query = replace(query, limit=_BESIDE)
    kind, place = Kind(asked.kind or Kind.RECORDING), asked.utterance
    page = similar_calls(
        call_id, place, query, kind=kind, store=services.store, embedder=services.embedder
    )
    record = services.store.get(call_id)
    if record is None:
        raise CallNotFound(call_id)
    path = f"{call_path(call_id)}/similar"
    return render(
        request,
        "similar.html",
        answer=Answer.of(page, address, path=path),
        call=CallOut.of(record),
        said=None if place is None else record.utterances(kind)[place],
        all_url=address.without("cursor").at(path),
        call_path=call_path(call_id),
        question=Question(address=Address()),
        searched=page.searched,
    )
