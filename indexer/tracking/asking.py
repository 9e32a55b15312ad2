"""A tracker, asked: one version of it, with its threshold or another, under one filter."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from indexer.embedder import Embedder
from indexer.papers import Written
from indexer.store.contract import Store
from indexer.tracking.defining import TRACKERS, checked, told_of_embedder
from indexer.tracking.finding import Found, find
from indexer.tracking.labelling import Labels, in_order, labels_of, unlabelled
from indexer.tracking.quoting import Quoted, quoted
from models import SearchFilter
from models.tracker import Tracker


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a version of a tracker finds under a filter.

    `tracker` has the threshold it was asked with. `warning` tells of another embedder.
    """

    tracker: Written[Tracker]
    where: SearchFilter
    found: Found
    warning: str | None


def ask(
    tracker_id: str,
    where: SearchFilter,
    *,
    version: int | None = None,
    threshold: float | None = None,
    store: Store,
    embedder: Embedder,
) -> Asked:
    """Ask a tracker as it stands, or an older version; with another threshold, if one is given.

    Raises:
        PaperNotFound: there is no such tracker, or version.
        QueryInvalid: see `indexer.tracking.find`.
    """
    known = TRACKERS.get(store, tracker_id, version=version)
    tracker = replace(known, body=known.body.at(threshold))
    return Asked(
        tracker=tracker,
        where=where,
        found=find(tracker.body, where, store=store, embedder=embedder),
        warning=told_of_embedder(tracker.body, embedder),
    )


def to_label(asked: Asked, *, limit: int, store: Store) -> tuple[list[Quoted], int]:
    """The hits to be labelled next, and how many there are without a label."""
    ordered = in_order(asked.tracker.id, asked.found.hits())
    labels = labels_of(asked.tracker.id, store=store)
    rest = unlabelled(ordered, labels, limit=len(ordered))
    return list(quoted(rest[:limit], store=store)), len(rest)


def every_hit(asked: Asked, *, labels: Labels, store: Store) -> Iterator[Quoted]:
    """All hits with their words and labels, in order of call and position: for an export."""
    return quoted(asked.found.hits(), labels.by_hit, store=store)


def preview(
    tracker: Tracker, where: SearchFilter, *, limit: int, store: Store, embedder: Embedder
) -> tuple[Found, list[Quoted]]:
    """What a tracker would find under a filter, and some of the hits, as if drawn by chance.

    Raises:
        QueryInvalid: it could find nothing, or see `indexer.tracking.find`.
    """
    wanted = checked(tracker, embedder)
    found = find(wanted, where, store=store, embedder=embedder)
    some = in_order(tracker.name, found.hits())[:limit]
    return found, list(quoted(some, store=store))
