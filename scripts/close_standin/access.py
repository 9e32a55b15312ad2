"""Who may come in: API keys, and OAuth tokens with refresh tokens that rotate."""

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from scripts.close_standin.clock import Clock
from scripts.close_standin.errors import GrantRefused
from scripts.close_standin.ids import Ids
from scripts.close_standin.world import Record

TOKEN_LIFE: Final = timedelta(hours=1)
"""How long an access token is good."""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The user whose key or token came with a request."""

    user_id: str | None
    is_admin: bool
    bucket: str
    """What its requests are counted under."""

    api_key_id: str | None = None


class Access:
    """The keys and tokens of one organization."""

    def __init__(self, organization_id: str, clock: Clock, ids: Ids) -> None:
        self._organization_id = organization_id
        self._clock = clock
        self._ids = ids
        self._keys: dict[str, Caller] = {}
        self._codes: dict[str, Caller] = {}
        self._refresh: dict[str, Caller] = {}
        self._tokens: dict[str, tuple[Caller, datetime]] = {}
        self.client_id = "oa2client_standin"
        self.client_secret = ids.secret()

    def add_key(self, key: str, *, user_id: str | None, is_admin: bool) -> None:
        """Let `key` in as this user."""
        self._keys[key] = Caller(
            user_id=user_id, is_admin=is_admin, bucket=key, api_key_id=self._ids.new("api")
        )

    def remove_key(self, key: str) -> None:
        """Let `key` in no more."""
        self._keys.pop(key, None)

    def issue_code(self, *, user_id: str | None, is_admin: bool = True) -> str:
        """Return the code that Close's authorization page would send the user back with."""
        code = self._ids.secret()
        self._codes[code] = Caller(user_id=user_id, is_admin=is_admin, bucket=f"oauth {user_id}")
        return code

    def caller(self, authorization: str | None) -> Caller | None:
        """Return who an Authorization header speaks for; None if it speaks for nobody."""
        scheme, _, value = (authorization or "").partition(" ")
        if scheme.lower() == "basic":
            return self._keys.get(_key_in(value))
        if scheme.lower() == "bearer":
            caller, expires_at = self._tokens.get(value, (None, self._clock.now()))
            return caller if self._clock.now() < expires_at else None
        return None

    def grant(self, form: dict[str, str]) -> Record:
        """Answer the token endpoint: trade a code or a refresh token for new tokens.

        Either is good once. The access token before it stays good for its hour.

        Raises:
            GrantRefused: the application, the code or the refresh token is not good.
        """
        self._check_application(form)
        kind = form.get("grant_type")
        if kind == "authorization_code":
            caller = self._codes.pop(form.get("code", ""), None)
        elif kind == "refresh_token":
            caller = self._refresh.pop(form.get("refresh_token", ""), None)
        else:
            raise GrantRefused("unsupported_grant_type")
        if caller is None:
            raise GrantRefused("invalid_grant")
        return self._tokens_for(caller)

    def revoke(self, form: dict[str, str]) -> None:
        """Forget a refresh token; one that is not known is none the worse.

        Raises:
            GrantRefused: the application is not ours.
        """
        self._check_application(form)
        self._refresh.pop(form.get("token", ""), None)

    def _check_application(self, form: dict[str, str]) -> None:
        is_ours = form.get("client_id") == self.client_id
        if not is_ours or not hmac.compare_digest(
            form.get("client_secret", "").encode(), self.client_secret.encode()
        ):
            raise GrantRefused("invalid_client")

    def _tokens_for(self, caller: Caller) -> Record:
        access_token, refresh_token = self._ids.secret(), self._ids.secret()
        self._tokens[access_token] = (caller, self._clock.now() + TOKEN_LIFE)
        self._refresh[refresh_token] = caller
        return {
            "token_type": "Bearer",
            "access_token": access_token,
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "refresh_token": refresh_token,
            "scope": "all.full_access offline_access",
            "organization_id": self._organization_id,
            "user_id": caller.user_id,
        }


def _key_in(credentials: str) -> str:
    """Return the key out of Basic credentials, where it is the name and the password is empty."""
    try:
        name, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return "" if password else name
