"""A command line of its own data, which may be filled, and may have a Close to ask."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from indexer.bootstrap import Services
from indexer.cli import app
from indexer.settings import Settings, known_names
from models import CallState
from scripts.close_standin.app import create_app
from scripts.close_standin.server import serving
from scripts.close_standin.state import API_KEY, StandIn
from scripts.close_standin.synthetic import synthetic_world
from tests.factories import NOON
from tests.indexer.cli.driving import Run, a_talk_about, fill, opened


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A data directory, and no setting but that."""
    for name in known_names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLSIFT_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def run(data: Path) -> Run:
    def _run(*arguments: str, build: Callable[[Settings], Services] = opened) -> Result:
        return CliRunner().invoke(app, arguments, obj=build, prog_name="callsift")

    return _run


@pytest.fixture
def filled(data: Path) -> None:
    """Three talks, a call that waits and one that failed."""
    fill(
        data,
        a_talk_about("price", 1),
        a_talk_about("contract", 2, disposition="vm-left"),
        a_talk_about("weather", 3, direction="inbound", note="wants a discount list"),
        states={"acti_8": CallState.WAITING, "acti_9": CallState.FAILED},
    )


@pytest.fixture
def close(monkeypatch: pytest.MonkeyPatch, data: Path) -> Iterator[StandIn]:
    """A Close of thirty calls, and the key to it."""
    standin = StandIn(synthetic_world(30, seed=1, until=NOON))
    monkeypatch.setenv("CLOSE_API_KEY", API_KEY)
    with serving(create_app(standin)) as url:
        monkeypatch.setenv("CALLSIFT_CLOSE_BASE_URL", url)
        yield standin
