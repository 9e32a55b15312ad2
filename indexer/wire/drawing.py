"""The wire shapes of what is to be drawn."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from indexer.wire.filters import Count, WhereIn
from models import SearchFilter
from models.errors import QueryInvalid
from models.sample import LONGEST_SEED, Sample, SamplePlan, SampleSort, StratumField
from models.saved import LONGEST_NAME

_SEED = (
    f"1 to {LONGEST_SEED} printable characters that decide the draw, such as `2026-W38`. The same"
    " seed prefers the same calls in every sample: take another for each."
)


class DrawIn(BaseModel):
    """What is to be drawn."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    seed: str = Field(description=_SEED)
    where: WhereIn = Field(
        default_factory=lambda: WhereIn.model_validate({}), description="Which calls are looked at."
    )
    sort: SampleSort = Field(
        SampleSort.RANDOM,
        description="`random` speaks for the calls it was drawn from. `risk` is a queue of the"
        " calls that meet most criteria, and does not.",
    )
    strata: tuple[StratumField, ...] = Field(
        (), description="Fields to divide calls by; with several, by every combination of values."
    )
    size: Count | None = Field(
        None, description="Calls in all, shared out in proportion. With `per_rep`, no less of each."
    )
    per_stratum: Count | None = Field(
        None, description="Calls of each combination of values of `strata`."
    )
    share: float | None = Field(
        None, description="Share of the calls, over 0 up to 1; with `per_rep`, of each rep's."
    )
    per_rep: Count | None = Field(
        None,
        description="Calls of each rep, shared out over the rep's `strata` in proportion. A rep"
        " with fewer gives all there are, and the shortfall is stated.",
    )
    min_duration: Count | None = Field(
        None,
        description="Seconds a call must have lasted to be drawn. Unlike `where.min_duration` it"
        " counts those that are shorter.",
    )
    duration_edges: tuple[Count, ...] = Field(
        (60, 300, 900), description="Seconds at which the bands of the field `duration` begin."
    )
    with_transcript: bool = Field(
        default=True,
        description="False: also voicemails, and calls of which nothing was transcribed.",
    )
    exclude: tuple[Literal["reviewed", "sampled"], ...] = Field(
        ("reviewed",),
        description="Leave out, and count, calls that anybody has `reviewed`, and calls that are"
        " in any other sample (`sampled`).",
    )
    trackers: tuple[str, ...] = Field(
        (), description="By risk: trackers whose hits bring a call in, by id or name."
    )
    metrics: tuple[str, ...] = Field(
        (), description="By risk: metrics beyond a number, such as `longest_monologue_s > 180`."
    )

    def plan(self) -> SamplePlan:
        """The plan it stands for.

        Raises:
            QueryInvalid: it makes no sense.
        """
        return SamplePlan(
            where=self.where.model_dump(mode="json", exclude_defaults=True),
            seed=self.seed,
            sort=self.sort,
            strata=self.strata,
            size=self.size,
            per_stratum=self.per_stratum,
            share=self.share,
            per_rep=self.per_rep,
            min_duration_s=self.min_duration,
            duration_edges_s=self.duration_edges,
            with_transcript=self.with_transcript,
            exclude_reviewed="reviewed" in self.exclude,
            exclude_sampled="sampled" in self.exclude,
            trackers=self.trackers,
            thresholds=self.metrics,
        )


class PreviewIn(DrawIn):
    """What would be drawn."""

    seed: str = Field("preview", description=_SEED)


class SampleIn(DrawIn):
    """What is to be drawn, and what it is to be called."""

    name: str = Field(
        description=f"What people call it: 1 to {LONGEST_NAME} printable characters, no other"
        " sample's name."
    )
    control: float | None = Field(
        None,
        description="Beside a queue by risk: a random sample of the same filter, of this share of"
        " the queue's number (over 0 up to 1), as a sample of its own.",
    )


class PlanOut(BaseModel):
    """What was to be drawn."""

    where: dict[str, Any] = Field(description="Which calls were looked at, as it was typed.")
    seed: str = Field(description=_SEED)
    sort: SampleSort = Field(description="`random`, or `risk`: a queue by criteria.")
    strata: list[StratumField] = Field(description="The fields that calls are divided by.")
    size: int | None = Field(description="Calls in all.")
    per_stratum: int | None = Field(description="Calls of each combination of values.")
    share: float | None = Field(description="Share of the calls.")
    per_rep: int | None = Field(description="Calls of each rep, at least.")
    min_duration: int | None = Field(description="Seconds a call must have lasted.")
    duration_edges: list[int] = Field(description="Seconds at which bands of duration begin.")
    with_transcript: bool = Field(description="Whether only transcribed conversations count.")
    exclude: list[str] = Field(description="What else was left out: `reviewed`, `sampled`.")
    trackers: list[str] = Field(description="By risk: ids of the trackers.")
    metrics: list[str] = Field(description="By risk: metrics beyond a number.")

    @classmethod
    def of(cls, plan: SamplePlan) -> "PlanOut":
        """A plan."""
        exclude = {"reviewed": plan.exclude_reviewed, "sampled": plan.exclude_sampled}
        return cls(
            where=dict(plan.where), seed=plan.seed, sort=plan.sort, strata=list(plan.strata),
            size=plan.size, per_stratum=plan.per_stratum, share=plan.share, per_rep=plan.per_rep,
            min_duration=plan.min_duration_s, duration_edges=list(plan.duration_edges_s),
            with_transcript=plan.with_transcript,
            exclude=[name for name, is_asked in exclude.items() if is_asked],
            trackers=list(plan.trackers), metrics=list(plan.thresholds),
        )  # fmt: skip


def where_of(sample: Sample) -> SearchFilter:
    """The filter of a sample, with ages counted from its draw.

    Raises:
        QueryInvalid: it means nothing any more.
    """
    try:
        asked = WhereIn.model_validate(dict(sample.plan.where))
    except ValidationError as error:
        raise QueryInvalid("where", "is no filter any more") from error
    return asked.where(now=sample.drawn_at)
