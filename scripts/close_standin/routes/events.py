"""The event log: `/event/`."""

from collections.abc import Iterator
from itertools import islice

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from scripts.close_standin.access import Caller
from scripts.close_standin.events import Event, EventPlace
from scripts.close_standin.fields import event_at_origin
from scripts.close_standin.query import Cursor, EventQuery, event_query
from scripts.close_standin.routes.deps import CallerDep, CloseDep, OffsetDep
from scripts.close_standin.state import StandIn
from scripts.close_standin.world import Record

router = APIRouter(prefix="/event")


@router.get("/")
async def list_events(
    close: CloseDep, caller: CallerDep, request: Request, offset_h: OffsetDep
) -> JSONResponse:
    """List events, newest update first."""
    query = event_query(request.query_params, close.limits, offset_h)
    with close.lock:
        events = _page(close, query)
        older, newer = _cursors(close, query, events)
        shown = [_shown(event, close, caller) for event in events]
    return JSONResponse({"data": shown, "cursor_next": older, "cursor_previous": newer})


@router.get("/{event_id}/")
async def get_event(close: CloseDep, caller: CallerDep, event_id: str) -> JSONResponse:
    """Return one event."""
    with close.lock:
        return JSONResponse(_shown(close.events.get(event_id), close, caller))


def _page(close: StandIn, query: EventQuery) -> list[Event]:
    cursor = query.cursor
    if cursor is not None and not cursor.goes_older:
        return list(islice(_newer(close, query, cursor.place), query.limit))[::-1]
    return list(islice(_older(close, query, cursor.place if cursor else None), query.limit))


def _cursors(
    close: StandIn, query: EventQuery, events: list[Event]
) -> tuple[str | None, str | None]:
    """Return cursors to what is older and newer than a page, None where there is nothing."""
    if not events:
        return None, None
    newest, oldest = events[0].place, events[-1].place
    older = next(_older(close, query, oldest), None)
    newer = next(_newer(close, query, newest), None)
    to_older = Cursor(place=oldest, goes_older=True, window=query.window).encode()
    to_newer = Cursor(place=newest, goes_older=False, window=query.window).encode()
    return to_older if older else None, to_newer if newer else None


def _older(close: StandIn, query: EventQuery, than: EventPlace | None) -> Iterator[Event]:
    events = close.events.older(query.window, than, action=query.equal.get("action"))
    return _asked_for(events, query)


def _newer(close: StandIn, query: EventQuery, than: EventPlace) -> Iterator[Event]:
    events = close.events.newer(query.window, than, action=query.equal.get("action"))
    return _asked_for(events, query)


def _asked_for(events: Iterator[Event], query: EventQuery) -> Iterator[Event]:
    wanted = query.equal.items()
    return (event for event in events if all(event.record[name] == value for name, value in wanted))


def _shown(event: Event, close: StandIn, caller: Caller) -> Record:
    """Return an event as this caller may see it; only admins see what an old one changed."""
    age = close.clock.now() - event.updated_at
    if not caller.is_admin and age > close.limits.event_data_horizon:
        return event.record | {"data": None, "previous_data": None}
    return event_at_origin(event.record, close.origin)
