"""What can be asked, and what is found."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.call import Call
from models.dialogue import Dialogue
from models.expression import Expression
from models.part import Part
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
    seconds, both ends included.

    `side`, `kinds`, `part` and `asked` say which words count: of that side, of those
    kinds, in that part of the call, said as a question. What nobody said aloud (notes,
    summaries, names) passes `kinds` only. A call that has no such words does not pass.
    Of the words that count, `said` must hold: in the call as a whole, or with
    `in_one_turn` within a single turn (a note or a summary counts as one).
    """

    call_ids: tuple[str, ...] | None = None
    """Unlike the other fields an empty tuple here means no call at all."""
    except_ids: tuple[str, ...] = ()
    """Calls that do not pass, whatever the rest says."""
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
    part: Part | None = None
    asked: bool = False
    said: Expression | None = None
    in_one_turn: bool = False

    @property
    def is_of_utterances(self) -> bool:
        """Whether only some utterances count, by more than their side: not whole passages."""
        return self.part is not None or self.asked

    @property
    def is_of_speech(self) -> bool:
        """Whether only what was said aloud counts: no note, no summary, no name."""
        return self.side is not None or self.is_of_utterances

    @property
    def demands_words(self) -> bool:
        """Whether a call must be listened to, beyond who spoke in it, to know if it passes."""
        return self.said is not None or self.is_of_utterances

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
            and call.id not in self.except_ids
            and (self.since is None or call.activity_at >= self.since)
            and (self.until is None or call.activity_at < self.until)
            and (self.min_duration_s is None or call.duration_s >= self.min_duration_s)
            and (self.max_duration_s is None or call.duration_s <= self.max_duration_s)
        )


LONGEST_TEXT = 2000
"""Characters a question may have."""

EVERYTHING = SearchFilter()
"""The filter that lets every call and every word through."""


class Group(StrEnum):
    """What is ranked: calls, each with its best moments, or moments, each with its call."""

    CALL = "call"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A question: `text` may be empty, which lists calls newest first.

    `text` is as it was typed, in the grammar of `indexer/grammar`, unless a
    `dialogue` is asked for in its place.
    """

    text: str = ""
    mode: Mode = Mode.HYBRID
    where: SearchFilter = EVERYTHING
    dialogue: Dialogue | None = None
    group: Group = Group.CALL
    explain: bool = False
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
    or summary's has `text` instead. Scores order the moments of one call. `step` is
    which step of a dialogue it is, from 1.
    """

    kind: Kind
    score: float
    text: str | None = None
    quotes: tuple[QuotedUtterance, ...] = ()
    step: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What the score of a ranked call was made of (docs/retrieval.md).

    `utterance`, `window` and `written` are the cosines of the call's best passage of each
    sort, None where it has none that counts. `meaning` is what they come to, `words` its
    BM25 as a share of what the question's rarest word would score, `words_add` what that
    adds where both halves count. A mode that looks at one half only leaves the other at 0.
    `found_words` are the question's words that the call's best passage by words holds, as
    they were typed. `learned_from` are the calls that the question was sharpened by, before
    the cosines.
    """

    utterance: float | None
    window: float | None
    written: float | None
    meaning: float
    words: float
    words_add: float
    found_words: tuple[str, ...] = ()
    learned_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCall:
    """One answer: a call, its place from 1, its score (None in a listing), its best moments.

    `moments_total` is how many moments of the call answer. Where moments are ranked,
    an answer is one moment, and a call comes as often as it has moments.
    """

    rank: int
    score: float | None
    record: CallRecord
    moments: tuple[Moment, ...] = ()
    moments_total: int = 0
    explanation: Explanation | None = None


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
    """A page of answers, best first, and the cursor to the next page if there is one.

    `total` counts the answers on all pages, where that is known.
    """

    query: SearchQuery
    searched: Searched
    calls: tuple[FoundCall, ...] = ()
    total: int | None = None
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPage:
    """A page of a listing, newest first, and how many calls the pages before it showed."""

    records: tuple[CallRecord, ...] = ()
    shown_before: int = 0
    next_cursor: str | None = None
