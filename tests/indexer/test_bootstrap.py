"""Assembly: the data directory, credentials, the one writer, and data made anew."""

import json
import stat
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from indexer.bootstrap import Services, build
from indexer.close import OAuth
from indexer.credentials import credentials
from indexer.embedder import DEFAULT_MODEL
from indexer.settings import Settings
from indexer.store.embedded import DATABASE_NAME, EmbeddedStore
from models.errors import EmbedderMismatch, SettingsInvalid, StoreBroken, StoreBusy
from tests.fakes import WordEmbedder

OAUTH = {
    "close_oauth_client_id": "oa2client_1",
    "close_oauth_client_secret": SecretStr("secret"),
    "close_oauth_refresh_token": SecretStr("refresh-1"),
}


def settings_in(folder: Path, **fields: Any) -> Settings:
    usual: dict[str, Any] = {
        "data_dir": folder,
        "embedding_model": DEFAULT_MODEL,
        "embedding_device": None,
    }
    return Settings.model_construct(**(usual | fields))


def services_in(folder: Path, *, dimensions: int = 64) -> Services:
    return Services(
        settings=settings_in(folder),
        store=EmbeddedStore(folder),
        embedder=WordEmbedder(dimensions),
    )


def test_the_data_directory_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "down"
    services = build(settings_in(folder))
    services.close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_data_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreBroken, match="Set CALLSIFT_DATA_DIR"):
        build(settings_in(tmp_path / "file" / "below"))


def test_a_store_is_held_to_its_embedder(tmp_path: Path) -> None:
    services = services_in(tmp_path)
    services.ready()
    services.close()
    other = services_in(tmp_path, dimensions=8)
    with pytest.raises(EmbedderMismatch, match="callsift reindex"):
        other.ready()
    other.close()


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    one, other = services_in(tmp_path), services_in(tmp_path)
    busy = pytest.raises(StoreBusy, match=f"writing to {tmp_path}")
    with one.writing(), busy, other.writing():
        pass
    with other.writing():
        pass
    one.close()
    other.close()


def test_without_credentials_it_is_told_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"CLOSE_API_KEY: not set.*CLOSE_API_KEY=api_"):
        credentials(Settings.model_construct(data_dir=tmp_path))


def test_an_api_key_wins_over_oauth(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, close_api_key=SecretStr("api_1"), **OAUTH)
    assert not isinstance(credentials(settings), OAuth)


def token_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("close-oauth-*.json"))


def test_oauth_begins_with_the_token_of_the_settings(tmp_path: Path) -> None:
    assert isinstance(credentials(settings_in(tmp_path, **OAUTH)), OAuth)
    [file] = token_files(tmp_path)
    assert json.loads(file.read_text())["refresh_token"] == "refresh-1"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "refresh-1" not in file.name


def test_oauth_goes_on_with_the_token_close_gave_last(tmp_path: Path) -> None:
    credentials(settings_in(tmp_path, **OAUTH))
    [file] = token_files(tmp_path)
    file.write_text(file.read_text().replace("refresh-1", "refresh-2"))
    credentials(settings_in(tmp_path, **OAUTH))
    assert json.loads(file.read_text())["refresh_token"] == "refresh-2"


def test_another_token_in_the_settings_begins_anew(tmp_path: Path) -> None:
    credentials(settings_in(tmp_path, **OAUTH))
    again = OAUTH | {"close_oauth_refresh_token": SecretStr("refresh-9")}
    credentials(settings_in(tmp_path, **again))
    kept = {json.loads(file.read_text())["refresh_token"] for file in token_files(tmp_path)}
    assert kept == {"refresh-1", "refresh-9"}


def test_the_token_of_the_settings_is_renewed_before_anything_is_asked(tmp_path: Path) -> None:
    asked: list[str] = []

    def close(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path}")
        grant = {"access_token": "fresh", "refresh_token": "refresh-2", "expires_in": 3600}
        return httpx.Response(200, json=grant)

    auth = credentials(settings_in(tmp_path, **OAUTH))
    with httpx.Client(auth=auth, transport=httpx.MockTransport(close)) as client:
        sent = client.get("https://api.close.com/api/v1/me/").request
    assert asked == ["POST /oauth2/token/", "GET /api/v1/me/"]
    assert sent.headers["authorization"] == "Bearer fresh"


def test_the_data_are_private_in_a_directory_that_others_may_read(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir(mode=0o755)
    build(settings_in(folder)).close()
    assert stat.S_IMODE((folder / DATABASE_NAME).stat().st_mode) == 0o600
