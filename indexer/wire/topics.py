"""The wire shapes of topics."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from indexer.exporting import Format
from indexer.papers import Written
from indexer.statistics.proportions import proportion
from indexer.store.contract import Store
from indexer.topics import TopicMoment, moment_at
from indexer.wire.calls import close_url
from indexer.wire.estimates import EstimateOut
from indexer.wire.filters import Count, WhereIn
from indexer.wire.places import page_of
from models import Kind, Side
from models.saved import LONGEST_NAME, name_from
from models.topic import (
    FEWEST_TOPICS,
    LONGEST_SEED,
    MOST_TOPICS,
    Step,
    Topic,
    TopicAnalysis,
    TopicsAsked,
)

_NAME = f"What people call it: 1 to {LONGEST_NAME} printable characters, no other analysis's name."
_SEED = "Decides, with the calls, which topics are found: the same seed finds the same ones."


class TopicTable(StrEnum):
    """What the rows of an export are."""

    TOPICS = "topics"
    TREND = "trend"
    MOMENTS = "moments"


def _as_text(value: object) -> object:
    """A whole number as its digits: seeds are often numbers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class TopicsIn(BaseModel):
    """Which calls to find topics in, and how many."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    where: WhereIn = Field(
        default_factory=lambda: WhereIn.model_validate({}),
        description="Which calls, and which of their words: with `side`, what that side said.",
    )
    k: Count | None = Field(
        None,
        ge=FEWEST_TOPICS,
        le=MOST_TOPICS,
        description=f"How many topics, {FEWEST_TOPICS} to {MOST_TOPICS}. Without it 12, or fewer"
        " where there are less than 25 utterances for each.",
    )
    seed: Annotated[str, BeforeValidator(_as_text)] = Field(
        "0", min_length=1, max_length=LONGEST_SEED, description=_SEED
    )
    step: Step | None = Field(
        None,
        description="What trends are counted by: ISO weeks or months, in UTC. Without it weeks,"
        " or months where the calls span more than 26 weeks.",
    )
    name: str | None = Field(None, description=_NAME)

    def asked(self) -> TopicsAsked:
        """What is asked for, the filter as it was typed.

        Raises:
            QueryInvalid: the seed or the name cannot be printed on one line.
        """
        return TopicsAsked(
            where=self.where.model_dump(mode="json", exclude_unset=True),
            k=self.k,
            seed=self.seed,
            step=self.step,
            name=name_from(self.name) if self.name is not None else None,
        )


class TopicMomentOut(BaseModel):
    """A moment of a topic: an utterance that is about it."""

    call_id: str
    kind: Kind = Field(description="The transcript it is of: `recording` or `voicemail`.")
    utterance: int = Field(description="Its place in the transcript, from 0.")
    start_s: float | None = Field(description="Seconds from the start of the audio.")
    end_s: float | None = Field(description="Seconds from the start of the audio.")
    side: Side = Field(description="Ours (`user`), theirs (`contact`), or `unknown`.")
    speaker: str = Field(description="The speaker's name as Close has it; may be empty.")
    text: str = Field(description="What was said.")
    activity_at: datetime = Field(description="When the call happened, in UTC.")
    user_id: str | None = Field(description="The call's rep.")
    user_name: str | None = Field(description="The rep's name.")
    lead_id: str | None = Field(description="The call's lead.")
    lead_name: str | None = Field(description="The lead's name.")
    path: str = Field(description="Its place on this server's pages, to the second.")
    close_url: str | None = Field(description="Opens the call's lead in Close.")
    nearness: float | None = Field(
        description="Cosine of the angle to the topic's centre; null for an example."
    )

    @classmethod
    def of(cls, moment: TopicMoment) -> "TopicMomentOut":
        """A moment of a topic."""
        call, said, lead = moment.record.call, moment.utterance, moment.record.lead
        return cls(
            call_id=call.id, kind=moment.kind, utterance=moment.index, start_s=said.start_s,
            end_s=said.end_s, side=said.side, speaker=said.speaker, text=said.text,
            activity_at=call.activity_at, user_id=call.user_id, user_name=call.user_name,
            lead_id=call.lead_id, lead_name=lead.name if lead else None,
            path=page_of(call.id, moment.kind, start_s=said.start_s, utterance=moment.index),
            close_url=close_url(moment.record), nearness=moment.nearness,
        )  # fmt: skip


class TopicPeriodOut(BaseModel):
    """How often a topic was touched in one week or month."""

    start: date = Field(description="Its first day, in UTC: a Monday, or the first of a month.")
    calls: int = Field(description="Calls in it that touch the topic.")
    share: EstimateOut = Field(description="Share of the calls of the period that do.")


class TopicOut(BaseModel):
    """One topic."""

    number: int = Field(description="From 1: the topic of most calls first.")
    words: list[str] = Field(
        description="The words that tell it from the other topics, the most telling first."
    )
    passages: int = Field(description="Utterances that are about it.")
    calls: int = Field(description="Calls with at least one of them.")
    share: EstimateOut = Field(description="Share of the calls that touch it.")
    stability: float = Field(
        description="How well it is found again in halves of the calls: 1 wholly, below 0.5 it"
        " falls apart, and is better taken as a hint."
    )
    example: TopicMomentOut | None = Field(
        description="The utterance nearest to its centre that says one of its words; null if"
        " that is gone, or has changed."
    )
    trend: list[TopicPeriodOut] = Field(description="Period by period, those without calls too.")


class TopicAnalysisLineOut(BaseModel):
    """An analysis that is kept, in brief."""

    id: str
    name: str | None = Field(description="What people call it, if it has a name.")
    where: dict[str, Any] = Field(description="The filter as it was typed.")
    k: int = Field(description="How many topics were found.")
    k_asked: int | None = Field(description="How many were asked for; null: as many as fit.")
    seed: str = Field(description=_SEED)
    made_at: datetime = Field(description="In UTC.")
    made_by: str | None = Field(description="Who made it; null where that is not known.")
    calls: int = Field(description="Calls in which topics were looked for.")
    passages: int = Field(description="Utterances that were compared.")

    @classmethod
    def of(cls, kept: Written[TopicAnalysis]) -> "TopicAnalysisLineOut":
        """A kept analysis."""
        return cls(**_line(kept))


class TopicAnalysisOut(TopicAnalysisLineOut):
    """Topics as they were found at one time."""

    step: Step = Field(description="What the trends are counted by.")
    embedder: str = Field(description="The model whose vectors were compared.")
    seconds: float = Field(description="How long it took.")
    selected: int = Field(description="Calls that pass the filter.")
    read: int = Field(
        description="Calls that were read: all of them, unless they have more than 50,000"
        " utterances; then as many as have so many, drawn by the seed."
    )
    short: int = Field(description="Utterances of fewer than five words, which are left out.")
    other: int = Field(description="Utterances that are near no topic, and are in none.")
    other_calls: int = Field(description="Calls that have any of these.")
    topics: list[TopicOut]

    @classmethod
    def of_kept(cls, kept: Written[TopicAnalysis], store: Store) -> "TopicAnalysisOut":
        """A kept analysis, its examples read from the calls as they are now."""
        return cls(**_line(kept), **_found(kept.body, store))


class TopicAnalysesOut(BaseModel):
    """Every analysis that is kept, the newest first."""

    analyses: list[TopicAnalysisLineOut]

    @classmethod
    def of(cls, kept: Iterable[Written[TopicAnalysis]]) -> "TopicAnalysesOut":
        """Kept analyses."""
        newest = sorted(kept, key=lambda one: one.created_at, reverse=True)
        return cls(analyses=[TopicAnalysisLineOut.of(one) for one in newest])


class TopicMomentsIn(BaseModel):
    """Which page of a topic's moments."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    limit: Count = Field(20, ge=1, le=100, description="Moments on a page, 1 to 100.")
    cursor: str | None = Field(
        None, min_length=1, max_length=1000, description="`next_cursor` of the page before."
    )


