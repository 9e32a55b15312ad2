"""Vectors: float32 arrays of unit length, so that a dot product is a cosine."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt

Vector = Annotated[npt.NDArray[np.float32], "shape (dimensions,), length 1"]
Vectors = Annotated[npt.NDArray[np.float32], "shape (n, dimensions), rows of length 1"]


def normalise(vectors: npt.ArrayLike) -> Vectors:
    """Rows scaled to length 1; a row of zeros stays zeros, similar to nothing."""
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    unit: Vectors = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return unit


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedderId:
    """Which network made the vectors: two vectors compare only when this is equal."""

    name: str
    revision: str
    dimensions: int

    def __str__(self) -> str:
        """Short enough for a message: the name and the first of the revision."""
        return f"{self.name} ({self.revision[:12]}, {self.dimensions} dimensions)"
