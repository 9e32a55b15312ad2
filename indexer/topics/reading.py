"""What topics are found in: utterances that say something, each with what was said around it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from indexer.heard import heard_lines
from indexer.passages import word_count
from indexer.store.contract import Store
from indexer.topics.clustering import Grid, of_length, on_grid, together
from indexer.vectors import Vector
from models import CallRecord, Grain, Kind, SearchFilter

MOST_PASSAGES: Final = 50_000
"""Passages that are compared; of more, whole calls are drawn by the seed."""
LEAST_WORDS: Final = 5
"""Words of an utterance that says what it is about."""
_OWN_WEIGHT: Final = 2
"""What an utterance says counts so much more than what is said around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidPassage:
    """An utterance that is compared."""

    call_id: str
    kind: Kind
    utterance: int
    text: str


_Vectored = tuple[SaidPassage, Vector, Vector]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read, in order of call, kind and utterance: a row of the grid for each passage.

    `selected` calls pass the filter, `read` of them were read. `when` has the calls with a
    passage, `short` counts utterances that are too short. `names` are words of the names of
    those who spoke, in lower case.
    """

    passages: tuple[SaidPassage, ...]
    rows: Grid
    selected: int
    read: int
    short: int
    when: dict[str, datetime]
    names: frozenset[str]


def read_passages(
    store: Store, where: SearchFilter, *, seed: str, most: int = MOST_PASSAGES
) -> Reading:
    """Read the calls that pass, or as many of them as have so many passages.

    Which then are read is decided by the seed and their ids alone, so that their order and
    what else is stored change nothing.
    """
    ids = store.passing(where, limit=store.count() + 1)
    found: list[_Vectored] = []
    when: dict[str, datetime] = {}
    names: set[str] = set()
    read = short = 0
    for call_id in sorted(ids, key=lambda call_id: _draw(seed, call_id)):
        if len(found) >= most:
            break
        record = store.get(call_id)
        if record is None:  # removed meanwhile
            continue
        read += 1
        names |= _names(record)
        said, too_short = _said(record, where)
        short += too_short
        passages = list(_with_vectors(record, said, store))
        if passages:
            when[call_id] = record.call.activity_at
            found += passages
    found.sort(key=lambda one: (one[0].call_id, one[0].kind, one[0].utterance))
    own = _grid([own for _, own, _ in found])
    around = _grid([around for _, _, around in found])
    return Reading(
        passages=tuple(passage for passage, _, _ in found),
        rows=together(own, around, weight=_OWN_WEIGHT),
        selected=len(ids),
        read=read,
        short=short,
        when=when,
        names=frozenset(names),
    )


def _grid(sums: Sequence[Vector]) -> Grid:
    return of_length(np.stack(sums)) if sums else np.zeros((0, 1), np.float32)


def _draw(seed: str, call_id: str) -> bytes:
    return hashlib.sha256(f"{seed}/{call_id}".encode()).digest()


def _said(record: CallRecord, where: SearchFilter) -> tuple[dict[tuple[Kind, int], str], int]:
    """The utterances that count and are long enough, and how many are not."""
    said: dict[tuple[Kind, int], str] = {}
    short = 0
    for line in heard_lines(record, where):
        if line.kind is None or not line.kind.is_spoken:
            continue
        if word_count(line.text) < LEAST_WORDS:
            short += 1
        else:
            said[line.kind, line.position] = line.text
    return said, short


def _with_vectors(
    record: CallRecord, said: dict[tuple[Kind, int], str], store: Store
) -> Iterator[_Vectored]:
    """Each utterance with the sum of its vectors, and of those of the windows it is in."""
    ordinals, vectors = store.vectors(record.call.id)
    if not said or not ordinals:
        return
    row_of = dict(zip(ordinals, on_grid(vectors), strict=True))
    own: dict[tuple[Kind, int], Vector] = {}
    around: dict[tuple[Kind, int], Vector] = {}
    for passage in record.passages:
        row = row_of.get(passage.ordinal)
        if row is None or passage.first is None or passage.last is None:
            continue
        sums = own if passage.grain is Grain.UTTERANCE else around
        for position in range(passage.first, passage.last + 1):
            place = passage.kind, position
            if place in said:  # a long utterance is embedded in parts, and may be in two windows
                sums[place] = sums[place] + row if place in sums else row
    for (kind, position), row in own.items():
        text = said[kind, position]
        said_here = SaidPassage(call_id=record.call.id, kind=kind, utterance=position, text=text)
        yield said_here, row, around.get((kind, position), np.zeros_like(row))


def _names(record: CallRecord) -> set[str]:
    """Words of the names of those who speak: our side's and theirs."""
    speakers = {
        u.speaker for kind in (Kind.RECORDING, Kind.VOICEMAIL) for u in record.utterances(kind)
    }
    speakers.add(record.call.user_name or "")
    return {word.lower() for name in speakers for word in name.split()}
