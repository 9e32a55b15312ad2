"""The audio of calls: `/call/{id}/recording/` and `/call/{id}/voicemail/`."""

import re
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from scripts.close_standin.audio import tone
from scripts.close_standin.errors import NotFound
from scripts.close_standin.routes.deps import CloseDep
from scripts.close_standin.state import StandIn

router = APIRouter(prefix="/call")

_MEDIA_TYPE: Final = "audio/wav"
_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)


@router.get("/{call_id}/recording/")
async def get_recording(close: CloseDep, request: Request, call_id: str) -> Response:
    """Return the recording of a call."""
    return _ranged(_audio(close, call_id, "recording"), request.headers.get("range"))


@router.get("/{call_id}/voicemail/")
async def get_voicemail(close: CloseDep, request: Request, call_id: str) -> Response:
    """Return the message that was left on a call."""
    return _ranged(_audio(close, call_id, "voicemail"), request.headers.get("range"))


def _audio(close: StandIn, call_id: str, kind: str) -> bytes:
    with close.lock:
        call = close.calls.get(call_id)
    if not call.get(f"{kind}_url"):
        raise NotFound(kind.capitalize())
    return tone(int(call.get(f"{kind}_duration") or call.get("duration") or 1))


def _ranged(audio: bytes, asked: str | None) -> Response:
    """Answer with all of the audio, or with the one range of bytes that was asked for.

    Anything but a single range of bytes is answered as if none had been asked for.
    """
    headers = {"accept-ranges": "bytes"}
    match = _RANGE.fullmatch(asked or "")
    if match is None or match.groups() == ("", ""):
        return Response(audio, media_type=_MEDIA_TYPE, headers=headers)
    start, stop = _bounds(match[1], match[2], len(audio))
    if start >= stop:
        headers["content-range"] = f"bytes */{len(audio)}"
        return Response(status_code=416, headers=headers)
    headers["content-range"] = f"bytes {start}-{stop - 1}/{len(audio)}"
    return Response(audio[start:stop], 206, media_type=_MEDIA_TYPE, headers=headers)


def _bounds(first: str, last: str, length: int) -> tuple[int, int]:
    """Return where a range starts and stops; without a first byte it counts from the end."""
    if not first:
        return max(0, length - int(last)), length
    return int(first), min(length, int(last) + 1) if last else length
