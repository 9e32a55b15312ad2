"""Calls: `/activity/call/`."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from scripts.close_standin.fields import shown_call
from scripts.close_standin.query import call_filter, fields_in, page_query
from scripts.close_standin.routes.deps import BodyDep, CauseDep, CloseDep, OffsetDep

router = APIRouter(prefix="/activity/call")


@router.get("/")
async def list_calls(close: CloseDep, request: Request, offset_h: OffsetDep) -> JSONResponse:
    """List calls, newest first."""
    page = page_query(request.query_params, close.limits)
    where = call_filter(request.query_params, offset_h)
    fields = fields_in(request.query_params)
    limit = min(page.limit, close.faults.page_rows or page.limit)
    with close.lock:
        calls, has_more = close.calls.page(where, skip=page.skip, limit=limit)
        if close.faults.take("call_after_page_next"):
            close.start_call()
        if calls and close.faults.take("deleted_after_page_next"):
            close.delete_call(close.faults.drawn(calls)["id"])
    shown = [shown_call(call, fields, close.origin) for call in calls]
    return JSONResponse({"data": shown, "has_more": has_more})


@router.post("/")
async def log_call(close: CloseDep, body: BodyDep, cause: CauseDep) -> JSONResponse:
    """Log a call made outside Close."""
    with close.lock:
        call = close.calls.get(close.log_external_call(body, cause=cause))
    return JSONResponse(shown_call(call, None, close.origin))


@router.get("/{call_id}/")
async def get_call(close: CloseDep, request: Request, call_id: str) -> JSONResponse:
    """Return one call."""
    with close.lock:
        call = close.calls.get(call_id)
        if close.faults.take("deleted_before_get_next"):
            close.delete_call(call_id)
            call = close.calls.get(call_id)
    return JSONResponse(shown_call(call, fields_in(request.query_params), close.origin))


@router.put("/{call_id}/")
async def change_call(
    close: CloseDep, body: BodyDep, cause: CauseDep, call_id: str
) -> JSONResponse:
    """Change the fields that the body names."""
    call = close.change_call(call_id, body, cause=cause)
    return JSONResponse(shown_call(call, None, close.origin))


@router.delete("/{call_id}/")
async def delete_call(close: CloseDep, cause: CauseDep, call_id: str) -> JSONResponse:
    """Delete a call."""
    close.delete_call(call_id, cause=cause)
    return JSONResponse({})
