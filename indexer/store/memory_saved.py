"""Saved searches and arrivals in dicts: the oracle of `indexer/store/saved.py`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from models import CallRecord
from models.errors import SavedSearchNotFound, SearchNameTaken
from models.saved import SavedSearch, name_key


class MemorySavedSearches:
    """Questions under a name, and which calls have arrived since each was seen."""

    def __init__(self) -> None:
        self._searches: dict[str, SavedSearch] = {}
        self._arrivals: dict[str, tuple[int, bool]] = {}
        self._last_arrival = 0

    def save_search(self, search: SavedSearch) -> None:
        self._refuse_taken(search)
        self._searches[search.id] = search

    def change_search(self, search_id: str, *, name: str, asked: Mapping[str, Any]) -> None:
        changed = replace(self._known(search_id), name=name, asked=asked)
        self._refuse_taken(changed)
        self._searches[search_id] = changed

    def see_search(self, search_id: str, *, upto: int, at: datetime) -> None:
        known = self._known(search_id)
        self._searches[search_id] = replace(
            known, seen_at=max(known.seen_at or at, at), seen_upto=max(known.seen_upto, upto)
        )

    def forget_search(self, search_id: str) -> None:
        del self._searches[self._known(search_id).id]

    def saved_search(self, search_id: str) -> SavedSearch | None:
        return self._searches.get(search_id)

    def saved_searches(self) -> list[SavedSearch]:
        return sorted(self._searches.values(), key=lambda search: name_key(search.name))

    def arrived(self, *, after: int, upto: int) -> list[str]:
        numbered = sorted((number, call_id) for call_id, (number, _) in self._arrivals.items())
        return [call_id for number, call_id in numbered if after < number <= upto]

    def last_arrival(self) -> int:
        return self._last_arrival

    def _note_arrival(self, record: CallRecord) -> None:
        _, had_transcript = self._arrivals.get(record.call.id, (0, False))
        if record.call.id not in self._arrivals or (record.has_transcript and not had_transcript):
            self._last_arrival += 1
            self._arrivals[record.call.id] = (self._last_arrival, record.has_transcript)

    def _known(self, search_id: str) -> SavedSearch:
        if search_id not in self._searches:
            raise SavedSearchNotFound(search_id)
        return self._searches[search_id]

    def _refuse_taken(self, search: SavedSearch) -> None:
        others = (s for s in self._searches.values() if s.id != search.id)
        if any(name_key(other.name) == name_key(search.name) for other in others):
            raise SearchNameTaken(search.name)
