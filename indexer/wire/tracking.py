"""The wire shapes of what trackers find: hits, calls, and how often."""

from collections.abc import Iterable, Sequence
from datetime import date

from pydantic import BaseModel, Field

from indexer.statistics.proportions import proportion
from indexer.tracking import Asked, Count, Counts, Found, HitPage, Quoted
from indexer.wire.answers import QuotedUtteranceOut
from indexer.wire.calls import CallOut
from indexer.wire.estimates import EstimateOut
from indexer.wire.labels import LabelOut
from models import CallPage, Kind
from models.tracker import By


class AskedTrackerOut(BaseModel):
    """Which tracker was asked, and how."""

    id: str
    name: str
    version: int
    threshold: float = Field(description="That it was asked with.")
    warning: str | None = Field(
        description="What stands in the way of trusting it: its threshold was chosen with another"
        " embedder than calls are compared by now."
    )

    @classmethod
    def of(cls, asked: Asked) -> "AskedTrackerOut":
        """A tracker as it was asked."""
        tracker = asked.tracker
        return cls(
            id=tracker.id, name=tracker.body.name, version=tracker.version,
            threshold=tracker.body.threshold, warning=asked.warning,
        )  # fmt: skip


class TrackerHitOut(BaseModel):
    """An utterance that a tracker finds, with those around it."""

    call: CallOut
    kind: Kind = Field(description="`recording` or `voicemail`.")
    utterance: int = Field(description="Its place in the transcript, from 0.")
    start_s: float | None = Field(description="Seconds from the start of the audio.")
    end_s: float | None = Field(description="Seconds from the start of the audio.")
    utterances: list[QuotedUtteranceOut] = Field(description="It, and what was said around it.")
    score: float | None = Field(
        description="Its cosine with the nearest example; null where none is near, and where hits"
        " are handed out to be labelled: it would lead."
    )
    by_phrase: bool = Field(description="Whether it says the phrases.")
    example: str | None = Field(description="The example it is nearest to, if one is near.")
    label: LabelOut | None = Field(description="What somebody said of it.")

    @classmethod
    def of(cls, quoted: Quoted, examples: Sequence[str], *, blind: bool = False) -> "TrackerHitOut":
        """A hit with its words; `blind` leaves out how it was found."""
        hit, spoken = quoted.hit, quoted.hit.spoken
        said = quoted.record.utterances(spoken.kind)
        own = said[spoken.position]
        return cls(
            call=CallOut.of(quoted.record),
            kind=spoken.kind,
            utterance=spoken.position,
            start_s=own.start_s,
            end_s=own.end_s,
            utterances=[QuotedUtteranceOut.quoted(q, said[q.index]) for q in quoted.quotes],
            score=None if blind else hit.score,
            by_phrase=False if blind else hit.by_phrase,
            example=None if blind or hit.example is None else examples[hit.example],
            label=LabelOut.of(quoted.label) if quoted.label else None,
        )


class TrackerHitsOut(BaseModel):
    """A page of a tracker's hits."""

    tracker: AskedTrackerOut
    total: int = Field(description="Hits on all pages.")
    calls: int = Field(description="Calls in which it could have found something.")
    calls_with_hits: int = Field(description="Those in which it did.")
    hits: list[TrackerHitOut]
    next_cursor: str | None = Field(description="For the next page; null on the last.")

    @classmethod
    def of(cls, asked: Asked, page: HitPage) -> "TrackerHitsOut":
        """A page of hits."""
        return cls(
            tracker=AskedTrackerOut.of(asked),
            total=page.total,
            calls=len(asked.found.heard),
            calls_with_hits=len(asked.found.by_call()),
            hits=[TrackerHitOut.of(hit, asked.tracker.body.examples) for hit in page.hits],
            next_cursor=page.next_cursor,
        )


