"""Calls as they are: listed, or one whole."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.deps import NowDep, ServicesDep, WhenReady
from api.parameters import (
    CallParameters,
    SimilarParameters,
    refuse_parameters,
    refuse_repeated,
    refusing_repeated,
)
from api.problems import declared
from indexer.search import list_calls, similar_calls
from indexer.wire import CallDetailOut, CallsOut, SearchOut
from models import Kind
from models.errors import CallNotFound

router = APIRouter(prefix="/calls", tags=["calls"], responses=declared(401, 422, 503))


@router.get("", dependencies=[Depends(refuse_repeated)])
def list_newest_calls(
    services: ServicesDep, now: NowDep, asked: Annotated[CallParameters, Query()]
) -> CallsOut:
    """List calls, newest first."""
    where = asked.where(now=now)
    return CallsOut.of(
        list_calls(where, limit=asked.limit, cursor=asked.cursor, store=services.store)
    )


@router.get("/{call_id}", dependencies=[Depends(refuse_parameters)], responses=declared(404))
def show_call(services: ServicesDep, call_id: str) -> CallDetailOut:
    """Show one call with its transcripts."""
    record = services.store.get(call_id)
    if record is None:
        raise CallNotFound(call_id)
    return CallDetailOut.of(record)


@router.get(
    "/{call_id}/similar",
    dependencies=[Depends(refusing_repeated(SimilarParameters)), WhenReady],
    responses=declared(404),
)
def find_similar_calls(
    services: ServicesDep,
    now: NowDep,
    call_id: str,
    asked: Annotated[SimilarParameters, Query()],
) -> SearchOut:
    """Find other calls like this one, or calls in which something like one utterance is said.

    The call itself is left out. The answer's `query` is the filter, and what was compared:
    the utterance's text, or nothing for a whole call. Posted, it would not leave the call out.
    """
    found = similar_calls(
        call_id,
        asked.utterance,
        asked.query(now=now),
        kind=Kind(asked.kind) if asked.kind else Kind.RECORDING,
        store=services.store,
        embedder=services.embedder,
    )
    return SearchOut.of(found)
