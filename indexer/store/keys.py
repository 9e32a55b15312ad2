"""A passage's key: one integer that says which call, where in it, and what it is.

    bits 26..62  row of the call, never used again
    bits  6..25  ordinal of the passage within the call
    bits  4..5   grain
    bits  2..3   kind
    bits  0..1   side that said all of it, 0 when none or several

Keys sort by call, then ordinal. The search indexes hold nothing but keys, so a
filter on call, grain, kind or side is arithmetic on an array of them.

A place is where words stand, passage or not: row << 26, a sort << 23, and a position.
The sort is the kind's number, or 4 for the names of a call; the position is that of the
utterance in its transcript, or counts notes, summaries and names from 0.
"""

import hashlib

import numpy as np
import numpy.typing as npt

from models import Grain, Kind, Passage, Side

Keys = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MAX_ORDINAL = (1 << 20) - 2
_NO_ORDINAL = (1 << 20) - 1

_GRAINS = (Grain.UTTERANCE, Grain.WINDOW, Grain.BLOCK, Grain.WRITTEN)
_KINDS = (Kind.RECORDING, Kind.VOICEMAIL, Kind.NOTE, Kind.SUMMARY)
SPOKEN = _KINDS[:2]
"""The kinds utterances are of, by their number."""
_SORT_OF_NAMES = len(_KINDS)
_SIDES = (None, Side.USER, Side.CONTACT, Side.UNKNOWN)


def key_of(row: int, passage: Passage) -> int:
    """The key of a passage of the call in this row."""
    if passage.ordinal > MAX_ORDINAL:
        raise ValueError(f"a call has more than {MAX_ORDINAL + 1} passages")
    place = row << 26 | passage.ordinal << 6
    sort = _GRAINS.index(passage.grain) << 4 | _KINDS.index(passage.kind) << 2
    return place | sort | _SIDES.index(passage.side)


def text_hash(text: str) -> int:
    """64 bits that tell texts apart, as SQLite's integers are: signed."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)


def first_key(row: int) -> int:
    """The lowest key of this row; the range of its keys ends before the next row's."""
    return row << 26


def first_keys(rows: Keys) -> Keys:
    """The lowest key of each of these rows."""
    return rows << 26


def key_of_names(row: int) -> int:
    """The key of the names of the call in this row, which are no passage."""
    return row << 26 | _NO_ORDINAL << 6


def ordinal_of(key: int) -> int | None:
    """The ordinal of the passage within its call; None for the key of names."""
    ordinal = key >> 6 & _NO_ORDINAL
    return None if ordinal == _NO_ORDINAL else ordinal


def place_of(row: int, kind: Kind | None, position: int) -> int:
    """Where words of a kind stand; None for the names of a call."""
    sort = _SORT_OF_NAMES if kind is None else _KINDS.index(kind)
    return row << 26 | sort << 23 | position


def places_of(rows: Keys, sorts: Keys, positions: Keys) -> Keys:
    """Where many words stand."""
    return rows << 26 | sorts << 23 | positions


def sort_of(places: Keys) -> Keys:
    """The sort of each of these places: the number of its kind, or that of names."""
    return places >> 23 & 7


def are_spoken(places: Keys) -> Mask:
    """Which of these places are utterances."""
    mask: Mask = sort_of(places) < len(SPOKEN)
    return mask


def are_written(places: Keys, kinds: tuple[Kind, ...]) -> Mask:
    """Which of these places are notes, summaries or names that count under a choice of kinds."""
    sorts = sort_of(places)
    if not kinds:
        return sorts >= len(SPOKEN)
    return np.isin(sorts, [_KINDS.index(kind) for kind in kinds if kind not in SPOKEN])


def kind_of(key: int) -> Kind:
    """The kind of the passage."""
    return _KINDS[key >> 2 & 3]


def side_of(key: int) -> Side | None:
    """The side that said all of the passage."""
    return _SIDES[key & 3]


def rows_of(keys: Keys) -> Keys:
    """The rows of the calls these keys belong to."""
    return keys >> 26


def of_grain(keys: Keys, grain: Grain) -> Mask:
    """Which of these passages are of one grain."""
    mask: Mask = (keys >> 4 & 3) == _GRAINS.index(grain)
    return mask


def of_kinds(keys: Keys, kinds: tuple[Kind, ...]) -> Mask:
    """Which of these passages are of one of these kinds."""
    return np.isin(keys >> 2 & 3, [_KINDS.index(kind) for kind in kinds])


def said_by(keys: Keys, side: Side) -> Mask:
    """Which of these passages were said by one side alone."""
    mask: Mask = (keys & 3) == _SIDES.index(side)
    return mask


def in_rows(keys: Keys, rows: Keys) -> Mask:
    """Which of these passages belong to a call of these rows."""
    allowed = np.zeros(int(max(rows.max(initial=0), rows_of(keys).max(initial=0))) + 1, np.bool_)
    allowed[rows] = True
    return allowed[rows_of(keys)]


def best_of_each_row(keys: Keys, scores: npt.NDArray[np.float32]) -> tuple[Keys, Mask]:
    """The best passage of each call, best first: the keys sorted, and which of them those are.

    Equal scores go by call row, then ordinal; the caller reorders equals by call id.
    """
    order = np.lexsort((keys, -scores))
    first = np.zeros(len(keys), np.bool_)
    _, positions = np.unique(rows_of(keys[order]), return_index=True)
    first[positions] = True
    return order, first
