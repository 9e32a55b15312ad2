"""Which cells are drawn together: those that are each due too few calls to stand alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from indexer.sampling.shares import Key
from models.sample import SEVERAL

LEAST: Final = 2
"""Calls that a stratum is due at least: from fewer nobody can tell how far calls differ."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A cell by its place in the population, its values, and how many calls it has."""

    at: int
    key: Key
    calls: int


Together = tuple[Counted, ...]


def strata_of(cells: Sequence[Counted], n: int) -> list[Together]:
    """Cells put together so that of `n` calls, each stratum is due `LEAST` where possible.

    Cells that differ in the last field only are put together first, then those that
    differ in the field before it, and so on (collapsed strata: Cochran 1977, 5A.12). What
    is left over at the end goes to the smallest. Only sizes decide, never what a call is
    like, so that no probability depends on what will be found.
    """
    whole = calls_of(cells)

    def is_due(some: Sequence[Counted]) -> bool:
        return n * calls_of(some) >= LEAST * whole

    def split(some: list[Counted], depth: int) -> tuple[list[Together], list[Counted]]:
        """Strata of cells that agree in the first fields, and the cells that are left over."""
        strata: list[Together] = []
        left: list[Counted] = []
        if depth == len(some[0].key):
            left = some
        else:
            in_order = sorted(some, key=lambda cell: cell.key[depth])
            for _, alike in groupby(in_order, key=lambda cell: cell.key[depth]):
                found, over = split(list(alike), depth + 1)
                strata += found
                left += over
        return ([*strata, tuple(left)], []) if left and is_due(left) else (strata, left)

    strata, left = split(list(cells), 0)
    if left:
        strata.sort(key=lambda some: (calls_of(some), key_together(some)))
        strata = [(*strata[0], *left), *strata[1:]] if strata else [tuple(left)]
    ordered = [tuple(sorted(some, key=lambda cell: cell.at)) for some in strata]
    return sorted(ordered, key=lambda some: some[0].at)


def calls_of(cells: Sequence[Counted]) -> int:
    """How many calls cells have."""
    return sum(cell.calls for cell in cells)


def key_together(cells: Sequence[Counted]) -> Key:
    """The values of cells, where they agree."""
    return tuple(
        values[0] if len(set(values)) == 1 else SEVERAL
        for values in zip(*(cell.key for cell in cells), strict=True)
    )
