"""Audio: a call's recording or voicemail, passed on from Close as it arrives.

Seen in recorded traffic: links such as `https://api.close.com/call/{id}/voicemail/`, and at
`app.close.io` in older records. Told by scripts that follow them: the usual credentials
open them, and they redirect. Assumed: whoever answers in the end serves ranges of bytes,
and says 404 or 410 of audio that is kept no longer.

Credentials go to Close's own origins and nowhere else. A link is data, and may have come
from a file, so it is looked at before it is followed; so is every redirect. Once one has
left Close no credentials are sent any more, wherever the next one leads.
"""

import re
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Final, Self

import httpx

from indexer import version
from indexer.close.answers import read_breakdown
from indexer.close.rate_limit import read_allowance, rounded_up
from models.errors import (
    CloseError,
    CloseForbidden,
    CloseNotFound,
    CloseRefused,
    CloseUnauthorized,
    CloseUnavailable,
    CloseUnreadable,
)

CHUNK_BYTES: Final = 2**16
"""As much of the audio as is held at a time."""

_CLOSE_ORIGINS: Final = frozenset(
    ("https", host) for host in (b"api.close.com", b"app.close.com", b"app.close.io")
)
_MOST_REDIRECTS: Final = 3
_MOST_STREAMS: Final = 30
"""Fewer than the threads of a server, which reading from a Close that stalls would use up."""
_POOL_S: Final = 2.0
_CONNECT_S: Final = 10.0
_READ_S: Final = 20.0
_LONGEST_WAIT_S: Final = 2.0
"""Somebody is listening: a longer wait that Close asks for is theirs to decide on."""
_USUAL_WAIT_S: Final = 1.0

_LONGEST_PATH: Final = 200
"""Characters of a path that an error repeats."""

_USUAL_TYPE: Final = "audio/mpeg"
_UNTOLD_TYPES: Final = ("", "application/octet-stream", "binary/octet-stream")
_AUDIO_TYPE: Final = re.compile(r"audio/[a-z0-9][a-z0-9.+-]{0,60}")
_RANGE: Final = re.compile(r"bytes=(?:(\d{1,15})-(\d{1,15})?|-\d{1,15})", re.ASCII)
_PART: Final = re.compile(r"bytes \d{1,15}-\d{1,15}/(?:\d{1,15}|\*)", re.ASCII)
_WHOLE: Final = re.compile(r"bytes \*/\d{1,15}", re.ASCII)
_LENGTH: Final = re.compile(r"\d{1,15}", re.ASCII)

_MEANINGS: Final[dict[int, tuple[type[CloseError], str]]] = {
    401: (CloseUnauthorized, "Close refuses our credentials"),
    403: (CloseForbidden, "the user of our key may not listen to this"),
    404: (CloseNotFound, "Close does not have this audio any more"),
    408: (CloseUnavailable, "Close has no audio to give just now"),
    410: (CloseNotFound, "Close does not have this audio any more"),
    429: (CloseUnavailable, "Close goes on asking us to wait"),
}

_Origin = tuple[str, bytes]


class AudioElsewhere(CloseNotFound):
    """The link to the audio does not lead to Close, so it is not followed."""


