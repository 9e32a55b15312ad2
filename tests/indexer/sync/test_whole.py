"""Everything arrives, once, also when a sync is cut short, killed, or Close falters."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from indexer.store.embedded import EmbeddedStore
from indexer.store.memory import MemoryStore
from models import Kind
from scripts.close_standin.state import API_KEY
from scripts.close_standin.world import World
from tests.fakes import WordEmbedder
from tests.indexer.sync.desk import NOW, Desk, said_here


def said_in_close(call: dict[str, Any], key: str) -> list[str]:
    return [u["text"] for u in (call[key] or {}).get("utterances") or []]


def test_every_call_arrives_with_every_word(demo: Desk, demo_world: World) -> None:
    report = demo.sync()

    assert report.known == report.indexed == demo.known == len(demo_world.calls) >= 300
    assert demo.store.count() == len(demo_world.calls)
    names = {lead["id"]: lead["display_name"] for lead in demo_world.leads}
    for call in demo_world.calls:
        record = demo.get(call["id"])
        assert said_here(record, Kind.RECORDING) == said_in_close(call, "recording_transcript")
        assert said_here(record, Kind.VOICEMAIL) == said_in_close(call, "voicemail_transcript")
        assert (record.call.note, record.call.disposition) == (call["note"], call["disposition"])
        assert (record.lead.name if record.lead else None) == names.get(call["lead_id"])
    assert demo.store.check() == []


def test_a_second_sync_has_nothing_to_do(demo: Desk) -> None:
    first = demo.sync()
    embedded = demo.embedder.texts_embedded
    second = demo.sync()
    assert (second.fetched, second.texts_embedded) == (0, 0)
    assert demo.embedder.texts_embedded == embedded == first.texts_embedded
    assert second.requests < 10


def test_a_sync_cut_short_is_resumed_and_embeds_nothing_twice(
    demo: Desk, demo_world: World
) -> None:
    demo.stop_at = 150
    with pytest.raises(KeyboardInterrupt):
        demo.sync()
    before, demo.stop_at = demo.embedder.texts_embedded, 10**9

    report = demo.sync()

    assert report.indexed == len(demo_world.calls)
    assert report.fetched == len(demo_world.calls) - 150
    whole = WordEmbedder()
    demo.embedder, alone = whole, MemoryStore()
    demo.sync(store=alone)
    assert before + report.texts_embedded == whole.texts_embedded


KILLED_SYNC = """
    import sys
    from datetime import datetime
    from pathlib import Path
    from indexer.close import ApiKey, Close
    from indexer.store.embedded import EmbeddedStore
    from indexer.sync import sync
    from tests.fakes import WordEmbedder

    class Told:
        def discovered(self, known, due): ...
        def fetched(self, done, due, texts_embedded): print(done, flush=True)

    url, key, folder, now = sys.argv[1:]
    sync(
        close=Close(base_url=url, auth=ApiKey(key)), store=EmbeddedStore(Path(folder)),
        embedder=WordEmbedder(), progress=Told(), now=lambda: datetime.fromisoformat(now),
    )
"""


def test_a_killed_sync_is_resumed(demo: Desk, demo_world: World, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    options = [demo.url, API_KEY, str(folder), NOW.isoformat()]
    script = [sys.executable, "-c", textwrap.dedent(KILLED_SYNC), *options]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(script, stdout=subprocess.PIPE, env=environment, text=True) as running:
        assert running.stdout is not None
        next(running.stdout)
        next(running.stdout)
        running.send_signal(signal.SIGKILL)
    store = EmbeddedStore(folder)
    committed = store.count()
    assert 100 <= committed < len(demo_world.calls)

    report = demo.sync(store=store)

    assert report.fetched == len(demo_world.calls) - committed
    assert {r.call.id for r in store.calls(limit=999)} == {c["id"] for c in demo_world.calls}
    assert store.check() == []
    store.close()


def test_failures_of_the_network_lose_nothing(demo: Desk, demo_world: World) -> None:
    demo.standin.faults.gateway_every = 7
    demo.standin.faults.cut_next = 5
    demo.standin.limits.max_skip = 60
    report = demo.sync()
    assert report.indexed == len(demo_world.calls)
    assert report.retries > 0
