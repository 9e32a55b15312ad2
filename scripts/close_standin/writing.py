"""Calls logged or changed through the API: what Close makes of the fields it is sent."""

import html
import re
from collections.abc import Callable
from typing import Any, Final

from scripts.close_standin.clock import moment, stamp
from scripts.close_standin.errors import BadFields
from scripts.close_standin.fields import CLOSE_ORIGIN, blank_call
from scripts.close_standin.world import Record

LONGEST_CALL_S: Final = 604_800

STATUSES: Final = frozenset(
    "created in-progress completed cancel no-answer busy failed timeout".split()
)

_COPIED_ON_CREATE: Final = (
    "contact_id conversation_type_id direction disposition duration lead_id outcome_id phone "
    "playbook_id quality_info status user_id"
).split()

_COPIED_ON_UPDATE: Final = (
    "contact_id conversation_type_id duration lead_id outcome_id phone playbook_id quality_info "
    "status user_id"
).split()

_FIXED_ON_CLOSE_CALLS: Final = ("status", "duration", "phone")
"""What cannot be changed on a call that went through Close's own telephony."""


def logged_call(body: Record, *, call_id: str, now: str) -> Record:
    """Return the external call that this body logs, without names and organization.

    `now` is Close's way of writing the present moment; a body may date the
    call back.

    Raises:
        BadFields: a value cannot be stored.
    """
    _check(body)
    created = _stamp_in(body, "date_created") or now
    copied = {name: body[name] for name in _COPIED_ON_CREATE if body.get(name) is not None}
    call = blank_call() | {
        "id": call_id,
        "source": "External",
        "call_method": "external",
        "status": "completed",
        "date_created": created,
        "date_updated": now,
        "activity_at": _stamp_in(body, "activity_at") or created,
        "created_by": body.get("created_by_id"),
    }
    return call | copied | _phone_in(body) | _note_in(body, now) | _audio_in(body, call_id)


def changes_to(call: Record, body: Record, *, now: str) -> Record:
    """Return the fields that this body changes on a call.

    What is fixed on calls made through Close is passed over in silence.

    Raises:
        BadFields: a value cannot be stored.
    """
    _check(body)
    is_fixed = _FIXED_ON_CLOSE_CALLS if call.get("source") == "Close.io" else ()
    allowed = {name: value for name, value in body.items() if name not in is_fixed}
    changes = {name: allowed[name] for name in _COPIED_ON_UPDATE if name in allowed}
    activity_at = _stamp_in(allowed, "activity_at")
    if activity_at:
        changes["activity_at"] = activity_at
    return changes | _phone_in(allowed) | _note_in(allowed, now) | _audio_in(allowed, call["id"])


def note_fields(text: str, now: str) -> Record:
    """Return the fields that a plain note fills."""
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n"))
    return {
        "note": text,
        "note_html": f"<body>{paragraphs}</body>",
        "note_date_updated": now,
    }


def audio_url(call_id: str, kind: str) -> str:
    """Return where Close keeps the audio of a call: its `recording` or its `voicemail`."""
    return f"{CLOSE_ORIGIN}/call/{call_id}/{kind}/"


def _note_in(body: Record, now: str) -> Record:
    # The rich text wins where both are sent.
    if body.get("note_html") is not None:
        rich = re.sub(r"^<body>|</body>$", "", body["note_html"].strip())
        plain = re.sub(r"<[^>]+>", "", re.sub(r"</p>\s*<p>|<br\s*/?>", "\n", rich))
        return {
            "note": html.unescape(plain),
            "note_html": f"<body>{rich}</body>",
            "note_date_updated": now,
        }
    if body.get("note") is not None:
        return note_fields(body["note"], now)
    return {}


def phone_fields(phone: str | None) -> Record:
    """Return the fields that the other party's number fills, all alike here."""
    return {"phone": phone, "remote_phone": phone, "remote_phone_formatted": phone}


def _phone_in(body: Record) -> Record:
    return phone_fields(body["phone"]) if body.get("phone") is not None else {}


def _audio_in(body: Record, call_id: str) -> Record:
    """Return what posted audio links become: Close copies the audio and links to its copy."""
    found: Record = {}
    if body.get("recording_url"):
        found |= {"recording_url": audio_url(call_id, "recording"), "has_recording": True}
    if body.get("voicemail_url"):
        found["voicemail_url"] = audio_url(call_id, "voicemail")
    return found


def _stamp_in(body: Record, name: str) -> str | None:
    text = body.get(name)
    return stamp(moment(text)) if text is not None else None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_duration(value: Any) -> bool:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number and 0 <= value <= LONGEST_CALL_S


def _is_date(value: Any) -> bool:
    try:
        moment(value)
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def _is_https(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("https://")


_CHECKS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "activity_at": (_is_date, "Not a valid date-time."),
    "date_created": (_is_date, "Not a valid date-time."),
    "contact_id": (_is_text, "Not a valid id."),
    "lead_id": (_is_text, "Not a valid id."),
    "user_id": (_is_text, "Not a valid id."),
    "outcome_id": (_is_text, "Not a valid id."),
    "note": (_is_text, "Not a valid text."),
    "note_html": (_is_text, "Not a valid text."),
    "phone": (_is_text, "Not a valid phone number."),
    "direction": (lambda value: value in ("inbound", "outbound"), "Not a valid choice."),
    "status": (lambda value: _is_text(value) and value in STATUSES, "Not a valid choice."),
    "duration": (_is_duration, f"Must be between 0 and {LONGEST_CALL_S}."),
    "recording_url": (_is_https, "Must be an https URL."),
    "voicemail_url": (_is_https, "Must be an https URL."),
}
"""What a value that is not null must be, and what is said of one that is not."""


def _check(body: Record) -> None:
    problems = {
        name: complaint
        for name, (is_good, complaint) in _CHECKS.items()
        if body.get(name) is not None and not is_good(body[name])
    }
    if problems:
        raise BadFields(problems)
