"""The status page: where every call stands, what is being done about it, and trying again."""

from typing import Final

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from api.deps import NowDep, ServicesDep, WorkerDep, require_same_origin
from api.pages.address import Address, read
from api.pages.questions import Question
from api.pages.rendering import render
from api.pages.searching import how_much
from api.parameters import LedgerParameters
from indexer import version
from indexer.store.contract import Ledger
from indexer.wire import LedgerOut, StatusOut, ledger_page
from indexer.wire.filters import Count
from models import CallState

router = APIRouter(prefix="/status", include_in_schema=False)

_TRIED_TOGETHER: Final = 5000
"""Failed calls that one press of the button tries again; hints beyond 10,000 would be lost."""


class StatusPageParameters(LedgerParameters):
    """Which calls of the ledger are listed, and how many were just asked for again."""

    tried: Count | None = Field(None, ge=0, description="Calls to be tried again.")


@router.get("")
def show_status(
    request: Request, services: ServicesDep, worker: WorkerDep, now: NowDep
) -> Response:
    """Show where every call stands."""
    address = Address.of(request)
    asked = read(StatusPageParameters, address)
    store = services.store
    entries, cursor = ledger_page(store, asked.state, limit=asked.limit, cursor=asked.cursor)
    state = worker.state if worker else "off"
    return render(
        request,
        "status.html",
        is_awaited=bool(services.hints),
        status_out=StatusOut.of(store, now=now, version=version(), worker=state),
        listed=asked.state,
        states=list(CallState),
        entries=LedgerOut.of(entries).calls,
        next_url=address.having("cursor", cursor).without("tried").at("/status")
        if cursor
        else None,
        tried=asked.tried,
        now=now,
        question=Question(address=Address()),
        searched=how_much(store),
    )


@router.post("/retry", dependencies=[Depends(require_same_origin)])
def try_failed_again(services: ServicesDep, worker: WorkerDep) -> Response:
    """Have the worker fetch the failed calls now, those longest failed first."""
    failed = _failed(services.store) if worker else []
    for call_id in failed:
        services.hints.add(call_id)
    return RedirectResponse(f"/status?tried={len(failed)}", status_code=303)


def _failed(ledger: Ledger) -> list[str]:
    return [e.call_id for e in ledger.standing(CallState.FAILED, limit=_TRIED_TOGETHER)]
