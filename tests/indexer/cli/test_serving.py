"""serve: who may be let in, and how it starts and stops."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from scripts.close_standin.app import create_app
from scripts.close_standin.server import serving
from scripts.close_standin.state import StandIn
from scripts.close_standin.synthetic import synthetic_world
from tests.factories import NOON
from tests.indexer.cli.driving import Run, environment


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com"])  # noqa: S104
def test_serve_stays_on_this_machine_without_keys(run: Run, host: str) -> None:
    result = run("serve", "--host", host)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"callsift: CALLSIFT_API_KEYS: not set, and {host} can be")


def test_serve_tells_a_taken_address(run: Run) -> None:
    with serving(create_app(StandIn(synthetic_world(1, seed=1, until=NOON)))) as url:
        port = url.split(":")[2].split("/")[0]
        result = run("serve", "--port", port)
    assert result.exit_code == 1
    assert f"cannot listen on 127.0.0.1 port {port}: Address already in use" in result.stderr


@pytest.fixture
def server(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    """A server on a free port, whose model is a folder without one: it never gets ready."""
    data.mkdir()
    monkeypatch.setenv("CALLSIFT_EMBEDDING_MODEL", str(data))
    command = [sys.executable, "-m", "indexer", "serve", "--port", "0", "--json"]
    with subprocess.Popen(
        command,
        cwd=data,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as process:
        yield process
        process.kill()


def test_serve_answers_at_the_address_it_tells_and_stops_on_ctrl_c(
    server: subprocess.Popen[str],
) -> None:
    assert server.stdout is not None
    address = json.loads(server.stdout.readline())["address"]
    answer = httpx.get(f"{address}/v1/search?q=a-customer-s-words", timeout=30)
    assert answer.status_code == 503
    assert httpx.get(f"{address}/healthz").status_code == 200
    assert "server" not in answer.headers

    server.send_signal(signal.SIGINT)
    printed, logged = server.communicate(timeout=30)
    assert server.returncode == 0
    assert printed == ""
    assert "a-customer-s-words" not in logged
    assert "Traceback" not in logged
