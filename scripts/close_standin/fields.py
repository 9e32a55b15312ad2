"""The fields of a call, and which of them an answer shows."""

from typing import Final

from scripts.close_standin.world import Record

CLOSE_ORIGIN: Final = "https://api.close.com"
"""Where Close serves its API; the links in its records begin so."""

TRANSCRIPTS: Final = ("recording_transcript", "voicemail_transcript")
"""The fields that an answer holds only when `_fields` names them."""

_AUDIO_LINKS: Final = ("recording_url", "voicemail_url")

_NULL_FIELDS: Final = (
    "organization_id lead_id contact_id user_id user_name created_by created_by_name updated_by "
    "updated_by_name date_created date_updated activity_at disposition date_answered phone "
    "remote_phone remote_phone_formatted local_phone local_phone_formatted forwarded_to "
    "transferred_from transferred_from_user_id transferred_to transferred_to_user_id dialer_id "
    "dialer_saved_search_id sequence_id sequence_name sequence_subscription_id parent_meeting_id "
    "notetaker_id agent_config_id note note_html note_date_updated outcome_id outcome_reason "
    "outcome_autofill_confidence outcome_autofill_reasoning playbook_id playbook_reason "
    "conversation_type_id conversation_type_reason cost recording_url recording_duration "
    "recording_expires_at recording_transcript voicemail_url voicemail_transcript"
).split()


def blank_call() -> Record:
    """Return a call with every field that Close gives, each empty in the way Close leaves it."""
    return dict.fromkeys(_NULL_FIELDS) | {
        "_type": "Call",
        "users": [],
        "source": "Close.io",
        "status": "created",
        "direction": "outbound",
        "call_method": "regular",
        "duration": 0,
        "remote_country_iso": "",
        "local_country_iso": "",
        "is_to_group_number": False,
        "is_joinable": False,
        "is_forwarded": False,
        "coach_legs": [],
        "note_mentions": [],
        "has_recording": False,
        "recording_history": [],
        "voicemail_duration": 0,
    }


def projected(record: Record, fields: tuple[str, ...] | None) -> Record:
    """Return only the named fields of a record, or all of it where `fields` is None.

    Names that the record does not have are passed over.
    """
    if fields is None:
        return record
    return {name: record[name] for name in fields if name in record}


def without_transcripts(call: Record) -> Record:
    """Return a call as lists, events and webhooks show it."""
    return {name: value for name, value in call.items() if name not in TRANSCRIPTS}


def shown_call(call: Record, fields: tuple[str, ...] | None, origin: str) -> Record:
    """Return a call as a request sees it, with links to its audio at `origin`."""
    seen = without_transcripts(call) if fields is None else projected(call, fields)
    return at_origin(seen, origin)


def at_origin(record: Record, origin: str) -> Record:
    """Return a record whose links to audio lead to `origin` instead of to Close."""
    if origin == CLOSE_ORIGIN:
        return record
    moved = {
        name: record[name].replace(CLOSE_ORIGIN, origin, 1)
        for name in _AUDIO_LINKS
        if record.get(name)
    }
    return record | moved


def event_at_origin(event: Record, origin: str) -> Record:
    """Return an event in which the call, now and before, has its audio at `origin`."""
    data, previous = event["data"], event["previous_data"]
    return event | {
        "data": data and at_origin(data, origin),
        "previous_data": previous and at_origin(previous, origin),
    }
