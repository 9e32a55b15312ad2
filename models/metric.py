"""Metrics: numbers that a call measures, each by a formula with a version."""

import math
from dataclasses import dataclass
from enum import StrEnum

from models.estimate import Estimate


class CallType(StrEnum):
    """What people did on a call; figures of one type are never averaged with the other's."""

    CONVERSATION = "conversation"
    VOICEMAIL = "voicemail"


class Unit(StrEnum):
    """What a figure counts in. A share lies between 0 and 1."""

    SHARE = "share"
    SECONDS = "s"
    COUNT = "count"
    PER_MINUTE = "per minute"
    WORDS_PER_MINUTE = "words per minute"
    PER_HOUR = "per hour"
    PER_100_WORDS = "per 100 words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A number that a call measures, and how it is found.

    `version` grows with every change of the formula, of its constants and of its lists of
    words. `needs` says what a call must have, so that the number is defined for it.
    """

    name: str
    title: str
    unit: Unit
    definition: str
    needs: str
    source: str
    version: int = 1
    is_two_sided: bool = False
    """Whether it is of two sides talking with each other: never defined for a voicemail."""

    @property
    def id(self) -> str:
        """The name with the version: `talk_ratio@1`."""
        return f"{self.name}@{self.version}"

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest it can be; the latter may be infinite."""
        return (0.0, 1.0 if self.unit is Unit.SHARE else math.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSummary:
    """A metric over many calls.

    The quartiles and the median are those of the calls for which it is defined, and no
    estimates: they say nothing of other calls. None where there is no such call.
    """

    metric: Metric
    mean: Estimate
    lower_quartile: float | None = None
    median: float | None = None
    upper_quartile: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What calls of one type measure. `calls` pass a filter; they are of either type, or silent."""

    type: CallType
    calls: int
    conversations: int
    voicemails: int
    silent: int
    measured: int
    """Of the calls of this type, how many the metrics are of: the others are not measured yet."""
    metrics: tuple[MetricSummary, ...]

    @property
    def of_type(self) -> int:
        """How many calls there are of this type."""
        return self.conversations if self.type is CallType.CONVERSATION else self.voicemails