class TopicExportIn(BaseModel):
    """Which rows, and how they are written."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    form: Format = Field(Format.CSV, alias="format", description="`csv` or `ndjson`.")
    table: TopicTable = Field(
        TopicTable.TOPICS,
        description="A row for each topic, for each period of each (`trend`), or for each moment.",
    )


class TopicMomentsOut(BaseModel):
    """A page of a topic's moments, the nearest to its centre first."""

    moments: list[TopicMomentOut]
    total: int = Field(description="Moments on all pages, as they were found.")
    gone: int = Field(
        description="Of this page, those that are no longer there: the call is gone, or its"
        " words have changed."
    )
    next_cursor: str | None = Field(description="Asks for the next page; null on the last.")

    @classmethod
    def of(
        cls, found: Sequence[TopicMoment | None], *, total: int, next_cursor: str | None
    ) -> "TopicMomentsOut":
        """A page of moments; None for those that are gone."""
        there = [TopicMomentOut.of(moment) for moment in found if moment is not None]
        return cls(
            moments=there, total=total, gone=len(found) - len(there), next_cursor=next_cursor
        )


def _line(kept: Written[TopicAnalysis]) -> dict[str, Any]:
    body = kept.body
    return {
        "id": kept.id, "name": body.name, "where": dict(body.asked.where), "k": body.k,
        "k_asked": body.asked.k, "seed": body.asked.seed, "made_at": kept.created_at,
        "made_by": kept.created_by, "calls": body.calls, "passages": body.passages,
    }  # fmt: skip


def _found(body: TopicAnalysis, store: Store) -> dict[str, Any]:
    return {
        "step": body.step, "embedder": body.embedder, "seconds": body.seconds,
        "selected": body.selected, "read": body.read, "short": body.short, "other": body.other,
        "other_calls": body.other_calls,
        "topics": [_topic(topic, body, store) for topic in body.topics],
    }  # fmt: skip


def _topic(topic: Topic, body: TopicAnalysis, store: Store) -> TopicOut:
    example = moment_at(topic.example, store)
    return TopicOut(
        number=topic.number,
        words=list(topic.words),
        passages=topic.passages,
        calls=topic.calls,
        share=EstimateOut.of(proportion(topic.calls, body.calls)),
        stability=topic.stability,
        example=TopicMomentOut.of(example) if example else None,
        trend=[
            TopicPeriodOut(
                start=period.start,
                calls=calls,
                share=EstimateOut.of(proportion(calls, period.calls)),
            )
            for period, calls in zip(body.periods, topic.by_period, strict=True)
        ],
    )
