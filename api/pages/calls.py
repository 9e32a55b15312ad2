"""A call's page, with the moments in it that answer a question; and moments similar to one."""

from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from api.deps import NowDep, ReadinessDep, ServicesDep
from api.pages.address import Address, read
from api.pages.links import call_path, call_url
from api.pages.rendering import render
from api.pages.searching import Answer, Question, how_much, words_to_mark
from api.pages.tracks import STRIP_WIDTH, tracks_of
from api.parameters import Count, SearchParameters
from indexer.bootstrap import Services
from indexer.ranking import rank
from indexer.search import list_calls, search
from indexer.wire import CallDetailOut, MomentOut
from models import LONGEST_TEXT, Kind, Mode, SearchQuery
from models.errors import CallNotFound

router = APIRouter(prefix="/calls", include_in_schema=False)

_FARTHEST: Final = 200
"""The last rank whose neighbours are looked for: who pages further goes by the list."""
_SIMILAR: Final = 3


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
    query = replace(asked.query(now=now), cursor=None)
    if query.text.strip():
        readiness.require()
    moments = _moments(query, call_id, services)
    return render(
        request,
        "call.html",
        question=Question(address=address),
        call=CallDetailOut.of(record),
        path=call_path(call_id),
        tracks=tracks_of(record, moments, now=now),
        strip_width=STRIP_WIDTH,
        moments=moments,
        wanted=words_to_mark(query.text, query.mode),
        neighbours=_neighbours(query, asked.n, address, call_id, services),
        standing=services.store.entries([call_id]).get(call_id),
        searched=how_much(services.store),
    )


@router.get("/{call_id}/similar")
def show_similar(
    request: Request,
    call_id: str,
    services: ServicesDep,
    readiness: ReadinessDep,
    index: Annotated[int, Query(ge=0)],
    kind: Annotated[Kind, Query()] = Kind.RECORDING,
) -> Response:
    """Show moments of other calls that mean about what was said at a place of this one."""
    readiness.require()
    record = services.store.get(call_id)
    transcript = record.transcript(kind) if record and kind.is_spoken else None
    if record is None or transcript is None or index >= len(transcript.utterances):
        raise CallNotFound(call_id)
    text = transcript.utterances[index].text.strip()[:LONGEST_TEXT]
    query = SearchQuery(text=text, mode=Mode.SEMANTIC, limit=_SIMILAR + 1)
    page = search(query, store=services.store, embedder=services.embedder)
    others = [found for found in page.calls if found.record.call.id != call_id][:_SIMILAR]
    address = Address((("q", text), ("mode", Mode.SEMANTIC.value)))
    return render(
        request,
        "similar.html",
        answer=Answer.of(replace(page, calls=tuple(others)), address),
        said=transcript.utterances[index],
        all_url=address.at("/"),
        call_path=call_path(call_id),
        question=Question(address=Address()),
        searched=page.searched,
    )


def _moments(query: SearchQuery, call_id: str, services: Services) -> list[MomentOut]:
    """Where in this call the question is answered, in the order it was said."""
    if not query.text.strip():
        return []
    within = replace(query, where=replace(query.where, call_ids=(call_id,)), limit=1)
    page = search(within, store=services.store, embedder=services.embedder)
    moments = [MomentOut.of(m, found.record) for found in page.calls for m in found.moments]
    return sorted(moments, key=lambda m: (m.first_utterance is None, m.kind, m.first_utterance))


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
    """The first calls of an answer, without their moments: those are most of its work."""
    store, text = services.store, query.text
    if not text.strip():
        page = list_calls(query.where, limit=needed, cursor=None, store=store)
        return [record.call.id for record in page.records]
    vector = None if query.mode is Mode.KEYWORD else services.embedder.embed_query(text)
    ranking = rank(text, vector, mode=query.mode, where=query.where, needed=needed, store=store)
    return [call.call_id for call in ranking.calls[:needed]]


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
