"""Writes planned calls and their people as the JSON objects that Close answers with."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from scripts.close_standin.world import Record
from scripts.demo_calls import notes
from scripts.demo_calls.companies import Company, Person
from scripts.demo_calls.compose import Conversation
from scripts.demo_calls.ids import close_id, dice
from scripts.demo_calls.outcomes import chosen, outcome_id
from scripts.demo_calls.people import Rep
from scripts.demo_calls.stories import PlannedCall
from scripts.demo_calls.transcripts import transcript

_NEVER_SET = (
    "forwarded_to transferred_from transferred_from_user_id transferred_to transferred_to_user_id "
    "sequence_id sequence_name sequence_subscription_id parent_meeting_id notetaker_id "
    "agent_config_id outcome_reason outcome_autofill_confidence outcome_autofill_reasoning "
    "playbook_id playbook_reason conversation_type_id conversation_type_reason "
    "recording_expires_at"
).split()
_STATUS = {"no-answer": "no-answer", "busy": "busy", "error": "failed", "blocked": "failed"}
_OUR_NUMBERS = ("+14155550117", "+14155550134", "+14155550188", "+14155550190")
_GROUP_NUMBER = "+14155550188"


@dataclass(frozen=True, slots=True)
class Settings:
    """What every record of one world shares."""

    seed: int
    organization_id: str


def stamp(at: datetime) -> str:
    """Return a moment as Close writes it: UTC offset, fraction only if there is one."""
    return at.isoformat()


def user_id(rep: Rep, seed: int) -> str:
    """Return the Close id of a rep."""
    return close_id("user", seed, rep.email)


def call_record(
    call: PlannedCall, talk: Conversation | None, number: int, shared: Settings
) -> Record:
    """Return one complete call, both transcripts included.

    `number` is the call's place in time; the rarities of Close's data
    (missing transcripts, empty labels) recur by it.
    """
    chance = dice("record", shared.seed, call.id)
    record: Record = {"id": call.id, "_type": "Call", "organization_id": shared.organization_id}
    record |= _who(call, shared)
    record |= _line(call, chance, shared.seed)
    record |= _sound(call, talk, number, chance)
    record |= _when(call, record, chance)
    record |= _verdict(call, talk, number, chance, shared.seed)
    return record | dict.fromkeys(_NEVER_SET)


def _is_inbound(call: PlannedCall) -> bool:
    return call.kind in ("vm-left-in", "vm-answer", "inbound", "support")


def _who(call: PlannedCall, shared: Settings) -> Record:
    """Return whom the call belongs to; nobody picked up a voicemail or an abandoned call."""
    owned = call.kind not in ("vm-left-in", "vm-answer", "abandoned")
    rep_id = user_id(call.rep, shared.seed) if owned else None
    rep_name = call.rep.name if owned else None
    return {
        "lead_id": call.lead.id if call.attached else None,
        "contact_id": call.person.id if call.attached else None,
        "user_id": rep_id,
        "user_name": rep_name,
        "users": [],
        "created_by": rep_id,
        "created_by_name": rep_name,
        "updated_by": rep_id,
        "updated_by_name": rep_name,
    }


def _line(call: PlannedCall, chance: Random, seed: int) -> Record:
    """Return the fields of the telephone line: numbers, direction, how it ended."""
    external = call.kind == "external"
    ours = _GROUP_NUMBER if _is_inbound(call) else chance.choice(_OUR_NUMBERS)
    theirs = call.person.phone if call.attached else f"+120255501{chance.randrange(100):02d}"
    method = _method(call, chance)
    dialled = method in ("power", "predictive")
    return {
        "source": "External" if external else "Close.io",
        "status": _STATUS.get(call.kind, "completed"),
        "direction": "inbound" if _is_inbound(call) else "outbound",
        "disposition": _disposition(call),
        "call_method": method,
        "phone": theirs,
        "remote_phone": theirs,
        "remote_phone_formatted": pretty(theirs),
        "remote_country_iso": "US",
        "local_phone": None if external else ours,
        "local_phone_formatted": None if external else pretty(ours),
        "local_country_iso": "" if external else "US",
        "is_to_group_number": not external and ours == _GROUP_NUMBER and _is_inbound(call),
        "is_joinable": False,
        "is_forwarded": False,
        "coach_legs": [],
        "dialer_id": _dialer(call, method, seed) if dialled else None,
        "dialer_saved_search_id": close_id("save", seed, method) if dialled else None,
    }


def pretty(phone: str) -> str:
    """Return `+12025550143` as `+1 202-555-0143`."""
    return f"{phone[:2]} {phone[2:5]}-{phone[5:8]}-{phone[8:]}"


def _disposition(call: PlannedCall) -> str | None:
    if call.answered:
        return "answered"
    if call.kind == "external":
        return None
    return "vm-left" if call.kind.startswith("vm-left") else call.kind


def _method(call: PlannedCall, chance: Random) -> str:
    if call.kind == "external":
        return "external"
    if call.kind == "abandoned":
        return "predictive"
    cold = call.kind.startswith("cold") or call.kind in (
        "gatekeeper", "wrong-number", "no-answer", "vm-left-out", "busy", "error", "blocked",
    )  # fmt: skip
    return chance.choice(("regular", "power", "power", "predictive")) if cold else "regular"


def _dialer(call: PlannedCall, method: str, seed: int) -> str:
    """Return the dialer session of the rep's week."""
    week = call.at.isocalendar()
    return close_id("dialer", seed, method, call.rep.email, week.year, week.week, length=22)


