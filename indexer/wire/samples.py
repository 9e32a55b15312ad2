"""The wire shapes of samples: what was drawn from what, and how far its reviews are."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from indexer.papers import Written
from indexer.reviewing import Progress
from indexer.sampling.making import Preview
from indexer.sampling.verifying import Verified
from indexer.wire.drawing import PlanOut
from indexer.wire.drawn import DrawnCallOut, QuotaOut, StratumOut, shortfall_of
from models.sample import Sample, SampleSort


class ReviewerProgressOut(BaseModel):
    """How far one reviewer is."""

    reviewer: str = Field(description="The name.")
    open: int = Field(description="Reviews to be done.")
    done: int = Field(description="Reviews done.")
    replaced: int = Field(description="Calls taken out, each with a reason.")


class ProgressOut(BaseModel):
    """How far the reviews of a sample are."""

    open: int = Field(description="Reviews that were given to somebody and are to be done.")
    done: int = Field(description="Reviews done.")
    replaced: int = Field(description="Calls taken out, each with a reason.")
    reviewers: list[ReviewerProgressOut] = Field(description="By name.")

    @classmethod
    def of(cls, progress: Progress) -> "ProgressOut":
        """The progress of a sample."""
        return cls(
            open=progress.open, done=progress.done, replaced=progress.replaced,
            reviewers=[
                ReviewerProgressOut(
                    reviewer=one.reviewer, open=one.open, done=one.done, replaced=one.replaced
                )
                for one in progress.reviewers
            ],
        )  # fmt: skip


class SampleFactsOut(BaseModel):
    """A sample without its calls."""

    id: str = Field(description="Its id.")
    name: str = Field(description="What people call it.")
    drawn_at: datetime = Field(description="In UTC. Ages in `plan.where` are counted from then.")
    drawn_by: str | None = Field(description="Who drew it; null where that is not known.")
    plan: PlanOut = Field(description="What was to be drawn.")
    looked_at: int = Field(description="Calls that passed the filter.")
    excluded: dict[str, int] = Field(
        description="Calls that could not be drawn, each under the first reason that held:"
        " `voicemail`, `no_transcript`, `too_short`, `no_rep`, `reviewed`, `sampled`,"
        " `unmeasured`, `no_risk`. A reason that is absent was not asked for."
    )
    eligible: int = Field(description="Calls that could be drawn: the population.")
    drawn: int = Field(description="Calls in the sample.")
    shortfall: int = Field(description="Calls that were asked for and are not there.")
    population: str = Field(description="SHA-256 of the frozen population.")
    manifest: str = Field(description="SHA-256 of the manifest: of the very bytes it is sent as.")
    control_of: str | None = Field(description="The queue by risk that it was drawn beside.")
    progress: ProgressOut = Field(description="How far its reviews are.")

    @classmethod
    def of(cls, sample: Written[Sample], progress: Progress) -> "SampleFactsOut":
        """A sample and how far it is."""
        return cls(**_facts(sample, progress))


class SampleOut(SampleFactsOut):
    """A sample with all that was drawn."""

    fields: list[str] = Field(description="What the values of each `key` are of, in order.")
    quotas: list[QuotaOut] = Field(description="Each number that was asked for.")
    strata: list[StratumOut] = Field(description="Calls that are equally likely to be drawn.")
    calls: list[DrawnCallOut] = Field(description="The calls, stratum by stratum.")

    @classmethod
    def of(cls, sample: Written[Sample], progress: Progress) -> "SampleOut":
        """A sample and how far it is."""
        body = sample.body
        return cls(
            **_facts(sample, progress),
            fields=list(body.plan.strata),
            quotas=[QuotaOut.of(one, body.names) for one in body.quotas],
            strata=[
                StratumOut.of(one, body.names, is_random=body.is_random) for one in body.strata
            ],
            calls=[DrawnCallOut.of(call) for call in body.calls],
        )


class SamplesOut(BaseModel):
    """Every sample, those drawn first, first."""

    samples: list[SampleFactsOut] = Field(description="Each without its calls.")


class PreviewOut(BaseModel):
    """What would be drawn; nothing of it is kept."""

    looked_at: int = Field(description="Calls that pass the filter.")
    excluded: dict[str, int] = Field(description="Those that cannot be drawn, by reason.")
    eligible: int = Field(description="Calls that can be drawn.")
    drawn: int = Field(description="Calls that would be drawn.")
    shortfall: int = Field(description="Calls that are asked for and are not there.")
    fields: list[str] = Field(description="What the values of each `key` are of, in order.")
    quotas: list[QuotaOut] = Field(description="Each number that is asked for.")
    strata: list[StratumOut] = Field(description="Calls that are equally likely to be drawn.")

    @classmethod
    def of(cls, found: Preview) -> "PreviewOut":
        """A preview."""
        is_random = found.plan.sort is SampleSort.RANDOM
        return cls(
            looked_at=found.frame.looked_at,
            excluded=dict(found.frame.excluded),
            eligible=len(found.frame.population.calls),
            drawn=len(found.drawn.calls),
            shortfall=shortfall_of(found.drawn.quotas),
            fields=list(found.plan.strata),
            quotas=[QuotaOut.of(one, found.names) for one in found.drawn.quotas],
            strata=[
                StratumOut.of(one, found.names, is_random=is_random) for one in found.drawn.strata
            ],
        )


class TodayOut(BaseModel):
    """How the calls that could be drawn now differ from those that were frozen."""

    eligible: int = Field(description="Calls that could be drawn now.")
    added: int = Field(description="Those of them that were not in the population.")
    left: dict[str, int] = Field(
        description="Calls of the population that could not be drawn now, by reason;"
        " `not_in_filter` are deleted, or no longer what the filter asks for."
    )
    moved: int = Field(description="Calls whose values are others now.")
    drawn_again: int | None = Field(
        description="How many calls of the sample the same seed would draw now."
    )


class VerifiedOut(BaseModel):
    """What came of drawing again from the frozen population."""

    is_same: bool = Field(
        description="Whether population, calls and probabilities are what the manifest says."
    )
    manifest: str = Field(description="SHA-256 of the manifest of the draw made again.")
    problems: list[str] = Field(description="What is not as it was.")
    today: TodayOut = Field(description="What has changed since; it changes no sample.")

    @classmethod
    def of(cls, verified: Verified) -> "VerifiedOut":
        """What came of a replay."""
        today = verified.today
        return cls(
            is_same=verified.is_same, manifest=verified.manifest,
            problems=list(verified.problems),
            today=TodayOut(
                eligible=today.eligible, added=today.added, left=dict(today.left),
                moved=today.moved, drawn_again=today.drawn_again,
            ),
        )  # fmt: skip


class ManifestOut(BaseModel):
    """All that says which calls were drawn from what, and how.

    It is sent as the very bytes that were hashed.
    """

    algorithm: str = Field(description="The version of the draw, described in docs/methods.md.")
    plan: dict[str, Any] = Field(description="What was to be drawn, seed included.")
    looked_at: int = Field(description="Calls that passed the filter.")
    excluded: dict[str, int] = Field(description="Those that could not be drawn, by reason.")
    population: str = Field(description="SHA-256 of the frozen population.")
    quotas: list[dict[str, Any]] = Field(description="Each number that was asked for.")
    strata: list[dict[str, Any]] = Field(description="The strata and their cells.")
    calls: list[dict[str, Any]] = Field(description="The calls, with exact probabilities.")


def _facts(sample: Written[Sample], progress: Progress) -> dict[str, Any]:
    body = sample.body
    return {
        "id": sample.id,
        "name": body.name,
        "drawn_at": body.drawn_at,
        "drawn_by": sample.created_by,
        "plan": PlanOut.of(body.plan),
        "looked_at": body.looked_at,
        "excluded": dict(body.excluded),
        "eligible": body.eligible,
        "drawn": len(body.calls),
        "shortfall": shortfall_of(body.quotas),
        "population": body.population,
        "manifest": body.manifest,
        "control_of": body.control_of,
        "progress": ProgressOut.of(progress),
    }
