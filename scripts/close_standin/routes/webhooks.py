"""Webhook subscriptions: `/webhook/`."""

from fastapi import APIRouter
from starlette.responses import JSONResponse

from scripts.close_standin.access import Caller
from scripts.close_standin.routes.deps import BodyDep, CallerDep, CloseDep
from scripts.close_standin.state import StandIn
from scripts.close_standin.webhooks import Subscription

router = APIRouter(prefix="/webhook")


@router.get("/")
async def list_webhooks(close: CloseDep, caller: CallerDep) -> JSONResponse:
    """List the subscriptions that the caller may manage."""
    with close.lock:
        ours = close.webhooks.subscriptions(caller.user_id, is_admin=caller.is_admin)
        return JSONResponse({"data": [one.shown() for one in ours], "has_more": False})


@router.post("/")
async def subscribe(close: CloseDep, caller: CallerDep, body: BodyDep) -> JSONResponse:
    """Make a subscription; only this answer holds its key."""
    with close.lock:
        made = close.webhooks.subscribe(body, caller.user_id)
    location = f"/api/v1/webhook/{made.id}/"
    return JSONResponse(made.shown(with_key=True), 201, headers={"location": location})


@router.get("/{webhook_id}/")
async def get_webhook(close: CloseDep, caller: CallerDep, webhook_id: str) -> JSONResponse:
    """Return one subscription."""
    with close.lock:
        return JSONResponse(_ours(close, caller, webhook_id).shown())


@router.put("/{webhook_id}/")
async def change_webhook(
    close: CloseDep, caller: CallerDep, body: BodyDep, webhook_id: str
) -> JSONResponse:
    """Change, pause or resume a subscription."""
    with close.lock:
        one = _ours(close, caller, webhook_id)
        close.webhooks.change(one, body)
        return JSONResponse(one.shown())


@router.delete("/{webhook_id}/")
async def unsubscribe(close: CloseDep, caller: CallerDep, webhook_id: str) -> JSONResponse:
    """Delete a subscription."""
    with close.lock:
        close.webhooks.unsubscribe(_ours(close, caller, webhook_id))
    return JSONResponse({})


def _ours(close: StandIn, caller: Caller, webhook_id: str) -> Subscription:
    return close.webhooks.get(webhook_id, caller.user_id, is_admin=caller.is_admin)
