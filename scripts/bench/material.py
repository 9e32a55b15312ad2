"""What is measured on: the demo's invented calls, and as many vectors like theirs as wanted."""

from datetime import date
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from indexer.embedder import SentenceTransformerEmbedder
from indexer.vectors import Vectors, normalise
from scripts.demo_calls.build import build_world

_JITTER = 0.35
"""How far a copy lies from its original, in differences between two originals: so far that
the best hundred of a million are about as close to a question as in real data."""


@cache
def utterances(calls: int = 2000) -> list[str]:
    """What is said in invented calls, each text once."""
    world = build_world(today=date(2026, 11, 1), calls=calls)
    said: dict[str, None] = {}
    for call in world.calls:
        for transcript in ("recording_transcript", "voicemail_transcript"):
            for utterance in (call.get(transcript) or {}).get("utterances", ()):
                said[utterance["text"]] = None
    return list(said)


def passages(words: int, count: int) -> list[str]:
    """So many texts of about so many words: neighbouring utterances put together."""
    made, text = [], ""
    for utterance in utterances():
        text = f"{text} {utterance}".strip()
        if len(text.split()) >= words:
            made.append(text)
            text = ""
    return made[:count]


@cache
def originals(count: int = 4000) -> Vectors:
    """Vectors of real texts."""
    return SentenceTransformerEmbedder().embed_passages(utterances()[:count])


def questions(count: int) -> Vectors:
    """Vectors of texts that are not among the originals, in float32."""
    return SentenceTransformerEmbedder().embed_passages(utterances()[-count:])


def many_like(originals: Vectors, count: int, seed: int = 0) -> npt.NDArray[np.float16]:
    """So many vectors distributed about as the originals: shape (count, dimensions)."""
    random = np.random.default_rng(seed)
    made = np.empty((count, originals.shape[1]), np.float16)
    starts = [*range(0, count, 100_000), count]
    for start, end in pairwise(starts):
        chosen = random.integers(0, len(originals), (3, end - start))
        moved = originals[chosen[0]] + _JITTER * (originals[chosen[1]] - originals[chosen[2]])
        made[start:end] = normalise(moved).astype(np.float16)
    return made
