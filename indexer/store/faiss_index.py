"""The meaning index: every vector of the database in FAISS, exact, under any filter.

A cache. It knows how far it has read the database (`Seen`) and is brought up to
date from there; its file carries that in its name, so a file is either whole
and of a known state, or not there.
"""

import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.store.keys import Keys, Mask, rows_of
from indexer.vectors import Vector, Vectors

_FILE = re.compile(r"vectors-(\d+)-(\d+)-(\d+)\.faiss")

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a cache has read: the newest call row, and the newest removal."""

    row: int = 0
    removal: int = 0

    def is_ahead_of(self, other: "Seen") -> bool:
        """Whether this has read what the other does not have: an older copy was put back."""
        return self.row > other.row or self.removal > other.removal


class FaissIndex:
    """A flat float16 index of keyed vectors: a scan of those a filter lets through."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._index: Any = None
        self._keys: Keys = np.zeros(0, np.int64)
        self.seen = Seen()
        self.saved = Seen()

    def load(self, dimensions: int, *, up_to: Seen) -> None:
        """Start from the newest saved file of data no newer than `up_to`, or from nothing."""
        import faiss

        # One query at a time is served best by one thread each (docs/adr/0006).
        faiss.omp_set_num_threads(1)
        for seen, file in sorted(self._files(dimensions), key=lambda f: f[0].row, reverse=True):
            if seen.is_ahead_of(up_to):
                continue
            try:
                self._index = faiss.read_index(str(file))
            except RuntimeError:  # cut short or not ours: a cache is made anew
                continue
            self._keys = faiss.vector_to_array(self._index.id_map).astype(np.int64)
            self.seen = self.saved = seen
            return
        flat = faiss.IndexScalarQuantizer(
            dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        flat.train(np.zeros((1, dimensions), np.float32))
        self._index = faiss.IndexIDMap(flat)
        self._keys = np.zeros(0, np.int64)
        self.seen = self.saved = Seen()

    @property
    def is_loaded(self) -> bool:
        """Whether `load` has been called."""
        return self._index is not None

    def __len__(self) -> int:
        return len(self._keys)

    def update(
        self, *, removed_rows: Keys, added: Iterable[tuple[Keys, Vectors]], seen: Seen
    ) -> None:
        """Take out the vectors of removed calls, and put in new ones, in rising order of key."""
        with self._lock:
            gone = np.isin(rows_of(self._keys), removed_rows)
            if gone.any():
                self._index.remove_ids(self._keys[gone])
                self._keys = self._keys[~gone]
            try:
                for keys, vectors in added:
                    self._index.add_with_ids(vectors, keys)
                    self._keys = np.concatenate([self._keys, keys])
            except BaseException:
                self._index = None  # half of it is in: loaded anew when next asked
                raise
            self.seen = seen

    def search(
        self, vector: Vector, limit: int, mask_of: Callable[[Keys], Mask]
    ) -> tuple[Keys, Scores]:
        """The `limit` best of the vectors whose keys `mask_of` keeps: keys and cosines."""
        import faiss

        with self._lock:
            mask = mask_of(self._keys)
            limit = min(limit, int(mask.sum()))
            if limit == 0:
                return np.zeros(0, np.int64), np.zeros(0, np.float32)
            bitmap = np.packbits(mask, bitorder="little")
            selector = faiss.IDSelectorBitmap(bitmap)  # type: ignore[arg-type, call-arg]
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
            # The flat index inside knows positions, which is what the bitmap is of.
            scores, positions = self._index.index.search(vector[None], limit, params=parameters)
            return self._keys[positions[0]], scores[0]

    def save(self) -> None:
        """Write the index beside the old file, then drop the old one."""
        import faiss

        with self._lock:
            if self._index is None or self.seen == self.saved:
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            name = f"vectors-{self._index.d}-{self.seen.row}-{self.seen.removal}.faiss"
            partial = self._folder / f"{name}.{os.getpid()}.partial"
            faiss.write_index(self._index, str(partial))
            partial.replace(self._folder / name)
            for old in self._folder.glob("vectors-*.faiss"):
                if old.name != name:
                    old.unlink(missing_ok=True)
            self.saved = self.seen

    def _files(self, dimensions: int) -> Iterator[tuple[Seen, Path]]:
        for file in self._folder.glob("vectors-*.faiss"):
            match = _FILE.fullmatch(file.name)
            if match and int(match[1]) == dimensions:
                yield Seen(int(match[2]), int(match[3])), file