class NoSuchRange(CloseRefused):
    """The audio has none of the bytes asked for; `content_range` says how many it has."""

    def __init__(self, asked: str, *, content_range: str | None) -> None:
        super().__init__(
            f"{asked}: the range asked for is beyond the end of the audio",
            status=httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE,
        )
        self.content_range = content_range


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio:
    """Audio that is on its way: its bytes can be iterated over once. Close it in the end."""

    media_type: str
    """Such as `audio/mpeg`; never anything else than audio."""
    length: int | None
    """How many bytes come, if that is known."""
    content_range: str | None
    """Such as `bytes 0-99/5000`, if these are only a part of it."""
    takes_ranges: bool
    """Whether parts of it can be asked for, as far as is known."""
    _response: httpx.Response = field(repr=False)

    def __iter__(self) -> Iterator[bytes]:
        """The bytes as they arrive.

        Raises:
            CloseUnavailable: they stopped before the end.
        """
        try:
            yield from self._response.iter_raw(CHUNK_BYTES)
        except httpx.RequestError as error:
            what = read_breakdown(error, _READ_S).what
            raise CloseUnavailable(f"the audio broke off: {what}") from None
        finally:
            self.close()

    def close(self) -> None:
        """Want no more of it."""
        self._response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Listening:
    """Opens audio, for many threads at once; waits for nobody else who asks Close."""

    def __init__(
        self,
        *,
        base_url: str,
        auth: httpx.Auth,
        transport: httpx.BaseTransport | None,
        sleep: Callable[[float], None],
    ) -> None:
        self._base_url = base_url
        self._auth = _Unread(auth)
        self._transport = transport
        self._sleep = sleep
        self._http: httpx.Client | None = None
        self._making = threading.Lock()

    def open(self, url: str, byte_range: str | None) -> Audio:
        """The audio behind a link of Close's; `Close.audio` says more."""
        found, headers = self._own(url), _headers(_read_range(byte_range))
        asked = f"GET {_path(found)}"
        response = self._followed(asked, found, headers)
        try:
            if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
                response.close()
                self._sleep(_wait_s(asked, response))
                response = self._followed(asked, found, headers)
            return _read(asked, response)
        except BaseException:
            response.close()
            raise

    def close(self) -> None:
        """Let go of the network."""
        with self._making:
            if self._http is not None:
                self._http.close()
            self._http = None

    def _own(self, url: str) -> httpx.URL:
        """The same link, if it leads to Close."""
        try:
            read = httpx.URL(url)
        except httpx.InvalidURL:
            raise AudioElsewhere("the link to the audio is no web address") from None
        if _origin(read) not in self._origins() or read.userinfo:
            raise AudioElsewhere(
                "the audio is not kept in Close, and nothing is fetched from elsewhere"
            )
        return read

    def _origins(self) -> frozenset[_Origin]:
        return _CLOSE_ORIGINS | {_origin(httpx.URL(self._base_url))}

    def _followed(self, asked: str, url: httpx.URL, headers: dict[str, str]) -> httpx.Response:
        """The answer at the end of all redirects, its body yet to be read."""
        auth: httpx.Auth | None = self._auth
        for _ in range(1 + _MOST_REDIRECTS):
            auth = auth if _origin(url) in self._origins() else None
            response = self._sent(asked, httpx.Request("GET", url, headers=headers), auth)
            if response.next_request is None:
                return response
            response.close()
            url = response.next_request.url
            if not self._may_follow(url):
                raise CloseUnreadable(f"{asked}: Close redirects to where it is not safe to follow")
        raise CloseUnreadable(f"{asked}: Close redirects more than {_MOST_REDIRECTS} times")

    def _may_follow(self, url: httpx.URL) -> bool:
        """Whether a redirect may lead there: over plain http only to the host of a stand-in."""
        base = httpx.URL(self._base_url)
        is_beside = (url.scheme, url.host) == (base.scheme, base.host)
        return (url.scheme == "https" or is_beside) and not url.userinfo

    def _sent(self, asked: str, request: httpx.Request, auth: httpx.Auth | None) -> httpx.Response:
        # The request is made by hand: what the client would add, such as cookies, stays away.
        try:
            return self._client().send(request, auth=auth, stream=True, follow_redirects=False)
        except httpx.PoolTimeout:
            text = f"{asked}: {_MOST_STREAMS} are being listened to, and no more can be at a time"
            raise CloseUnavailable(text) from None
        except httpx.RequestError as error:
            wait_s = _CONNECT_S if isinstance(error, httpx.ConnectTimeout) else _READ_S
            raise CloseUnavailable(f"{asked}: {read_breakdown(error, wait_s).what}") from None

    def _client(self) -> httpx.Client:
        """Made when first needed, for that takes a while and few who ask Close want audio."""
        with self._making:
            if self._http is None:
                self._http = httpx.Client(
                    transport=self._transport,
                    timeout=httpx.Timeout(_READ_S, connect=_CONNECT_S, pool=_POOL_S),
                    limits=httpx.Limits(max_connections=_MOST_STREAMS),
                )
            return self._http


