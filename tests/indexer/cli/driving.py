"""Running commands as tests do: over real data, with an embedder that needs no weights."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.testing import Result

from indexer.bootstrap import Services
from indexer.pipeline import index_calls
from indexer.settings import Settings
from indexer.store.embedded import EmbeddedStore
from models import CallRecord, CallState, Side
from tests.factories import NOON, a_record, a_transcript, an_entry, hours, said
from tests.fakes import WordEmbedder

Run = Callable[..., Result]

ROOT = Path(__file__).parents[3]


def opened(settings: Settings) -> Services:
    """What the commands work with here: real data, an embedder that needs no weights."""
    return Services(
        settings=settings, store=EmbeddedStore(settings.data_dir), embedder=WordEmbedder()
    )


def opened_with_another_model(settings: Settings) -> Services:
    store = EmbeddedStore(settings.data_dir)
    return Services(settings=settings, store=store, embedder=WordEmbedder(dimensions=16))


class Interrupted(WordEmbedder):
    """An embedder during whose work somebody presses Ctrl-C."""

    def embed_passages(self, texts: Any) -> Any:
        raise KeyboardInterrupt


def interrupted(settings: Settings) -> Services:
    store = EmbeddedStore(settings.data_dir)
    return Services(settings=settings, store=store, embedder=Interrupted())


def fill(data: Path, *records: CallRecord, states: dict[str, CallState] | None = None) -> None:
    store, embedder = EmbeddedStore(data), WordEmbedder()
    index_calls([(r, an_entry(r.call.id)) for r in records], store=store, embedder=embedder)
    store.enter(an_entry(i, state, reason="because") for i, state in (states or {}).items())
    store.close()


def a_talk_about(topic: str, number: int, **fields: Any) -> CallRecord:
    return a_record(
        call_id=f"acti_{number}",
        date_created=NOON + hours(number),
        recording=a_transcript(
            said(Side.USER, f"Shall we begin with the {topic} today?", 1.0),
            said(Side.CONTACT, f"The {topic} is what worries me most.", 4.0),
        ),
        **fields,
    )


def printed(result: Result) -> Any:
    """The one JSON line on stdout."""
    assert result.exit_code == 0, result.stderr
    [line] = result.stdout.splitlines()
    return json.loads(line)


def found(result: Result) -> list[str]:
    return [hit["call"]["id"] for hit in printed(result)["hits"]]


def environment() -> dict[str, str]:
    """The test's own, with our modules to be found from any folder."""
    return os.environ | {"PYTHONPATH": str(ROOT)}


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a process to its end, in the test's working directory."""
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
