"""From a question to the moments: a ranking, its calls, and where in them the answer is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from indexer import cursors
from indexer.embedder import Embedder
from indexer.moments import moments_of
from indexer.ranking import RankedCall, Scale, rank
from indexer.store.contract import Place, Store
from indexer.vectors import Vector
from indexer.words import query_stems
from models import (
    CallMethod,
    CallPage,
    CallRecord,
    CallState,
    Direction,
    Disposition,
    FoundCall,
    Mode,
    Searched,
    SearchFilter,
    SearchPage,
    SearchQuery,
)
from models.errors import QueryInvalid

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = ((int, type(None)),) * 2  # a moment of a cursor, or none


def search(query: SearchQuery, *, store: Store, embedder: Embedder) -> SearchPage:
    """Answer a question: the best calls and their moments, or a listing if nothing is asked.

    Raises:
        QueryInvalid: a cursor of another question, or a value nothing could ever have.
    """
    if not query.text.strip():
        return _listing(query, store)
    _check_words_of_close(query.where, store)
    place = _RankPlace.read(query)
    query = replace(query, where=place.window.of(query.where))
    vector = None if query.mode is Mode.KEYWORD else embedder.embed_query(query.text)
    ranking = rank(
        query.text, vector, mode=query.mode, where=query.where,
        needed=place.shown + query.limit + 1, store=store, scale=place.scale,
    )  # fmt: skip
    rest = [call for call in ranking.calls if place.is_before(call)]
    page = rest[: query.limit]
    more = len(rest) > len(page)
    return SearchPage(
        query=query,
        searched=searched(store),
        calls=tuple(_found(query, vector, page, place.shown, store)),
        next_cursor=place.after(page, ranking.scale).write(query) if more else None,
    )


def list_calls(where: SearchFilter, *, limit: int, cursor: str | None, store: Store) -> CallPage:
    """Calls that pass a filter, newest first.

    Raises:
        QueryInvalid: a cursor of another listing, or a value nothing could ever have.
    """
    _check_words_of_close(where, store)
    place = _ListPlace.read(cursor, where)
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


def _listing(query: SearchQuery, store: Store) -> SearchPage:
    listed = list_calls(query.where, limit=query.limit, cursor=query.cursor, store=store)
    calls = (
        FoundCall(rank=rank, score=None, record=record)
        for rank, record in enumerate(listed.records, listed.shown_before + 1)
    )
    return SearchPage(
        query=query,
        searched=searched(store),
        calls=tuple(calls),
        next_cursor=listed.next_cursor,
    )


@dataclass(frozen=True, slots=True)
class _Window:
    """The window of time of a first page, in microseconds since 1970: later pages keep it."""

    is_fixed: bool = False
    since_us: int | None = None
    until_us: int | None = None

    @classmethod
    def at(cls, where: SearchFilter) -> "_Window":
        return cls(True, _to_us(where.since), _to_us(where.until))  # noqa: FBT003

    def of(self, where: SearchFilter) -> SearchFilter:
        if not self.is_fixed:
            return where
        return replace(where, since=_from_us(self.since_us), until=_from_us(self.until_us))


def _to_us(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)


def _from_us(us: int | None) -> datetime | None:
    try:
        return None if us is None else _EPOCH + timedelta(microseconds=us)
    except OverflowError as error:
        raise QueryInvalid("cursor", "names no place") from error


@dataclass(frozen=True, slots=True)
class _ListPlace:
    """A place in a listing: how many calls were shown, and the last of them."""

    shown: int = 0
    last: Place | None = None
    window: _Window = _Window()

    @classmethod
    def read(cls, cursor: str | None, where: SearchFilter) -> "_ListPlace":
        if cursor is None:
            return cls()
        question = cursors.fingerprint(SearchQuery(where=where))
        shown, at_us, call_id, *window = cursors.read(cursor, question, types=(int, int, str, *_US))
        at = _from_us(at_us)
        assert at is not None
        return cls(shown, Place(activity_at=at, call_id=call_id), _Window(True, *window))  # noqa: FBT003

    def write(self, where: SearchFilter) -> str:
        assert self.last is not None
        window = _Window.at(where)
        place = [self.shown, _to_us(self.last.activity_at), self.last.call_id]
        question = cursors.fingerprint(SearchQuery(where=where))
        return cursors.write(question, [*place, window.since_us, window.until_us])

    def after(self, page: Sequence[CallRecord]) -> "_ListPlace":
        last = page[-1].call
        place = Place(activity_at=last.activity_at, call_id=last.id)
        return _ListPlace(self.shown + len(page), place)


@dataclass(frozen=True, slots=True)
class _RankPlace:
    """A place in a ranking: how many calls were shown, the last of them, and the scale used."""

    shown: int = 0
    last: RankedCall | None = None
    scale: Scale | None = None
    window: _Window = _Window()

    @classmethod
    def read(cls, query: SearchQuery) -> "_RankPlace":
        if query.cursor is None:
            return cls()
        types = (int, float, str, float, float, *_US)
        shown, score, call_id, meaning, words, *window = cursors.read(
            query.cursor, cursors.fingerprint(query), types=types
        )
        if shown < 0 or not all(map(math.isfinite, (score, meaning, words))):
            raise QueryInvalid("cursor", "names no place")
        last, scale = RankedCall(score, call_id), Scale(meaning, words)
        return cls(shown, last, scale, _Window(True, *window))  # noqa: FBT003

    def write(self, query: SearchQuery) -> str:
        assert self.last is not None
        assert self.scale is not None
        scale = [float(self.scale.meaning), float(self.scale.words)]
        window = _Window.at(query.where)
        place = [self.shown, float(self.last.score), self.last.call_id, *scale]
        place += [window.since_us, window.until_us]
        return cursors.write(cursors.fingerprint(query), place)

    def is_before(self, call: RankedCall) -> bool:
        return self.last is None or self.last.order < call.order

    def after(self, page: Sequence[RankedCall], scale: Scale) -> "_RankPlace":
        return _RankPlace(self.shown + len(page), page[-1], scale)


def _found(
    query: SearchQuery, vector: Vector | None, page: Sequence[RankedCall], shown: int, store: Store
) -> list[FoundCall]:
    """The calls of a page with their moments; one removed meanwhile is left out."""
    wanted = [] if query.mode is Mode.SEMANTIC else query_stems(query.text)
    found = []
    for rank_, ranked in enumerate(page, shown + 1):
        record = store.get(ranked.call_id)
        if record is not None:
            moments = moments_of(
                record, cosines=_cosines(record, vector, store), wanted=wanted,
                mode=query.mode, where=query.where,
            )  # fmt: skip
            found.append(FoundCall(rank=rank_, score=ranked.score, record=record, moments=moments))
    return found


def _cosines(record: CallRecord, vector: Vector | None, store: Store) -> dict[int, float]:
    if vector is None:
        return {}
    ordinals, vectors = store.vectors(record.call.id)
    return dict(zip(ordinals, (vectors @ vector).tolist(), strict=True)) if ordinals else {}


def _check_words_of_close(where: SearchFilter, store: Store) -> None:
    """Refuse a value that neither Close documents nor any stored call has: surely mistyped."""
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
