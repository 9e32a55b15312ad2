"""Learning from the best calls what a question is about (Rocchio's relevance feedback, blind).

The two best calls of a first ranking, whatever they are, say in the words of calls what
was asked in the words of a question. Their best utterances draw the question towards
themselves before utterances are compared, their best windows before windows and written
texts are:

    q' = unit( q + 0.5 unit( sum of their best passages' vectors ) )

(J. J. Rocchio, "Relevance feedback in information retrieval", in Salton, ed., The SMART
Retrieval System, 1971.) Which calls teach is decided under the question's own filter.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from indexer.store.contract import Store
from indexer.vectors import Vector, normalise
from models import Grain, SearchFilter

TEACHERS: Final = 2
"""How many calls are learned from."""

_PULL: Final = 0.5


def unsharpened(vector: Vector) -> dict[Grain, Vector]:
    """A question's vector as it is, for passages of every grain."""
    return dict.fromkeys((Grain.UTTERANCE, Grain.WINDOW, Grain.WRITTEN), vector)


def sharpened(
    vector: Vector, teachers: Sequence[str], where: SearchFilter, store: Store
) -> dict[Grain, Vector]:
    """A question's vector for passages of each grain, drawn towards what these calls say."""
    utterance = _drawn(vector, Grain.UTTERANCE, teachers, where, store)
    window = _drawn(vector, Grain.WINDOW, teachers, where, store)
    return {Grain.UTTERANCE: utterance, Grain.WINDOW: window, Grain.WRITTEN: window}


def _drawn(
    vector: Vector, grain: Grain, teachers: Sequence[str], where: SearchFilter, store: Store
) -> Vector:
    best = [
        passage
        for call_id in teachers
        if (passage := _best_passage(vector, grain, call_id, where, store)) is not None
    ]
    return normalise(vector + _PULL * normalise(np.sum(best, axis=0))) if best else vector


def _best_passage(
    vector: Vector, grain: Grain, call_id: str, where: SearchFilter, store: Store
) -> Vector | None:
    only = replace(where, call_ids=(call_id,))
    hits = store.nearest(vector, grain=grain, limit=1, where=only)
    ordinals, vectors = store.vectors(call_id)
    found = [vectors[ordinals.index(h.ordinal)] for h in hits if h.ordinal in ordinals]
    return found[0] if found else None