class TrackerPreviewOut(BaseModel):
    """What a tracker would find."""

    total: int = Field(description="Hits.")
    calls: int = Field(description="Calls in which it could have found something.")
    calls_with_hits: int = Field(description="Those in which it would.")
    share: EstimateOut = Field(description="The share of calls with a hit. Null without calls.")
    hits: list[TrackerHitOut] = Field(description="Some of them: drawn as if by chance.")

    @classmethod
    def of(
        cls, found: Found, hits: Iterable[Quoted], examples: Sequence[str]
    ) -> "TrackerPreviewOut":
        """What was found, with some of the hits."""
        calls, with_hits = len(found.heard), len(found.by_call())
        return cls(
            total=len(found),
            calls=calls,
            calls_with_hits=with_hits,
            share=EstimateOut.of(proportion(with_hits, calls)),
            hits=[TrackerHitOut.of(hit, examples) for hit in hits],
        )


class TrackedCallOut(BaseModel):
    """A call, and how many hits it has."""

    call: CallOut
    hits: int


class TrackerCallsOut(BaseModel):
    """A page of the calls that have a hit, or could have one and have none, newest first."""

    tracker: AskedTrackerOut
    without: bool = Field(description="Whether these are the calls that have none.")
    total: int = Field(description="Calls on all pages.")
    passing: int = Field(
        description="All calls that pass the filter, also those in which the tracker's side says"
        " nothing that was transcribed: they are in neither list."
    )
    calls: list[TrackedCallOut]
    next_cursor: str | None = Field(description="For the next page; null on the last.")

    @classmethod
    def of(
        cls, asked: Asked, page: CallPage, *, without: bool, total: int, passing: int
    ) -> "TrackerCallsOut":
        """A page of calls."""
        hits = asked.found.by_call()
        calls = [
            TrackedCallOut(call=CallOut.of(record), hits=hits.get(record.call.id, 0))
            for record in page.records
        ]
        return cls(
            tracker=AskedTrackerOut.of(asked), without=without, total=total, passing=passing,
            calls=calls, next_cursor=page.next_cursor,
        )  # fmt: skip


class TrackerCountOut(BaseModel):
    """Hits among some calls."""

    key: str = Field(description="`2026-W11`, or a user's id; empty for calls of no user.")
    label: str = Field(description="What people call it.")
    starts: date | None = Field(description="A week's Monday, in UTC; null of a rep.")
    calls: int = Field(
        description="Calls in which it could have found something: its side speaks in them, in"
        " words that the filter lets through."
    )
    calls_with_hits: int = Field(description="Those in which it did.")
    hits: int = Field(description="All hits: a call may have several.")
    share: EstimateOut = Field(description="The share of calls with a hit. Null without calls.")
    hits_per_100_calls: float | None = Field(description="Null without calls: that is not 0.")

    @classmethod
    def of(cls, count: Count) -> "TrackerCountOut":
        """Hits among some calls."""
        return cls(
            key=count.key,
            label=count.label,
            starts=count.starts,
            calls=count.calls,
            calls_with_hits=count.with_hits,
            hits=count.hits,
            share=EstimateOut.of(count.share),
            hits_per_100_calls=count.hits_per_100_calls,
        )


class TrackerCountsOut(BaseModel):
    """How often a tracker finds something."""

    tracker: AskedTrackerOut
    by: By = Field(description="What the rows are.")
    passing: int = Field(description="All calls that pass the filter.")
    total: TrackerCountOut = Field(description="All calls together.")
    rows: list[TrackerCountOut] = Field(
        description="Weeks in their order, those without calls too; reps by name."
    )

    @classmethod
    def of(cls, asked: Asked, by: By, counts: Counts) -> "TrackerCountsOut":
        """Counts."""
        return cls(
            tracker=AskedTrackerOut.of(asked),
            by=by,
            passing=counts.passing,
            total=TrackerCountOut.of(counts.total),
            rows=[TrackerCountOut.of(row) for row in counts.rows],
        )
