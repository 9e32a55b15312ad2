"""Collections as they are shown: each moment with its call as it is now."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from indexer.collections.quoting import says, words_at
from indexer.store.contract import Store
from models import CallRecord, Utterance
from models.collection import Collection, Item


class Standing(StrEnum):
    """How a kept moment stands to its call."""

    THERE = "there"
    """The words are said there as they were."""
    CHANGED = "changed"
    """Other words stand there since."""
    GONE = "gone"
    """The call is no longer stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMoment:
    """An item, its place from 1, its call if that is stored, and how it stands to it."""

    place: int
    item: Item
    record: CallRecord | None
    standing: Standing

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """What is said there now: nothing, where that is not what was kept."""
        item = self.item
        if self.record is None or self.standing is not Standing.THERE or item.first is None:
            return ()
        assert item.last is not None
        return self.record.utterances(item.kind)[item.first : item.last + 1]

    @property
    def start_s(self) -> float | None:
        """The second it begins at, as far as that is known."""
        if self.item.at_s is not None:
            return self.item.at_s
        return next((u.start_s for u in self.utterances if u.start_s is not None), None)


def moments_of(collection: Collection, store: Store) -> Iterator[KeptMoment]:
    """Every moment of a collection, in order."""
    for place, item in enumerate(collection.items, start=1):
        yield moment_of(item, store, place=place)


def moment_of(item: Item, store: Store, *, place: int) -> KeptMoment:
    """One moment with its call as it is now."""
    record = store.get(item.call_id)
    return KeptMoment(place=place, item=item, record=record, standing=_standing(item, record))


def _standing(item: Item, record: CallRecord | None) -> Standing:
    if record is None:
        return Standing.GONE
    if item.first is None or item.last is None:
        return Standing.THERE
    there = len(record.utterances(item.kind)) > item.last
    said = words_at(record, item.kind, item.first, item.last) if there else ""
    return Standing.THERE if there and says(said, item.quote) else Standing.CHANGED