def _sound(call: PlannedCall, talk: Conversation | None, number: int, chance: Random) -> Record:
    """Return durations, recording, voicemail and their transcripts."""
    left = call.kind.startswith("vm-left")
    words = transcript(call, talk, number, chance) if talk and talk.lines else None
    seconds = math.ceil(words["utterances"][-1]["end"]) + 1 if words else 0
    seconds = {"abandoned": 3, "external": chance.randint(1, 30) * 60}.get(call.kind, seconds)
    recorded = call.answered and number % 41 != 7
    written = words if number % 17 != 3 else None
    if written and number % 61 == 5:
        written = {"utterances": [], "summary_text": None, "summary_html": None}
    base = f"https://api.close.com/call/{call.id}"
    return {
        "duration": 0 if left else seconds,
        "has_recording": recorded,
        "recording_url": f"{base}/recording/" if recorded else None,
        "recording_duration": seconds if recorded else None,
        "recording_history": [],
        "recording_transcript": written if recorded else None,
        "voicemail_url": f"{base}/voicemail/" if left else None,
        "voicemail_duration": seconds if left else 0,
        "voicemail_transcript": words if left else None,
    }


def _when(call: PlannedCall, record: Record, chance: Random) -> Record:
    """Return the moments of the call; a logged call's record may be changed days later."""
    rang = timedelta(milliseconds=chance.randint(4_000, 22_000))
    lasted = timedelta(seconds=record["duration"] or record["voicemail_duration"])
    at = call.at.replace(microsecond=0, second=0) if call.kind == "external" else call.at
    changed = at + rang + lasted + timedelta(milliseconds=chance.randint(2_000, 400_000))
    picked_up = call.answered or call.kind == "abandoned"
    return {
        "date_created": stamp(at),
        "activity_at": stamp(at),
        "date_answered": stamp(at + rang) if picked_up else None,
        "date_updated": stamp(changed),
    }


def _verdict(
    call: PlannedCall, talk: Conversation | None, number: int, chance: Random, seed: int
) -> Record:
    """Return outcome, note and cost."""
    key = chosen(call, talk, number)
    note = notes.written(call, talk, chance)
    minutes = math.ceil(max(chance.random(), 0.1) * 3) if call.kind != "external" else None
    noted = call.at + timedelta(minutes=chance.randint(1, 240)) if note else None
    return {
        "outcome_id": outcome_id(key, seed) if key else None,
        "note": note,
        "note_html": notes.as_html(note),
        "note_date_updated": stamp(noted) if noted else None,
        "note_mentions": [],
        "cost": f"{minutes * 0.9:.1f}" if minutes and not _is_inbound(call) else None,
    }


def lead_record(lead: Company, status: str, created: datetime, shared: Settings) -> Record:
    """Return a lead with the link that opens it in Close."""
    return {
        "id": lead.id,
        "organization_id": shared.organization_id,
        "display_name": lead.name,
        "name": lead.name,
        "html_url": f"https://app.close.com/lead/{lead.id}/",
        "status_label": status,
        "description": f"{lead.trade.industry} in {lead.city}, {lead.crew} technicians",
        "url": None,
        "contact_ids": [person.id for person in lead.people],
        "date_created": stamp(created),
        "date_updated": stamp(created),
    }


def contact_record(person: Person, lead: Company, shared: Settings) -> Record:
    """Return a contact of a lead."""
    phone = {
        "phone": person.phone,
        "phone_formatted": pretty(person.phone),
        "type": "office",
        "country": "US",
    }
    return {
        "id": person.id,
        "organization_id": shared.organization_id,
        "lead_id": lead.id,
        "display_name": person.name,
        "name": person.name,
        "title": person.title,
        "phones": [phone],
        "emails": [{"email": person.email, "type": "office", "is_unsubscribed": False}],
    }


def joined(days_before: int, today: datetime) -> str:
    """Return the stamp of a day long ago, when a colleague or an outcome was set up."""
    return stamp((today - timedelta(days=days_before)).astimezone(UTC))
