"""The wire shapes of answers, each made by `of(noun)`."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from indexer.wire.calls import CallOut, UtteranceOut
from models import (
    CallRecord,
    FoundCall,
    Kind,
    Mode,
    Moment,
    QuotedUtterance,
    SearchPage,
    SearchQuery,
    Side,
    Utterance,
)


class QuotedUtteranceOut(UtteranceOut):
    """An utterance of a moment."""

    matched: bool = Field(
        description="True for the words that answer, false for those around them."
    )

    @classmethod
    def quoted(cls, quote: QuotedUtterance, utterance: Utterance) -> "QuotedUtteranceOut":
        """An utterance as a moment quotes it."""
        plain = UtteranceOut.of(quote.index, utterance)
        return cls(**plain.model_dump(), matched=quote.matched)


class MomentOut(BaseModel):
    """Where in a call the question is answered: spoken words, or a note's or summary's text."""

    kind: Kind
    start_s: float | None = Field(description="Where to start listening: seconds of the audio.")
    end_s: float | None = Field(description="Where it is over: seconds of the audio.")
    first_utterance: int | None = Field(description="Its place in the transcript, from 0.")
    last_utterance: int | None = Field(description="Its place in the transcript; included.")
    score: float = Field(description="Orders the moments of one call, best first.")
    utterances: list[QuotedUtteranceOut] = Field(description="Empty for a note or a summary.")
    text: str | None = Field(description="Of a note or a summary; null for what was spoken.")

    @classmethod
    def of(cls, moment: Moment, record: CallRecord) -> "MomentOut":
        """A moment with the words it quotes from its call."""
        transcript = record.transcript(moment.kind) if moment.quotes else None
        spoken = transcript.utterances if transcript else ()
        quoted = [QuotedUtteranceOut.quoted(q, spoken[q.index]) for q in moment.quotes]
        indexes = [u.index for u in quoted]
        return cls(
            kind=moment.kind,
            start_s=min((u.start_s for u in quoted if u.start_s is not None), default=None),
            end_s=max((u.end_s for u in quoted if u.end_s is not None), default=None),
            first_utterance=min(indexes, default=None),
            last_utterance=max(indexes, default=None),
            score=moment.score,
            utterances=quoted,
            text=moment.text,
        )


class HitOut(BaseModel):
    """A call that answers, with its best moments."""

    rank: int = Field(description="Its place among all answers, from 1.")
    score: float | None = Field(description="Higher is better; null when nothing was asked.")
    call: CallOut
    moments: list[MomentOut] = Field(description="Best first; empty when nothing was asked.")

    @classmethod
    def of(cls, found: FoundCall) -> "HitOut":
        """A found call."""
        return cls(
            rank=found.rank,
            score=found.score,
            call=CallOut.of(found.record),
            moments=[MomentOut.of(moment, found.record) for moment in found.moments],
        )


class QueryOut(BaseModel):
    """The question as it was understood: posted to `/v1/search`, it asks the same again."""

    q: str
    mode: Mode
    limit: int
    disposition: Sequence[str]
    direction: Sequence[str]
    call_method: Sequence[str]
    user_id: Sequence[str]
    lead_id: Sequence[str]
    contact_id: Sequence[str]
    outcome_id: Sequence[str]
    since: datetime | None = Field(description="Included; in UTC, ages counted back from now.")
    until: datetime | None = Field(description="Not included; in UTC.")
    min_duration: int | None = Field(description="Seconds, included.")
    max_duration: int | None = Field(description="Seconds, included.")
    side: Side | None
    kind: Sequence[Kind]

    @classmethod
    def of(cls, query: SearchQuery) -> "QueryOut":
        """A question without its cursor."""
        where = query.where
        return cls(
            q=query.text,
            mode=query.mode,
            limit=query.limit,
            disposition=where.dispositions,
            direction=where.directions,
            call_method=where.call_methods,
            user_id=where.user_ids,
            lead_id=where.lead_ids,
            contact_id=where.contact_ids,
            outcome_id=where.outcome_ids,
            since=where.since,
            until=where.until,
            min_duration=where.min_duration_s,
            max_duration=where.max_duration_s,
            side=where.side,
            kind=where.kinds,
        )


class SearchedOut(BaseModel):
    """How much the search could see."""

    calls: int = Field(description="Calls indexed.")
    of: int = Field(description="Calls that exist in Close, as far as we were told.")
    waiting: int = Field(description="Calls not fetched yet, or without their transcript yet.")
    failed: int = Field(description="Calls that could not be read; tried again later.")
    excluded: int = Field(description="Calls left out on purpose, by a rule.")


class SearchOut(BaseModel):
    """A page of answers, best first."""

    query: QueryOut
    searched: SearchedOut
    hits: list[HitOut]
    next_cursor: str | None = Field(description="Asks for the next page; null on the last.")

    @classmethod
    def of(cls, page: SearchPage) -> "SearchOut":
        """A page of a search."""
        return cls(
            query=QueryOut.of(page.query),
            searched=SearchedOut.model_validate(page.searched, from_attributes=True),
            hits=[HitOut.of(found) for found in page.calls],
            next_cursor=page.next_cursor,
        )
