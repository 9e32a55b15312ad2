"""Where Close may keep its audio: another host, whose links are signed and need no credentials."""

import hashlib
import hmac
import re
from typing import Final

from fastapi import FastAPI, Request
from starlette.responses import Response

from scripts.close_standin.audio import tone

_MEDIA_TYPE: Final = "audio/wav"
_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_KEY: Final = b"only the stand-in and its store know this"


def create_audio_store() -> FastAPI:
    """Serve audio by signed links; a request that brings credentials as well is refused.

    Stores of files on the web do so too: they take one proof or the other.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_api_route("/{duration_s}", _get_audio)
    return app


def signed_link(duration_s: int) -> str:
    """Return the path and query of audio that is so many seconds long."""
    return f"/{duration_s}?signature={_signature(duration_s)}"


def ranged(audio: bytes, asked: str | None) -> Response:
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


async def _get_audio(request: Request, duration_s: int, signature: str = "") -> Response:
    if "authorization" in request.headers:
        return Response(status_code=400)
    if not hmac.compare_digest(signature.encode(), _signature(duration_s).encode()):
        return Response(status_code=403)
    return ranged(tone(duration_s), request.headers.get("range"))


def _signature(duration_s: int) -> str:
    return hmac.new(_KEY, str(duration_s).encode(), hashlib.sha256).hexdigest()


def _bounds(first: str, last: str, length: int) -> tuple[int, int]:
    """Return where a range starts and stops; without a first byte it counts from the end."""
    if not first:
        return max(0, length - int(last)), length
    return int(first), min(length, int(last) + 1) if last else length
