"""Calls and the people, leads and outcomes they point to, in Close's own words.

Close adds words without notice, so a field such as `disposition` holds Close's
text as it came. The enums list the words we know: they are for filters, screens
and help, never a reason to refuse a call.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Direction(StrEnum):
    """Who dialled."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Disposition(StrEnum):
    """How the line ended. What the team decided it meant is the outcome."""

    ANSWERED = "answered"
    NO_ANSWER = "no-answer"
    VM_ANSWER = "vm-answer"
    VM_LEFT = "vm-left"
    BUSY = "busy"
    BLOCKED = "blocked"
    ERROR = "error"
    ABANDONED = "abandoned"


class CallMethod(StrEnum):
    """How the call was placed; `external` calls were logged from another system."""

    REGULAR = "regular"
    POWER = "power"
    PREDICTIVE = "predictive"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """The company a call belongs to; `url` opens it in Close."""

    id: str
    name: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a team decided a call meant. Names outlive an outcome deleted in Close."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call activity of Close.

    Durations are seconds. Every datetime is aware and in UTC. A field Close left
    out or set to null is None; text is never None-or-empty by our doing.
    """

    id: str
    date_created: datetime
    date_updated: datetime
    activity_at: datetime
    """When it happened; Close's `date_created` where Close gives no `activity_at`."""
    organization_id: str | None = None
    lead_id: str | None = None
    contact_id: str | None = None
    user_id: str | None = None
    user_name: str | None = None
    created_by: str | None = None
    updated_by: str | None = None
    source: str | None = None
    """`Close.io` for Close's own telephony, `External` for logged calls."""
    status: str | None = None
    """`completed` for most; a call still going on is `created` or `in-progress`."""
    direction: str | None = None
    disposition: str | None = None
    call_method: str | None = None
    duration_s: int = 0
    """Seconds talked; 0 when nobody answered."""
    date_answered: datetime | None = None
    phone: str | None = None
    remote_phone: str | None = None
    remote_phone_formatted: str | None = None
    remote_country_iso: str | None = None
    local_phone: str | None = None
    local_phone_formatted: str | None = None
    local_country_iso: str | None = None
    is_to_group_number: bool = False
    is_forwarded: bool = False
    forwarded_to: str | None = None
    transferred_from: str | None = None
    transferred_from_user_id: str | None = None
    transferred_to: str | None = None
    transferred_to_user_id: str | None = None
    dialer_id: str | None = None
    dialer_saved_search_id: str | None = None
    sequence_id: str | None = None
    sequence_name: str | None = None
    parent_meeting_id: str | None = None
    playbook_id: str | None = None
    outcome_id: str | None = None
    outcome_reason: str | None = None
    cost_cents: Decimal | None = None
    """US cents, exact: Close sends `"2.7"` for 2.7 cents."""
    note: str | None = None
    note_html: str | None = None
    """Close's rich text as it came: `indexer/wire` sanitises it."""
    has_recording: bool = False
    recording_url: str | None = None
    recording_duration_s: float | None = None
    recording_expires_at: datetime | None = None
    voicemail_url: str | None = None
    voicemail_duration_s: float = 0.0

    @property
    def is_over(self) -> bool:
        """False while the call rings or goes on: its words cannot be there yet."""
        return self.status not in ("created", "in-progress")

    @property
    def has_audio(self) -> bool:
        """Whether there is something a transcript could be made from."""
        return self.has_recording or bool(self.recording_url) or self.voicemail_duration_s > 0
