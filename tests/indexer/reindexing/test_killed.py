"""Killed at any moment, a reindex leaves one model or the other whole, and can be gone on with."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

from indexer.store.embedded import EmbeddedStore, open_database
from indexer.store.staged import setting
from tests.indexer.reindexing.beside import (
    NEW,
    OLD,
    TOPICS,
    Passages,
    a_talk,
    built,
    fill,
    made_by,
    passages_by,
    put,
    reindexing,
    switch,
)

_CALLS = 3
_BUILDS_KILLED = 8
_LAST = 36
"""Of a switch's last steps each is killed before; of those that catch up some."""

# A process that has imported everything, and becomes a reindex for each line it is told: in
# which folder, what to do, and before which event to die. Events are what SQLite is told but
# to read, and what is done to files.
REINDEXES = """
    import os, signal, sqlite3, sys
    from pathlib import Path
    from tests.indexer.reindexing.beside import built, reindexing, switch

    FILES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree", "sqlite3.connect"}

    class Fate:
        left = -1
        seen = 0

        @classmethod
        def sql(cls, statement):
            if not statement.startswith(("SELECT", "--", "PRAGMA user", "PRAGMA journal")):
                cls.event()

        @classmethod
        def event(cls):
            if cls.left == cls.seen:
                os.kill(os.getpid(), signal.SIGKILL)
            cls.seen += 1

    connect = sqlite3.connect

    def traced(*arguments, **options):
        connection = connect(*arguments, **options)
        connection.set_trace_callback(Fate.sql)
        return connection

    def run(folder, what, left):
        with reindexing(Path(folder)) as (staging, live):
            sys.addaudithook(lambda name, _: Fate.event() if name in FILES else None)
            sqlite3.connect = traced
            Fate.left = left
            for database in (live._database, staging._live):
                database.connection.set_trace_callback(Fate.sql)
            if what == "build":
                built(staging, live).close()
            elif what == "switch":
                switch(staging, live)
            else:
                switch(staging, live, staging.previous())
            Fate.left = -1
        return Fate.seen

    for line in sys.stdin:
        folder, what, left = line.split()
        read, write = os.pipe()
        child = os.fork()
        if not child:
            os.write(write, str(run(folder, what, int(left))).encode())
            os._exit(0)
        os.close(write)
        how = os.waitpid(child, 0)[1]
        print(how, os.read(read, 99).decode() or 0, flush=True)
        os.close(read)
"""


@dataclass
class Reindexes:
    """Runs one step of a reindex after the other, each in a process of its own."""

    told: IO[str]
    tells: IO[str]

    def run(self, folder: Path, what: str, *, killed_before: int = -1) -> tuple[int, int]:
        """How the process ended (0 if it was done), and how many events it saw until then."""
        self.told.write(f"{folder} {what} {killed_before}\n")
        self.told.flush()
        how, events = map(int, self.tells.readline().split())
        assert how in (0, signal.SIGKILL)
        return how, events


@pytest.fixture(scope="module")
def nursery() -> Iterator[Reindexes]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(REINDEXES)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Reindexes(process.stdin, process.stdout)


@contextmanager
def a_copy(folder: Path) -> Iterator[Path]:
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    try:
        yield copy
    finally:
        shutil.rmtree(copy)


def model_of(store: EmbeddedStore) -> str:
    embedder = store.facts().embedder
    assert embedder is not None
    return embedder.name


def moments(nursery: Reindexes, folder: Path, what: str) -> int:
    """How many events there are before which it can be killed."""
    with a_copy(folder) as copy:
        how, events = nursery.run(copy, what)
        assert how == 0
        return events


