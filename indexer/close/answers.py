"""What one answer of Close's means: an object, an error, or a failure worth another try.

Documented: the status codes 400, 401, 402, 403, 404, 429. Seen in recorded traffic:
errors as `{"error": "..."}`, `{"errors": [...]}` or `{"field-errors": {...}}`, and a
504 with an empty body. Assumed: every 5xx may pass, and a 403 is about the thing
asked for where a 401 is about the credentials.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import httpx

from indexer.close.rate_limit import read_allowance
from models.errors import (
    CloseError,
    CloseForbidden,
    CloseNotFound,
    CloseRefused,
    CloseUnauthorized,
    CloseUnavailable,
    CloseUnreadable,
)

JsonObject = dict[str, Any]

_QUOTED_AT_MOST: Final = 200
"""Characters of Close's own words that an error repeats."""


class Unreachable(CloseUnavailable):
    """Nothing gets through to Close just now: asking for something else is no use."""


class Trouble(Enum):
    """Why a try failed, where another may succeed."""

    LIMITED = "limited"
    """Close asks us to wait (429)."""
    UNREACHED = "unreached"
    """The request did not get as far as Close: no connection came about, or no tokens."""
    TIMED_OUT = "timed out"
    """We, or a gateway of Close's, waited long enough."""
    BROKEN = "broken"
    """Close failed (5xx), or its answer arrived broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A try that failed, what was seen of it, and how long Close asks us to wait, if it does."""

    trouble: Trouble
    what: str
    wait_s: float | None = None


def read_answer(
    response: httpx.Response, asked: str, *, may_be_empty: bool = False
) -> JsonObject | Failure:
    """The object an answer holds, or why it is worth another try.

    `asked` names the request in errors, such as `GET /me/`. An answer that `may_be_empty`
    reads as an object without fields if it is.

    Raises:
        CloseError: Close will not answer this request, however often it is tried.
    """
    if response.is_success:
        return {} if may_be_empty and not response.content else _read_body(response, asked)
    status = response.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS:
        wait_s = read_allowance(response.headers).reset_s
        return Failure(trouble=Trouble.LIMITED, what="429", wait_s=wait_s)
    if status in (httpx.codes.REQUEST_TIMEOUT, httpx.codes.GATEWAY_TIMEOUT):
        return Failure(trouble=Trouble.TIMED_OUT, what=_seen(response))
    if response.is_server_error:
        wait_s = read_allowance(response.headers).reset_s
        return Failure(trouble=Trouble.BROKEN, what=_seen(response), wait_s=wait_s)
    raise _refusal(response, asked)


def read_breakdown(error: httpx.RequestError, timeout_s: float) -> Failure:
    """What it means that no answer came at all, or not all of it."""
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return Failure(trouble=Trouble.UNREACHED, what=f"no connection within {timeout_s:g} s")
    if isinstance(error, httpx.ConnectError | httpx.ProxyError):
        return Failure(trouble=Trouble.UNREACHED, what=f"no connection ({_shortened(str(error))})")
    if isinstance(error, httpx.TimeoutException):
        return Failure(trouble=Trouble.TIMED_OUT, what=f"no answer within {timeout_s:g} s")
    return Failure(trouble=Trouble.BROKEN, what=f"a broken answer ({type(error).__name__})")


def words_of(response: httpx.Response) -> str:
    """What Close says of an error, in one short line; empty when it says nothing."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return _shortened(response.text)
    if not isinstance(body, dict):
        return _shortened(response.text)
    for key in ("error", "errors", "field-errors"):
        if said := body.get(key):
            return _shortened(_flattened(said))
    return _shortened(response.text)


def _read_body(response: httpx.Response, asked: str) -> JsonObject | Failure:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        what = f"{response.status_code} with {len(response.content)} bytes that are no JSON"
        return Failure(trouble=Trouble.BROKEN, what=what)
    if not isinstance(body, dict):
        raise CloseUnreadable(f"{asked}: Close answered with a {type(body).__name__}, no object")
    return body


def _refusal(response: httpx.Response, asked: str) -> CloseError:
    """The error for an answer that no further try will change."""
    status, said = response.status_code, _seen(response)
    if response.is_redirect:
        return CloseUnreadable(
            f"{asked}: Close answered with a redirect ({status}) to {_host_in(response)}, which is"
            " not followed as it would lose the credentials: check the base URL"
        )
    if status == httpx.codes.UNAUTHORIZED:
        return CloseUnauthorized(
            f"{asked}: Close refuses our credentials (401): check that CLOSE_API_KEY is a whole,"
            " current key of the right organization (with OAuth: authorize again)"
        )
    if status == httpx.codes.FORBIDDEN:
        return CloseForbidden(f"{asked}: Close does not let the user of our key see this: {said}")
    if status in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
        return CloseNotFound(f"{asked}: Close has no such thing: {said}")
    return CloseRefused(f"{asked}: Close refuses the request: {said}", status=status)


def _seen(response: httpx.Response) -> str:
    """A status with what was said: `503 with an empty body`, `400 (max_skip = 9)`."""
    said = words_of(response)
    return (
        f"{response.status_code} ({said})" if said else f"{response.status_code} with an empty body"
    )


def _host_in(response: httpx.Response) -> str:
    """Where a redirect leads, without path or query."""
    try:
        return httpx.URL(response.headers.get("location", "")).host or "another path"
    except httpx.InvalidURL:
        return "an unreadable address"


def _flattened(said: object) -> str:
    """The texts of an error, whatever lists and maps they are wrapped in."""
    if isinstance(said, Mapping):
        return "; ".join(f"{name}: {_flattened(inner)}" for name, inner in said.items())
    if isinstance(said, list):
        return "; ".join(_flattened(inner) for inner in said)
    return str(said)


def _shortened(text: str) -> str:
    """One printable line of at most `_QUOTED_AT_MOST` characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[:2000]).split())
    return line if len(line) <= _QUOTED_AT_MOST else line[: _QUOTED_AT_MOST - 1] + "…"
