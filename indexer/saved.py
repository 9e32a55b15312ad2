"""Saved searches: a question asked again and again, and what is new in its answers.

A call is new to a search if it arrived after the search was last seen, or saved where it
never was: the call itself, or its first transcript, however long ago it happened. Other
changes make no call new. Where answers are ranked, the new ones are those among the best
hundred: every call answers a question by meaning somehow, and it is the good answers that
somebody waits for. A listing has no such end: every new call that passes counts.

"After" is told by the numbers of arrivals, not by clocks: what arrives while somebody
reads has a higher number than the answers read, and stays new when those are marked seen.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from indexer import cursors
from indexer.embedder import Embedder
from indexer.search import search
from indexer.store.contract import Store
from models import SearchPage, SearchQuery
from models.errors import QueryInvalid, SavedSearchNotFound, SavedSearchOutdated
from models.saved import SavedSearch, name_from, name_key

BEST: Final = 100
"""Answers of a ranking that count: a new call below them is not told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAnswer:
    """A page of a saved search's answers, and what is new in them.

    `new` counts the new answers on all pages, `new_calls` are those of this page. `upto`
    is the last arrival before the search: who has read the answers has seen up to it.
    """

    saved: SavedSearch
    page: SearchPage
    new: int
    new_calls: tuple[str, ...]
    upto: int


def save(name: str, asked: Mapping[str, Any], *, store: Store, now: datetime) -> SavedSearch:
    """Save a question under a name; what is here already is not new to it.

    Raises:
        QueryInvalid: the name is none.
        SearchNameTaken: another search has that name.
    """
    new = SavedSearch(
        id=uuid.uuid4().hex,
        name=name_from(name),
        asked=asked,
        created_at=now,
        seen_upto=store.last_arrival(),
    )
    store.save_search(new)
    return new


def change(
    search_id: str,
    *,
    name: str | None = None,
    asked: Mapping[str, Any] | None = None,
    store: Store,
) -> SavedSearch:
    """Give a saved search another name, another question, or both.

    Raises:
        QueryInvalid: the name is none.
        SavedSearchNotFound: there is no such search.
        SearchNameTaken: another search has that name.
    """
    known = by_id(search_id, store)
    store.change_search(
        search_id,
        name=known.name if name is None else name_from(name),
        asked=known.asked if asked is None else asked,
    )
    return by_id(search_id, store)


def require_answerable(query: SearchQuery, *, store: Store, embedder: Embedder) -> None:
    """Ask a question once, for nothing that a search would refuse is to be saved.

    Raises:
        QueryInvalid: it cannot be answered.
    """
    search(_first(query, limit=1), store=store, embedder=embedder)


def see(search_id: str, *, upto: int | None, store: Store, now: datetime) -> SavedSearch:
    """Mark the answers of a search as seen, up to an arrival; None: whatever is here now.

    Raises:
        QueryInvalid: nothing has arrived under that number yet.
        SavedSearchNotFound: there is no such search.
    """
    last = store.last_arrival()
    if upto is not None and upto > last:
        raise QueryInvalid("upto", "is no `upto` of an answer given here")
    store.see_search(search_id, upto=last if upto is None else upto, at=now)
    return by_id(search_id, store)


def by_id(search_id: str, store: Store) -> SavedSearch:
    """The search of an id.

    Raises:
        SavedSearchNotFound: there is none.
    """
    found = store.saved_search(search_id)
    if found is None:
        raise SavedSearchNotFound(search_id)
    return found


def by_name(name: str, store: Store) -> SavedSearch:
    """The search of a name, whatever its case.

    Raises:
        SavedSearchNotFound: there is none.
    """
    wanted = name_key(name_from(name))
    for found in store.saved_searches():
        if name_key(found.name) == wanted:
            return found
    raise SavedSearchNotFound(name)


