"""Builds the demo's organization: its people, its leads and a year of calls."""

from datetime import UTC, date, datetime, time

from scripts.close_standin.world import Record, World
from scripts.demo_calls.companies import Company
from scripts.demo_calls.compose import Conversation, Script
from scripts.demo_calls.ids import close_id
from scripts.demo_calls.outcomes import OUTCOMES, outcome_id
from scripts.demo_calls.people import FORMER_REP, REPS, Rep
from scripts.demo_calls.records import (
    Settings,
    call_record,
    contact_record,
    joined,
    lead_record,
    user_id,
)
from scripts.demo_calls.scenes import VOICEMAIL_STAGES, VOICEMAILS, parse, read_scenes
from scripts.demo_calls.stories import PlannedCall, plan

_STATUSES = {
    "won": "Customer", "onboarding": "Customer", "support": "Customer", "expansion": "Customer",
    "renewal": "Customer", "renewal-check": "Customer", "churn": "Former customer",
    "lost": "Lost", "cold-no": "Not interested", "wrong-number": "Bad data",
    "discovery": "Qualified", "demo": "Qualified", "pricing": "Proposal", "negotiation": "Proposal",
    "legal": "Proposal",
}  # fmt: skip


def build_world(*, today: date, seed: int = 7, calls: int = 340) -> World:
    """Return the invented organization with `calls` calls of the year that ends before `today`.

    The same arguments give the same world on every machine.
    """
    shared = Settings(seed, close_id("orga", seed))
    planned = plan(today, seed, calls)
    script = Script(read_scenes() + parse(VOICEMAILS, VOICEMAIL_STAGES), seed)
    records = [
        call_record(call, _conversation(script, call), number, shared)
        for number, call in enumerate(planned)
    ]
    leads = _first_and_last(planned)
    return World(
        organization=_organization(shared),
        users=[_user(rep, today, shared) for rep in REPS],
        leads=[
            lead_record(lead, _STATUSES.get(last.kind, "Potential"), first.at, shared)
            for lead, first, last in leads
        ],
        contacts=[contact_record(p, lead, shared) for lead, _, _ in leads for p in lead.people],
        outcomes=[_outcome(key, today, shared) for key in OUTCOMES],
        calls=sorted(records, key=lambda record: str(record["date_created"]), reverse=True),
    )


def _conversation(script: Script, call: PlannedCall) -> Conversation | None:
    if call.answered:
        return script.write(call)
    return script.leave_message(call) if call.kind.startswith("vm-left") else None


def _first_and_last(planned: list[PlannedCall]) -> list[tuple[Company, PlannedCall, PlannedCall]]:
    """Return each lead with its first call and its last answered one (or last, if none)."""
    by_lead: dict[str, list[PlannedCall]] = {}
    for call in planned:
        if call.attached:
            by_lead.setdefault(call.lead.id, []).append(call)
    return [
        (calls[0].lead, calls[0], ([call for call in calls if call.answered] or calls)[-1])
        for calls in by_lead.values()
    ]


def _midnight(today: date) -> datetime:
    return datetime.combine(today, time(), UTC)


def _organization(shared: Settings) -> Record:
    return {
        "id": shared.organization_id,
        "name": "Tidewheel",
        "memberships": [_membership(rep, shared) for rep in REPS],
        "inactive_memberships": [_membership(FORMER_REP, shared)],
    }


def _membership(rep: Rep, shared: Settings) -> Record:
    return {
        "user_id": user_id(rep, shared.seed),
        "user_full_name": rep.name,
        "user_email": rep.email,
        "user_image": None,
        "role_id": "admin" if rep.team == "manager" else "user",
    }


def _user(rep: Rep, today: date, shared: Settings) -> Record:
    since = joined(400 + 37 * REPS.index(rep), _midnight(today))
    return {
        "id": user_id(rep, shared.seed),
        "email": rep.email,
        "first_name": rep.first,
        "last_name": rep.last,
        "image": None,
        "last_used_timezone": "America/New_York",
        "organizations": [shared.organization_id],
        "date_created": since,
        "date_updated": since,
    }


def _outcome(key: str, today: date, shared: Settings) -> Record:
    since = joined(380, _midnight(today))
    return {
        "id": outcome_id(key, shared.seed),
        "organization_id": shared.organization_id,
        "name": OUTCOMES[key],
        "description": None,
        "type": "vm-dropped" if key == "left-voicemail" else "custom",
        "applies_to": ["calls"],
        "created_by": None,
        "updated_by": None,
        "date_created": since,
        "date_updated": since,
    }
