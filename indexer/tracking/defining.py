"""Trackers as they are made and changed: kept in every version, and refused if they are wrong."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from indexer.embedder import Embedder
from indexer.grammar import parse, parse_part, read_demand
from indexer.papers import Folder, Written
from indexer.store.contract import Store
from indexer.words import exact_words
from models import Expression, Part, wanted_terms
from models.errors import PaperChanged, QueryInvalid
from models.tracker import HitLabel, Tracker

TRACKERS: Final = Folder("tracker", Tracker)
LABELS: Final = Folder("label", HitLabel)
"""Within their tracker."""

_IS_A_DIALOGUE: Final = (
    "is a dialogue, and a tracker finds single utterances: give the words of one step here, and"
    " who says them as the side"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A field of a tracker that two versions differ in."""

    field: str
    before: Any
    after: Any


def add(
    tracker: Tracker, *, store: Store, embedder: Embedder, by: str | None, at: datetime
) -> Written[Tracker]:
    """Begin a tracker.

    Raises:
        QueryInvalid: it could find nothing.
        PaperNameTaken: another tracker has its name.
    """
    return TRACKERS.add(store, checked(tracker, embedder), by=by, at=at)


def change(
    known: Written[Tracker],
    wanted: Tracker,
    *,
    version: int | None = None,
    store: Store,
    embedder: Embedder,
    by: str | None,
    at: datetime,
) -> Written[Tracker]:
    """Write the next version of a tracker, unless it would say the same.

    `version` is the one that was read before it was changed; None, whichever it is now.

    Raises:
        QueryInvalid: it could find nothing.
        PaperChanged: there is a newer version than the one that was read.
        PaperNameTaken: another tracker has its name.
    """
    if version is not None and version != known.version:
        raise PaperChanged(TRACKERS.kind, known.id)
    return TRACKERS.change(store, known, checked(wanted, embedder), by=by, at=at)


def remove(known: Written[Tracker], *, store: Store) -> None:
    """Delete a tracker with every version, and the labels of its hits."""
    LABELS.discard(store, [label.id for label in LABELS.all(store, within=known.id)])
    TRACKERS.discard(store, [known.id])


def checked(tracker: Tracker, embedder: Embedder) -> Tracker:
    """A tracker as it is kept: all of it understood, with the embedder its threshold is of.

    Raises:
        QueryInvalid: it could find nothing.
    """
    _check_phrases(tracker)
    part_of(tracker)
    for number, example in enumerate(tracker.examples, 1):
        if not exact_words(example):
            raise QueryInvalid("examples", f"example {number} has no words")
        if not embedder.fits(example):
            raise QueryInvalid("examples", f"example {number} is longer than the embedder takes")
    return replace(tracker, embedder=str(embedder.identity) if tracker.examples else None)


def two_versions(
    tracker_id: str, earlier: int | None, later: int | None, *, store: Store
) -> tuple[Written[Tracker], Written[Tracker]]:
    """Two versions of a tracker: the newest and the one before it, unless told otherwise.

    Raises:
        PaperNotFound: there is no such tracker, or version.
        QueryInvalid: there is nothing before the later one.
    """
    after = TRACKERS.get(store, tracker_id, version=later)
    if earlier is None and after.version == 1:
        raise QueryInvalid("from", "there is no version before the first")
    before = TRACKERS.get(store, tracker_id, version=earlier or after.version - 1)
    return before, after


def told_of_embedder(tracker: Tracker, embedder: Embedder) -> str | None:
    """What to tell of a threshold that was chosen with another embedder; None if it was not."""
    if tracker.embedder is None:
        return None
    now = str(embedder.identity)
    if now == tracker.embedder:
        return None
    return (
        f"The threshold {tracker.threshold:g} was chosen with {tracker.embedder}, and calls are"
        f" compared by {now} now: the same number means something else, and other hits are found."
        " Look at the hits, choose a threshold again, and save the tracker."
    )


def changes(before: Tracker, after: Tracker) -> list[Change]:
    """What two versions differ in."""
    pairs = ((f.name, getattr(before, f.name), getattr(after, f.name)) for f in fields(Tracker))
    return [Change(field=n, before=one, after=other) for n, one, other in pairs if one != other]


def demand_of(tracker: Tracker) -> Expression | None:
    """What an utterance must say to be a hit by its words; None if no words make it one.

    Raises:
        QueryInvalid: the phrases are no expression.
    """
    return read_demand(tracker.phrases, "phrases") if tracker.phrases.strip() else None


def part_of(tracker: Tracker) -> Part | None:
    """The part of a call it looks at; None for all of it.

    Raises:
        QueryInvalid: it is no part.
    """
    return parse_part(tracker.part, field="part") if tracker.part is not None else None


def _check_phrases(tracker: Tracker) -> None:
    try:
        is_dialogue = parse(tracker.phrases, field="phrases").dialogue is not None
    except QueryInvalid:
        demand_of(tracker)  # which names the character of what is wrong in an expression
        raise
    if is_dialogue:
        raise QueryInvalid("phrases", _IS_A_DIALOGUE)
    demanded = demand_of(tracker)
    if demanded is not None and not any(wanted_terms(demanded)):
        raise QueryInvalid("phrases", "say only what must not be said: give what must be, too")
