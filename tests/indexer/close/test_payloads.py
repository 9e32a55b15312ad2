"""Close's JSON read into our nouns: strict where all hangs on it, lenient elsewhere."""

import math
import time
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from indexer.close import FIELDS, read_call
from indexer.close.payloads import CallPayload
from models import Call, CallRecord, Side, Transcript, Utterance
from models.errors import CloseUnreadable
from tests.indexer.close.talking import NOW, a_payload

CREATED = datetime(2026, 3, 11, 15, 2, 9, 418000, tzinfo=UTC)

FULL: dict[str, Any] = {
    "id": "acti_1",
    "_type": "Call",
    "organization_id": "orga_1",
    "lead_id": "lead_1",
    "contact_id": "cont_1",
    "user_id": "user_1",
    "user_name": "Maren Tolvik",
    "users": [],
    "created_by": "user_2",
    "updated_by": "user_3",
    "date_created": "2026-03-11T15:02:09.418000+00:00",
    "date_updated": "2026-03-11T15:09:47+00:00",
    "activity_at": "2026-03-11T16:00:00+01:00",
    "source": "Close.io",
    "status": "completed",
    "direction": "outbound",
    "disposition": "answered",
    "call_method": "regular",
    "duration": 74,
    "date_answered": "2026-03-11T15:02:21.077000+00:00",
    "phone": "+12025550143",
    "remote_phone": "+12025550144",
    "remote_phone_formatted": "+1 202-555-0144",
    "remote_country_iso": "US",
    "local_phone": "+14155550117",
    "local_phone_formatted": "+1 415-555-0117",
    "local_country_iso": "",
    "is_to_group_number": True,
    "is_forwarded": True,
    "forwarded_to": "+14155550118",
    "transferred_from": "acti_2",
    "transferred_from_user_id": "user_4",
    "transferred_to": "acti_3",
    "transferred_to_user_id": "user_5",
    "dialer_id": "dialer_1",
    "dialer_saved_search_id": "save_1",
    "sequence_id": "seq_1",
    "sequence_name": "Spring",
    "parent_meeting_id": "acti_4",
    "playbook_id": "playbook_1",
    "outcome_id": "outcome_1",
    "outcome_reason": "Asked for a quote.",
    "cost": "2.7",
    "note": "Wants the quote.",
    "note_html": "<body><p>Wants the quote.</p></body>",
    "has_recording": True,
    "recording_url": "https://api.close.com/call/acti_1/recording/",
    "recording_duration": 74.5,
    "recording_expires_at": "2026-06-07T19:04:12+00:00",
    "voicemail_url": "https://api.close.com/call/acti_1/voicemail/",
    "voicemail_duration": 23,
    "recording_transcript": {
        "utterances": [
            {
                "speaker_label": "Maren Tolvik",
                "speaker_side": "close-user",
                "start": 0.4,
                "end": 4.9,
                "text": "Hi Odalys.",
            },
            {
                "speaker_label": "Odalys Brandtner",
                "speaker_side": "contact",
                "start": 5,
                "end": 8.1,
                "text": "Hi!",
            },
        ],
        "summary_text": "They greet.",
        "summary_html": "<p>They greet.</p>",
    },
    "voicemail_transcript": {"utterances": [{"text": "Call me."}]},
}

READ = CallRecord(
    call=Call(
        id="acti_1",
        date_created=CREATED,
        date_updated=datetime(2026, 3, 11, 15, 9, 47, tzinfo=UTC),
        activity_at=datetime(2026, 3, 11, 15, 0, tzinfo=UTC),
        organization_id="orga_1",
        lead_id="lead_1",
        contact_id="cont_1",
        user_id="user_1",
        user_name="Maren Tolvik",
        created_by="user_2",
        updated_by="user_3",
        source="Close.io",
        status="completed",
        direction="outbound",
        disposition="answered",
        call_method="regular",
        duration_s=74,
        date_answered=datetime(2026, 3, 11, 15, 2, 21, 77000, tzinfo=UTC),
        phone="+12025550143",
        remote_phone="+12025550144",
        remote_phone_formatted="+1 202-555-0144",
        remote_country_iso="US",
        local_phone="+14155550117",
        local_phone_formatted="+1 415-555-0117",
        local_country_iso="",
        is_to_group_number=True,
        is_forwarded=True,
        forwarded_to="+14155550118",
        transferred_from="acti_2",
        transferred_from_user_id="user_4",
        transferred_to="acti_3",
        transferred_to_user_id="user_5",
        dialer_id="dialer_1",
        dialer_saved_search_id="save_1",
        sequence_id="seq_1",
        sequence_name="Spring",
        parent_meeting_id="acti_4",
        playbook_id="playbook_1",
        outcome_id="outcome_1",
        outcome_reason="Asked for a quote.",
        cost_cents=Decimal("2.7"),
        note="Wants the quote.",
        note_html="<body><p>Wants the quote.</p></body>",
        has_recording=True,
        recording_url="https://api.close.com/call/acti_1/recording/",
        recording_duration_s=74.5,
        recording_expires_at=datetime(2026, 6, 7, 19, 4, 12, tzinfo=UTC),
        voicemail_url="https://api.close.com/call/acti_1/voicemail/",
        voicemail_duration_s=23.0,
    ),
    recording=Transcript(
        utterances=(
            Utterance(
                text="Hi Odalys.",
                side=Side.USER,
                speaker="Maren Tolvik",
                start_s=0.4,
                end_s=4.9,
            ),
            Utterance(
                text="Hi!", side=Side.CONTACT, speaker="Odalys Brandtner", start_s=5.0, end_s=8.1
            ),
        ),
        summary_text="They greet.",
        summary_html="<p>They greet.</p>",
    ),
    voicemail=Transcript(utterances=(Utterance(text="Call me."),)),
)


