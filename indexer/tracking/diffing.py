"""Two versions of a tracker held against each other: what they say, and what they find."""

from dataclasses import dataclass

from indexer.embedder import Embedder
from indexer.papers import Written
from indexer.store.contract import Store
from indexer.tracking.defining import Change, changes, told_of_embedder
from indexer.tracking.finding import Hit, find
from indexer.tracking.labelling import in_order
from models import SearchFilter
from models.tracker import Tracker


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What changed between two versions, both asked of what is stored now.

    `came` are hits of the later one alone, `left` of the earlier one; both in the order of
    labelling, so that the first few are a fair sample. Calls count that have any hit.
    `warning` tells of another embedder.
    """

    before: Written[Tracker]
    after: Written[Tracker]
    changes: tuple[Change, ...]
    came: tuple[Hit, ...]
    left: tuple[Hit, ...]
    kept: int
    calls_before: int
    calls_after: int
    calls_came: int
    calls_left: int
    warning: str | None


def diff(
    before: Written[Tracker],
    after: Written[Tracker],
    where: SearchFilter,
    *,
    store: Store,
    embedder: Embedder,
) -> Diff:
    """Hold two versions of a tracker against each other, under a filter."""
    old, new = (
        {hit.spoken: hit for hit in find(one.body, where, store=store, embedder=embedder).hits()}
        for one in (before, after)
    )
    calls_before, calls_after = ({spoken.call_id for spoken in hits} for hits in (old, new))
    return Diff(
        before=before,
        after=after,
        changes=tuple(changes(before.body, after.body)),
        came=tuple(in_order(after.id, (hit for s, hit in new.items() if s not in old))),
        left=tuple(in_order(after.id, (hit for s, hit in old.items() if s not in new))),
        kept=len(old.keys() & new.keys()),
        calls_before=len(calls_before),
        calls_after=len(calls_after),
        calls_came=len(calls_after - calls_before),
        calls_left=len(calls_before - calls_after),
        warning=told_of_embedder(after.body, embedder) or told_of_embedder(before.body, embedder),
    )
