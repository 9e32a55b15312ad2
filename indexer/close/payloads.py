"""A call as Close spells it, read into our nouns: the only place that knows the JSON.

Stated in Close's OpenAPI description: ids, dates, `source`, `status`. Seen in recorded
traffic or documented: the rest of a call, a `cost` that is text, a `local_country_iso`
that is empty rather than null. Documented: the shape of a transcript, and that it comes
only when named in `_fields`. Assumed: times of utterances are seconds of the audio, and
utterances may come out of order, or a summary without them.

We are strict on what all else hangs on (the id, the three main dates, the shape of a
transcript) and lenient on the rest: a value of a wrong kind there reads as if it were
missing, for a call must not be lost over the spelling of a phone number.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from operator import itemgetter
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from indexer.close.stamps import read_stamp, stamp_or_none
from indexer.close.texts import is_id, storable
from models import Call, CallRecord, Side, Transcript, Utterance
from models.errors import CloseUnreadable

_LONGEST_S: Final = 10**9
"""More seconds than this (thirty years) are no duration of anything."""

_CENTS_DIGITS: Final = 30
"""A cost with more digits than this, before or after the point, is no cost."""

_SIDES: Final = {"close-user": Side.USER, "contact": Side.CONTACT}


def _read_id(value: object) -> str:
    if not is_id(value):
        raise ValueError("is no id")
    return value


def _read_date_or_none(value: object) -> datetime | None:
    return None if value is None or value == "" else read_stamp(value)


def _text_or_none(value: object) -> str | None:
    """Text as it came; a whole number reads as its digits."""
    if isinstance(value, str):
        return storable(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _spoken(value: object) -> str:
    """Words of a transcript: null is silence, anything but text is an error."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError("is not text")  # noqa: TRY004 -- pydantic reports ValueErrors only
    return storable(value)


def _number_or_none(value: object) -> float | None:
    """A finite number, also one spelt as text; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _seconds_or_none(value: object) -> float | None:
    """A duration: a number that is not negative, nor longer than anything lasts."""
    number = _number_or_none(value)
    return number if number is not None and 0 <= number <= _LONGEST_S else None


def _seconds(value: object) -> float:
    return _seconds_or_none(value) or 0.0


def _whole_seconds(value: object) -> int:
    return int(_seconds(value))


def _is_true(value: object) -> bool:
    return value is True or value == 1 or (isinstance(value, str) and value.lower() == "true")


def _cents_or_none(value: object) -> Decimal | None:
    """An exact amount; None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    digits, exponent = amount.as_tuple()[1:]
    is_money = isinstance(exponent, int) and abs(exponent) + len(digits) <= _CENTS_DIGITS
    return amount if is_money else None


def _side(value: object) -> Side:
    return _SIDES.get(value, Side.UNKNOWN) if isinstance(value, str) else Side.UNKNOWN


Id = Annotated[str, BeforeValidator(_read_id)]
Date = Annotated[datetime, BeforeValidator(read_stamp)]
DateOrFallback = Annotated[datetime | None, BeforeValidator(_read_date_or_none)]
MinorDate = Annotated[datetime | None, BeforeValidator(stamp_or_none)]
Text = Annotated[str | None, BeforeValidator(_text_or_none)]
Label = Annotated[str, BeforeValidator(lambda value: _text_or_none(value) or "")]
Spoken = Annotated[str, BeforeValidator(_spoken)]
Number = Annotated[float | None, BeforeValidator(_number_or_none)]
Seconds = Annotated[float, BeforeValidator(_seconds)]
SecondsOrNone = Annotated[float | None, BeforeValidator(_seconds_or_none)]
WholeSeconds = Annotated[int, BeforeValidator(_whole_seconds)]
Truth = Annotated[bool, BeforeValidator(_is_true)]
Cents = Annotated[Decimal | None, BeforeValidator(_cents_or_none)]
SideOf = Annotated[Side, BeforeValidator(_side)]


class UtterancePayload(BaseModel):
    """One utterance; its fields are named as in `Utterance`, their aliases as in Close."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    text: Spoken = ""
    side: SideOf = Field(Side.UNKNOWN, alias="speaker_side")
    speaker: Label = Field("", alias="speaker_label")
    start_s: Number = Field(None, alias="start")
    end_s: Number = Field(None, alias="end")


class TranscriptPayload(BaseModel):
    """A transcript, its utterances in whatever order they came."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    utterances: list[UtterancePayload] | None = None
    summary_text: Text = None
    summary_html: Text = None

    def transcript(self) -> Transcript | None:
        """The noun, in order of time; None when nothing was said and nothing summed up."""
        if not (self.utterances or self.summary_text or self.summary_html):
            return None
        spoken = [Utterance(**vars(utterance)) for utterance in self.utterances or ()]
        return Transcript(
            utterances=tuple(_in_order(spoken)),
            summary_text=self.summary_text,
            summary_html=self.summary_html,
        )


