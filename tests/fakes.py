"""Stand-ins of ours for what is slow or outside."""

import hashlib
from collections.abc import Sequence

import numpy as np

from indexer.vectors import EmbedderId, Vector, Vectors, normalise
from indexer.words import stems


class WordEmbedder:
    """An embedder of words: texts that share words are close. Fast, and needs no weights."""

    def __init__(self, dimensions: int = 64, limit: int = 400, name: str = "words") -> None:
        self.identity = EmbedderId(name=name, revision="1", dimensions=dimensions)
        self.device = "cpu"
        self.texts_embedded = 0
        self._limit = limit
        self._directions: dict[str, Vector] = {}

    def fits(self, text: str) -> bool:
        return len(text) <= self._limit

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.texts_embedded += len(texts)
        rows = [self.embed_query(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.identity.dimensions), np.float32)

    def embed_query(self, text: str) -> Vector:
        total = np.zeros(self.identity.dimensions, np.float32)
        for stem in stems(text) or ["nothing"]:
            if stem not in self._directions:
                self._directions[stem] = self._direction(stem)
            total += self._directions[stem]
        return normalise(total)

    def _direction(self, stem: str) -> Vector:
        seed = int.from_bytes(hashlib.sha256(stem.encode()).digest()[:8])
        return np.random.default_rng(seed).normal(size=self.identity.dimensions).astype(np.float32)