@pytest.fixture
def _far_from_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose own time is not UTC."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Pacific/Auckland")
        time.tzset()
        yield
    time.tzset()


def test_every_field_is_read() -> None:
    assert read_call(FULL) == READ


def test_every_field_that_is_read_is_named_and_no_other() -> None:
    asked_for = {name: FULL[name] for name in FIELDS}

    assert read_call(asked_for) == READ
    for name in FIELDS:
        without = {other: FULL[other] for other in FIELDS if other != name}
        assert name in ("id", "date_created") or read_call(without) != READ


def test_every_field_of_a_call_is_read_from_close() -> None:
    transcripts = {"recording_transcript", "voicemail_transcript"}

    assert {field.name for field in fields(Call)} | transcripts == set(CallPayload.model_fields)


def test_a_call_with_nothing_but_its_id_and_date_is_read() -> None:
    assert read_call(a_payload()) == CallRecord(
        call=Call(id="acti_1", date_created=NOW, date_updated=NOW, activity_at=NOW)
    )


def test_null_everywhere_reads_as_if_left_out() -> None:
    nulls = dict.fromkeys(FIELDS)

    assert read_call(nulls | a_payload()) == read_call(a_payload())


def test_words_close_has_added_are_kept() -> None:
    call = read_call(a_payload(disposition="beamed-up", direction="sideways")).call

    assert (call.disposition, call.direction) == ("beamed-up", "sideways")


@pytest.mark.parametrize("call_id", [None, "", " ", 7, ["acti_1"], "acti_\ud800"])
def test_an_id_must_be_text(call_id: Any) -> None:
    with pytest.raises(CloseUnreadable, match="a call without a usable id: id is no id"):
        read_call(a_payload(id=call_id))


def test_an_id_must_be_there() -> None:
    with pytest.raises(CloseUnreadable, match="id is missing"):
        read_call({"date_created": CREATED.isoformat()})


@pytest.mark.parametrize("name", ["date_created", "date_updated", "activity_at"])
@pytest.mark.parametrize(
    "stamp", ["yesterday", 1773241329, "2026-02-30T00:00:00Z", "0001-01-01T00:00:00+14:00", {}]
)
def test_a_date_that_cannot_be_read_is_named(name: str, stamp: Any) -> None:
    with pytest.raises(CloseUnreadable) as raised:
        read_call(a_payload(**{name: stamp}))

    assert str(raised.value) == f"call acti_1: {name} is not a date"


@pytest.mark.parametrize(
    "stamp",
    ["2026-03-11T15:02:09.418000", "2026-03-11T15:02:09.418Z", "2026-03-11T17:02:09.418+02:00"],
)
@pytest.mark.usefixtures("_far_from_utc")
def test_dates_are_utc_and_naive_ones_are_taken_for_it(stamp: str) -> None:
    call = read_call(a_payload(date_created=stamp)).call

    assert call.date_created == CREATED
    assert call.date_created.tzinfo is UTC


@pytest.mark.parametrize("name", ["date_answered", "recording_expires_at"])
def test_a_minor_date_that_cannot_be_read_is_left_out(name: str) -> None:
    assert getattr(read_call(a_payload(**{name: "soon"})).call, name) is None


@pytest.mark.parametrize(
    ("told", "duration_s"),
    [
        (74, 74),
        (74.9, 74),
        ("12", 12),
        (None, 0),
        ("long", 0),
        (-5, 0),
        (math.nan, 0),
        (math.inf, 0),
        (10**400, 0),
        (10**12, 0),
        (True, 0),
        ([7], 0),
    ],
)
def test_a_duration_is_whole_seconds_or_zero(told: Any, duration_s: int) -> None:
    assert read_call(a_payload(duration=told)).call.duration_s == duration_s


@pytest.mark.parametrize(
    ("told", "cents"),
    [
        ("2.7", Decimal("2.7")),
        ("2", Decimal(2)),
        (1.1, Decimal("1.1")),
        (3, Decimal(3)),
        ("-1.5", Decimal("-1.5")),
        (None, None),
        ("free", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e999999", None),
        ("9" * 31, None),
        (True, None),
        (["2"], None),
    ],
)
def test_a_cost_is_exact_or_none(told: Any, cents: Decimal | None) -> None:
    assert read_call(a_payload(cost=told)).call.cost_cents == cents


@pytest.mark.parametrize(
    ("told", "phone"),
    [
        ("", ""),
        (12025550143, "12025550143"),
        (None, None),
        (True, None),
        (["x"], None),
        (1.5, None),
    ],
)
def test_a_minor_text_of_another_kind_is_digits_or_none(told: Any, phone: str | None) -> None:
    assert read_call(a_payload(phone=told)).call.phone == phone


@pytest.mark.parametrize(
    ("told", "truth"), [(True, True), ("true", True), (1, True), (None, False), ("no", False)]
)
def test_a_truth_is_true_only_if_it_says_so(told: Any, *, truth: bool) -> None:
    assert read_call(a_payload(has_recording=told)).call.has_recording is truth
