"""Which utterances answer a text: what moments and the steps of a dialogue are made of.

For one utterance,

    meaning = its cosine with the text
    words   = the share of the text's telling words it says, weighed by rarity (0 to 1)
    score   = meaning + 0.2 words

or the one of them that the mode asks for. As a *moment* it answers if its score is at
least three quarters of the best one's. A step of a *dialogue* can be any utterance that
means something near, or says every telling word, scored by its meaning (at least 0.4 in
the second case): which of them count is decided by the whole pattern
(indexer/search/dialogues.py). An *absence* is broken by an utterance that
says every telling word, or whose meaning is at least 0.45 and three quarters of the best.
How these were chosen: docs/retrieval.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from indexer.lines import Lines
from indexer.store.contract import Store
from indexer.vectors import Vector
from indexer.words import idf, query_terms
from models import AnyOf, Mode, SearchFilter, Step, wanted_terms

GOOD_ENOUGH: Final = 0.75
"""Of the best: what counts as an answer."""

_WORDS_WEIGHT: Final = 0.2
_NEAR: Final = 0.1  # below, a cosine says nothing
_LIKELY: Final = 0.3  # what is looked at first
_SAID: Final = 0.45  # the meaning at which something counts as said
_WORD_FOR_WORD: Final = 0.4  # the meaning of what says every telling word, at least
_ALL_WORDS: Final = 1 - 1e-6  # through rounding

Embed = Callable[[str], Vector]
Shares = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Where and how answers are looked for."""

    mode: Mode
    store: Store
    embed: Embed


@dataclass(frozen=True, slots=True)
class _Scored:
    """Utterances, and the two halves of their scores."""

    lines: Lines
    meaning: Shares
    words: Shares

    def scores(self, mode: Mode) -> Shares:
        match mode:
            case Mode.SEMANTIC:
                return self.meaning
            case Mode.KEYWORD:
                return self.words
            case Mode.HYBRID:
                both: Shares = self.meaning + _WORDS_WEIGHT * self.words
                return both

    def scored(self, mode: Mode) -> Lines:
        return replace(self.lines, scores=self.scores(mode))


def answering(text: str, where: SearchFilter, asking: Asking) -> Lines:
    """The utterances that answer a text, with their scores.

    If the filter demands that things be said, they are the utterances that say any of
    them, every one: then no mention is missed, and `text` only scores them.
    """
    found = _scored(text, where, asking, at_least=_LIKELY).scored(asking.mode)
    demanded = tuple(wanted_terms(where.said)) if where.said is not None else ()
    if demanded:
        return _with_scores(asking.store.lines_saying(AnyOf(demanded), where=where), found)
    enough = GOOD_ENOUGH * found.scores.max(initial=0.0)
    if asking.mode is not Mode.KEYWORD and enough - _WORDS_WEIGHT < _LIKELY:
        lower = max(_NEAR, enough - _WORDS_WEIGHT)
        found = _scored(text, where, asking, at_least=lower).scored(asking.mode)
    return found[(found.scores > 0) & (found.scores >= enough)]


def fitting(step: Step, where: SearchFilter, asking: Asking) -> Lines:
    """The utterances that can be a step of a dialogue, scored by its text.

    Under `keyword`, those that say every telling word. Of an absence, those that break it.
    """
    if not step.text:
        assert step.said is not None
        return asking.store.lines_saying(step.said, where=where)
    scored = _scored(step.text, where, asking, at_least=_SAID if step.never else _NEAR)
    fits = said = scored.words >= _ALL_WORDS
    if asking.mode is not Mode.KEYWORD:
        enough = GOOD_ENOUGH * scored.meaning.max(initial=0.0) if step.never else 0.0
        fits = fits | ((scored.meaning > 0) & (scored.meaning >= enough))
    scores = np.where(said, np.maximum(scored.meaning, _WORD_FOR_WORD), scored.meaning)
    lines = replace(scored.lines, scores=scores.astype(np.float32))[fits]
    if step.said is None:
        return lines
    demanded = asking.store.lines_saying(step.said, where=where)
    return lines[np.isin(lines.places, demanded.places)]


def _scored(text: str, where: SearchFilter, asking: Asking, *, at_least: float) -> _Scored:
    """Utterances of at least that meaning, and all that say any telling word."""
    near = worded = Lines.none()
    if asking.mode is not Mode.KEYWORD:
        near = asking.store.lines_near(asking.embed(text), at_least=at_least, where=where)
    if asking.mode is not Mode.SEMANTIC:
        worded = _worded(text, where, asking.store)
    lines = _united(near, worded)
    return _Scored(
        lines, meaning=_with_scores(lines, near).scores, words=_with_scores(lines, worded).scores
    )


def _worded(text: str, where: SearchFilter, store: Store) -> Lines:
    """The utterances that say any telling word, with their share of all of them."""
    saying = [store.lines_saying(term, where=where) for term in query_terms(text)]
    total = max(store.facts().passages, 1)
    weights = np.array([idf(min(len(lines), total), total) for lines in saying], np.float32)
    united = Lines.none()
    for lines in saying:
        united = _united(united, lines)
    shares = np.zeros(len(united), np.float32)
    for lines, weight in zip(saying, weights / max(weights.sum(), 1e-9), strict=True):
        shares[np.isin(united.places, lines.places)] += weight
    return replace(united, scores=shares)


def _united(some: Lines, others: Lines) -> Lines:
    """All of them, each once, in order; their scores mean nothing."""
    both = some.joined(others)
    _, first = np.unique(both.places, return_index=True)
    return both[first]


def _with_scores(lines: Lines, known: Lines) -> Lines:
    """These lines with the scores of those that are known, and 0 for the rest."""
    scores = np.zeros(len(lines), np.float32)
    if len(known):
        at = np.minimum(np.searchsorted(known.places, lines.places), len(known) - 1)
        is_known = known.places[at] == lines.places
        scores[is_known] = known.scores[at[is_known]]
    return replace(lines, scores=scores)
