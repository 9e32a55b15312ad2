"""A collection as rows: what exports write."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from indexer.collections import moments_of
from indexer.papers import Written
from indexer.store.contract import Store
from indexer.wire.collections import CollectionItemOut
from models.collection import Collection

COLUMNS: Final = (
    "collection", "place", "title", "quote", "standing", "call_id", "kind", "first", "last",
    "at_s", "start_s", "activity_at", "user_name", "lead_name", "path", "close_url", "added_by",
    "added_at", "comments",
)  # fmt: skip

_SHOWN_ELSEWHERE: Final = {"id", "utterances"}


def rows_of(kept: Written[Collection], store: Store) -> Iterator[Mapping[str, Any]]:
    """A row for each moment, in order, with its comments as a list."""
    for moment in moments_of(kept.body, store):
        out = CollectionItemOut.of(moment).model_dump(exclude=_SHOWN_ELSEWHERE)
        yield {"collection": kept.body.name, **out}
