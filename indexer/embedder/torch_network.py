"""Any sentence-transformers model on PyTorch: on a GPU if there is one."""

import logging
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from indexer.embedder.weights import Weights
from indexer.vectors import Vectors
from models.errors import EmbedderUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor
    from torch.nn import Module

_MANY_TOKENS = 10**6  # for a model that states no limit


class TorchNetwork:
    """A sentence-transformers model, as its library runs it."""

    def __init__(self, weights: Weights, device: str | None) -> None:
        """Load it.

        Raises:
            EmbedderUnavailable: it cannot be.
        """
        self._network = _load(weights, device)
        # Counting tokens and embedding set up the same tokenizer, each its own way.
        self._working = threading.RLock()

    @property
    def dimensions(self) -> int:
        return self._network.get_embedding_dimension() or 0

    @property
    def device(self) -> str:
        return str(self._network.device)

    @cached_property
    def limit(self) -> int:
        prompts = [prompt for prompt in (self._network.prompts or {}).values() if prompt]
        longest = max((self.tokens(prompt) for prompt in prompts), default=0)
        return (self._network.max_seq_length or _MANY_TOKENS) - longest

    def tokens(self, text: str) -> int:
        with self._working:
            tokens = self._network.tokenizer(text, truncation=False, verbose=False)
        return len(tokens["input_ids"])

    def passages(self, texts: Sequence[str]) -> Vectors:
        with self._working:
            rows: Vectors = self._network.encode_document(
                list(texts), convert_to_numpy=True, show_progress_bar=False
            )
        return rows

    def questions(self, texts: Sequence[str]) -> Vectors:
        with self._working:
            rows: Vectors = self._network.encode_query(
                list(texts), convert_to_numpy=True, show_progress_bar=False
            )
        return rows

    def traceable(self) -> "Module":
        """Token ids and their mask in, vectors out: shapes (n, longest) twice, (n, dimensions)."""
        from torch.nn import Module

        class Traceable(Module):  # type: ignore[misc]
            def __init__(self, network: "SentenceTransformer") -> None:
                super().__init__()
                self.network = network

            def forward(self, input_ids: "Tensor", attention_mask: "Tensor") -> "Tensor":
                tokens = {"input_ids": input_ids, "attention_mask": attention_mask}
                return self.network(tokens)["sentence_embedding"]

        return Traceable(self._network).eval()


def _load(weights: Weights, device: str | None) -> "SentenceTransformer":
    # The libraries greet and draw bars on import; our terminal is not theirs.
    for library in ("transformers", "sentence_transformers"):
        logging.getLogger(library).setLevel(logging.ERROR)
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        transformers_logging.set_verbosity_error()
        return SentenceTransformer(str(weights.folder), device=device, local_files_only=True)
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        raise EmbedderUnavailable(f"cannot load the embedder {weights.name}: {error}") from error
