"""The wire shapes of the planner: how many calls to draw."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from indexer.sampling.planner import Asked, Planned, plan_size, there_are
from indexer.store.contract import Store
from indexer.wire.filters import Count, WhereIn
from models.errors import QueryInvalid
from models.sample import MOST


class PlannerIn(WhereIn):
    """What is to be known how well, of how many calls."""

    population: Count | None = Field(
        None,
        le=MOST,
        description="Calls there are; without it, those of the filter in which a conversation was"
        " transcribed.",
    )
    reps: Count | None = Field(
        None, le=MOST, description="Reps they are of; without it, those of the filter."
    )
    margin: float = Field(
        0.05, description="How far a rate may be off either way: 0.05 is 5 points."
    )
    level: float = Field(0.95, description="The level of confidence, from 0.5 and below 1.")
    rate: float = Field(0.5, description="About what the rate is; one half needs most calls.")
    rare: float | None = Field(
        None, description="The share of something that is to be seen at least once."
    )
    difference: float = Field(0.1, description="What two reps differ by: 0.1 is 10 points.")

    def planned(self, *, store: Store, now: datetime) -> Planned:
        """What the planner says.

        Raises:
            QueryInvalid: it has no answer.
        """
        population, reps = self.population, self.reps
        if population is None:
            population, there = there_are(self.where(now=now), store)
            reps = reps or there or None
        return plan_size(
            Asked(
                population=population, reps=reps, margin=self.margin, level=self.level,
                rate=self.rate, rare=self.rare, difference=self.difference,
            )
        )  # fmt: skip


class PlannedOut(BaseModel):
    """How many calls it takes to know something so well."""

    population: int | None = Field(description="Calls there are; null: without end.")
    margin: float = Field(description="How far the rate may be off, either way.")
    level: float = Field(description="The level of confidence.")
    rate: float = Field(description="About what the rate is; one half needs most calls.")
    size: int = Field(description="Calls that tell the rate so well.")
    reps: int | None = Field(description="How many reps they are of.")
    per_rep: int | None = Field(description="Calls of each rep, if shared out evenly.")
    margin_per_rep: float | None = Field(
        description="How far a rep's own rate is then off, either way."
    )
    difference: float = Field(description="What two reps differ by.")
    to_tell_apart: int | None = Field(
        description="Calls of each of two reps that show such a difference four times in five."
    )
    rare: float | None = Field(description="The share of something that is to be seen at all.")
    to_see_rare: int | None = Field(description="Calls that show at least one case of it.")
    warnings: list[str] = Field(description="What to think of before drawing.")

    @classmethod
    def of(cls, planned: Planned) -> "PlannedOut":
        """What a planner says."""
        asked = planned.asked
        return cls(
            population=asked.population, margin=asked.margin, level=asked.level, rate=asked.rate,
            size=planned.size, reps=asked.reps, per_rep=planned.per_rep,
            margin_per_rep=planned.margin_per_rep, difference=asked.difference,
            to_tell_apart=planned.to_tell_apart, rare=asked.rare,
            to_see_rare=planned.to_see_rare, warnings=list(planned.warnings),
        )  # fmt: skip


def planner_of(asked: WhereIn, told: Mapping[str, Any]) -> PlannerIn:
    """A planner's question of filters and numbers; those that are None are not there.

    Raises:
        QueryInvalid: one is wrong.
    """
    given = asked.model_dump(mode="json", exclude_unset=True)
    try:
        return PlannerIn.model_validate(
            given | {name: value for name, value in told.items() if value is not None}
        )
    except ValidationError as error:
        [first, *_] = error.errors()
        raise QueryInvalid(str(first["loc"][0]), first["msg"]) from None
