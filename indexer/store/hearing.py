"""Which calls pass by what was said in them, worked out with sets of places."""

from dataclasses import dataclass
from functools import reduce

import numpy as np

from indexer.store.keys import Keys, Mask, are_spoken, are_written, rows_of
from indexer.store.line_index import LineIndex
from indexer.store.spots import Spots
from models import AllOf, AnyOf, Expression, Not, SearchFilter, Term

EVERYTHING = AllOf(())
"""The expression that holds in every line."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """The words that count under one filter, whichever calls it is about."""

    where: SearchFilter
    index: LineIndex
    spots: Spots

    def rows(self, everyone: Keys) -> Keys:
        """Rows of the calls that pass, of `everyone`: what was said, and that anything was."""
        rows = everyone
        if self.where.said is not None:
            groups = self._groups(self.where.said, everyone)
            rows = np.unique(rows_of(groups)) if self.where.in_one_turn else groups
        if self.where.is_of_utterances:
            heard = np.unique(rows_of(self.spots.all_eligible(self.where)))
            rows = np.intersect1d(rows, heard, assume_unique=True)
        return rows

    def counting(self, places: Keys) -> Mask:
        """Which of these lines have words that count."""
        counts = np.zeros(len(places), np.bool_)
        spoken = are_spoken(places)
        counts[spoken] = self.spots.eligible(places[spoken], self.where)
        if not self.where.is_of_speech:
            counts |= are_written(places, self.where.kinds)
        return counts

    def _groups(self, expression: Expression, everyone: Keys) -> Keys:
        """The calls (their rows) or turns in which an expression holds, each once, in order."""
        match expression:
            case Term():
                return self._grouped(self.index.saying(expression, None))
            case AnyOf(parts):
                return reduce(np.union1d, (self._groups(part, everyone) for part in parts))
            case AllOf(parts):
                refused = [part.part for part in parts if isinstance(part, Not)]
                wanted = [part for part in parts if not isinstance(part, Not)]
                groups = (self._groups(part, everyone) for part in wanted)
                found = reduce(np.intersect1d, groups) if wanted else self._everything(everyone)
                refusals = (self._groups(part, everyone) for part in refused)
                return reduce(np.setdiff1d, refusals, found)
            case Not(part):
                return np.setdiff1d(self._everything(everyone), self._groups(part, everyone))

    def _everything(self, everyone: Keys) -> Keys:
        if not self.where.in_one_turn:
            return everyone
        return self._grouped(self.index.saying(EVERYTHING, None))

    def _grouped(self, places: Keys) -> Keys:
        places = places[self.counting(places)]
        if not self.where.in_one_turn:
            return np.unique(rows_of(places))
        turns = places.copy()
        spoken = are_spoken(places)
        turns[spoken] = self.spots.turns_of(places[spoken])
        return np.unique(turns)
