"""Where a call stands once it has been fetched."""

from datetime import datetime, timedelta

import pytest

from indexer.standing import (
    GONE,
    IN_PROGRESS,
    NO_SUMMARY_YET,
    NO_TRANSCRIPT_GIVEN,
    NO_TRANSCRIPT_YET,
    NOT_RECORDED,
    WITH_TRANSCRIPT,
    after_deletion,
    after_failing,
    after_fetching,
    after_importing,
    seen_for_the_first_time,
)
from models import CallRecord, CallState, LedgerEntry
from tests.factories import NOON, a_record, a_transcript, hours

PATIENCE = hours(72)
NEW = seen_for_the_first_time("acti_1", now=NOON)


def stands(
    record: CallRecord, earlier: LedgerEntry = NEW, age: timedelta = hours(1)
) -> LedgerEntry:
    return after_fetching(record, earlier, now=NOON + age, patience=PATIENCE)


def test_a_call_just_heard_of_is_due_at_once() -> None:
    assert (NEW.state, NEW.due_at) == (CallState.WAITING, NOON)


@pytest.mark.parametrize(
    ("record", "state", "reason"),
    [
        (a_record("hello there you", has_recording=True), CallState.INDEXED, NO_SUMMARY_YET),
        (a_record(disposition="no-answer"), CallState.INDEXED, NOT_RECORDED),
        (a_record(has_recording=True), CallState.WAITING, NO_TRANSCRIPT_YET),
        (a_record(voicemail_duration_s=12.0), CallState.WAITING, NO_TRANSCRIPT_YET),
        (a_record(status="in-progress"), CallState.WAITING, IN_PROGRESS),
        (a_record("hello there you", status="created"), CallState.WAITING, IN_PROGRESS),
    ],
)
def test_a_fetched_call_is_done_or_waits(record: CallRecord, state: CallState, reason: str) -> None:
    entry = stands(record)
    assert (entry.state, entry.reason) == (state, reason)
    assert (entry.due_at is None) == (reason == NOT_RECORDED)
    assert (entry.date_updated, entry.seen_at) == (record.call.date_updated, NOON + hours(1))


def test_a_transcript_is_waited_for_at_growing_intervals() -> None:
    entry, waits, since = NEW, [], timedelta(minutes=1)
    for _ in range(8):
        entry = stands(a_record(has_recording=True), entry, since)
        assert entry.due_at is not None
        waits.append(entry.due_at - (NOON + since))
        since = entry.due_at - NOON
    assert [w.total_seconds() / 60 for w in waits] == [1, 3, 10, 30, 120, 360, 720, 720]
    assert entry.since == NOON + timedelta(minutes=1)


def test_patience_ends_and_says_so() -> None:
    entry = stands(a_record(has_recording=True), age=hours(73))
    assert (entry.state, entry.reason, entry.due_at) == (
        CallState.INDEXED,
        NO_TRANSCRIPT_GIVEN,
        None,
    )


def test_a_call_that_cannot_be_read_is_tried_again_later_and_later() -> None:
    entry, waits = NEW, []
    for _ in range(5):
        entry = after_failing(entry, "no date", now=NOON)
        assert entry.due_at is not None
        waits.append((entry.due_at - NOON) / hours(1))
    assert (waits, entry.state, entry.tries) == ([1, 4, 12, 24, 24], CallState.FAILED, 5)


def test_another_reason_starts_the_count_again() -> None:
    entry = after_failing(after_failing(NEW, "a", now=NOON), "b", now=NOON + hours(1))
    assert (entry.tries, entry.since) == (1, NOON + hours(1))


def test_a_deleted_call_is_not_due() -> None:
    entry = after_deletion(NEW, now=NOON)
    assert (entry.state, entry.reason, entry.due_at) == (CallState.DELETED, GONE, None)


def test_a_summary_is_waited_for_though_the_call_can_be_searched() -> None:
    entry, waits, since = NEW, [], timedelta(minutes=1)
    for _ in range(6):
        entry = stands(a_record("hello there you"), entry, since)
        assert entry.due_at is not None
        waits.append((entry.due_at - (NOON + since)) / hours(1))
        since = entry.due_at - NOON
    assert waits == pytest.approx([1 / 6, 1, 6, 24, 24, 24])
    assert stands(a_record("hello there you"), entry, hours(80)).reason == WITH_TRANSCRIPT


def test_a_call_that_is_whole_is_not_asked_for_again() -> None:
    entry = stands(a_record(recording=a_transcript("hello there you", summary_text="They met.")))
    assert (entry.state, entry.reason, entry.due_at) == (CallState.INDEXED, WITH_TRANSCRIPT, None)


def test_patience_begins_when_a_call_was_last_changed() -> None:
    changed = NOON + hours(24 * 30)
    recorded = a_record(has_recording=True, date_updated=changed)
    entry = stands(recorded, age=timedelta(days=30, hours=1))
    assert entry.reason == NO_TRANSCRIPT_YET
    assert stands(recorded, entry, timedelta(days=33, hours=1)).reason == NO_TRANSCRIPT_GIVEN


def test_a_stamp_in_the_future_does_not_prolong_patience() -> None:
    recorded = a_record(has_recording=True, date_created=NOON + hours(24 * 365))
    entry = stands(recorded)
    assert entry.reason == NO_TRANSCRIPT_YET
    assert stands(recorded, entry, hours(72)).reason == NO_TRANSCRIPT_YET
    assert stands(recorded, entry, hours(74)).reason == NO_TRANSCRIPT_GIVEN


def test_a_call_said_to_go_on_for_days_is_taken_as_it_is() -> None:
    entry = stands(a_record(status="in-progress"))
    assert entry.reason == IN_PROGRESS
    ended = stands(a_record(status="in-progress"), entry, hours(80))
    assert (ended.state, ended.reason) == (CallState.INDEXED, NOT_RECORDED)


def test_a_call_just_heard_of_counts_as_due_since_it_was_created() -> None:
    def due(created: timedelta) -> datetime | None:
        return seen_for_the_first_time("acti_1", now=NOON, date_created=NOON + created).due_at

    assert due(-hours(5)) == NOON - hours(5)
    assert due(hours(5)) == NOON


def test_a_call_from_a_file_is_settled_at_once() -> None:
    def standing(record: CallRecord) -> tuple[CallState, str]:
        entry = after_importing(record, None, now=NOON)
        assert (entry.due_at, entry.seen_at) == (None, None)
        return entry.state, entry.reason

    assert standing(a_record("hello there you")) == (CallState.INDEXED, WITH_TRANSCRIPT)
    assert standing(a_record(has_recording=True)) == (CallState.INDEXED, NO_TRANSCRIPT_GIVEN)
    assert standing(a_record(status="in-progress")) == (CallState.INDEXED, NOT_RECORDED)
