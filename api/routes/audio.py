"""Audio: a call's recording or voicemail, passed on from Close for whoever may see the call.

Close's links open with Close's credentials only. Those stay on the server: it fetches
the audio, part by part as a player asks for it, and keeps nothing.
"""

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.deps import NowDep, ServicesDep
from api.parameters import refuse_parameters
from api.problems import ProblemResponse, declared
from indexer.bootstrap import Services
from indexer.close import Close
from indexer.close.audio import Audio, AudioElsewhere, NoSuchRange
from models import Call
from models.errors import CallNotFound, CloseError, CloseNotFound, CloseUnavailable, SettingsInvalid

logger = logging.getLogger(__name__)

_SOUND: Final[dict[str, Any]] = {
    "content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}}
}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "All of the audio.", **_SOUND},
    206: {"description": "The range that was asked for.", **_SOUND},
    **declared(401, 404, 410, 416, 422, 502, 503),
}

_RETRY_S: Final = 5


class Player:
    """Opens audio at Close. Its client is made when somebody first listens."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._close: Close | None = None
        self._making = threading.Lock()

    def open(self, url: str, byte_range: str | None) -> Audio:
        """The audio behind a link of Close's.

        Raises:
            SettingsInvalid: there are no credentials.
            CloseError: see `Close.audio`.
        """
        with self._making:
            self._close = self._close or self._services.close_client(tries=1)
        return self._close.audio(url, byte_range=byte_range)

    def stop(self) -> None:
        """Let go of the network."""
        with self._making:
            if self._close is not None:
                self._close.close()


class AudioResponse(StreamingResponse):
    """Audio passed on as it arrives, and wanted no more once nobody listens."""

    def __init__(self, audio: Audio, *, chunks: Iterable[bytes]) -> None:
        super().__init__(
            chunks,
            status_code=200 if audio.content_range is None else 206,
            headers=_headers(audio),
            media_type=audio.media_type,
        )
        self._audio = audio

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; whatever ends that lets go of Close's connection."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._audio.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Somebody who wants to hear a call, or a range of it."""

    services: Services
    player: Player
    method: str
    byte_range: str | None
    now: datetime

    def call(self, call_id: str) -> Call:
        """What is known of a call.

        Raises:
            CallNotFound: it is not stored.
        """
        record = self.services.store.get(call_id)
        if record is None:
            raise CallNotFound(call_id)
        return record.call

    def play(self, url: str | None, kind: str) -> Response:
        """The call's audio of this kind, or why it cannot be heard."""
        if not url:
            return _no_audio(f"the call has no {kind}, or Close has not attached it yet")
        try:
            audio = self.player.open(url, self.byte_range)
        except SettingsInvalid:
            return _no_credentials()
        except CloseError as error:
            return _not_given(error)
        return AudioResponse(audio, chunks=() if self.method == "HEAD" else audio)


async def _listener(
    request: Request,
    services: ServicesDep,
    now: NowDep,
    byte_range: Annotated[
        str | None,
        Header(
            alias="Range",
            description="One range of bytes, such as `bytes=0-`. Anything else: all of it.",
        ),
    ] = None,
) -> Listener:
    # We give no validator that a range could depend on, so none can be the right one.
    is_conditional = "if-range" in request.headers
    return Listener(
        services=services,
        player=request.app.state.player,
        method=request.method,
        byte_range=None if is_conditional else byte_range,
        now=now,
    )


ListenerDep = Annotated[Listener, Depends(_listener)]

router = APIRouter(
    prefix="/calls",
    tags=["calls"],
    dependencies=[Depends(refuse_parameters)],
    responses=_ANSWERS,
    default_response_class=StreamingResponse,
)


@router.head("/{call_id}/recording", include_in_schema=False)
@router.get("/{call_id}/recording")
def play_recording(listener: ListenerDep, call_id: str) -> Response:
    """Play a call's recording, or a range of it, straight from Close."""
    call = listener.call(call_id)
    ends_at = call.recording_expires_at
    if ends_at is not None and ends_at <= listener.now:
        return _gone(f"Close kept the recording until {ends_at:%Y-%m-%d %H:%M} UTC")
    return listener.play(call.recording_url, "recording")


@router.head("/{call_id}/voicemail", include_in_schema=False)
@router.get("/{call_id}/voicemail")
def play_voicemail(listener: ListenerDep, call_id: str) -> Response:
    """Play the voicemail left on a call, or a range of it, straight from Close."""
    return listener.play(listener.call(call_id).voicemail_url, "voicemail")


def _headers(audio: Audio) -> dict[str, str]:
    told = {
        "Accept-Ranges": "bytes" if audio.takes_ranges else None,
        "Content-Disposition": "inline",
        "Content-Length": None if audio.length is None else str(audio.length),
        "Content-Range": audio.content_range,
        # No other site's page may have it played, on a server without keys either.
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return {name: value for name, value in told.items() if value is not None}


def _not_given(error: CloseError) -> ProblemResponse:
    match error:
        case AudioElsewhere():
            return _no_audio(str(error))
        case CloseNotFound():
            return _gone("Close does not have this audio any more")
        case NoSuchRange():
            return _no_such_range(error)
    logger.warning("no audio to play: %s", error)
    if isinstance(error, CloseUnavailable):
        return ProblemResponse(
            503,
            name="close-away",
            title="Close is away",
            detail="Close cannot give this audio just now; try again soon.",
            headers={"Retry-After": str(_RETRY_S)},
        )
    return ProblemResponse(
        502,
        name="close-refuses",
        title="Close does not give it",
        detail="Close does not give this audio to the server; the server's log says why.",
    )


def _no_audio(detail: str) -> ProblemResponse:
    return ProblemResponse(404, name="no-audio", title="No such audio", detail=detail)


def _gone(detail: str) -> ProblemResponse:
    return ProblemResponse(410, name="audio-gone", title="The audio is gone", detail=detail)


def _no_credentials() -> ProblemResponse:
    return ProblemResponse(
        503,
        name="no-credentials",
        title="No credentials of Close",
        detail="Audio is fetched from Close, and this server has no credentials of Close:"
        " set CLOSE_API_KEY on the server.",
    )


def _no_such_range(error: NoSuchRange) -> ProblemResponse:
    told = error.content_range
    return ProblemResponse(
        416,
        name="no-such-range",
        title="No such range",
        detail="The audio ends before that range begins.",
        headers={"Content-Range": told} if told else None,
    )
