"""Status: what is here, and what is not yet."""

from fastapi import APIRouter, Depends

from api.deps import NowDep, ServicesDep, WorkerDep
from api.parameters import refuse_parameters
from api.problems import declared
from indexer import version
from indexer.wire import StatusOut

router = APIRouter(tags=["status"], responses=declared(401, 422, 503))


@router.get("/status", dependencies=[Depends(refuse_parameters)])
def show_status(services: ServicesDep, worker: WorkerDep, now: NowDep) -> StatusOut:
    """Count the calls by state, and say when they were last fetched."""
    state = worker.state if worker else "off"
    return StatusOut.of(services.store, now=now, version=version(), worker=state)
