"""The events that calls would have left if the stand-in had been running all along."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from scripts.close_standin.clock import moment
from scripts.close_standin.events import Cause, EventLog, Happening
from scripts.close_standin.fields import without_transcripts
from scripts.close_standin.world import Record


def write_history(log: EventLog, calls: Iterator[Record], *, since: datetime) -> None:
    """Write down what happened to each call that was created or changed after `since`.

    The events show each call as it is now.
    """
    for call in calls:
        if moment(call["date_updated"]) < since:
            continue
        seen = without_transcripts(call)
        cause = Cause(user_id=call.get("user_id"))
        for action, at in _story(call):
            before = seen | _unrecorded(call) if action == "updated" else None
            happening = Happening(
                object_type="activity.call", action=action, before=before, after=seen, cause=cause
            )
            log.write(happening, at=at)


def _story(call: Record) -> Iterator[tuple[str, datetime]]:
    created_at, updated_at = moment(call["date_created"]), moment(call["date_updated"])
    is_ours = call.get("source") == "Close.io"
    answered_at = moment(call["date_answered"]) if call.get("date_answered") else created_at
    ended_at = answered_at + timedelta(seconds=call.get("duration") or 0)
    yield "created", created_at
    if is_ours and call.get("date_answered"):
        yield "answered", answered_at
    if is_ours and call.get("status") not in ("created", "in-progress"):
        yield "completed", ended_at
    if updated_at > ended_at:
        yield "updated", updated_at


def _unrecorded(call: Record) -> Record:
    """Return the fields that a call had before its recording was attached, if it has one."""
    if not call.get("has_recording"):
        return {"date_updated": call["date_created"]}
    return {"has_recording": False, "recording_url": None, "recording_duration": None}
