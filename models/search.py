"""What can be asked, and what is found."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.passage import Kind
from models.record import CallRecord
from models.transcript import Side


class Mode(StrEnum):
    """How a query finds calls."""

    HYBRID = "hybrid"
    SEMANTIC = "semantic"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilter:
    """Which calls, and which of their words, may answer.

    Several values of one field mean any of them; different fields must all
    hold; an empty tuple or None does not restrict. `since` is included, `until`
    is not; both are compared with when the call happened. Durations are
    seconds, both ends included. With `side`, only words of that side count;
    with `kinds`, only passages of those kinds. For a listing without a query,
    they keep the calls that have any such words.
    """

    call_ids: tuple[str, ...] | None = None
    """Unlike the other fields an empty tuple here means no call at all."""
    dispositions: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    call_methods: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()
    lead_ids: tuple[str, ...] = ()
    contact_ids: tuple[str, ...] = ()
    outcome_ids: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    min_duration_s: int | None = None
    max_duration_s: int | None = None
    side: Side | None = None
    kinds: tuple[Kind, ...] = ()


LONGEST_TEXT = 2000
"""Characters a question may have."""

EVERYTHING = SearchFilter()
"""The filter that lets every call and every word through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A question: `text` may be empty, which lists calls newest first."""

    text: str = ""
    mode: Mode = Mode.HYBRID
    where: SearchFilter = EVERYTHING
    limit: int = 10
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A call's best passage for one query: its `ordinal`, None where names alone were found."""

    call_id: str
    ordinal: int | None
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedUtterance:
    """An utterance as a moment shows it: its position in the transcript, and if it matched."""

    index: int
    matched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Where in a call the query is answered.

    A spoken moment quotes utterances of the transcript of its `kind`; a note's
    or summary's has `text` instead. Scores order the moments of one call.
    """

    kind: Kind
    score: float
    text: str | None = None
    quotes: tuple[QuotedUtterance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCall:
    """One answer: a call, its place from 1, its score (None in a listing), its moments."""

    rank: int
    score: float | None
    record: CallRecord
    moments: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """How much a search could see: `calls` indexed `of` the calls known to exist."""

    calls: int
    of: int
    waiting: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """A page of answers, best first, and the cursor to the next page if there is one."""

    query: SearchQuery
    searched: Searched
    calls: tuple[FoundCall, ...] = ()
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPage:
    """A page of a listing, newest first, and how many calls the pages before it showed."""

    records: tuple[CallRecord, ...] = ()
    shown_before: int = 0
    next_cursor: str | None = None
