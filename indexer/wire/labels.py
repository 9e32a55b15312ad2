"""The wire shapes of labels: what people say of hits, and the precision that follows."""

from datetime import datetime

from pydantic import BaseModel, Field

from indexer.papers import Written
from indexer.tracking import Precision
from indexer.wire.estimates import EstimateOut
from models import Kind
from models.tracker import HitLabel, Verdict


class LabelOut(BaseModel):
    """What somebody said of a hit."""

    verdict: Verdict
    by: str | None = Field(description="Who said so.")
    at: datetime = Field(description="When, in UTC.")
    version: int = Field(description="The tracker's version that it was a hit of then.")

    @classmethod
    def of(cls, label: Written[HitLabel]) -> "LabelOut":
        """A label."""
        return cls(
            verdict=label.body.verdict, by=label.written_by, at=label.written_at,
            version=label.body.version,
        )  # fmt: skip


class LabelledOut(BaseModel):
    """A label as it was kept."""

    call_id: str
    kind: Kind
    utterance: int
    label: LabelOut

    @classmethod
    def of(cls, label: Written[HitLabel]) -> "LabelledOut":
        """A label with what it is of."""
        body = label.body
        return cls(
            call_id=body.call_id, kind=body.kind, utterance=body.position, label=LabelOut.of(label)
        )


class PrecisionOut(BaseModel):
    """What labels say of the hits of one version at one threshold."""

    version: int
    threshold: float
    hits: int = Field(description="All hits.")
    later: int = Field(
        description="Of these, hits in calls that came after the labels were given: no label"
        " speaks for them."
    )
    labelled: int = Field(
        description="Labels that count: those of the first hits in the order of labelling, up to"
        " the first without a label. They are a simple random sample of the hits that are not"
        " `later`."
    )
    waiting: int = Field(
        description="Labels of other hits: they count as soon as every hit before them has one."
    )
    yes: int = Field(description="Labels that count, and say so.")
    no: int = Field(description="Labels that count, and say so.")
    unsure: int = Field(description="Left out of the rate.")
    rate: EstimateOut = Field(description="yes / (yes + no).")

    @classmethod
    def of(cls, precision: Precision) -> "PrecisionOut":
        """What labels say."""
        return cls(
            version=precision.version, threshold=precision.threshold, hits=precision.hits,
            later=precision.later, labelled=precision.labelled, waiting=precision.waiting,
            yes=precision.yes, no=precision.no, unsure=precision.unsure,
            rate=EstimateOut.of(precision.rate),
        )  # fmt: skip
