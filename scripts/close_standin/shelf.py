"""The calls, kept in the order in which Close lists them."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from scripts.close_standin.bounds import ALL_TIME, Bounds
from scripts.close_standin.clock import moment
from scripts.close_standin.errors import NotFound
from scripts.close_standin.world import Record

Place = tuple[datetime, str]
"""Where a call stands: when it was created, then its id, so that ties keep their order."""


@dataclass(frozen=True, kw_only=True)
class CallFilter:
    """Which calls to list; None asks for nothing."""

    created: Bounds = ALL_TIME
    ids: frozenset[str] | None = None
    lead_ids: frozenset[str] | None = None
    contact_ids: frozenset[str] | None = None
    user_ids: frozenset[str] | None = None

    @property
    def _wanted(self) -> list[tuple[str, frozenset[str]]]:
        asked = {
            "id": self.ids,
            "lead_id": self.lead_ids,
            "contact_id": self.contact_ids,
            "user_id": self.user_ids,
        }
        return [(name, values) for name, values in asked.items() if values is not None]

    @property
    def is_only_a_window(self) -> bool:
        """Whether nothing but the date of creation decides."""
        return not self._wanted

    def admits(self, call: Record) -> bool:
        """Tell whether a call of the window is asked for."""
        return all(call.get(name) in values for name, values in self._wanted)


class CallShelf:
    """Calls by id and by date of creation.

    Records are never changed in place: a new version replaces the old one, so
    whoever holds the old one (an event, say) keeps what it saw.
    """

    def __init__(self, calls: Iterable[Record]) -> None:
        self._calls = {call["id"]: call for call in calls}
        self._places = {id_: _place(call) for id_, call in self._calls.items()}
        self._order = sorted(self._places.values())

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Record]:
        """Go through all calls, oldest first."""
        return (self._calls[id_] for _, id_ in self._order)

    def __contains__(self, call_id: object) -> bool:
        return call_id in self._calls

    def at(self, place: int) -> Record:
        """Return the call at a place, where the oldest stands at 0."""
        return self._calls[self._order[place][1]]

    def get(self, call_id: str) -> Record:
        """Return the call as it is now.

        Raises:
            NotFound: there is no such call, or it was deleted.
        """
        try:
            return self._calls[call_id]
        except KeyError:
            raise NotFound("Call") from None

    def put(self, call: Record) -> None:
        """Add a call, or replace the one with its id."""
        place = _place(call)
        old = self._places.get(call["id"])
        self._calls[call["id"]] = call
        if place == old:
            return
        if old is not None:
            self._forget(old)
        self._places[call["id"]] = place
        insort(self._order, place)

    def remove(self, call_id: str) -> Record:
        """Take a call away and return what it was.

        Raises:
            NotFound: there is no such call.
        """
        call = self.get(call_id)
        self._forget(self._places.pop(call_id))
        del self._calls[call_id]
        return call

    def page(self, where: CallFilter, *, skip: int, limit: int) -> tuple[list[Record], bool]:
        """Return the calls from `skip` on, newest first, and whether more follow."""
        found = list(islice(self._newest_first(where, skip), limit + 1))
        return found[:limit], len(found) > limit

    def _newest_first(self, where: CallFilter, skip: int) -> Iterator[Record]:
        order = self._order if where.ids is None else self._places_of(where.ids)
        start, stop = where.created.span(order, _created)
        if where.is_only_a_window:
            # No call needs to be looked at to be skipped, however deep the page lies.
            return (self._calls[order[i][1]] for i in range(stop - 1 - skip, start - 1, -1))
        calls = (self._calls[order[i][1]] for i in range(stop - 1, start - 1, -1))
        return islice((call for call in calls if where.admits(call)), skip, None)

    def _places_of(self, ids: frozenset[str]) -> list[Place]:
        return sorted(self._places[id_] for id_ in ids if id_ in self._places)

    def _forget(self, place: Place) -> None:
        del self._order[bisect_left(self._order, place)]


def _place(call: Record) -> Place:
    return moment(call["date_created"]), call["id"]


def _created(place: Place) -> datetime:
    return place[0]
