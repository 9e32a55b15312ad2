"""The wire shapes of trackers held against labels, and against their own older versions."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, Field

from indexer.tracking import Asked, Change, Diff, Precision, Precisions, Quoted
from indexer.wire.labels import PrecisionOut
from indexer.wire.trackers import TrackerOut
from indexer.wire.tracking import AskedTrackerOut, TrackerHitOut


class PrecisionsOut(BaseModel):
    """How many of a tracker's hits are what it is meant to find."""

    tracker: AskedTrackerOut
    versions: list[PrecisionOut] = Field(description="Every version at its own threshold.")
    thresholds: list[PrecisionOut] = Field(
        description="The version asked, at several thresholds. To choose the best of many by the"
        " same labels flatters it: label some more with the one chosen."
    )
    labels: int = Field(description="All labels of words as they stand, counting or not.")
    dropped: int = Field(description="Labels of words that have changed since, or are gone.")

    @classmethod
    def of(cls, asked: Asked, precisions: Precisions) -> "PrecisionsOut":
        """Precision by version and by threshold."""
        return cls(
            tracker=AskedTrackerOut.of(asked),
            versions=[PrecisionOut.of(one) for one in precisions.versions],
            thresholds=[PrecisionOut.of(one) for one in precisions.thresholds],
            labels=precisions.labels,
            dropped=precisions.dropped,
        )


class ToLabelOut(BaseModel):
    """Hits that are to be labelled next, in the order that makes them a random sample."""

    tracker: AskedTrackerOut
    about: str = Field(description="What is meant by the tracker.")
    hits: list[TrackerHitOut] = Field(description="Without a score: it would lead.")
    unlabelled: int = Field(description="Hits without a label in all.")
    precision: PrecisionOut = Field(description="What labels say so far.")

    @classmethod
    def of(
        cls, asked: Asked, hits: Iterable[Quoted], *, unlabelled: int, precision: Precision
    ) -> "ToLabelOut":
        """Hits to be labelled."""
        body = asked.tracker.body
        return cls(
            tracker=AskedTrackerOut.of(asked),
            about=body.about,
            hits=[TrackerHitOut.of(hit, body.examples, blind=True) for hit in hits],
            unlabelled=unlabelled,
            precision=PrecisionOut.of(precision),
        )


class TrackerFieldChangeOut(BaseModel):
    """A field in which two versions differ."""

    field: str
    before: Any = Field(description="As `TrackerOut` has it.")
    after: Any = Field(description="As `TrackerOut` has it.")

    @classmethod
    def of(cls, change: Change) -> "TrackerFieldChangeOut":
        """A field in which two versions differ."""
        return cls(field=change.field, before=change.before, after=change.after)


class HitsMovedOut(BaseModel):
    """Hits that only one of two versions finds."""

    hits: int
    calls: int = Field(description="Calls that have hits of that version only.")
    examples: list[TrackerHitOut] = Field(
        description="Some of them, the first in the order of labelling: a random sample."
    )


class TrackerDiffOut(BaseModel):
    """Two versions of a tracker, and what they find in what is stored now."""

    before: TrackerOut
    after: TrackerOut
    warning: str | None = Field(
        description="That one of their thresholds was chosen with another embedder."
    )
    changes: list[TrackerFieldChangeOut] = Field(description="Empty where they say the same.")
    kept: int = Field(description="Hits of both.")
    calls_before: int = Field(description="Calls with a hit of the earlier one.")
    calls_after: int = Field(description="Calls with a hit of the later one.")
    came: HitsMovedOut = Field(description="Hits of the later one only.")
    left: HitsMovedOut = Field(description="Hits of the earlier one only.")

    @classmethod
    def of(cls, diff: Diff, came: Iterable[Quoted], left: Iterable[Quoted]) -> "TrackerDiffOut":
        """Two versions with some of the hits that came and left."""
        now, then = diff.after.body.examples, diff.before.body.examples
        return cls(
            before=TrackerOut.of(diff.before),
            after=TrackerOut.of(diff.after),
            warning=diff.warning,
            changes=[TrackerFieldChangeOut.of(one) for one in diff.changes],
            kept=diff.kept,
            calls_before=diff.calls_before,
            calls_after=diff.calls_after,
            came=HitsMovedOut(
                hits=len(diff.came), calls=diff.calls_came,
                examples=[TrackerHitOut.of(hit, now) for hit in came],
            ),
            left=HitsMovedOut(
                hits=len(diff.left), calls=diff.calls_left,
                examples=[TrackerHitOut.of(hit, then) for hit in left],
            ),
        )  # fmt: skip
