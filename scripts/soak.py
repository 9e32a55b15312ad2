"""A long sync through a Close that fails all the time, compared with the truth at its end.

    python -m scripts.soak [--calls 50000] [--kills 0] [--busy 20]

The stand-in for Close fails, limits and cuts answers by chance, and people go on
calling, writing and deleting meanwhile. `callsift sync` runs in a process of its own,
is killed as often as asked, and run again. At the end everything is quiet, all calls
are compared once more, and what is stored must be what the stand-in holds.

The embedder is a table of random vectors, so that what is measured is the sync.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from indexer.embedder import DEFAULT_MODEL, locate
from indexer.store.embedded import EmbeddedStore
from models import Kind
from scripts.close_standin.app import create_app
from scripts.close_standin.faults import Faults
from scripts.close_standin.server import serving
from scripts.close_standin.state import API_KEY, StandIn
from scripts.close_standin.synthetic import synthetic_world
from scripts.close_standin.traffic import Traffic

TRANSCRIPTS = {
    Kind.RECORDING: "recording_transcript",
    Kind.VOICEMAIL: "voicemail_transcript",
}


def main() -> None:
    """Sync, compare, and tell."""
    options = arguments()
    random = Random(options.seed)
    faults = Faults(
        seed=options.seed,
        gateway_probability=0.01,
        limited_probability=0.01,
        cut_probability=0.005,
        deleted_after_page_next=50,
        call_after_page_next=50,
    )
    world = synthetic_world(options.calls, until=datetime.now(UTC), seed=options.seed)
    close = StandIn(world, faults=faults)
    close.remember_history()
    with tempfile.TemporaryDirectory() as folder, serving(create_app(close)) as url:
        data, environment = Path(folder, "data"), settings(Path(folder), url)
        with busy(close, options.busy, random):
            for number in range(options.kills):
                after_s = random.uniform(3, options.longest_s)
                print(f"killed after {after_s:.1f} s ({number + 1})", flush=True)
                sync(environment, kill_after_s=after_s)
            tell("through faults", sync(environment))
        close.faults = Faults()
        tell("all quiet", sync(environment, "--full"))
        compare(close, data)


def arguments() -> argparse.Namespace:
    """What a person can choose."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=0, help="how often to kill the sync first")
    parser.add_argument("--longest-s", type=float, default=15, help="before a kill, in seconds")
    parser.add_argument("--busy", type=float, default=20, help="things that happen in a second")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def settings(folder: Path, url: str) -> dict[str, str]:
    """An environment for `callsift`, with nothing of this machine's settings in it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CALLSIFT_", "CLOSE_"))}
    return kept | {
        "CLOSE_API_KEY": API_KEY,
        "CALLSIFT_CLOSE_BASE_URL": url,
        "CALLSIFT_DATA_DIR": str(folder / "data"),
        "CALLSIFT_EMBEDDING_MODEL": str(table_of_vectors(folder / "model")),
        "CALLSIFT_LOG_LEVEL": "error",
    }


def table_of_vectors(folder: Path) -> Path:
    """Make an embedder that adds up a random vector for each token."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(locate(DEFAULT_MODEL).folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=384)]).save(str(folder))
    return folder


@contextmanager
def busy(close: StandIn, rate: float, random: Random) -> Iterator[None]:
    """Let things happen in Close until the block is left."""
    traffic, stopped = Traffic(close, random), threading.Event()

    def happen() -> None:
        while rate and not stopped.wait(1 / rate):
            traffic.step()

    thread = threading.Thread(target=happen, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def sync(
    environment: dict[str, str], *options: str, kill_after_s: float | None = None
) -> dict[str, Any]:
    """Run `callsift sync`; its report, or nothing if it was killed."""
    command = [sys.executable, "-m", "indexer", "sync", "--json", *options]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603
        if kill_after_s is not None:
            time.sleep(kill_after_s)
            running.kill()
            return {}
        assert running.stdout is not None
        *_, last = map(json.loads, running.stdout)
    if running.returncode or last.get("event") != "done":
        sys.exit(f"the sync failed with {running.returncode}")
    return dict(last)


def tell(when: str, report: dict[str, Any]) -> None:
    """Print what a sync did."""
    calls, seconds = report["fetched"], report["seconds"]
    print(
        f"{when}: {calls} calls in {seconds:.0f} s ({calls / seconds:.0f} calls/s), "
        f"{report['requests']} requests ({report['requests'] / max(calls, 1):.3f} a call), "
        f"{report['rate_limited']} times 429, {report['retries']} tries again, "
        f"{report['texts_embedded']} texts embedded"
    )
    states = ("indexed", "waiting", "failed", "excluded", "deleted")
    told = ", ".join(f"{report[state]} {state}" for state in states)
    print(f"  the ledger: {report['known']} known = {told}")
    print(f"  found: {report['new']} new, {report['changed']} changed, {report['gone']} gone")
    for problem in report["problems"]:
        print(f"  {problem}")


def compare(close: StandIn, data: Path) -> None:
    """End with an error if what is stored is not what Close holds."""
    store = EmbeddedStore(data)
    truth = {call["id"]: call for call in close.calls}
    problems = store.check()
    tally = store.tally()
    if tally.existing != len(truth) or store.count() != len(truth):
        problems.append(f"{tally.existing} in the ledger, {store.count()} stored, {len(truth)} are")
    words = 0
    for call_id, call in truth.items():
        record = store.get(call_id)
        if record is None:
            problems.append(f"{call_id} is missing")
            continue
        said = [
            [u.text for u in getattr(record.transcript(k), "utterances", ())] for k in TRANSCRIPTS
        ]
        told = [
            [u["text"] for u in (call[f] or {}).get("utterances", ())] for f in TRANSCRIPTS.values()
        ]
        if said != told or record.call.note != call["note"]:
            entry = store.entries([call_id])[call_id]
            problems.append(f"{call_id} differs: {entry.state}, {entry.reason}")
        words += sum(map(len, said))
    store.close()
    print(f"compared {len(truth)} calls, {words} utterances: {len(problems)} differences")
    for problem in problems[:20]:
        print(f"  {problem}")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
