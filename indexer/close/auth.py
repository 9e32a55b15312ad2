"""Proving to Close who we are: an API key, or OAuth tokens that renew themselves.

Documented: an API key is the user name of Basic authentication, with an empty password;
access tokens last an hour; each renewal brings a new refresh token and revokes the old
one, so the new one must be kept before anything else is done with it.
"""

import json
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

import httpx

from indexer.close.private_file import write_private
from indexer.close.stamps import read_stamp, write_stamp
from indexer.when import utc_now
from models.errors import CloseUnauthorized, CloseUnavailable

_SOON: Final = timedelta(seconds=60)
"""An access token this close to its end is renewed first, lest it ends on the way."""

_TOKEN_PATH: Final = b"/oauth2/token/"
_AUTHORIZE_AGAIN: Final = "authorize Callsift in Close again and store the tokens it gives"

Flow = Generator[httpx.Request, httpx.Response, None]


class ApiKey(httpx.Auth):
    """An API key of Close's, as it is made in its settings."""

    def __init__(self, key: str) -> None:
        self._basic = httpx.BasicAuth(key.strip(), "")

    def __repr__(self) -> str:
        return "ApiKey(hidden)"

    def auth_flow(self, request: httpx.Request) -> Flow:
        """Sign one request."""
        yield from self._basic.auth_flow(request)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What Close gives an application that a user has let in."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime | None = None
    """When the access token ends; None if Close did not say."""

    def is_over(self, now: datetime) -> bool:
        """Whether the access token has ended, or is about to."""
        return self.expires_at is not None and self.expires_at <= now + _SOON


class TokenStore(Protocol):
    """Where tokens outlive the process."""

    def load(self) -> Tokens | None:
        """The tokens saved last; None if none ever were."""

    def save(self, tokens: Tokens) -> None:
        """Keep these tokens. When this returns they are safe: those before are revoked."""


class FileTokenStore:
    """Tokens in a JSON file that only its owner can read, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __repr__(self) -> str:
        return f"FileTokenStore({str(self._path)!r})"

    def load(self) -> Tokens | None:
        """The tokens in the file; None if there is no file.

        Raises:
            CloseUnauthorized: the file cannot be read.
        """
        try:
            return _read_tokens(json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CloseUnauthorized(
                f"no tokens can be read from {self._path} ({type(error).__name__}):"
                f" {_AUTHORIZE_AGAIN}"
            ) from None

    def save(self, tokens: Tokens) -> None:
        """Replace the file; a crash leaves the old one or the new one, never half.

        Raises:
            CloseUnauthorized: the file cannot be written, and the tokens before are revoked.
        """
        try:
            write_private(self._path, _written(tokens))
        except OSError as error:
            raise CloseUnauthorized(
                f"the new tokens cannot be saved to {self._path} ({error.strerror}), and Close has"
                f" revoked the old ones: make the file writable, then {_AUTHORIZE_AGAIN}"
            ) from error


class OAuth(httpx.Auth):
    """Access on behalf of a user, renewed when Close says it is over, or just before."""

    requires_response_body = True

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        store: TokenStore,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._store = store
        self._now = now
        self._tokens: Tokens | None = None
        self._renewing = threading.Lock()

    def __repr__(self) -> str:
        return f"OAuth(client_id={self._client_id!r}, hidden)"

    def auth_flow(self, request: httpx.Request) -> Flow:
        """Sign one request, and once more with new tokens if Close refuses the old.

        Raises:
            CloseUnauthorized: there are no tokens, or Close will not renew them.
            CloseUnavailable: Close cannot renew them just now.
        """
        tokens = self._tokens = self._tokens or self._loaded()
        if tokens.is_over(self._now()):
            tokens = yield from self._renewed(request, tokens)
        response = yield _signed(request, tokens)
        if response.status_code == httpx.codes.UNAUTHORIZED:
            tokens = yield from self._renewed(request, tokens)
            yield _signed(request, tokens)

    def _renewed(
        self, request: httpx.Request, refused: Tokens
    ) -> Generator[httpx.Request, httpx.Response, Tokens]:
        """Tokens newer than those refused: found in the store, or else asked for."""
        with self._renewing:
            held = self._loaded()
            if held.access_token == refused.access_token or held.is_over(self._now()):
                response = yield self._renewal(request, held)
                held = self._read_renewal(response, held)
            self._tokens = held
            return held

    def _renewal(self, request: httpx.Request, held: Tokens) -> httpx.Request:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": held.refresh_token,
            "client_id": self._client_id,
            "client_secret": self._client_secret,
        }
        headers = {name: request.headers[name] for name in ("accept", "user-agent")}
        url = request.url.copy_with(raw_path=_TOKEN_PATH)
        return httpx.Request("POST", url, data=form, headers=headers)

    def _read_renewal(self, response: httpx.Response, held: Tokens) -> Tokens:
        """The new tokens, saved before anybody may use them."""
        if response.is_success:
            tokens = self._read_grant(response, held)
            self._store.save(tokens)
            return tokens
        if response.is_server_error or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise CloseUnavailable(f"the tokens could not be renewed ({response.status_code})")
        stored = self._loaded()
        if stored.refresh_token != held.refresh_token:
            return stored  # another process was quicker, and ours were revoked by that
        raise CloseUnauthorized(
            f"Close refuses to renew the OAuth tokens ({response.status_code}): check the client id"
            f" and secret, then {_AUTHORIZE_AGAIN}"
        )

    def _read_grant(self, response: httpx.Response, held: Tokens) -> Tokens:
        try:
            granted: dict[str, Any] = dict(response.json())
            lasts_s: float | None = granted.get("expires_in")
            return Tokens(
                access_token=_token(granted["access_token"]),
                refresh_token=_token(granted.get("refresh_token") or held.refresh_token),
                expires_at=None if lasts_s is None else self._now() + timedelta(seconds=lasts_s),
            )
        except (ValueError, KeyError, TypeError, OverflowError):
            raise CloseUnavailable("the answer with the new tokens could not be read") from None

    def _loaded(self) -> Tokens:
        tokens = self._store.load()
        if tokens is None:
            raise CloseUnauthorized(f"there are no OAuth tokens yet: {_AUTHORIZE_AGAIN}")
        return tokens


def _signed(request: httpx.Request, tokens: Tokens) -> httpx.Request:
    request.headers["Authorization"] = f"Bearer {tokens.access_token}"
    return request


def _read_tokens(told: dict[str, Any]) -> Tokens:
    access_token, refresh_token = _token(told["access_token"]), _token(told["refresh_token"])
    ends = told.get("expires_at")
    return Tokens(
        access_token=access_token,
        refresh_token=refresh_token,
        expires_at=None if ends is None else read_stamp(ends),
    )


def _token(value: object) -> str:
    """A token as it stands in a header: visible ASCII."""
    if not isinstance(value, str) or not (value.isascii() and value.isprintable() and value):
        raise ValueError("is no token")
    return value


def _written(tokens: Tokens) -> dict[str, str | None]:
    ends = tokens.expires_at
    return {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_at": None if ends is None else write_stamp(ends),
    }
