"""A call in a few facts: what many calls at a time are counted, compared and drawn by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.passage import Kind

Figures = Mapping[str, float | None]
"""The metrics of a call by name; None where one is not defined for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOutline:
    """What is known of a call without its words. Fields are those of `Call`.

    `spoken` are the transcripts in which somebody said something. `figures` is None as long
    as the call has not been measured by the formulas of today.
    """

    id: str
    activity_at: datetime
    user_id: str | None
    user_name: str | None
    lead_id: str | None
    contact_id: str | None
    direction: str | None
    disposition: str | None
    call_method: str | None
    outcome_id: str | None
    playbook_id: str | None
    duration_s: int
    spoken: frozenset[Kind]
    figures: Figures | None = None
