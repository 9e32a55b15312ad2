"""A call's page, with the moments in it that answer a question."""

from dataclasses import dataclass, replace
from typing import Final

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from api.deps import NowDep, ReadinessDep, ServicesDep
from api.pages.address import Address, read
from api.pages.figures import figures_on_page
from api.pages.links import call_path, call_url
from api.pages.marking import Marks
from api.pages.questions import Question
from api.pages.rendering import render
from api.pages.searching import how_much
from api.pages.tracks import STRIP_WIDTH, tracks_of
from api.parameters import SearchParameters
from indexer.bootstrap import Services
from indexer.grammar import parse
from indexer.search import best_calls, moments_within, search
from indexer.wire import CallDetailOut, MomentOut
from indexer.wire.filters import Count
from models import CallRecord, Group, SearchQuery
from models.errors import CallNotFound

router = APIRouter(prefix="/calls", include_in_schema=False)

_FARTHEST: Final = 200
"""The last rank whose neighbours are looked for: who pages further goes by the list."""


class CallPageParameters(SearchParameters):
    """The question one came from, and which of its answers this call is."""

    n: Count | None = Field(None, ge=1, description="Its rank, from 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The calls before and after this one among the answers to the same question."""

    back: str
    rank: int | None = None
    previous: str | None = None
    next: str | None = None


@router.get("/{call_id}")
def show_call(
    request: Request, call_id: str, services: ServicesDep, readiness: ReadinessDep, now: NowDep
) -> Response:
    """Show one call, and the moments in it that answer the question one came from."""
    address = Address.of(request)
    asked = read(CallPageParameters, address)
    record = services.store.get(call_id)
    if record is None:
        return _absent(request, call_id, services)
    query = replace(asked.query(now=now), cursor=None, explain=False)
    understood = parse(query.text)
    if not understood.words.strip() and understood.dialogue is None:
        query = replace(query, group=Group.CALL)  # as the search page has it
    if query.text.strip():
        readiness.require()
    moments = _moments(record, query, services)
    return render(
        request,
        "call.html",
        question=Question(address=address),
        call=CallDetailOut.of(record),
        path=call_path(call_id),
        tracks=tracks_of(record, moments, now=now),
        strip_width=STRIP_WIDTH,
        moments=moments,
        figures=figures_on_page(call_id, services.store),
        wanted=Marks.of(understood, query.mode),
        neighbours=_neighbours(query, asked.n, address, call_id, services),
        standing=services.store.entries([call_id]).get(call_id),
        searched=how_much(services.store),
    )


def _moments(record: CallRecord, query: SearchQuery, services: Services) -> list[MomentOut]:
    """Where in this call the question is answered, in the order it was said."""
    found = moments_within(record, query, store=services.store, embedder=services.embedder)
    return [MomentOut.of(moment, record) for moment in found]


def _neighbours(
    query: SearchQuery, n: int | None, address: Address, call_id: str, services: Services
) -> Neighbours:
    """The calls beside this one in the answer; none if it no longer is where it was."""
    back = address.without("n").at("/")
    if n is None or n > _FARTHEST:
        return Neighbours(back=back)
    ids = _ranked(query, n + 1, services)
    if ids[n - 1 : n] != [call_id]:
        return Neighbours(back=back)
    return Neighbours(
        back=back,
        rank=n,
        previous=call_url(ids[n - 2], address, rank=n - 1) if n > 1 else None,
        next=call_url(ids[n], address, rank=n + 1) if n < len(ids) else None,
    )


def _ranked(query: SearchQuery, needed: int, services: Services) -> list[str]:
    """The calls of an answer's first places."""
    store, embedder, asked = services.store, services.embedder, parse(query.text)
    if asked.dialogue is None and asked.words.strip() and query.group is Group.CALL:
        demanding = replace(query, where=replace(query.where, said=asked.said))
        return best_calls(demanding, asked.words, needed=needed, store=store, embedder=embedder)
    page = search(replace(query, limit=needed), store=store, embedder=embedder)
    return [found.record.call.id for found in page.calls]


def _absent(request: Request, call_id: str, services: Services) -> Response:
    """Say what is known of a call that is not stored."""
    entry = services.store.entries([call_id]).get(call_id)
    if entry is None:
        raise CallNotFound(call_id)
    return render(
        request,
        "absent.html",
        status=404,
        call_id=call_id,
        standing=entry,
        question=Question(address=Address()),
        searched=how_much(services.store),
    )
