"""What can be asked, and what is found."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.call import Call
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

    def admits(self, call: Call) -> bool:
        """Whether a call passes by what it is; what was said in it is not looked at."""
        pairs = (
            (call.disposition, self.dispositions),
            (call.direction, self.directions),
            (call.call_method, self.call_methods),
            (call.user_id, self.user_ids),
            (call.lead_id, self.lead_ids),
            (call.contact_id, self.contact_ids),
            (call.outcome_id, self.outcome_ids),
        )
        return (
            all(not wanted or value in wanted for value, wanted in pairs)
            and (self.call_ids is None or call.id in self.call_ids)
            and (self.since is None or call.activity_at >= self.since)
            and (self.until is None or call.activity_at < self.until)
            and (self.min_duration_s is None or call.duration_s >= self.min_duration_s)
            and (self.max_duration_s is None or call.duration_s <= self.max_duration_s)
        )


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


class Facet(StrEnum):
    """What calls are counted by: a field of a call, or what was said in it."""

    USER = "user"
    DISPOSITION = "disposition"
    OUTCOME = "outcome"
    DIRECTION = "direction"
    CALL_METHOD = "call_method"
    KIND = "kind"
    SIDE = "side"


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCount:
    """A value of a facet, what people call it, and how many calls have it."""

    value: str
    label: str
    calls: int

    @property
    def order(self) -> tuple[int, str, str]:
        """What sorts values: most calls first, then by label, then by value."""
        return -self.calls, self.label, self.value


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
    excluded: int = 0


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
