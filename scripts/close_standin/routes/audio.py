"""The audio of calls: `/call/{id}/recording/` and `/call/{id}/voicemail/`."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from scripts.close_standin.audio import tone
from scripts.close_standin.audio_store import ranged, signed_link
from scripts.close_standin.errors import NotFound
from scripts.close_standin.routes.deps import CloseDep
from scripts.close_standin.state import StandIn

router = APIRouter(prefix="/call")


@router.get("/{call_id}/recording/")
async def get_recording(close: CloseDep, request: Request, call_id: str) -> Response:
    """Return the recording of a call."""
    return _audio(close, call_id, "recording", request.headers.get("range"))


@router.get("/{call_id}/voicemail/")
async def get_voicemail(close: CloseDep, request: Request, call_id: str) -> Response:
    """Return the message that was left on a call."""
    return _audio(close, call_id, "voicemail", request.headers.get("range"))


def _audio(close: StandIn, call_id: str, kind: str, asked: str | None) -> Response:
    with close.lock:
        call = close.calls.get(call_id)
    if not call.get(f"{kind}_url") or close.faults.audio_expired:
        raise NotFound(kind.capitalize())
    duration_s = int(call.get(f"{kind}_duration") or call.get("duration") or 1)
    if close.faults.audio_kept_at:
        return RedirectResponse(close.faults.audio_kept_at + signed_link(duration_s), 302)
    return ranged(tone(duration_s), asked)
