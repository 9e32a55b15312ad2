"""Passages a second of the default embedder, against sentence-transformers in float32."""

from statistics import median
from typing import Final

from indexer.embedder import Runtime, SentenceTransformerEmbedder, locate
from indexer.vectors import normalise
from scripts.bench.material import passages
from scripts.bench.measuring import Bar, Table, interleaved, ratio, seconds

_WORDS: Final = (60, 120)
_TEXTS: Final = 96
_RATIO: Final = {True: 4.0, False: 2.4}
"""What is wanted where the processor has bfloat16, and elsewhere."""
_COSINE: Final = 0.999


def run(*, rounds: int) -> tuple[Table, list[Bar]]:
    """Measure both on the same texts, a round of one after a round of the other."""
    from sentence_transformers import SentenceTransformer

    ours = SentenceTransformerEmbedder(device="cpu", runtime=Runtime.OPENVINO)
    theirs = SentenceTransformer(str(locate("sentence-transformers/all-MiniLM-L6-v2").folder))
    table = Table(title=f"Passages a second; ours: {ours.device}")
    bars = []
    wanted = _RATIO["bf16" in ours.device or "bfloat16" in ours.device]
    for words in _WORDS:
        texts = passages(words, _TEXTS * rounds)
        share = len(texts) // rounds
        rates = interleaved(
            {
                "sentence-transformers": lambda n, t=texts, s=share: (
                    s  # type: ignore[misc]
                    / seconds(lambda: theirs.encode(t[n * s : (n + 1) * s], batch_size=32))
                ),
                "ours": lambda n, t=texts, s=share: (
                    s  # type: ignore[misc]
                    / seconds(lambda: ours.embed_passages(t[n * s : (n + 1) * s]))
                ),
            },
            rounds=rounds,
        )
        few = texts[:_TEXTS]
        cosines = (ours.embed_passages(few) * normalise(theirs.encode(few))).sum(axis=1)
        faster = ratio(rates["ours"], rates["sentence-transformers"])
        table.rows.append(
            {
                "words": words,
                **{f"{name} /s": f"{median(found):.0f}" for name, found in rates.items()},
                "ratio": f"{faster:.2f}",
                "lowest cosine": f"{cosines.min():.5f}",
            }
        )
        bars.append(
            Bar(
                name=f"encode, {words} words",
                wanted=f"{wanted} x sentence-transformers, cosine {_COSINE} or better",
                measured=f"{faster:.2f} x, {cosines.min():.5f}",
                is_reached=faster >= wanted and float(cosines.min()) >= _COSINE,
            )
        )
    return table, bars
