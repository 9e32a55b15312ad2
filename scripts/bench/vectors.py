"""Bar 3: the best hundred of a million vectors, under filters, against a plain FAISS index."""

from collections.abc import Callable
from typing import Any

import numpy as np

from indexer.store.keys import Keys
from indexer.store.segments import Segment, Wanted
from scripts.bench.material import many_like, originals, questions
from scripts.bench.measuring import Bar, Table, percentile, seconds

LIMIT = 100
_A_CALL = 30
_SHARES = (0.0001, 0.001, 0.01, 0.1, 0.5, 1.0)


def run(*, passages: int, rounds: int) -> tuple[list[Table], list[Bar]]:
    """Measure the vectors of calls of thirty passages each."""
    import faiss

    faiss.omp_set_num_threads(1)
    stored = many_like(originals(), passages)
    keys = (np.arange(passages) // _A_CALL + 1 << 26) | (np.arange(passages) % _A_CALL << 6)
    flat = faiss.IndexFlatIP(stored.shape[1])
    for start in range(0, passages, 100_000):
        flat.add(stored[start : start + 100_000].astype(np.float32))
    build_s = 0.0

    def build() -> None:
        nonlocal segment
        batches = (
            (keys[n : n + 4096], stored[n : n + 4096].astype(np.float32))
            for n in range(0, passages, 4096)
        )
        segment = Segment.of(batches, stored.shape[1])

    segment: Segment | None = None
    build_s = seconds(build)
    assert segment is not None
    asked = questions(20 * rounds)
    table = Table(
        title=f"The best {LIMIT} of {passages:,} vectors, one question at a time",
        columns=(
            "filter",
            "vectors left",
            "FlatIP p50 ms",
            "FlatIP p95 ms",
            "ours p50 ms",
            "ours p95 ms",
            "p95 ratio",
            "recall",
            "worst recall",
        ),
        notes=[f"The index was built in {build_s:.0f} s."],
    )
    bars = []
    for share in _SHARES:
        row, bar = _under(share, flat, segment, keys, asked)
        table.rows.append(row)
        bars.append(bar)
    return [table], bars


def _under(
    share: float, flat: Any, segment: Segment, keys: Keys, asked: Any
) -> tuple[dict[str, Any], Bar]:
    import faiss

    calls = int(keys[-1] >> 26)
    random = np.random.default_rng(int(share * 10_000))
    rows = np.sort(random.permutation(calls)[: max(1, int(calls * share))]) + 1
    call_of = (keys >> 26).astype(np.int32)

    def plain(question: Any) -> Any:
        """FlatIP under a bitmap of the calls that pass, which it has to be given first."""
        if share == 1:
            return flat.search(question[None], LIMIT)
        allowed = np.zeros(calls + 1, np.bool_)
        allowed[rows] = True
        bitmap = np.packbits(allowed[call_of], bitorder="little")
        selector = faiss.IDSelectorBitmap(bitmap)
        return flat.search(question[None], LIMIT, params=faiss.SearchParameters(sel=selector))

    wanted = Wanted(rows=rows) if share < 1 else Wanted()
    theirs, ours, recalls = [], [], []
    for question in asked:
        found: dict[str, Any] = {}
        theirs.append(
            _timed(found, "theirs", lambda q=question: flat.search(q[None], LIMIT, params=filtered))
        )
        ours.append(_timed(found, "ours", lambda q=question: segment.search(q, LIMIT, wanted)))
        best = {int(keys[n]) for n in found["theirs"][1][0] if n >= 0}
        recalls.append(len(best & set(found["ours"][0].tolist())) / len(best))
    p95 = percentile(theirs, 95), percentile(ours, 95)
    row = {
        "filter": f"{share:.2%}", "vectors left": int(np.isin(call_of, rows).sum()),
        "FlatIP p50 ms": percentile(theirs, 50), "FlatIP p95 ms": p95[0],
        "ours p50 ms": percentile(ours, 50), "ours p95 ms": p95[1],
        "p95 ratio": p95[0] / p95[1], "recall": float(np.mean(recalls)), "worst recall": min(recalls),
    }  # fmt: skip
    faster = 4.0 if share == 1 else 1.0
    return row, Bar(
        name=f"vectors, {share:.2%} filter",
        wanted=f"at least {faster:.0f} x FlatIP's p95, recall@{LIMIT} at least .999",
        measured=f"{p95[0] / p95[1]:.1f} x, {np.mean(recalls):.4f}",
        is_reached=p95[0] >= faster * p95[1] and float(np.mean(recalls)) >= 0.999,
    )


def _timed(found: dict[str, Any], name: str, run: Callable[[], Any]) -> float:
    def keep() -> None:
        found[name] = run()

    return seconds(keep)