@pytest.mark.parametrize("what", ["switch", "back"])
def test_a_switch_may_be_killed_before_any_step(
    what: str, nursery: Reindexes, tmp_path: Path
) -> None:
    """A call has come in since, so that catching up is killed as well."""
    folder = tmp_path / "data"
    fill(folder, _CALLS)
    late = a_talk("late", 30)
    calls = [*(a_talk(topic, n) for n, topic in enumerate(TOPICS[:_CALLS])), late]
    whole = {m: made_by(m, *calls, folder=tmp_path / m) for m in (OLD, NEW)}
    with reindexing(folder) as (staging, live):
        built(staging, live).close()
        if what == "back":
            switch(staging, live)
        put(live, late, model=model_of(live))
        before = model_of(live)
    [after] = {OLD, NEW} - {before}

    last = moments(nursery, folder, what)
    found: list[str] = []
    for moment in (*range(0, last - _LAST, _LAST // 4), *range(last - _LAST, last)):
        with a_copy(folder) as copy:
            how, _ = nursery.run(copy, what, killed_before=moment)
            assert how == signal.SIGKILL
            store = EmbeddedStore(copy)
            found.append(model_of(store))
            assert passages_by(store) == whole[found[-1]]
            store._database.close()
            if moment % 8 == 0:
                assert_it_can_be_gone_on_with(copy, before, after, what, whole)
    changes = found.index(after)
    assert len(found) - _LAST < changes < len(found) - 3  # so each step near the change was tried
    assert found == [before] * changes + [after] * (len(found) - changes)


def assert_it_can_be_gone_on_with(
    folder: Path, before: str, after: str, what: str, whole: dict[str, dict[str, Passages]]
) -> None:
    with reindexing(folder) as (staging, live):
        if model_of(live) == before:
            switch(staging, live, staging.staged() if what == "switch" else staging.previous())
        assert passages_by(live) == whole[after]
        assert live.check() == []
        switch(staging, live, staging.previous())
        assert passages_by(live) == whole[before]
    assert sorted(p.name for p in (folder / "reindex").iterdir()) == ["previous"]


def test_a_build_may_be_killed_and_gone_on_with(nursery: Reindexes, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    fill(folder, _CALLS)
    calls = [a_talk(topic, n) for n, topic in enumerate(TOPICS[:_CALLS])]
    old, new = (made_by(m, *calls, folder=tmp_path / m) for m in (OLD, NEW))
    last = moments(nursery, folder, "build")
    assert last > 10 * _BUILDS_KILLED
    for moment in range(0, last, last // _BUILDS_KILLED):
        with a_copy(folder) as copy:
            how, _ = nursery.run(copy, "build", killed_before=moment)
            assert how == signal.SIGKILL
            with reindexing(copy) as (staging, live):
                assert (model_of(live), passages_by(live)) == (OLD, old)
                built(staging, live).close()
                switch(staging, live)
                assert (model_of(live), passages_by(live)) == (NEW, new)
                assert live.check() == []


# No file may grow beyond some size: SQLite meets what a full disk is.
ON_A_FULL_DISK = """
    import resource, sys
    from pathlib import Path
    from models.errors import StoreBroken
    from tests.indexer.reindexing.beside import level, reindexing

    folder, room = sys.argv[1:]
    with reindexing(Path(folder)) as (staging, live):
        staged = staging.staged()
        level(staged, live)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), int(room)))
        try:
            staging.switch(staged)
        except StoreBroken as error:
            print(error)
"""


@pytest.mark.parametrize(("room", "is_kept"), [(250_000, False), (450_000, True)])
def test_a_full_disk_at_the_switch_leaves_the_old_model(
    room: int, tmp_path: Path, *, is_kept: bool
) -> None:
    """With the smaller room keeping the old passages fails, with the other the exchange."""
    folder, wide = tmp_path / "data", "words-4096"
    fill(folder, 10)
    with reindexing(folder) as (staging, live):
        before = passages_by(live)
        built(staging, live, wide).close()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(ON_A_FULL_DISK), str(folder), str(room)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Is the disk full or read-only?" in done.stdout
    kept = open_database(folder / "reindex" / "previous.partial")
    assert (setting(kept, "embedder") is not None) == is_kept
    kept.close()
    with reindexing(folder) as (staging, live):
        assert (model_of(live), passages_by(live)) == (OLD, before)
        switch(staging, live)
        assert model_of(live) == wide
        assert live.check() == []
