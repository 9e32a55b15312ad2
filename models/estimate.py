"""Numbers that say how sure they are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Where a number lies, at a level of confidence; `method` names how it was found."""

    low: float
    high: float
    method: str
    level: float = 0.95

    def holds(self, value: float) -> bool:
        """Whether a value lies within, both ends included."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number found from `n` calls (or answers, or labels), and how sure it is.

    `value` is None where nothing can be said, `interval` where it cannot be said how sure
    the number is; `why` then tells people the reason, in a clause without a full stop.
    `clusters` is how many reps (say) the calls are of, where that was taken into account.
    """

    value: float | None
    n: int
    interval: Interval | None = None
    clusters: int | None = None
    why: str | None = None
