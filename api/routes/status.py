"""Status: what is here, and what is not yet."""

from fastapi import APIRouter, Depends, Request

from api.deps import ServicesDep
from api.parameters import refuse_parameters
from api.problems import declared
from indexer.wire import StatusOut

router = APIRouter(tags=["status"], responses=declared(401, 422, 503))


@router.get("/status", dependencies=[Depends(refuse_parameters)])
def show_status(services: ServicesDep, request: Request) -> StatusOut:
    """Count the calls by state, and say when they were last fetched."""
    store = services.store
    version: str = request.app.version
    return StatusOut.of(
        store.tally(), store.facts(), last_sync=store.cursor("last_sync"), version=version
    )
