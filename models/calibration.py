"""Calibrations: several people review the same calls blind, to see how far they agree."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Calls that each of these reviewers answers without seeing the others' answers.

    The answers are reviews within it. They are shown to others once it is closed.
    """

    name: str
    call_ids: tuple[str, ...]
    reviewers: tuple[str, ...]
    scorecard_id: str
    scorecard_version: int
    closed_at: datetime | None = None
    closed_by: str | None = None
