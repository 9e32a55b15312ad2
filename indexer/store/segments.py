"""Segments of the meaning index: vectors that never change, in three ways of finding the best.

The cosines that come out are always those of the vectors as stored (float16). Which ones
are looked at depends on how many a filter leaves (docs/performance.md has the figures):

    few            they are gathered, and FAISS scans those: exact
    many           FAISS scans four-bit codes of them, and of the best of those, several times
                   as many as are wanted, the vectors themselves. docs/performance.md has the
                   share of the true best that this finds
    no codes       FAISS scans all and passes over what does not count: exact
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indexer.store.keys import Keys, Mask, first_keys, of_grain, of_kinds, rows_of, said_by
from indexer.vectors import Vector, Vectors
from models import Grain, Kind, Side

Scores = npt.NDArray[np.float32]

_GATHERED: Final = 20_000
"""Vectors up to which gathering is quicker than scanning codes."""
_RANGED: Final = 250_000
"""Vectors up to which those of calls are looked up call by call, rather than all masked."""
_CODED: Final = 200_000
"""Vectors from which a segment has codes."""
_LOOKED_AT: Final = 4
"""How many times as many as are wanted are looked at exactly, after their codes."""
_LOOKED_AT_LEAST: Final = 2_000
_TRAINED_ON: Final = 65_536
_kept: Final = threading.local()
_LOW_BITS: Final = np.arange(64)
"""What a key says of its passage: grain, kind and side are in its lowest six bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which passages count: of a grain, of kinds, of a side, of calls; None and () do not say.

    `counts`, where it is given, has the last word on what the rest lets through.
    """

    grain: Grain | None = None
    kinds: tuple[Kind, ...] = ()
    side: Side | None = None
    rows: Keys | None = None
    counts: Callable[[Keys], Mask] | None = None

    def by_low_bits(self) -> Mask:
        """Which passages count by what their keys say of them: shape (64,)."""
        passing = np.ones(64, np.bool_)
        if self.grain is not None:
            passing &= of_grain(_LOW_BITS, self.grain)
        if self.kinds:
            passing &= of_kinds(_LOW_BITS, self.kinds)
        if self.side is not None:
            passing &= said_by(_LOW_BITS, self.side)
        return passing


@dataclass(frozen=True, kw_only=True, eq=False)
class Segment:
    """Vectors in rising order of their keys; `flat` and `codes` are FAISS's, position by position.

    `alive` says which are still there, None that all are. `name` is that of its files, None
    as long as it is nowhere but in memory.
    """

    keys: Keys
    flat: Any
    codes: Any = None
    alive: Mask | None = None
    name: str | None = None

    @classmethod
    def of(cls, batches: Iterable[tuple[Keys, Vectors]], dimensions: int) -> "Segment":
        """A segment of these vectors."""
        flat = _empty(dimensions)
        keys = [np.zeros(0, np.int64)]
        for some, vectors in batches:
            flat.add(vectors)
            keys.append(some)
        return cls._coded(np.concatenate(keys), flat)

    @classmethod
    def merged(cls, segments: Sequence["Segment"], dimensions: int) -> "Segment":
        """One segment of what is alive in several, in their order."""
        flat = _empty(dimensions)
        keys = [np.zeros(0, np.int64)]
        for segment in segments:
            chosen = slice(None) if segment.alive is None else segment.alive
            flat.add_sa_codes(np.ascontiguousarray(segment.bytes_of_vectors[chosen]))
            keys.append(segment.keys[chosen])
        return cls._coded(np.concatenate(keys), flat)

    @classmethod
    def _coded(cls, keys: Keys, flat: Any) -> "Segment":
        codes = _codes_of(flat) if len(keys) >= _CODED and flat.d % 2 == 0 else None
        return cls(keys=keys, flat=flat, codes=codes)

    @classmethod
    def read(cls, folder: Path, name: str) -> "Segment":
        """A segment as it was written, its vectors left on disk until they are needed.

        Raises:
            OSError, RuntimeError, ValueError: it is not there, or not whole.
        """
        import faiss

        files = _Files(folder, name)
        keys = np.load(files.keys)
        flat = faiss.read_index(str(files.flat), faiss.IO_FLAG_MMAP_IFC)
        codes = faiss.read_index(str(files.codes)) if files.codes.exists() else None
        if flat.ntotal != len(keys) or (codes is not None and codes.ntotal != len(keys)):
            raise ValueError(f"the files of {name} do not go together")
        return cls(keys=keys, flat=flat, codes=codes, name=name)

    def write(self, folder: Path, name: str) -> None:
        """Write it under a name that nothing has yet."""
        import faiss

        files = _Files(folder, name)
        np.save(files.keys, self.keys)
        faiss.write_index(self.flat, str(files.flat))
        if self.codes is not None:
            faiss.write_index(self.codes, str(files.codes))

    def is_in(self, folder: Path) -> bool:
        """Whether its files are still in a folder."""
        return self.name is not None and _Files(folder, self.name).flat.exists()

    @property
    def dimensions(self) -> int:
        """Of each vector."""
        return int(self.flat.d)

    @property
    def alive_count(self) -> int:
        """How many vectors are still there."""
        return len(self.keys) if self.alive is None else int(self.alive.sum())

    @property
    def dead_share(self) -> float:
        """Which share of the vectors is masked."""
        return 1 - self.alive_count / max(len(self.keys), 1)

    @property
    def dead_positions(self) -> Keys:
        """Which vectors are masked."""
        none: Keys = np.zeros(0, np.int64)
        return none if self.alive is None else np.flatnonzero(~self.alive)

    def without(self, rows: Keys) -> "Segment":
        """The same, with the vectors of these calls masked."""
        return self.without_positions(self._positions_in(rows))

    def without_positions(self, positions: Keys) -> "Segment":
        """The same, with these vectors masked."""
        if not len(positions):
            return self
        alive = np.ones(len(self.keys), np.bool_) if self.alive is None else self.alive.copy()
        alive[positions] = False
        return replace(self, alive=alive)

    def without_keys(self, keys: Keys) -> "Segment":
        """The same, with the vectors of those of these keys that it has masked."""
        return self.without_positions(np.flatnonzero(np.isin(self.keys, keys)))

    def search(self, vector: Vector, limit: int, wanted: Wanted) -> tuple[Keys, Scores]:
        """The `limit` best that count: keys and cosines, in no order."""
        few = self._few(wanted)
        if few is None:
            mask = self._mask(wanted)
            count = int(mask.sum())
            few = np.flatnonzero(mask) if count <= _GATHERED else None
        elif len(few) > _GATHERED:
            mask, count, few = _mask_of(few, len(self.keys)), len(few), None
        if few is not None:
            return self._best(vector, limit, few)
        looked_at = max(_LOOKED_AT * limit, _LOOKED_AT_LEAST)
        if self.codes is None or count <= 2 * looked_at:
            scores, positions = self._scan(self.flat, vector, min(limit, count), mask)
            return self.keys[positions], scores
        _, positions = self._scan(self.codes, vector, looked_at, mask)
        return self._best(vector, limit, np.sort(positions[positions >= 0]))

    def _best(self, vector: Vector, limit: int, positions: Keys) -> tuple[Keys, Scores]:
        """The best of these vectors, put together and scanned."""
        if not len(positions):
            return positions, np.zeros(0, np.float32)
        gathered = _scratch(self.dimensions)
        gathered.add_sa_codes(self.bytes_of_vectors[positions])
        scores, found = gathered.search(vector[None], min(limit, len(positions)))
        return self.keys[positions[found[0]]], scores[0]

    def _scan(self, index: Any, vector: Vector, limit: int, mask: Mask) -> tuple[Scores, Keys]:
        import faiss

        bitmap = np.packbits(mask, bitorder="little")
        selector = faiss.IDSelectorBitmap(bitmap)  # type: ignore[arg-type, call-arg]
        kind = faiss.SearchParameters if index is self.flat else faiss.SearchParametersIVF
        scores, positions = index.search(vector[None], limit, params=kind(sel=selector))  # type: ignore[call-arg]
        return scores[0], positions[0]

    def _few(self, wanted: Wanted) -> Keys | None:
        """The positions of what counts, where its calls are few; None where they are not."""
        if wanted.rows is None:
            return None
        starts, ends = self._spans(wanted.rows)
        if int((ends - starts).sum()) > _RANGED:
            return None
        positions = _ranges(starts, ends)
        positions = positions[wanted.by_low_bits()[self._low_bits[positions]]]
        if self.alive is not None:
            positions = positions[self.alive[positions]]
        return (
            positions if wanted.counts is None else positions[wanted.counts(self.keys[positions])]
        )

    def _mask(self, wanted: Wanted) -> Mask:
        """Which vectors count."""
        mask = wanted.by_low_bits()[self._low_bits]
        if self.alive is not None:
            mask &= self.alive
        if wanted.rows is not None:
            allowed = np.zeros(int(max(wanted.rows.max(initial=0), self._rows[-1])) + 1, np.bool_)
            allowed[wanted.rows] = True
            mask &= allowed[self._rows]
        if wanted.counts is not None:
            mask[mask] = wanted.counts(self.keys[mask])
        return mask

    def _positions_in(self, rows: Keys) -> Keys:
        return _ranges(*self._spans(rows))

    def _spans(self, rows: Keys) -> tuple[Keys, Keys]:
        """Where the vectors of each of these calls begin and end."""
        found = np.searchsorted(self.keys, np.stack([first_keys(rows), first_keys(rows + 1)]))
        return found[0], found[1]

    @cached_property
    def _low_bits(self) -> npt.NDArray[np.uint8]:
        return (self.keys & 63).astype(np.uint8)

    @cached_property
    def _rows(self) -> npt.NDArray[np.int32]:
        return rows_of(self.keys).astype(np.int32)

    @cached_property
    def bytes_of_vectors(self) -> npt.NDArray[np.uint8]:
        """FAISS's own copy of the vectors, float16: shape (n, 2 dimensions)."""
        import faiss

        size = self.flat.ntotal * self.flat.code_size
        if not size:
            return np.zeros((0, self.flat.code_size), np.uint8)
        whole: npt.NDArray[np.uint8] = faiss.rev_swig_ptr(self.flat.codes.data(), size)
        return whole.reshape(self.flat.ntotal, self.flat.code_size)