MaybeTranscript = Annotated[
    TranscriptPayload | None, BeforeValidator(lambda value: None if value in ("", []) else value)
]


class CallPayload(BaseModel):
    """A call; its fields are named as in `Call`, their aliases as in Close."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    id: Id
    date_created: Date
    date_updated: DateOrFallback = None
    activity_at: DateOrFallback = None
    organization_id: Text = None
    lead_id: Text = None
    contact_id: Text = None
    user_id: Text = None
    user_name: Text = None
    created_by: Text = None
    updated_by: Text = None
    source: Text = None
    status: Text = None
    direction: Text = None
    disposition: Text = None
    call_method: Text = None
    duration_s: WholeSeconds = Field(0, alias="duration")
    date_answered: MinorDate = None
    phone: Text = None
    remote_phone: Text = None
    remote_phone_formatted: Text = None
    remote_country_iso: Text = None
    local_phone: Text = None
    local_phone_formatted: Text = None
    local_country_iso: Text = None
    is_to_group_number: Truth = False
    is_forwarded: Truth = False
    forwarded_to: Text = None
    transferred_from: Text = None
    transferred_from_user_id: Text = None
    transferred_to: Text = None
    transferred_to_user_id: Text = None
    dialer_id: Text = None
    dialer_saved_search_id: Text = None
    sequence_id: Text = None
    sequence_name: Text = None
    parent_meeting_id: Text = None
    playbook_id: Text = None
    outcome_id: Text = None
    outcome_reason: Text = None
    cost_cents: Cents = Field(None, alias="cost")
    note: Text = None
    note_html: Text = None
    has_recording: Truth = False
    recording_url: Text = None
    recording_duration_s: SecondsOrNone = Field(None, alias="recording_duration")
    recording_expires_at: MinorDate = None
    voicemail_url: Text = None
    voicemail_duration_s: Seconds = Field(0.0, alias="voicemail_duration")
    recording_transcript: MaybeTranscript = None
    voicemail_transcript: MaybeTranscript = None

    def record(self) -> CallRecord:
        """The nouns, with `date_created` standing in for dates that Close left out."""
        fields = {name: value for name, value in vars(self).items() if name not in _TRANSCRIPTS}
        fields["date_updated"] = self.date_updated or self.date_created
        fields["activity_at"] = self.activity_at or self.date_created
        recording, voicemail = self.recording_transcript, self.voicemail_transcript
        return CallRecord(
            call=Call(**fields),
            recording=recording.transcript() if recording else None,
            voicemail=voicemail.transcript() if voicemail else None,
        )


_TRANSCRIPTS: Final = ("recording_transcript", "voicemail_transcript")

FIELDS: Final = tuple(field.alias or name for name, field in CallPayload.model_fields.items())
"""The names Close must be asked for, in `_fields`: all that is read here, and no more."""


def read_call(payload: Mapping[str, Any]) -> CallRecord:
    """A call of Close's as our nouns.

    Raises:
        CloseUnreadable: naming the field at fault and what is wrong with it, but
            never what it says: that may be a customer's words.
    """
    problem = ""
    try:
        return CallPayload.model_validate(dict(payload)).record()
    except ValidationError as error:
        problem = _problems(error)
    # Raised out here, so that the values at fault do not ride along as its cause.
    call_id = payload.get("id")
    named = f"call {call_id}" if is_id(call_id) else "a call without a usable id"
    raise CloseUnreadable(f"{named}: {problem}")


def _in_order(utterances: Iterable[Utterance]) -> list[Utterance]:
    """By start; one without a start follows the one it was delivered after."""
    last_s, placed = -math.inf, list[tuple[float, Utterance]]()
    for utterance in utterances:
        last_s = last_s if utterance.start_s is None else utterance.start_s
        placed.append((last_s, utterance))
    return [utterance for _, utterance in sorted(placed, key=itemgetter(0))]


_COMPLAINTS: Final = {
    "missing": "is missing",
    "model_type": "is not an object",
    "list_type": "is not a list",
}


def _problems(error: ValidationError) -> str:
    """What is wrong with the first field at fault, and how many more are."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    first = found[0]
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
    complaint = _COMPLAINTS.get(first["type"], first["msg"].removeprefix("Value error, "))
    others = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{where.removeprefix('.')} {complaint}{others}"