class _Unread(httpx.Auth):
    """The same credentials, without what httpx does for those that renew themselves.

    It would read every answer whole, so that they can read what a renewal brought.
    """

    def __init__(self, auth: httpx.Auth) -> None:
        self._auth = auth

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign one request, and read the answers only to those the credentials send themselves."""
        flow = self._auth.auth_flow(request)
        try:
            signed = next(flow)
            while True:
                response = yield signed
                if signed is not request:
                    response.read()
                signed = flow.send(response)
        except StopIteration:
            return


def _origin(url: httpx.URL) -> _Origin:
    return url.scheme, url.netloc


def _path(url: httpx.URL) -> str:
    """The path as it is sent, so that it stays on one line of a log; no query, nor all of it."""
    return url.raw_path.partition(b"?")[0][:_LONGEST_PATH].decode("ascii")


def _headers(byte_range: str | None) -> dict[str, str]:
    # Compressed audio would be of another length, and its ranges of other bytes.
    plain = {"accept": "*/*", "accept-encoding": "identity", "user-agent": f"callsift/{version()}"}
    return plain | ({"range": byte_range} if byte_range else {})


def _read_range(asked: str | None) -> str | None:
    """The one range of bytes that a header asks for; None for anything else, as HTTP allows."""
    found = _RANGE.fullmatch((asked or "").lower())
    if found is None or (found[2] and int(found[2]) < int(found[1])):
        return None
    return found[0]


def _wait_s(asked: str, response: httpx.Response) -> float:
    """How long a 429 asks us to wait, in seconds, if that is not too long."""
    wait_s = rounded_up(read_allowance(response.headers).reset_s or _USUAL_WAIT_S)
    if wait_s > _LONGEST_WAIT_S:
        raise CloseUnavailable(f"{asked}: Close asks us to wait {wait_s:.0f} s (429)")
    return wait_s


def _read(asked: str, response: httpx.Response) -> Audio:
    """The audio of an answer.

    Raises:
        CloseError: it holds none. Its words are not repeated: they may not be Close's.
    """
    told, status = response.headers, response.status_code
    if status not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
        raise _refusal(asked, response)
    is_part = status == httpx.codes.PARTIAL_CONTENT
    part = _PART.fullmatch(told.get("content-range", "")) if is_part else None
    if is_part and (part is None or "range" not in response.request.headers):
        raise CloseUnreadable(f"{asked}: Close sent a part, and not the one asked for")
    if told.get("content-encoding", "identity").lower() != "identity":
        raise CloseUnreadable(f"{asked}: Close sent it compressed, which was not asked for")
    length = told.get("content-length", "")
    return Audio(
        media_type=_media_type(asked, told.get("content-type", "")),
        length=int(length) if _LENGTH.fullmatch(length) else None,
        content_range=part[0] if part else None,
        takes_ranges=is_part or told.get("accept-ranges", "").lower() == "bytes",
        _response=response,
    )


def _media_type(asked: str, told: str) -> str:
    """What kind of audio it is; of what is no audio, a page say, nothing is passed on."""
    kind = told.partition(";")[0].strip().lower()
    if kind in _UNTOLD_TYPES:
        return _USUAL_TYPE
    if not _AUDIO_TYPE.fullmatch(kind):
        raise CloseUnreadable(f"{asked}: Close sent {kind[:60]!r}, which is no audio")
    return kind


def _refusal(asked: str, response: httpx.Response) -> CloseError:
    """The error for an answer without audio; it tells the status, and nobody's words."""
    status = response.status_code
    if status == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
        whole = _WHOLE.fullmatch(response.headers.get("content-range", ""))
        return NoSuchRange(asked, content_range=whole[0] if whole else None)
    if status in _MEANINGS:
        kind, what = _MEANINGS[status]
        return kind(f"{asked}: {what} ({status})")
    if response.is_server_error:
        return CloseUnavailable(f"{asked}: Close has no audio to give just now ({status})")
    if response.is_client_error:
        return CloseRefused(f"{asked}: Close refuses the request ({status})", status=status)
    return CloseUnreadable(f"{asked}: Close answered without audio ({status})")
