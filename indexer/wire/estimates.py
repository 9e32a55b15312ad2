"""The wire shapes of numbers that say how sure they are."""

from pydantic import BaseModel, Field

from models.estimate import Estimate, Interval


class IntervalOut(BaseModel):
    """Where a number lies."""

    low: float
    high: float
    level: float = Field(description="Its confidence: 0.95 is 95 %.")
    method: str = Field(description="How it was found; docs/methods.md explains each.")

    @classmethod
    def of(cls, interval: Interval) -> "IntervalOut":
        """An interval."""
        return cls(
            low=interval.low, high=interval.high, level=interval.level, method=interval.method
        )


class EstimateOut(BaseModel):
    """A number with what it rests on."""

    value: float | None = Field(description="Null where nothing can be said.")
    n: int = Field(description="How many calls (or answers, labels, reps) it was found from.")
    interval: IntervalOut | None = Field(
        description="Null where it cannot be said how sure the number is."
    )
    clusters: int | None = Field(
        description="How many reps the calls are of, where that was taken into account."
    )
    why: str | None = Field(description="Why there is no value, or no interval.")

    @classmethod
    def of(cls, estimate: Estimate) -> "EstimateOut":
        """An estimate."""
        return cls(
            value=estimate.value,
            n=estimate.n,
            interval=IntervalOut.of(estimate.interval) if estimate.interval else None,
            clusters=estimate.clusters,
            why=estimate.why,
        )
