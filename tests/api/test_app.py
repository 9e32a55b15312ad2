"""The application as a server is given it: by name, from the environment."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import from_environment
from models.errors import SettingsInvalid
from tests.api.conftest import AT_HOME


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A data directory of its own, and no `.env`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLSIFT_DATA_DIR", str(tmp_path / "data"))


def test_the_environment_says_who_may_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSIFT_API_KEYS", "a-key-that-is-long-enough")
    monkeypatch.setenv("CALLSIFT_ALLOWED_HOSTS", "calls.example.com")
    app = from_environment()
    client = TestClient(app, base_url=AT_HOME)  # not entered: nothing is loaded
    assert client.get("/v1/calls").status_code == 401
    headers = {"Authorization": "Bearer a-key-that-is-long-enough", "Host": "calls.example.com"}
    assert client.get("/v1/calls", headers=headers).json() == {"calls": [], "next_cursor": None}
    app.state.services.close()


def test_a_wrong_setting_fails_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSIFT_PORT", "many")
    with pytest.raises(SettingsInvalid, match="CALLSIFT_PORT"):
        from_environment()
