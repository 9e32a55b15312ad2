"""Calls that pass a filter, newest first, and how much could be searched at all."""

from enum import StrEnum

from indexer.search.paging import ListPlace
from indexer.store.contract import Store
from models import (
    CallMethod,
    CallPage,
    CallState,
    Direction,
    Disposition,
    FoundCall,
    Searched,
    SearchFilter,
    SearchPage,
    SearchQuery,
)
from models.errors import QueryInvalid


def list_calls(where: SearchFilter, *, limit: int, cursor: str | None, store: Store) -> CallPage:
    """Calls that pass a filter, newest first.

    Raises:
        QueryInvalid: a cursor of another listing, or a value nothing could ever have.
    """
    check_words_of_close(where, store)
    place = ListPlace.read(cursor, where)
    where = place.window.of(where)
    records = store.calls(where, limit=limit + 1, after=place.last)
    page = tuple(records[:limit])
    more = len(records) > limit
    return CallPage(
        records=page,
        shown_before=place.shown,
        next_cursor=place.after(page).write(where) if more else None,
    )


def searched(store: Store) -> Searched:
    """How much of what Close has can be found now."""
    tally = store.tally()
    return Searched(
        calls=tally.count(CallState.INDEXED),
        of=tally.existing,
        waiting=tally.count(CallState.WAITING),
        failed=tally.count(CallState.FAILED),
        excluded=tally.count(CallState.EXCLUDED),
    )


def listing(query: SearchQuery, store: Store) -> SearchPage:
    """A question that asks nothing in words: calls that pass, newest first."""
    listed = list_calls(query.where, limit=query.limit, cursor=query.cursor, store=store)
    where = ListPlace.read(query.cursor, query.where).window.of(query.where)
    calls = (
        FoundCall(rank=rank, score=None, record=record)
        for rank, record in enumerate(listed.records, listed.shown_before + 1)
    )
    return SearchPage(
        query=query,
        searched=searched(store),
        calls=tuple(calls),
        total=store.count(where),
        next_cursor=listed.next_cursor,
    )


def check_words_of_close(where: SearchFilter, store: Store) -> None:
    """Refuse a value that neither Close documents nor any stored call has: surely mistyped.

    Raises:
        QueryInvalid: there is one.
    """
    lists: tuple[tuple[str, str, tuple[str, ...], type[StrEnum]], ...] = (
        ("disposition", "dispositions", where.dispositions, Disposition),
        ("direction", "directions", where.directions, Direction),
        ("call_method", "call_methods", where.call_methods, CallMethod),
    )
    for parameter, field, values, known in lists:
        for value in set(values) - set(known):
            if not store.count(SearchFilter(**{field: (value,)})):  # type: ignore[arg-type]
                documented = ", ".join(known)
                raise QueryInvalid(parameter, f"{value!r} is none of {documented}")
