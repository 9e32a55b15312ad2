"""Search a folder of judged calls with the product itself, and write what it found.

    python scripts/evaluate.py FOLDER [--mode hybrid] [--limit 100] [--data DIR] [--out RUN.tsv]

FOLDER holds calls.jsonl[.gz] (Close-shaped calls) and queries.jsonl[.gz]. The calls are
read, cut, embedded and stored as a sync would (once: a second run finds them in --data),
and each query is asked through `indexer.search`. RUN.tsv has a row for each moment found:
query, call, rank, score, first and last utterance. Where a scorer lies beside the folder
(score.py), its table is printed.
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from indexer.close import read_call
from indexer.embedder import Embedder, SentenceTransformerEmbedder
from indexer.pipeline import index_calls
from indexer.search import search
from indexer.store.contract import Store
from indexer.store.embedded import EmbeddedStore
from models import CallRecord, CallState, LedgerEntry, Mode, SearchQuery

_BATCH = 50


def main() -> None:
    options = arguments()
    data = options.data or Path(tempfile.mkdtemp())
    store, embedder = EmbeddedStore(data), SentenceTransformerEmbedder()
    index(options.folder, store, embedder)
    with options.out.open("w", encoding="utf-8") as run:
        seconds = [
            answer(query, options.mode, options.limit, store, embedder, run)
            for query in rows(options.folder, "queries")
        ]
    store.close()
    middle = sorted(seconds)[len(seconds) // 2]
    print(f"{len(seconds)} queries, median {middle * 1000:.0f} ms, in {options.out}")
    scorer = options.folder.parent / "score.py"
    if scorer.exists():
        subprocess.run([sys.executable, scorer, options.folder, options.out], check=True)  # noqa: S603


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mode", type=Mode, default=Mode.HYBRID, choices=list(Mode))
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("run.tsv"))
    return parser.parse_args()


def index(folder: Path, store: Store, embedder: Embedder) -> None:
    """Store every call of the folder that is not there yet."""
    start, batch, texts, calls = time.monotonic(), list[tuple[CallRecord, LedgerEntry]](), 0, 0
    for payload in rows(folder, "calls"):
        record = read_call(payload)
        if store.get(record.call.id) is None:
            now = datetime.now(UTC)
            entry = LedgerEntry(
                call_id=record.call.id, state=CallState.INDEXED, since=now, reason="evaluated"
            )
            batch.append((record, entry))
            calls += 1
        if len(batch) == _BATCH:
            texts += index_calls(batch, store=store, embedder=embedder).texts_embedded
            batch = []
    texts += index_calls(batch, store=store, embedder=embedder).texts_embedded
    print(f"{calls} calls indexed, {texts} texts embedded, {time.monotonic() - start:.0f} s")


def answer(
    query: dict[str, Any], mode: Mode, limit: int, store: Store, embedder: Embedder, run: TextIO
) -> float:
    """Write the rows of one query; returns the seconds it took."""
    start = time.monotonic()
    page = search(
        SearchQuery(text=query["text"], mode=mode, limit=limit), store=store, embedder=embedder
    )
    seconds = time.monotonic() - start
    rank = 0
    for found in page.calls:
        for moment in found.moments:
            rank += 1
            # A note or summary spans no utterances: -1 to -1 overlaps nothing.
            span = [moment.quotes[0].index, moment.quotes[-1].index] if moment.quotes else [-1, -1]
            row = [query["query_id"], found.record.call.id, rank, found.score, *span]
            run.write("\t".join(map(str, row)) + "\n")
    return seconds


def rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    plain, packed = folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz"
    with plain.open("rb") if plain.exists() else gzip.open(packed) as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
