"""The best hundred of many vectors under filters, against a plain FAISS index."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indexer.store.keys import Keys
from indexer.store.segments import Segment, Wanted
from indexer.vectors import Vector
from scripts.bench.material import many_like, originals, questions
from scripts.bench.measuring import Bar, Table, percentile, seconds

LIMIT: Final = 100
_A_CALL: Final = 30
_SHARES: Final = (0.0001, 0.001, 0.01, 0.1, 0.5, 1.0)
_ADDED_AT_ONCE: Final = 4096
_RECALL: Final = 0.999
_FAIR: Final = (
    "Both are given which calls pass, one thread each; FlatIP's bitmap of them is made in its"
    " time, ours looks calls up in its own."
)


def run(*, passages: int, rounds: int) -> tuple[Table, list[Bar]]:
    """Measure the vectors of calls of thirty passages each, one question at a time."""
    import faiss

    faiss.omp_set_num_threads(1)
    stored = many_like(originals(), passages)
    numbers = np.arange(passages)
    keys = (numbers // _A_CALL + 1 << 26) | (numbers % _A_CALL << 6)
    plain = _Plain(stored, keys)
    made: list[Segment] = []
    built_s = seconds(lambda: made.append(_segment(keys, stored)))
    asked = questions(20 * rounds)
    found = [_under(share, plain, made[0], keys, asked) for share in _SHARES]
    table = Table(
        title=f"The best {LIMIT} of {passages:,} vectors",
        rows=[row for row, _ in found],
        notes=[f"Ours was built in {built_s:.0f} s. {_FAIR}"],
    )
    return table, [bar for _, bar in found]


def _segment(keys: Keys, stored: npt.NDArray[np.float16]) -> Segment:
    starts = range(0, len(keys), _ADDED_AT_ONCE)
    spans = (slice(start, start + _ADDED_AT_ONCE) for start in starts)
    return Segment.of(((keys[s], stored[s].astype(np.float32)) for s in spans), stored.shape[1])


class _Plain:
    """FAISS's flat index in float32, with a bitmap of what passes."""

    def __init__(self, stored: npt.NDArray[np.float16], keys: Keys) -> None:
        import faiss

        self._flat = faiss.IndexFlatIP(stored.shape[1])
        for start in range(0, len(stored), 100_000):
            self._flat.add(stored[start : start + 100_000].astype(np.float32))
        self._keys = keys
        self._call_of = (keys >> 26).astype(np.int32)

    def best(self, question: Vector, calls: Keys | None) -> Keys:
        """The keys of the best."""
        import faiss

        options: dict[str, Any] = {}
        if calls is not None:
            allowed = np.zeros(int(self._call_of[-1]) + 1, np.bool_)
            allowed[calls] = True
            bitmap = np.packbits(allowed[self._call_of], bitorder="little")
            selector = faiss.IDSelectorBitmap(bitmap)  # type: ignore[arg-type, call-arg]
            options["params"] = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        _, positions = self._flat.search(question[None], LIMIT, **options)
        found: Keys = self._keys[positions[0][positions[0] >= 0]]
        return found


@dataclass(slots=True)
class _Timed:
    """Times of one way, and what it found last."""

    times_s: list[float]
    found: Keys

    def ask(self, way: Callable[[], Keys]) -> None:
        def keep() -> None:
            self.found = way()

        self.times_s.append(seconds(keep))


def _under(
    share: float, plain: _Plain, segment: Segment, keys: Keys, asked: npt.NDArray[np.float32]
) -> tuple[dict[str, object], Bar]:
    calls = int(keys[-1] >> 26)
    random = np.random.default_rng(int(share * 10_000))
    rows = np.sort(random.permutation(calls)[: max(1, int(calls * share))]) + 1
    passing = None if share == 1 else rows
    nothing: Keys = np.zeros(0, np.int64)
    theirs, ours = _Timed([], nothing), _Timed([], nothing)
    recalls = []
    for question in asked:
        theirs.ask(lambda q=question: plain.best(q, passing))  # type: ignore[misc]
        ours.ask(lambda q=question: segment.search(q, LIMIT, Wanted(rows=passing))[0])  # type: ignore[misc]
        recalls.append(len(np.intersect1d(theirs.found, ours.found)) / len(theirs.found))
    p95 = percentile(theirs.times_s, 95), percentile(ours.times_s, 95)
    recall = float(np.mean(recalls))
    row: dict[str, object] = {
        "calls that pass": f"{share:.2%}",
        "FlatIP p50 / p95 ms": f"{percentile(theirs.times_s, 50):.1f} / {p95[0]:.1f}",
        "ours p50 / p95 ms": f"{percentile(ours.times_s, 50):.1f} / {p95[1]:.1f}",
        "p95 ratio": f"{p95[0] / p95[1]:.1f}",
        "recall (worst)": f"{recall:.4f} ({min(recalls):.2f})",
    }
    faster = 4.0 if share == 1 else 1.0
    bar = Bar(
        name=f"vectors, {share:.2%} of the calls",
        wanted=f"p95 {faster:.0f} x FlatIP's or better, recall@{LIMIT} {_RECALL} or better",
        measured=f"{p95[0] / p95[1]:.1f} x, {recall:.4f}",
        is_reached=p95[0] >= faster * p95[1] and recall >= _RECALL,
    )
    return row, bar
