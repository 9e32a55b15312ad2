"""Places in answers: what the cursor of a next page carries."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from indexer import cursors
from indexer.feedback import TEACHERS
from indexer.ranking import RankedCall
from indexer.store.contract import Place
from models import CallRecord, SearchFilter, SearchQuery
from models.errors import QueryInvalid

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = ((int, type(None)),) * 2  # a moment of a cursor, or none


@dataclass(frozen=True, slots=True)
class Window:
    """The window of time of a first page, in microseconds since 1970: later pages keep it."""

    is_fixed: bool = False
    since_us: int | None = None
    until_us: int | None = None

    @classmethod
    def at(cls, where: SearchFilter) -> "Window":
        """The window of a filter."""
        return cls(True, _to_us(where.since), _to_us(where.until))  # noqa: FBT003

    def of(self, where: SearchFilter) -> SearchFilter:
        """The filter with this window of time, if it is fixed already."""
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
class ListPlace:
    """A place in a listing: how many calls were shown, and the last of them."""

    shown: int = 0
    last: Place | None = None
    window: Window = Window()

    @classmethod
    def read(cls, cursor: str | None, where: SearchFilter) -> "ListPlace":
        """The place a cursor stands for."""
        if cursor is None:
            return cls()
        question = cursors.fingerprint(SearchQuery(where=where))
        shown, at_us, call_id, *window = cursors.read(cursor, question, types=(int, int, str, *_US))
        at = _from_us(at_us)
        assert at is not None
        return cls(shown, Place(activity_at=at, call_id=call_id), Window(True, *window))  # noqa: FBT003

    def write(self, where: SearchFilter) -> str:
        """The cursor of the next page."""
        assert self.last is not None
        window = Window.at(where)
        place = [self.shown, _to_us(self.last.activity_at), self.last.call_id]
        question = cursors.fingerprint(SearchQuery(where=where))
        return cursors.write(question, [*place, window.since_us, window.until_us])

    def after(self, page: Sequence[CallRecord]) -> "ListPlace":
        """The place after showing a page."""
        last = page[-1].call
        place = Place(activity_at=last.activity_at, call_id=last.id)
        return ListPlace(self.shown + len(page), place)


@dataclass(frozen=True, slots=True)
class RankPlace:
    """A place in a ranking: how many calls were shown, the last of them, who taught it."""

    shown: int = 0
    last: RankedCall | None = None
    teachers: tuple[str, ...] = ()
    window: Window = Window()

    @classmethod
    def read(cls, query: SearchQuery) -> "RankPlace":
        """The place a cursor stands for."""
        if query.cursor is None:
            return cls()
        types = (int, float, str, str, str, *_US)
        shown, score, call_id, *teachers, since, until = cursors.read(
            query.cursor, cursors.fingerprint(query), types=types
        )
        if shown < 0 or not math.isfinite(score):
            raise QueryInvalid("cursor", "names no place")
        taught_by = tuple(teacher for teacher in teachers if teacher)
        return cls(shown, RankedCall(score, call_id), taught_by, Window(True, since, until))  # noqa: FBT003

    def write(self, query: SearchQuery) -> str:
        """The cursor of the next page."""
        assert self.last is not None
        window = Window.at(query.where)
        teachers = [*self.teachers, "", ""][:TEACHERS]
        place = [self.shown, float(self.last.score), self.last.call_id, *teachers]
        place += [window.since_us, window.until_us]
        return cursors.write(cursors.fingerprint(query), place)

    def is_before(self, call: RankedCall) -> bool:
        """Whether a call comes after this place."""
        return self.last is None or self.last.order < call.order

    def after(self, page: Sequence[RankedCall], teachers: tuple[str, ...]) -> "RankPlace":
        """The place after showing a page."""
        return RankPlace(self.shown + len(page), page[-1], teachers)


@dataclass(frozen=True, slots=True)
class AnswerPlace:
    """A place among answers that are utterances: how many were shown, and the last's order."""

    shown: int = 0
    last: tuple[float, str, int, int] | None = None
    window: Window = Window()

    @classmethod
    def read(cls, query: SearchQuery) -> "AnswerPlace":
        """The place a question's cursor stands for.

        Raises:
            QueryInvalid: it is no cursor of ours, or of another question.
        """
        if query.cursor is None:
            return cls()
        types = (int, float, str, int, int, *_US)
        shown, score, call_id, kind, position, *window = cursors.read(
            query.cursor, cursors.fingerprint(query), types=types
        )
        if shown < 0 or not math.isfinite(score):
            raise QueryInvalid("cursor", "names no place")
        return cls(shown, (score, call_id, kind, position), Window(True, *window))  # noqa: FBT003

    def write(self, query: SearchQuery) -> str:
        """The cursor of the next page."""
        assert self.last is not None
        window = Window.at(query.where)
        place = [self.shown, *self.last, window.since_us, window.until_us]
        return cursors.write(cursors.fingerprint(query), place)

    def is_before(self, order: tuple[float, str, int, int]) -> bool:
        """Whether an answer comes after this place."""
        return self.last is None or self.last < order

    def after(self, number: int, last: tuple[float, str, int, int]) -> "AnswerPlace":
        """The place after showing some more."""
        return AnswerPlace(self.shown + number, last)
