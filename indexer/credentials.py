"""From settings to what proves to Close who we are."""

import hashlib
from datetime import UTC, datetime
from typing import Final

import httpx

from indexer.close import ApiKey, FileTokenStore, OAuth, Tokens
from indexer.settings import Settings
from models.errors import SettingsInvalid

_LONG_OVER: Final = datetime.fromtimestamp(0, UTC)


def credentials(settings: Settings) -> httpx.Auth:
    """The API key, else OAuth with tokens kept in the data directory.

    Raises:
        SettingsInvalid: neither is set.
    """
    if settings.close_api_key is not None:
        return ApiKey(settings.close_api_key.get_secret_value())
    client_id, client_secret = settings.close_oauth_client_id, settings.close_oauth_client_secret
    refresh_token = settings.close_oauth_refresh_token
    if client_id is None or client_secret is None or refresh_token is None:
        raise SettingsInvalid(
            "CLOSE_API_KEY: not set, and nothing can be asked of Close without it. "
            "Example: CLOSE_API_KEY=api_... (in Close: Settings, Developer, API Keys)"
        )
    first = refresh_token.get_secret_value()
    tokens = FileTokenStore(settings.data_dir / _token_file(first))
    if tokens.load() is None:
        # Asked for before its first use, as the access token is long over.
        tokens.save(Tokens(access_token="none", refresh_token=first, expires_at=_LONG_OVER))  # noqa: S106
    return OAuth(client_id=client_id, client_secret=client_secret.get_secret_value(), store=tokens)


def _token_file(first_refresh_token: str) -> str:
    """Named for the token it began with: another one in the settings begins another file."""
    return f"close-oauth-{hashlib.sha256(first_refresh_token.encode()).hexdigest()[:12]}.json"
