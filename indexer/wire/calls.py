"""The wire shapes of calls, each made by `of(noun)`."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, Field

from indexer.markup import sanitised
from models import CallPage, CallRecord, Side, Transcript, Utterance


class UtteranceOut(BaseModel):
    """One stretch of one speaker, its text exactly as Close has it."""

    index: int = Field(description="Its place in the transcript, from 0.")
    speaker: str = Field(description="The speaker's name as Close has it; may be empty.")
    side: Side = Field(description="Ours (`user`), theirs (`contact`), or `unknown`.")
    start_s: float | None = Field(description="Seconds from the start of the audio.")
    end_s: float | None = Field(description="Seconds from the start of the audio.")
    text: str

    @classmethod
    def of(cls, index: int, utterance: Utterance) -> "UtteranceOut":
        """An utterance at its place."""
        return cls(
            index=index,
            speaker=utterance.speaker,
            side=utterance.side,
            start_s=utterance.start_s,
            end_s=utterance.end_s,
            text=utterance.text,
        )


class TranscriptOut(BaseModel):
    """What was said, in order, and Close's summary of it."""

    utterances: list[UtteranceOut]
    summary_text: str | None
    summary_html: str | None = Field(description="Sanitised: formatting tags and links only.")

    @classmethod
    def of(cls, transcript: Transcript | None) -> "TranscriptOut | None":
        """A transcript; None for none."""
        if transcript is None:
            return None
        return cls(
            utterances=[UtteranceOut.of(n, u) for n, u in enumerate(transcript.utterances)],
            summary_text=transcript.summary_text,
            summary_html=sanitised(transcript.summary_html),
        )


class CallOut(BaseModel):
    """One call activity of Close. Null where Close has nothing."""

    id: str
    lead_id: str | None
    lead_name: str | None
    contact_id: str | None
    user_id: str | None
    user_name: str | None
    direction: str | None = Field(description="`inbound` or `outbound`.")
    disposition: str | None = Field(
        description="How the line ended. Close may add words to those it documents."
    )
    call_method: str | None = Field(
        description="`regular`, `power`, `predictive`, `external`, or a newer word of Close."
    )
    status: str | None = Field(description="`completed` for most calls.")
    duration_s: int = Field(description="Seconds talked; 0 if nobody answered.")
    outcome_id: str | None
    outcome_name: str | None
    cost_cents: str | None = Field(
        description="US cents as an exact decimal, and so a string: `2.7` is 2.7 cents."
    )
    note: str | None = Field(description="The note as plain text.")
    note_html: str | None = Field(
        description="The note with its formatting. Sanitised: formatting tags and links only."
    )
    summary: str | None = Field(description="Close's summary of the recording, or the voicemail.")
    date_created: datetime = Field(description="When Close made the activity, in UTC.")
    activity_at: datetime = Field(description="When the call happened, in UTC.")
    close_url: str | None = Field(description="Opens the call's lead in Close.")
    date_updated: datetime = Field(description="When Close last changed it, in UTC.")
    date_answered: datetime | None = Field(description="In UTC.")
    source: str | None = Field(description="`Close.io`, or `External` for logged calls.")
    phone: str | None = Field(description="The other party's number, in E.164.")
    remote_phone_formatted: str | None = Field(description="The same number for reading.")
    local_phone_formatted: str | None = Field(description="The Close number.")
    has_recording: bool
    recording_duration_s: float | None = Field(description="Seconds.")
    voicemail_duration_s: float = Field(description="Seconds; 0 without a voicemail.")

    @classmethod
    def of(cls, record: CallRecord) -> "CallOut":
        """A call with the names it shows."""
        return cls(**_call(record))


class CallDetailOut(CallOut):
    """One call with everything that was said in it."""

    recording_transcript: TranscriptOut | None
    voicemail_transcript: TranscriptOut | None

    @classmethod
    def of(cls, record: CallRecord) -> "CallDetailOut":
        """A call, whole."""
        return cls(
            **_call(record),
            recording_transcript=TranscriptOut.of(record.recording),
            voicemail_transcript=TranscriptOut.of(record.voicemail),
        )


class CallsOut(BaseModel):
    """A page of calls, newest first."""

    calls: list[CallOut]
    next_cursor: str | None = Field(description="Asks for the next page; null on the last.")

    @classmethod
    def of(cls, page: CallPage) -> "CallsOut":
        """A page of a listing."""
        return cls(calls=[CallOut.of(r) for r in page.records], next_cursor=page.next_cursor)


_SAME_NAME = (
    "id lead_id contact_id user_id user_name direction disposition call_method status duration_s"
    " outcome_id note date_created activity_at date_updated date_answered source phone"
    " remote_phone_formatted local_phone_formatted has_recording recording_duration_s"
    " voicemail_duration_s"
).split()


def _call(record: CallRecord) -> dict[str, Any]:
    call = record.call
    return {name: getattr(call, name) for name in _SAME_NAME} | {
        "lead_name": record.lead.name if record.lead else None,
        "outcome_name": record.outcome.name if record.outcome else None,
        "cost_cents": None if call.cost_cents is None else f"{call.cost_cents:f}",
        "note_html": sanitised(call.note_html),
        "summary": record.summary,
        "close_url": close_url(record),
    }


def close_url(record: CallRecord) -> str | None:
    """The lead's page: the address Close gave, else the one its leads are known to have."""
    if record.lead and (record.lead.url or "").startswith("https://"):
        return record.lead.url
    lead_id = record.call.lead_id
    return f"https://app.close.com/lead/{quote(lead_id, safe='')}/" if lead_id else None
