"""Vectors of example sentences, kept in memory as long as their embedder: texts do not change."""

from collections.abc import Sequence
from typing import Final
from weakref import WeakKeyDictionary

from indexer.embedder import Embedder
from indexer.vectors import Vector
from models.errors import QueryInvalid

_MOST_KEPT: Final = 2000
_kept: Final[WeakKeyDictionary[Embedder, dict[str, Vector]]] = WeakKeyDictionary()


def vectors_of(examples: Sequence[str], embedder: Embedder) -> list[Vector]:
    """The vectors of examples, embedded as what is said is: they are compared with utterances.

    Raises:
        QueryInvalid: one is longer than the embedder takes.
    """
    known = _kept.setdefault(embedder, {})
    missing = list(dict.fromkeys(text for text in examples if text not in known))
    if missing:
        for number, text in enumerate(examples, 1):
            if not embedder.fits(text):
                problem = f"example {number} is longer than the embedder takes"
                raise QueryInvalid("examples", problem)
        found = dict(zip(missing, embedder.embed_passages(missing), strict=True))
        if len(known) + len(found) > _MOST_KEPT:
            known.clear()
        known.update(found)
        return [(known | found)[text] for text in examples]
    return [known[text] for text in examples]
