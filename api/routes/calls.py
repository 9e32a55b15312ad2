"""Calls as they are: listed, or one whole."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.deps import NowDep, ServicesDep
from api.parameters import CallParameters, refuse_parameters, refuse_repeated
from api.problems import declared
from indexer.search import list_calls
from indexer.wire import CallDetailOut, CallsOut
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