def answer(
    saved: SavedSearch,
    query: SearchQuery,
    *,
    only_new: bool = False,
    store: Store,
    embedder: Embedder,
) -> SavedAnswer:
    """Ask a saved question; `query` is what it means now, with the page that is wanted.

    With `only_new` the new answers alone, each in the place it has among all.

    Raises:
        QueryInvalid: the cursor is of another question.
        SavedSearchOutdated: the question cannot be answered any more.
    """
    asking = _Asking(saved, query, store=store, embedder=embedder)
    try:
        return asking.new_ones() if only_new else asking.all_of_them()
    except QueryInvalid as error:
        if error.field == "cursor":
            raise
        raise SavedSearchOutdated(saved.name, str(error)) from error


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a reading of new answers stands.

    Its arrivals, and how many new answers there are in all, stay those of the first page.
    `shown` of all answers, new or not, were gone through; `cursor` is that of a search.
    """

    after: int
    upto: int
    new: int = 0
    shown: int = 0
    cursor: str | None = None

    @property
    def is_in_a_listing(self) -> bool:
        """Whether nothing was ranked on the page before."""
        return self.cursor is not None and not self.shown


class _Asking:
    """A saved question being asked."""

    def __init__(
        self, saved: SavedSearch, query: SearchQuery, *, store: Store, embedder: Embedder
    ) -> None:
        self._saved = saved
        self._query = query
        self._store = store
        self._embedder = embedder
        # Before the search: what arrives meanwhile may be among the answers, and stays new.
        self._last = store.last_arrival()

    def all_of_them(self) -> SavedAnswer:
        page = self._search(self._query)
        arrived = set(self._store.arrived(after=self._saved.seen_upto, upto=self._last))
        new, new_calls = 0, arrived
        if arrived:
            best = page if _is_listing(page) else self._search(_first(self._query, limit=BEST))
            fresh = [found.record.call.id for found in best.calls]
            new = sum(call_id in arrived for call_id in fresh)
            new_calls = arrived.intersection(fresh)
            if _is_listing(best):
                new, new_calls = self._count(best, arrived), arrived
        return self._answer(page, new_calls, new=new, upto=self._last)

    def new_ones(self) -> SavedAnswer:
        place = self._place()
        arrived = set(self._store.arrived(after=place.after, upto=place.upto))
        find = self._listed if place.is_in_a_listing else self._ranked
        page, further = find(place, arrived)
        where = replace(page.query.where, call_ids=self._query.where.call_ids)
        asked = replace(page.query, where=where, limit=self._query.limit, cursor=self._query.cursor)
        page = replace(page, query=asked, total=further.new, next_cursor=self._written(further))
        return self._answer(page, arrived, new=further.new, upto=place.upto)

    def _listed(self, place: _Place, arrived: Collection[str]) -> tuple[SearchPage, _Place]:
        """A page of all new calls that pass, and the place after it."""
        page = self._search(self._among(arrived, cursor=place.cursor))
        new = self._count(page, arrived) if place.cursor is None else place.new
        return page, replace(place, new=new, cursor=page.next_cursor)

    def _ranked(self, place: _Place, arrived: Collection[str]) -> tuple[SearchPage, _Place]:
        """A page of the new answers among the best, and the place after it."""
        rest = replace(self._query, limit=BEST - place.shown, cursor=place.cursor)
        page = self._search(rest if arrived else self._among((), cursor=None))
        if _is_listing(page):
            return self._listed(place, arrived)
        fresh = [
            (number, found)
            for number, found in enumerate(page.calls, 1)
            if found.record.call.id in arrived
        ]
        new = len(fresh) if place.cursor is None else place.new
        shown = fresh[: self._query.limit]
        cursor, last = None, 0
        if len(fresh) > len(shown):  # the search itself goes on after the last one shown
            last, _ = shown[-1]
            cursor = self._search(replace(rest, limit=last)).next_cursor
        page = replace(page, calls=tuple(found for _, found in shown))
        return page, replace(place, new=new, shown=place.shown + last, cursor=cursor)

    def _search(self, query: SearchQuery) -> SearchPage:
        return search(query, store=self._store, embedder=self._embedder)

    def _among(self, call_ids: Collection[str], *, cursor: str | None) -> SearchQuery:
        """The question, asked of these calls only."""
        where = replace(self._query.where, call_ids=tuple(sorted(call_ids)))
        return replace(self._query, where=where, cursor=cursor)

    def _count(self, listing: SearchPage, arrived: Collection[str]) -> int:
        """How many of these calls are in a listing: they pass the question as it was understood."""
        where = replace(listing.query.where, call_ids=tuple(arrived))
        return self._store.count(where)

    def _answer(
        self, page: SearchPage, new_calls: Collection[str], *, new: int, upto: int
    ) -> SavedAnswer:
        ids = dict.fromkeys(found.record.call.id for found in page.calls)
        return SavedAnswer(
            saved=self._saved,
            page=page,
            new=new,
            new_calls=tuple(call_id for call_id in ids if call_id in new_calls),
            upto=upto,
        )

    def _place(self) -> _Place:
        if self._query.cursor is None:
            return _Place(self._saved.seen_upto, self._last)
        place = _Place(
            *cursors.read(self._query.cursor, self._question, types=(int, int, int, int, str))
        )
        if not (0 <= place.after <= place.upto <= self._last and 0 <= place.shown < BEST):
            raise QueryInvalid("cursor", "names no place")
        return place

    def _written(self, place: _Place) -> str | None:
        if place.cursor is None:
            return None
        parts = [place.after, place.upto, place.new, place.shown, place.cursor]
        return cursors.write(self._question, parts)

    @property
    def _question(self) -> str:
        return f"new {self._saved.id} {cursors.fingerprint(self._query)}"


def _first(query: SearchQuery, *, limit: int) -> SearchQuery:
    return replace(query, limit=limit, cursor=None, explain=False)


def _is_listing(page: SearchPage) -> bool:
    """Whether the answers are in no order of merit."""
    return any(found.score is None for found in page.calls)
