"""The outcomes our invented team files its calls under."""

from scripts.demo_calls.compose import Conversation
from scripts.demo_calls.ids import close_id
from scripts.demo_calls.stories import PlannedCall

OUTCOMES: dict[str, str] = {
    "demo-booked": "Demo booked",
    "not-interested": "Not interested",
    "follow-up": "Follow up",
    "closed-won": "Closed won",
    "closed-lost": "Closed lost",
    "left-voicemail": "Left voicemail",
    "wrong-number": "Wrong number",
    "support-resolved": "Support resolved",
    "support-escalated": "Support escalated",
    "renewed": "Renewed",
    "cancelled": "Cancelled",
    "gatekeeper": "Gatekeeper",
    "rescheduled": "Rescheduled",
}
"""Key as scenes write it, and the name Close shows."""

DELETED = "nurture"
"""An outcome that was deleted: calls keep its id, the list no longer has it."""

_BY_KIND = {
    "cold-yes": "demo-booked", "cold-no": "not-interested", "cold-later": "follow-up",
    "gatekeeper": "gatekeeper", "wrong-number": "wrong-number", "inbound": "demo-booked",
    "reschedule": "rescheduled", "discovery": "follow-up", "demo": "follow-up",
    "pricing": "follow-up", "negotiation": "follow-up", "won": "closed-won", "lost": "closed-lost",
    "followup": "follow-up", "support": "support-resolved", "renewal": "renewed",
    "churn": "follow-up", "vm-left-out": "left-voicemail",
}  # fmt: skip


def outcome_id(key: str, seed: int) -> str:
    """Return the id of an outcome, deleted or not."""
    return close_id("outcome", seed, key, length=22)


def chosen(call: PlannedCall, talk: Conversation | None, number: int) -> str | None:
    """Return the key a rep filed the call under; every sixth was never filed."""
    if call.kind == "cold-later" and number % 2 == 0:
        return DELETED
    if number % 6 == 5 and call.kind != "won":
        return None
    said = talk.outcome if talk else None
    return said if said in OUTCOMES else _BY_KIND.get(call.kind)
