"""What an embedder promises, and what a network underneath it has to be able to do."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from indexer.vectors import EmbedderId, Vector, Vectors


class Embedder(Protocol):
    """Turns text into unit vectors, the same text always into the same vector."""

    @property
    def identity(self) -> EmbedderId:
        """Which network this is: stored beside its vectors."""

    @property
    def device(self) -> str:
        """Where the network runs: `cpu`, `cuda:0`, ..."""

    def fits(self, text: str) -> bool:
        """Whether a text is within the limit, and so embedded whole."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed passages to be stored.

        Returns one row per text, in order: shape (len(texts), dimensions), float32,
        rows of length 1. No texts give shape (0, dimensions).

        Raises:
            TextTooLong: a text exceeds the token limit. We never cut it silently.
            EmbedderUnavailable: the weights cannot be loaded.
        """

    def embed_query(self, text: str) -> Vector:
        """Embed a question, with the model's own prompt for questions if it has one.

        A text beyond the limit is embedded in parts, and their mean taken.
        """


class Network(Protocol):
    """A network that is loaded: what differs from one runtime to another."""

    @property
    def dimensions(self) -> int:
        """Of each vector."""

    @property
    def device(self) -> str:
        """Where it runs, and how: for people."""

    @property
    def limit(self) -> int:
        """Tokens a text may have, what the model's own prompts take being set aside."""

    def tokens(self, text: str) -> int:
        """How many tokens a text is."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, in order; none is beyond the limit, and there is one."""

    def questions(self, texts: Sequence[str]) -> Vectors:
        """The same for questions."""


class Runtime(StrEnum):
    """What computes a network."""

    AUTO = "auto"
    """OpenVINO where it gives the same vectors sooner, else PyTorch."""
    TORCH = "torch"
    OPENVINO = "openvino"
