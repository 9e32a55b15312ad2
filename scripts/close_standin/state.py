"""The organization that the stand-in plays, and all that can happen to its calls."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from functools import wraps
from threading import RLock
from typing import Concatenate, Final, ParamSpec, TypeVar

import httpx

from scripts.close_standin.access import Access
from scripts.close_standin.clock import Clock, SystemClock, stamp
from scripts.close_standin.deliveries import (
    Delivered,
    Delivery,
    a_client,
    is_success,
    packed,
    send,
)
from scripts.close_standin.events import NOBODY, Cause, EventLog, Happening
from scripts.close_standin.faults import Faults
from scripts.close_standin.fields import (
    CLOSE_ORIGIN,
    at_origin,
    blank_call,
    event_at_origin,
    without_transcripts,
)
from scripts.close_standin.history import write_history
from scripts.close_standin.ids import Ids
from scripts.close_standin.limits import Limits
from scripts.close_standin.ratelimit import RateLimiter
from scripts.close_standin.records import Records
from scripts.close_standin.webhooks import Webhooks
from scripts.close_standin.world import Record, World
from scripts.close_standin.writing import (
    audio_url,
    changes_to,
    logged_call,
    note_fields,
    phone_fields,
)

API_KEY: Final = "api_standin.key"
"""The key that a stand-in lets in, as an admin, unless it is given another."""

P = ParamSpec("P")
R = TypeVar("R")


def _locked(
    method: Callable[Concatenate["StandIn", P], R],
) -> Callable[Concatenate["StandIn", P], R]:
    """Let only one thread at a time change the organization: tests do while requests come in."""

    @wraps(method)
    def with_lock(close: "StandIn", /, *args: P.args, **kwargs: P.kwargs) -> R:
        with close.lock:
            return method(close, *args, **kwargs)

    return with_lock


class StandIn:
    """One organization in Close, in memory.

    Its verbs do what people, telephony and Close itself would do, and leave the
    events that Close would; a verb given an id that is not there raises
    NotFound. Whoever reads several things that belong together holds `lock`.
    """

    def __init__(
        self,
        world: World,
        *,
        api_key: str = API_KEY,
        clock: Clock | None = None,
        faults: Faults | None = None,
        limits: Limits | None = None,
        origin: str = CLOSE_ORIGIN,
    ) -> None:
        self.lock = RLock()
        self.clock = clock or SystemClock()
        self.faults = faults or Faults()
        self.limits = limits or Limits()
        self.origin = origin
        """Where links to audio lead, such as `http://127.0.0.1:8931`; no slash at the end."""
        self.records = Records(world)
        self.calls = self.records.calls
        self.ids = Ids(self.faults.seed)
        organization_id = self.records.organization_id
        self.events = EventLog(organization_id, self.clock, self.ids, self.limits)
        self.webhooks = Webhooks(self.clock, self.ids, self.limits)
        self.events.listeners.append(self.webhooks.queue)
        self.access = Access(organization_id, self.clock, self.ids)
        self.access.add_key(api_key, user_id=next(iter(self.records.users), None), is_admin=True)
        self.limiter = RateLimiter(self.clock, self.limits)

    # Telephony: a call through Close, from its start to its summary.

    @_locked
    def start_call(
        self,
        *,
        lead_id: str | None = None,
        contact_id: str | None = None,
        user_id: str | None = None,
        direction: str = "outbound",
        phone: str | None = None,
        call_id: str | None = None,
        more: Record | None = None,
    ) -> str:
        """Start a call through Close now and return its id; `more` are further fields."""
        now = self._now()
        call = blank_call() | {
            "id": call_id or self.ids.new("acti"),
            "lead_id": lead_id,
            "contact_id": contact_id,
            "user_id": user_id,
            "direction": direction,
            "is_joinable": True,
            "created_by": user_id,
            "updated_by": user_id,
            "date_created": now,
            "date_updated": now,
            "activity_at": now,
        }
        return self._add(call | phone_fields(phone) | (more or {}), Cause(user_id=user_id))

    @_locked
    def answer(self, call_id: str) -> None:
        """Let the other party pick up."""
        picked_up = {"status": "in-progress", "date_answered": self._now()}
        self._change(call_id, picked_up, action="answered")

    @_locked
    def complete(
        self, call_id: str, *, duration_s: int = 60, disposition: str = "answered"
    ) -> None:
        """End a call after `duration_s` seconds of talk."""
        ended = {"status": "completed", "is_joinable": False, "duration": duration_s}
        self._change(call_id, ended | {"disposition": disposition}, action="completed")

    @_locked
    def leave_voicemail(self, call_id: str, *, duration_s: int = 20) -> None:
        """End a call that nobody answered with a message of `duration_s` seconds."""
        left = {"voicemail_duration": duration_s, "voicemail_url": audio_url(call_id, "voicemail")}
        ended = {"status": "completed", "is_joinable": False, "disposition": "vm-left"}
        self._change(call_id, ended | left, action="completed")

    @_locked
    def attach_recording(self, call_id: str, *, duration_s: int | None = None) -> None:
        """Attach the audio, which Close does some seconds after a call ended.

        It is as long as the call, unless `duration_s` is given.
        """
        attached = {
            "has_recording": True,
            "recording_url": audio_url(call_id, "recording"),
            "recording_duration": duration_s or self.calls.get(call_id)["duration"],
        }
        self._change(call_id, attached)

    @_locked
    def deliver_transcript(
        self,
        call_id: str,
        utterances: Sequence[Record],
        *,
        field: str = "recording_transcript",
        is_announced: bool = False,
    ) -> None:
        """Let a transcript appear in `field`, without a summary.

        Nothing tells of it, not even `date_updated`, unless it `is_announced`
        by an `updated` event: Close documents no sign that one is ready.
        """
        transcript = {"utterances": list(utterances), "summary_text": None, "summary_html": None}
        self._deliver(call_id, {field: transcript}, is_announced=is_announced)

    @_locked
    def deliver_summary(
        self,
        call_id: str,
        text: str,
        *,
        field: str = "recording_transcript",
        is_announced: bool = False,
    ) -> None:
        """Let the summary appear in `field`, as silently; there need be no utterances."""
        old = self.calls.get(call_id).get(field) or {"utterances": []}
        summary = {"summary_text": text, "summary_html": f"<p>{text}</p>"}
        self._deliver(call_id, {field: old | summary}, is_announced=is_announced)

    # People: what they write, log, change, merge and delete.

    @_locked
    def edit_note(self, call_id: str, text: str, *, user_id: str | None = None) -> None:
        """Replace the note of a call."""
        self._change(call_id, note_fields(text, self._now()), cause=Cause(user_id=user_id))

    @_locked
    def log_external_call(self, body: Record, *, cause: Cause = NOBODY) -> str:
        """Log a call made elsewhere, as `POST /activity/call/` does, and return its id.

        Its `date_created` may lie in the past.

        Raises:
            BadFields: a value cannot be stored.
        """
        logged_by = {"created_by_id": cause.user_id, "user_id": cause.user_id}
        call = logged_call(logged_by | body, call_id=self.ids.new("acti"), now=self._now())
        self.records.check_relations(call)
        return self._add(call | {"updated_by": cause.user_id}, cause)

    @_locked
    def change_call(self, call_id: str, body: Record, *, cause: Cause = NOBODY) -> Record:
        """Change a call as `PUT /activity/call/{id}/` does and return it.

        Raises:
            BadFields: a value cannot be stored.
        """
        changes = changes_to(self.calls.get(call_id), body, now=self._now())
        self.records.check_relations(changes)
        return self._change(call_id, changes, cause=cause)

    @_locked
    def delete_call(self, call_id: str, *, cause: Cause = NOBODY) -> None:
        """Delete a call."""
        self._tell("activity.call", "deleted", self.calls.remove(call_id), None, cause)

    @_locked
    def add_lead(self, name: str, *, cause: Cause = NOBODY) -> str:
        """Add a lead without contacts and return its id."""
        lead = {"id": self.ids.new("lead"), "name": name, "display_name": name}
        self.records.leads[lead["id"]] = lead
        self._tell("lead", "created", None, lead, cause)
        return lead["id"]

    @_locked
    def rename_lead(self, lead_id: str, name: str, *, cause: Cause = NOBODY) -> None:
        """Give a lead another name. Its calls are not told."""
        before = self.records.lead(lead_id)
        after = before | {"name": name, "display_name": name}
        self.records.leads[lead_id] = after
        self._tell("lead", "updated", before, after, cause)

    @_locked
    def delete_lead(self, lead_id: str, *, cause: Cause = NOBODY) -> None:
        """Delete a lead with its calls and contacts; each leaves an event."""
        lead = self.records.lead(lead_id)
        for call in self.records.calls_of(lead_id):
            self.delete_call(call["id"], cause=cause)
        for contact in self.records.contacts_of(lead_id):
            del self.records.contacts[contact["id"]]
            self._tell("contact", "deleted", contact, None, cause)
        del self.records.leads[lead_id]
        self._tell("lead", "deleted", lead, None, cause)

    @_locked
    def merge_leads(self, source_id: str, into_id: str, *, cause: Cause = NOBODY) -> None:
        """Move all that belongs to one lead to another one and delete the first."""
        source, destination = self.records.lead(source_id), self.records.lead(into_id)
        merge = {"merge_source_lead_id": source_id, "merge_destination_lead_id": into_id}
        why = replace(cause, meta=cause.meta | merge)
        for call in self.records.calls_of(source_id):
            self._change(call["id"], {"lead_id": into_id}, cause=why)
        for contact in self.records.contacts_of(source_id):
            moved = contact | {"lead_id": into_id}
            self.records.contacts[contact["id"]] = moved
            self._tell("contact", "updated", contact, moved, why)
        del self.records.leads[source_id]
        self._tell("lead", "deleted", source, None, why)
        self._tell("lead", "merged", destination, destination, why)

    # Close itself.

    @_locked
    def truth(self) -> dict[str, Record]:
        """Return all calls that exist now, by id, whole and as the API would show them.

        They are copies, so what happens later does not change them.
        """
        return {call["id"]: deepcopy(at_origin(call, self.origin)) for call in self.calls}

    @_locked
    def remember_history(self) -> None:
        """Fill the event log with what the calls of the last thirty days would have left."""
        since = self.clock.now() - self.limits.event_horizon
        write_history(self.events, iter(self.calls), since=since)

    @_locked
    def show_hidden_events(self) -> None:
        """Let the events appear that a fault kept invisible."""
        self.events.hidden.clear()

    def deliver_pending(self, client: httpx.Client | None = None) -> list[Delivered]:
        """Send every webhook delivery that is due by the clock, once.

        What fails becomes due again later. Nothing is locked while a receiver
        works, so it may come back with requests. A `client` given stays open.
        """
        if client is None:
            with a_client() as own_client:
                return self.deliver_pending(own_client)
        with self.lock:
            deliveries = packed(
                self.webhooks.due(), self._event_record, now=self.clock.now(), faults=self.faults
            )
        return [self._sent(delivery, client) for delivery in deliveries]

    # How it is done.

    def _event_record(self, event_id: str) -> Record:
        return event_at_origin(self.events.written(event_id), self.origin)

    def _sent(self, delivery: Delivery, client: httpx.Client) -> Delivered:
        delivered = send(delivery, client)
        with self.lock:
            is_done = delivery.is_lost or is_success(delivered.status)
            self.webhooks.settle(delivery.pending, is_delivered=is_done)
        return delivered

    def _now(self) -> str:
        return stamp(self.clock.now())

    def _add(self, call: Record, cause: Cause) -> str:
        ours = call | {"organization_id": self.records.organization_id}
        named = self.records.named(ours)
        self.calls.put(named)
        self._tell("activity.call", "created", None, named, cause)
        return str(named["id"])

    def _change(
        self, call_id: str, changes: Record, *, action: str = "updated", cause: Cause = NOBODY
    ) -> Record:
        before = self.calls.get(call_id)
        updated_by = cause.user_id or before.get("updated_by")
        stamps = {"date_updated": self._now(), "updated_by": updated_by}
        after = self.records.named(before | changes | stamps)
        self.calls.put(after)
        self._tell("activity.call", action, before, after, cause)
        return after

    def _deliver(self, call_id: str, transcript: Record, *, is_announced: bool) -> None:
        if is_announced:
            self._change(call_id, transcript)
        else:
            self.calls.put(self.calls.get(call_id) | transcript)

    def _tell(
        self,
        object_type: str,
        action: str,
        before: Record | None,
        after: Record | None,
        cause: Cause,
    ) -> None:
        happening = Happening(
            object_type=object_type,
            action=action,
            before=before and without_transcripts(before),
            after=after and without_transcripts(after),
            cause=cause,
        )
        event = self.events.write(happening)
        if self.faults.take("hidden_events_next"):
            self.events.hidden.add(event.record["id"])