@dataclass(frozen=True, slots=True)
class _Files:
    folder: Path
    name: str

    @property
    def keys(self) -> Path:
        return self.folder / f"{self.name}.keys.npy"

    @property
    def flat(self) -> Path:
        return self.folder / f"{self.name}.faiss"

    @property
    def codes(self) -> Path:
        return self.folder / f"{self.name}.codes.faiss"


def _empty(dimensions: int) -> Any:
    import faiss

    flat = faiss.IndexScalarQuantizer(
        dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    flat.train(np.zeros((1, dimensions), np.float32))
    return flat


def _scratch(dimensions: int) -> Any:
    """An index to gather in: this thread's own, as its memory is had already."""
    known: dict[str, Any] = _kept.__dict__
    key = str(dimensions)
    if key not in known:
        known[key] = _empty(dimensions)
    known[key].reset()
    return known[key]


def _codes_of(flat: Any) -> Any:
    """Four-bit codes of all vectors of an index: one cell, as only that takes a filter."""
    import faiss

    codes = faiss.index_factory(flat.d, f"IVF1,PQ{flat.d // 2}x4fs", faiss.METRIC_INNER_PRODUCT)
    chosen = np.random.default_rng(0).permutation(flat.ntotal)[:_TRAINED_ON]
    stored = faiss.rev_swig_ptr(flat.codes.data(), flat.ntotal * flat.code_size)
    rows = stored.view(np.float16).reshape(flat.ntotal, flat.d)
    codes.train(rows[np.sort(chosen)].astype(np.float32))
    for start in range(0, flat.ntotal, _TRAINED_ON):
        codes.add(rows[start : start + _TRAINED_ON].astype(np.float32))
    return codes


def _mask_of(positions: Keys, size: int) -> Mask:
    mask = np.zeros(size, np.bool_)
    mask[positions] = True
    return mask


def _ranges(starts: Keys, ends: Keys) -> Keys:
    """Every number from each start up to its end, one after the other."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    numbers: Keys = np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)
    return numbers
