"""sync: its reports, and how it is stopped."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from indexer.settings import Settings
from scripts.close_standin.state import StandIn
from tests.indexer.cli.driving import (
    Run,
    environment,
    interrupted,
    opened,
    printed,
)


@pytest.mark.usefixtures("close")
def test_sync_tells_programs_line_by_line(run: Run) -> None:
    result = run("sync")
    assert result.exit_code == 0, result.stderr
    *events, report = map(json.loads, result.stdout.splitlines())
    assert {event["event"] for event in events} == {"discovered", "fetched"}
    assert events[-1]["done"] == events[-1]["due"] == 30
    assert report["event"] == "done"
    assert report["known"] == 30
    assert report["fetched"] == 30
    assert printed(run("status", "--json"))["last_sync"] is not None


@pytest.mark.usefixtures("close")
def test_a_wrong_key_is_told_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOSE_API_KEY", "api_wrong.key")
    result = run("sync")
    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    assert "Close refuses our credentials" in line
    assert "api_wrong" not in line


def test_no_key_is_told_with_what_to_set(run: Run) -> None:
    result = run("sync")
    assert result.exit_code == 2
    assert "Example: CLOSE_API_KEY=" in result.stderr


@pytest.mark.usefixtures("close")
def test_a_second_sync_beside_the_first_is_refused(run: Run, data: Path) -> None:
    services = opened(Settings.model_construct(data_dir=data))
    with services.writing():
        result = run("sync")
    services.close()
    assert result.exit_code == 1
    assert result.stderr.startswith("callsift: another callsift is writing to")


@pytest.mark.usefixtures("close")
def test_ctrl_c_stops_a_sync_that_can_be_resumed(run: Run) -> None:
    result = run("sync", build=interrupted)
    assert result.exit_code == 130
    assert result.stderr == "callsift: stopped; run `callsift sync` again to go on from here\n"
    assert run("sync").exit_code == 0


def test_sync_full_finds_what_nothing_told_of(run: Run, close: StandIn) -> None:
    assert run("sync").exit_code == 0
    gone, *_ = [call["id"] for call in close.calls]
    close.calls.remove(gone)

    quiet = json.loads(run("sync").stdout.splitlines()[-1])
    assert (quiet["gone"], quiet["compared_all"]) == (0, False)
    report = json.loads(run("sync", "--full").stdout.splitlines()[-1])

    assert (report["gone"], report["compared_all"]) == (1, True)
    assert (report["known"], report["indexed"], report["deleted"]) == (30, 29, 1)
    status = printed(run("status", "--json"))
    assert status["last_compared"] is not None
    assert run("show", gone).exit_code == 1


@contextmanager
def syncing(*options: str) -> Iterator[subprocess.Popen[str]]:
    """`callsift sync` in a process of its own."""
    script = (
        "import sys; from indexer.cli import main;"
        "from tests.indexer.cli.driving import opened; main(opened)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, "sync", *options],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_sync_watch_goes_on_until_it_is_told_to_stop(
    run: Run, close: StandIn, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    monkeypatch.setenv("CALLSIFT_POLL_SECONDS", "1")
    with syncing("--watch", "--full", "--json") as process:
        assert process.stdout is not None
        lines = (json.loads(line) for line in process.stdout)
        first = next(line for line in lines if line["event"] == "done")
        call_id = close.start_call()
        close.complete(call_id, disposition="busy")
        second = next(line for line in lines if line["event"] == "done")
        process.send_signal(how)
        _, said = process.communicate(timeout=30)
    assert (first["new"], second["new"], second["indexed"]) == (30, 1, 31)
    assert (process.returncode, said) == (0, "")
    assert run("show", call_id).exit_code == 0


def test_sync_watch_without_a_key_says_so_at_once(run: Run) -> None:
    result = run("sync", "--watch")
    assert result.exit_code == 2
    assert "Example: CLOSE_API_KEY=" in result.stderr


@pytest.mark.usefixtures("data")
def test_a_service_manager_can_stop_a_sync(close: StandIn) -> None:
    close.faults.delay_s = 0.5
    with syncing("--json") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == "callsift: stopped; run `callsift sync` again to go on from here\n"


@pytest.mark.usefixtures("close")
def test_a_sync_that_fails_is_remembered_until_one_succeeds(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as wrong:
        wrong.setenv("CLOSE_API_KEY", "api_wrong.key")
        assert run("sync").exit_code == 1
    assert "refuses our credentials" in printed(run("status", "--json"))["problem"]["what"]
    assert "failed: GET" in run("status").stdout
    assert run("sync").exit_code == 0
    assert printed(run("status", "--json"))["problem"] is None
