"""The ledger: where each call stands, and why."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.deps import ServicesDep
from api.parameters import LedgerParameters, refuse_repeated
from api.problems import declared
from indexer.wire import LedgerOut, ledger_page

router = APIRouter(tags=["status"], responses=declared(401, 422, 503))


@router.get("/ledger", dependencies=[Depends(refuse_repeated)])
def list_ledger(services: ServicesDep, asked: Annotated[LedgerParameters, Query()]) -> LedgerOut:
    """List the calls of one state with the reason of each, those longest in it first."""
    entries, next_cursor = ledger_page(
        services.store, asked.state, limit=asked.limit, cursor=asked.cursor
    )
    return LedgerOut.of(entries, next_cursor=next_cursor)
