"""The meaning index: every vector of the database in FAISS, under any filter.

A cache. It knows how far it has read the database (`Seen`) and is brought up to
date from there; its file carries that in its name, so a file is either whole
and of a known state, or not there.

It is a few segments (`indexer/store/segments.py`) that never change: what is new is a
segment of its own, what is gone is masked, and now and then several are merged into one.
So any number of threads search at once, while another reads on.
"""

import json
import os
import re
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from indexer.store.keys import Keys
from indexer.store.segments import Scores, Segment, Wanted
from indexer.vectors import Vector, Vectors

_STATE: Final = re.compile(r"vectors-(\d+)-(\d+)-(\d+)\.json")
_MOST_SMALL: Final = 8
_SMALL: Final = 50_000
"""Vectors of a segment that is merged with its neighbours as often as there are too many."""
_GROWN_SHARE: Final = 0.25
_DEAD_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a cache has read: the newest call row, and the newest removal."""

    row: int = 0
    removal: int = 0

    def is_ahead_of(self, other: "Seen") -> bool:
        """Whether this has read what the other does not have: an older copy was put back."""
        return self.row > other.row or self.removal > other.removal


class FaissIndex:
    """Keyed vectors as float16, and a search of those a filter lets through."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writing = threading.RLock()
        self._merging: threading.Thread | None = None
        self._segments: tuple[Segment, ...] | None = None
        self._dimensions = 0
        self.seen = Seen()
        self.saved = Seen()

    def load(self, dimensions: int, *, up_to: Seen) -> None:
        """Start from the newest saved state of data no newer than `up_to`, or from nothing."""
        import faiss

        # One query at a time is served best by one thread each (docs/adr/0006).
        faiss.omp_set_num_threads(1)
        self._dimensions = dimensions
        for seen, file in sorted(self._states(dimensions), key=lambda f: f[0].row, reverse=True):
            if seen.is_ahead_of(up_to):
                continue
            # Cut short, not ours, or cleared away this moment: a cache is made anew.
            with suppress(OSError, RuntimeError, ValueError, KeyError, TypeError):
                self._segments = self._read(file)
                self.seen = self.saved = seen
                return
        self._segments = ()
        self.seen = self.saved = Seen()

    @property
    def is_loaded(self) -> bool:
        """Whether `load` has been called."""
        return self._segments is not None

    def __len__(self) -> int:
        return sum(segment.alive_count for segment in self._segments or ())

    def update(
        self, *, removed_rows: Keys, added: Iterable[tuple[Keys, Vectors]], seen: Seen
    ) -> None:
        """Take out the vectors of removed calls, and put in new ones, in rising order of key."""
        with self._writing:
            segments = [s.without(removed_rows) for s in self._segments or ()]
            new = Segment.of(added, self._dimensions)
            segments += [new] if len(new.keys) else []
            self._segments = _with_few_small(segments, self._dimensions)
            self.seen = seen
            if self._merging is None and _to_merge(self._segments):
                # Nobody who searches waits for it, however long it takes.
                self._merging = threading.Thread(target=self._merge, daemon=True)
                self._merging.start()

    def search(self, vector: Vector, limit: int, wanted: Wanted) -> tuple[Keys, Scores]:
        """The `limit` best of the vectors that count: keys and cosines, best first."""
        found = [segment.search(vector, limit, wanted) for segment in self._segments or ()]
        keys = np.concatenate([np.zeros(0, np.int64), *(keys for keys, _ in found)])
        scores = np.concatenate([np.zeros(0, np.float32), *(scores for _, scores in found)])
        best = np.lexsort((keys, -scores))[:limit]
        return keys[best], scores[best]

    def _merge(self) -> None:
        """Make one segment of the large ones, and take it in their place."""
        before = _to_merge(self._segments or ())
        merged = Segment.merged(before, self._dimensions) if before else None
        with self._writing:
            self._merging = None
            now = {id(s.flat): s for s in self._segments or ()}
            if merged is None or any(id(s.flat) not in now for s in before):
                return  # loaded anew meanwhile
            sources = [now.pop(id(s.flat)) for s in before]
            gone = [s.keys[s.dead_positions] for s in sources]
            self._segments = (merged.without_keys(np.concatenate(gone)), *now.values())

    def save(self) -> None:
        """Write what is new beside what is there, then the state, then clear the old away."""
        merging = self._merging
        if merging is not None:
            merging.join()
        if _to_merge(self._segments or ()):  # of what came while others were merged
            self._merge()
        with self._writing:
            if self._segments is None or self.seen == self.saved:
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            self._segments = tuple(map(self._written, self._segments))
            self._write_state(self._segments)
            self.saved = self.seen

    def _written(self, segment: Segment) -> Segment:
        if segment.name is not None and segment.is_in(self._folder):
            return segment
        name = uuid.uuid4().hex
        segment.write(self._folder, name)
        return replace(Segment.read(self._folder, name), alive=segment.alive)

    def _write_state(self, segments: Iterable[Segment]) -> None:
        kept = {s.name: s.dead_positions.tolist() for s in segments}
        name = f"vectors-{self._dimensions}-{self.seen.row}-{self.seen.removal}.json"
        partial = self._folder / f"{name}.{os.getpid()}.partial"
        partial.write_text(json.dumps(kept))
        partial.replace(self._folder / name)
        for old in self._folder.iterdir():
            if old.name != name and old.name.partition(".")[0] not in kept:
                old.unlink(missing_ok=True)

    def _read(self, file: Path) -> tuple[Segment, ...]:
        kept = json.loads(file.read_text())
        segments = []
        for name, dead in kept.items():
            segment = Segment.read(self._folder, name)
            if segment.dimensions != self._dimensions:
                raise ValueError(f"{name} is of another embedder")
            segments.append(segment.without_positions(np.array(dead, np.int64)))
        return tuple(segments)

    def _states(self, dimensions: int) -> Iterator[tuple[Seen, Path]]:
        for file in self._folder.glob("vectors-*.json"):
            match = _STATE.fullmatch(file.name)
            if match and int(match[1]) == dimensions:
                yield Seen(int(match[2]), int(match[3])), file


def _with_few_small(segments: list[Segment], dimensions: int) -> tuple[Segment, ...]:
    """The same vectors, with not too many small segments among the last."""
    large = [s for s in segments if len(s.keys) > _SMALL]
    small = [s for s in segments if len(s.keys) <= _SMALL]
    if len(small) > _MOST_SMALL:
        small = [Segment.merged(small, dimensions)]
    return (*large, *small)


def _to_merge(segments: Sequence[Segment]) -> Sequence[Segment]:
    """The large segments, once those after the first have grown, or it has many masked.

    Each vector is copied a few times at most, however many come.
    """
    large = [s for s in segments if len(s.keys) > _SMALL]
    first = large[0] if large else None
    if first is None:
        return []
    rest = sum(len(s.keys) for s in large[1:])
    has_grown = rest > _GROWN_SHARE * len(first.keys)
    return large if has_grown or first.dead_share > _DEAD_SHARE else []
