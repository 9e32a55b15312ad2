"""Calibrations: several people review the same calls blind, to see how far they agree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from models.errors import QueryInvalid
from models.saved import name_from, name_key

FEWEST_REVIEWERS: Final = 2
MOST_REVIEWS: Final = 2_000
"""Calls times reviewers: more than anybody will ever do in one session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationDraw:
    """How the calls were drawn, if they were: from a sample's calls, or from a filter's.

    `where` is a filter as people typed it (`indexer.wire.WhereIn`). `eligible` is how many
    calls could have been drawn.
    """

    seed: str
    eligible: int
    sample_id: str | None = None
    where: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Calls that each of these reviewers answers without seeing the others' answers.

    The answers are reviews within it. They are shown to others once it is closed; what is
    said of them then is by the versions that `frozen` names, review by review. `user_ids`
    are the reviewers' own users in Close, by their names, of those who have one.
    """

    name: str
    call_ids: tuple[str, ...]
    reviewers: tuple[str, ...]
    scorecard_id: str
    scorecard_version: int
    user_ids: Mapping[str, str] = field(default_factory=dict)
    draw: CalibrationDraw | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    frozen: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what nobody could agree on.

        Raises:
            QueryInvalid: names the field at fault.
        """
        object.__setattr__(self, "name", name_from(self.name))
        if not self.call_ids:
            raise QueryInvalid("call_ids", "there must be at least one call")
        if twice := _twice(self.call_ids):
            raise QueryInvalid("call_ids", f"{twice!r} is there twice")
        if len(self.reviewers) < FEWEST_REVIEWERS:
            told = "one reviewer agrees with nobody: name at least two"
            raise QueryInvalid("reviewers", told)
        if twice := _twice(map(name_key, self.reviewers)):
            raise QueryInvalid("reviewers", f"{twice!r} is there twice")
        if len(self.call_ids) * len(self.reviewers) > MOST_REVIEWS:
            told = f"that is more than {MOST_REVIEWS:,} reviews: take fewer calls"
            raise QueryInvalid("call_ids", told)

    @property
    def is_closed(self) -> bool:
        """Whether everybody may see the answers, and nobody change them."""
        return self.closed_at is not None


def _twice(texts: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for text in texts:
        if text in seen:
            return text
        seen.add(text)
    return None
