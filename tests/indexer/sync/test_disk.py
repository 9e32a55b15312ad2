"""A disk that is full or read-only, and two syncs at once: told clearly, nothing corrupted."""

import json
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event

import pytest

from indexer.settings import known_names
from indexer.store.embedded import DATABASE_NAME, EmbeddedStore
from scripts.close_standin.app import create_app
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.server import serving
from scripts.close_standin.state import API_KEY, StandIn
from scripts.close_standin.synthetic import synthetic_world
from tests.indexer.sync.desk import NOW, Desk, with_meanwhile
from tests.indexer.sync.truth import assert_ledger_sums, assert_whole

_CALLS = 120

# `callsift` in a process of its own, to which something happens first.
COMMAND = """
    import os, resource, sys, tempfile
    from contextlib import nullcontext
    from dataclasses import replace
    from typer.testing import CliRunner
    from indexer.bootstrap import Services, build
    from indexer.cli import app, main
    from tests.fakes import WordEmbedder

    def opened(settings):
        return replace(build(settings), embedder=WordEmbedder())

    def rehearse():
        # So that all modules are imported: nobody may not read them.
        with tempfile.TemporaryDirectory() as away:
            settings = {{"CALLSIFT_DATA_DIR": away, "COLUMNS": "99"}}
            assert CliRunner().invoke(app, ["sync"], obj=opened, env=settings).exit_code == 0
            wrong = settings | {{"CALLSIFT_DATA_DIR": away + "/callsift.db/no"}}
            assert CliRunner().invoke(app, ["sync"], obj=opened, env=wrong).exit_code == 1

    def become_nobody():
        # Root may write wherever it is forbidden; nobody may not.
        if os.getuid() == 0:
            rehearse()
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)

    {first}
    main(opened)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made) / "data"


@contextmanager
def a_desk(folder: Path, waits: Event | None = None) -> Iterator[Desk]:
    """A desk whose Close, if asked to, answers for calls only once it may."""
    clock = ManualClock(NOW)
    standin = StandIn(synthetic_world(_CALLS, until=NOW), clock=clock)

    def wait(path: str, query: str) -> None:
        if waits is not None and "id__in" in query:
            waits.wait(timeout=60)

    with serving(with_meanwhile(create_app(standin), wait)) as url:
        desk = Desk(standin, clock, url, EmbeddedStore(folder))
        try:
            yield desk
        finally:
            desk.store.close()


def started(desk: Desk, folder: Path, *arguments: str, first: str = "") -> subprocess.Popen[str]:
    """`callsift`, in a process of its own; nothing is written beside its data."""
    script = textwrap.dedent(COMMAND).format(first=first)
    settings = {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "CALLSIFT_DATA_DIR": str(folder),
        "CALLSIFT_CLOSE_BASE_URL": desk.url,
        "CLOSE_API_KEY": API_KEY,
    }
    clean = {name: value for name, value in os.environ.items() if name not in known_names()}
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        env=clean | settings,
        cwd=folder.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    stdout, stderr = process.communicate(timeout=60)
    return process.returncode, stdout, stderr


@pytest.mark.parametrize("room", [4_000, 150_000, 600_000])
def test_a_full_disk_is_told_and_costs_nothing_but_time(folder: Path, room: int) -> None:
    """No file may grow beyond some size: SQLite and the search indexes meet what a full disk is."""
    limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))"
    with a_desk(folder.parent / "unused") as desk:
        code, _, stderr = ended(started(desk, folder, "sync", first=limit))
        assert code == 1
        assert "Traceback" not in stderr
        last = stderr.splitlines()[-1]
        assert last.startswith(f"callsift: cannot use {folder / DATABASE_NAME}: ")
        assert "Is the disk full or read-only?" in last

        desk.store.close()
        desk.store = EmbeddedStore(folder)
        assert desk.store.check() == []
        assert_ledger_sums(desk.store)
        desk.sync()
        assert_whole(desk)


@contextmanager
def read_only(*paths: Path) -> Iterator[None]:
    """Forbid all writing to some files and folders, for a while."""
    with ExitStack() as undo:
        for path in paths:
            undo.callback(path.chmod, path.stat().st_mode)
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield


def test_a_read_only_data_directory_is_told_and_left_as_it_is(folder: Path) -> None:
    with a_desk(folder) as desk:
        desk.sync()
        desk.store.close()
        desk.later(hours=1)
        call_id = desk.standin.start_call()
        before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        with read_only(*folder.rglob("*"), folder):
            code, _, stderr = ended(started(desk, folder, "sync", first="become_nobody()"))
        assert code == 1
        [line] = stderr.splitlines()
        assert line.startswith("callsift: cannot ")
        assert str(folder) in line
        assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before

        desk.store = EmbeddedStore(folder)
        assert desk.store.check() == []
        assert desk.store.entries([call_id]) == {}
        desk.sync()
        assert_whole(desk)


def test_a_data_directory_that_cannot_be_made_is_told(folder: Path) -> None:
    with a_desk(folder.parent / "unused") as desk, read_only(folder.parent):
        code, stdout, stderr = ended(started(desk, folder, "sync", first="become_nobody()"))
        assert (code, stdout) == (1, "")
        assert stderr.startswith(f"callsift: cannot make the data directory {folder}: ")
        assert "Set CALLSIFT_DATA_DIR" in stderr
        assert not folder.exists()


def test_of_two_syncs_at_once_one_is_refused_and_the_other_ends_whole(folder: Path) -> None:
    may_go_on = Event()
    with a_desk(folder.parent / "unused", may_go_on) as desk:
        first = started(desk, folder, "sync")
        assert first.stdout is not None
        told = json.loads(first.stdout.readline())  # it has the lock
        code, stdout, stderr = ended(started(desk, folder, "sync"))
        may_go_on.set()
        assert (code, stdout) == (1, "")
        assert stderr.startswith(f"callsift: another callsift is writing to {folder}: ")

        code, stdout, stderr = ended(first)
        assert (code, stderr) == (0, "")
        assert told["event"] == "discovered"
        assert json.loads(stdout.splitlines()[-1])["indexed"] == _CALLS
        desk.store.close()
        desk.store = EmbeddedStore(folder)
        assert_whole(desk)


def test_two_syncs_that_know_of_no_lock_corrupt_nothing(folder: Path) -> None:
    unlocked = "Services.writing = lambda _: nullcontext()"
    with a_desk(folder.parent / "unused") as desk:
        both = [started(desk, folder, "sync", first=unlocked) for _ in range(2)]
        for process in both:
            code, _, stderr = ended(process)
            assert (code, "Traceback" in stderr) == (0, False)
        desk.store.close()
        desk.store = EmbeddedStore(folder)
        assert_whole(desk)
