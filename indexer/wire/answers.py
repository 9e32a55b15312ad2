"""The wire shapes of answers, each made by `of(noun)`."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from indexer.wire.calls import CallOut, UtteranceOut
from indexer.wire.dialogues import StepOut
from models import (
    CallRecord,
    Explanation,
    FoundCall,
    Group,
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
    step: int | None = Field(
        description="Which step of the dialogue is said here, from 1; null without a dialogue."
    )

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
            step=moment.step,
        )


class ExplanationOut(BaseModel):
    """What a call's score was made of: `meaning + words_add` where both count.

    By meaning alone (`semantic`) the score is `meaning`, by words alone (`keyword`) `words`.
    """

    utterance: float | None = Field(
        description="Cosine of the question with the call's closest utterance; null where none"
        " was compared."
    )
    window: float | None = Field(
        description="Cosine with its closest stretch of about 120 words; null where none was."
    )
    written: float | None = Field(
        description="Cosine with its closest note or summary; null where none was."
    )
    meaning: float = Field(
        description="What these come to: the mean of `utterance` and `window`, or `written` where"
        " that is higher, and never below 0."
    )
    words: float = Field(
        description="How much of the question's words its best passage holds: BM25, as a share of"
        " what the rarest word would score, said once."
    )
    words_add: float = Field(description="What `words` adds to the score, where both count.")
    found_words: list[str] = Field(
        description="Those of the question's words that this passage holds, as they were typed."
    )
    learned_from: list[str] = Field(
        description="The calls whose best passages drew the question towards themselves before"
        " cosines were taken."
    )

    @classmethod
    def of(cls, explanation: Explanation) -> "ExplanationOut":
        """What a score was made of."""
        return cls.model_validate(explanation, from_attributes=True)


class HitOut(BaseModel):
    """One answer: a call with its best moments, or one moment (or dialogue) with its call."""

    rank: int = Field(description="Its place among all answers, from 1.")
    score: float | None = Field(description="Higher is better; null when nothing was asked.")
    call: CallOut
    moments: list[MomentOut] = Field(
        description="Best first, of a dialogue in order; empty when nothing was asked."
    )
    moments_total: int = Field(
        description="How many moments of the call there are, shown here or not: those that say"
        " what must be said, else those nearly as good as the call's best. Of a dialogue, how"
        " often it happens in the call. 1 where each moment is an answer of its own."
    )
    explanation: ExplanationOut | None = Field(
        description="What the score was made of, if `explain` asked for it; null otherwise, and"
        " for moments, dialogues and listings."
    )

    @classmethod
    def of(cls, found: FoundCall) -> "HitOut":
        """A found call."""
        return cls(
            rank=found.rank,
            score=found.score,
            call=CallOut.of(found.record),
            moments=[MomentOut.of(moment, found.record) for moment in found.moments],
            moments_total=found.moments_total,
            explanation=ExplanationOut.of(found.explanation) if found.explanation else None,
        )


class QueryOut(BaseModel):
    """The question as it was understood: posted to `/v1/search`, it asks the same again."""

    q: str
    dialogue: list[StepOut] | None = Field(
        description="The steps of a dialogue, sent so or typed in `q`; null for any other question."
    )
    mode: Mode
    group: Group
    explain: bool
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
    part: str | None
    question: bool
    one_turn: bool

    @classmethod
    def of(cls, query: SearchQuery) -> "QueryOut":
        """A question without its cursor."""
        where = query.where
        dialogue = query.dialogue
        return cls(
            q=query.text,
            dialogue=[StepOut.of(step) for step in dialogue.steps] if dialogue else None,
            mode=query.mode,
            group=query.group,
            explain=query.explain,
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
            part=str(where.part) if where.part else None,
            question=where.asked,
            one_turn=where.in_one_turn,
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
    total: int | None = Field(
        description="How many answers there are on all pages: calls listed, calls that say what"
        " must be said, calls with a dialogue, moments. Null where calls are only ranked: each"
        " answers somehow, some better than others."
    )
    next_cursor: str | None = Field(description="Asks for the next page; null on the last.")

    @classmethod
    def of(cls, page: SearchPage) -> "SearchOut":
        """A page of a search."""
        return cls(
            query=QueryOut.of(page.query),
            searched=SearchedOut.model_validate(page.searched, from_attributes=True),
            hits=[HitOut.of(found) for found in page.calls],
            total=page.total,
            next_cursor=page.next_cursor,
        )
