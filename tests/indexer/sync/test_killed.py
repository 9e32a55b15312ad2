"""A sync that is killed, again and again, while calls come in: nothing is lost or done twice."""

import itertools
import json
import math
import os
import select
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import IO

import pytest

from indexer.store.embedded import EmbeddedStore
from indexer.store.memory import MemoryStore
from indexer.vectors import Vectors
from models import CallRecord, LedgerEntry
from scripts.close_standin.app import create_app
from scripts.close_standin.clock import ManualClock
from scripts.close_standin.server import serving
from scripts.close_standin.state import API_KEY
from scripts.close_standin.synthetic import synthetic_world, utterances
from scripts.close_standin.traffic import Traffic
from tests.fakes import WordEmbedder
from tests.indexer.sync.desk import NOW, Desk, PunctualStandIn, with_meanwhile
from tests.indexer.sync.truth import (
    assert_at_rest,
    assert_ledger_sums,
    assert_whole,
    texts_held,
)

_CALLS = 300
_CALLS_MEANWHILE = 25
_KILLS = 20
_LONGEST_S = 0.3
"""A sync is killed at a random moment before this: it would take longer."""
_LOOK_S = 0.005

# A process that has imported everything, and becomes a sync for each line it is told.
# What a sync embeds it writes down first, as nobody may live to tell.
SYNCS = """
    import json, os, sys, time
    from datetime import datetime
    from pathlib import Path
    from indexer.close import ApiKey, Close
    from indexer.store.embedded import EmbeddedStore
    from indexer.sync import sync
    from tests.fakes import WordEmbedder

    url, key, folder, log = sys.argv[1:]
    noted = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    class Slow(WordEmbedder):
        def embed_passages(self, texts):
            os.write(noted, (json.dumps([os.getpid(), texts]) + "\\n").encode())
            time.sleep(0.001 * len(texts))
            return super().embed_passages(texts)

    class Silent:
        def discovered(self, known, due): ...
        def fetched(self, done, due, texts_embedded): ...

    def run(now):
        store = EmbeddedStore(Path(folder))
        sync(
            close=Close(base_url=url, auth=ApiKey(key), sleep=lambda _: None), store=store,
            embedder=Slow(), progress=Silent(), now=lambda: datetime.fromisoformat(now),
        )
        store.close()

    for line in sys.stdin:
        child = os.fork()
        if not child:
            run(line.strip())
            os._exit(0)
        print(child, flush=True)
        print(os.waitpid(child, 0)[1], flush=True)
"""


@dataclass
class Syncs:
    """Starts syncs in processes of their own, one after the other."""

    told: IO[str]
    tells: IO[str]
    log: Path

    def killed(self, now: str, *, after_s: float, embedding: bool) -> tuple[int, int]:
        """Run a sync and kill it some time after it began, or began to embed.

        Returns its id and how it ended: 0 if it was done before.
        """
        size = self.log.stat().st_size
        self.told.write(f"{now}\n")
        self.told.flush()
        child = int(self.tells.readline())
        while embedding and self.log.stat().st_size == size and not self._is_done(_LOOK_S):
            pass
        if not self._is_done(after_s):
            os.kill(child, signal.SIGKILL)
        return child, int(self.tells.readline())

    def _is_done(self, within_s: float) -> bool:
        return bool(select.select([self.tells], [], [], within_s)[0])


def a_long_call(desk: Desk, random: Random) -> None:
    call_id = desk.standin.start_call()
    desk.standin.complete(call_id)
    desk.standin.attach_recording(call_id)
    desk.standin.deliver_transcript(call_id, utterances(random))
    desk.standin.deliver_summary(call_id, f"Summed up as {random.random()}")


