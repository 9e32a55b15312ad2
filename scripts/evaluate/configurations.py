"""The ways to rank that are compared: the product's own, and plain ones over its store."""

import hashlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from indexer.search import search
from indexer.vectors import Vectors
from models import CallRecord, Grain, Hit, Kind, Mode, SearchFilter, SearchQuery
from scripts.evaluate.corpus import NOWHERE, Corpus, tell
from scripts.evaluate.figures import Row
from scripts.evaluate.judged import Query

Ranker = Callable[[Query, int], list[Row]]
"""The rows of at most so many calls for a query, best first."""

_RRF_K: Final = 60
_NAIVE: Final = "naive.npz"
_BATCH: Final = 256


def by_search(mode: Mode) -> Callable[[Corpus], Ranker]:
    """The product as it answers in a mode: a row for each moment of each call found."""

    def ranker(corpus: Corpus) -> Ranker:
        def rank(query: Query, limit: int) -> list[Row]:
            asked = SearchQuery(text=query.text, mode=mode, where=_where(query), limit=limit)
            page = search(asked, store=corpus.store, embedder=corpus.embedder)
            rows = []
            for found in page.calls:
                quoted = [moment.quotes for moment in found.moments]
                spans = [(q[0].index, q[-1].index) if q else NOWHERE for q in quoted]
                score = found.score or 0.0
                rows += [Row(found.record.call.id, score, s) for s in spans or [NOWHERE]]
            return rows

        return rank

    return ranker


def bm25(corpus: Corpus) -> Ranker:
    """Words alone: each call's best passage of about 200 words, note, summary or names."""

    def rank(query: Query, limit: int) -> list[Row]:
        hits = corpus.store.matching(query.text, limit=limit, where=_where(query))
        return [_row(hit, hit.score, corpus) for hit in hits]

    return rank


def rrf(corpus: Corpus) -> Ranker:
    """The usual hybrid: best window by meaning and best passage by words, their ranks fused.

    A call's score is the sum of 1 / (60 + rank) over both whole rankings (Cormack, Clarke
    & Büttcher 2009).
    """
    everything = len(corpus.records)

    def rank(query: Query, limit: int) -> list[Row]:
        vector, where, store = corpus.embedder.embed_query(query.text), _where(query), corpus.store
        windows = store.nearest(vector, grain=Grain.WINDOW, limit=everything, where=where)
        words = store.matching(query.text, limit=everything, where=where)
        scores: dict[str, float] = defaultdict(float)
        for hits in (windows, words):
            for place, hit in enumerate(hits, 1):
                scores[hit.call_id] += 1 / (_RRF_K + place)
        shown = {hit.call_id: hit for hit in (*words, *windows)}
        best = sorted(scores, key=lambda call_id: (-scores[call_id], call_id))[:limit]
        return [_row(shown[call_id], scores[call_id], corpus) for call_id in best]

    return rank


def naive(corpus: Corpus) -> Ranker:
    """One vector a call: its transcripts as one text, cut at the embedder's limit.

    Who said what is not in it, so a query's side changes nothing.
    """
    call_ids, vectors = _whole_calls(corpus)

    def rank(query: Query, limit: int) -> list[Row]:
        cosines = vectors @ corpus.embedder.embed_query(query.text)
        best = sorted(zip(-cosines, call_ids, strict=True))[:limit]
        return [Row(call_id, float(-cosine)) for cosine, call_id in best]

    return rank


CONFIGURATIONS: Final[dict[str, Callable[[Corpus], Ranker]]] = {
    "naive": naive,
    "bm25": bm25,
    "rrf": rrf,
    "semantic": by_search(Mode.SEMANTIC),
    "keyword": by_search(Mode.KEYWORD),
    "product": by_search(Mode.HYBRID),
}

USUAL: Final = ("naive", "bm25", "rrf", "product")


def _where(query: Query) -> SearchFilter:
    return SearchFilter(side=query.side)


def _row(hit: Hit, score: float, corpus: Corpus) -> Row:
    span = NOWHERE if hit.ordinal is None else corpus.spans[hit.call_id][hit.ordinal]
    return Row(hit.call_id, score, span)


def _whole_calls(corpus: Corpus) -> tuple[list[str], Vectors]:
    """The calls with words, and a vector of each; computed once and kept beside the store."""
    texts = {record.call.id: text for record in corpus.records if (text := _text(record))}
    kept = corpus.data / _NAIVE
    key = hashlib.sha256(repr((corpus.embedder.identity, list(texts.items()))).encode())
    known = _kept(kept, key.hexdigest())
    if known is None:
        known = _embedded(corpus, list(texts.values()))
        np.savez(kept, vectors=known, key=np.array(key.hexdigest()))
    return list(texts), known


def _text(record: CallRecord) -> str:
    transcripts = [record.transcript(kind) for kind in Kind if kind.is_spoken]
    said = [u.text for transcript in transcripts if transcript for u in transcript.utterances]
    return " ".join(" ".join(said).split())


def _kept(path: Path, key: str) -> Vectors | None:
    if not path.exists():
        return None
    with np.load(path) as kept:
        vectors: Vectors = kept["vectors"]
        return vectors if str(kept["key"]) == key else None


def _embedded(corpus: Corpus, texts: Sequence[str]) -> Vectors:
    whole = [_beginning(text, corpus.embedder.fits) for text in texts]
    rows = [corpus.embedder.embed_passages([])]
    for start in range(0, len(whole), _BATCH):
        rows.append(corpus.embedder.embed_passages(whole[start : start + _BATCH]))
        tell(f"{corpus.name}: {min(start + _BATCH, len(whole))} of {len(whole)} whole calls")
    return np.concatenate(rows)


def _beginning(text: str, fits: Callable[[str], bool]) -> str:
    """As many of a text's first words as fit."""
    words = text.split()
    lengths = range(1, len(words) + 1)
    fitting = bisect_left(lengths, 1, key=lambda n: not fits(" ".join(words[:n])))
    return " ".join(words[:fitting])