class NotingEmbedder(WordEmbedder):
    """Keeps what it embedded, batch by batch."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        return super().embed_passages(texts)


@contextmanager
def a_nursery(url: str, folder: Path, log: Path) -> Iterator[Syncs]:
    log.touch()
    script = [sys.executable, "-c", textwrap.dedent(SYNCS), url, API_KEY, str(folder), str(log)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        script, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Syncs(process.stdin, process.stdout, log)


@pytest.mark.parametrize("seed", [1])
def test_twenty_kills_lose_nothing_and_cost_at_most_a_batch_each(seed: int, tmp_path: Path) -> None:
    random, clock, folder = Random(seed), ManualClock(NOW), tmp_path / "data"
    standin = PunctualStandIn(synthetic_world(_CALLS, until=NOW, seed=seed), clock=clock)
    desk = Desk(standin, clock, "", EmbeddedStore(folder), NotingEmbedder())
    traffic = Traffic(standin, Random(f"traffic {seed}"))
    killed: list[int] = []
    tries = 0

    def live(_path: str, _query: str) -> None:
        if len(killed) < _KILLS and random.random() < 0.3:
            desk.later(seconds=random.random())
            traffic.step()

    log = tmp_path / "embedded"
    with serving(with_meanwhile(create_app(standin), live)) as url:
        desk.url = url
        with a_nursery(url, folder, log) as syncs:
            while len(killed) < _KILLS:
                assert (tries := tries + 1) < 5 * _KILLS
                desk.store.close()
                moment = _LONGEST_S * random.random()
                process, how = syncs.killed(
                    desk.now().isoformat(), after_s=moment, embedding=random.random() < 0.6
                )
                assert how in (0, signal.SIGKILL)
                killed += [process] * bool(how)
                desk.store = EmbeddedStore(folder)
                assert desk.store.check() == []
                assert_ledger_sums(desk.store)
                desk.later(seconds=5)
                for _ in range(_CALLS_MEANWHILE):  # so that there is always something to do
                    a_long_call(desk, random)
        desk.come_to_rest()
    assert_at_rest(desk)
    assert_whole(desk)
    assert_embedded_once(batches(log), killed, desk)
    desk.store.close()


class MortalStore(MemoryStore):
    """Ends the process, as it were, before a write."""

    writes_left: float = math.inf

    def _write(self) -> None:
        if self.writes_left <= 0:
            raise KeyboardInterrupt
        self.writes_left -= 1

    def put(self, record: CallRecord, vectors: Vectors, entry: LedgerEntry) -> None:
        self._write()
        super().put(record, vectors, entry)

    def remove(self, call_ids: Sequence[str], entries: Iterable[LedgerEntry] = ()) -> None:
        self._write()
        self.writes_left += 1  # for the entries, which are written with the removal
        super().remove(call_ids, entries)

    def enter(self, entries: Iterable[LedgerEntry]) -> None:
        self._write()
        super().enter(entries)

    def set_cursor(self, name: str, value: str | None) -> None:
        self._write()
        super().set_cursor(name, value)


@pytest.mark.parametrize("days", [1, 40])
@pytest.mark.parametrize("compare_all", [False, True])
def test_a_sync_may_be_killed_between_any_two_writes(
    desk: Desk, days: int, *, compare_all: bool
) -> None:
    """A day later the event log tells what happened; forty days later it does not."""
    dates = [f"2026-{month:02}-01T10:00:00+00:00" for month in (2, 5, 8, 9, 10)]
    old = [desk.standin.log_external_call({"date_created": date}) for date in dates]
    gone = desk.a_recorded_call()
    for writes in itertools.count():
        desk.store = store = MortalStore()
        desk.sync()
        for call_id in old:
            desk.later(minutes=20)
            desk.standin.edit_note(call_id, f"Told {writes} times.")
        desk.standin.delete_call(gone)
        gone = desk.a_recorded_call()
        desk.later(days=days)
        store.writes_left = writes
        try:
            desk.sync(compare_all=compare_all)
        except KeyboardInterrupt:
            store.writes_left = math.inf
            assert_ledger_sums(store)
            desk.sync()
            assert_whole(desk)
        else:
            assert writes > 5
            assert_whole(desk)
            return


def batches(log: Path) -> dict[int, list[list[str]]]:
    """The texts that each process embedded, batch by batch."""
    found: dict[int, list[list[str]]] = {}
    for line in log.read_text().splitlines():
        process, texts = json.loads(line)
        found.setdefault(process, []).append(texts)
    return found


def assert_embedded_once(
    by_process: dict[int, list[list[str]]], killed: Sequence[int], desk: Desk
) -> None:
    """Only what was being embedded as a process was killed was embedded again."""
    assert isinstance(desk.embedder, NotingEmbedder)
    by_us = desk.embedder.batches
    every = [texts for run in by_process.values() for texts in run] + by_us
    cut_off = [by_process[process][-1] for process in killed if process in by_process]
    again = Counter(text for texts in every for text in set(texts))
    again.subtract(text for texts in cut_off for text in texts)
    assert max(again.values()) == 1
    assert texts_held(desk.store) <= again.keys()
    total, largest = sum(map(len, every)), max(map(len, every))
    assert total <= len(again) + len(killed) * largest
    assert len(cut_off) >= len(killed) / 4  # or they were killed too soon to prove anything
