"""Where a call stands once it has been fetched."""

from datetime import timedelta

import pytest

from indexer.standing import (
    IN_PROGRESS,
    NO_TRANSCRIPT_GIVEN,
    NO_TRANSCRIPT_YET,
    NOT_RECORDED,
    after_deletion,
    after_failing,
    after_fetching,
    seen_for_the_first_time,
)
from models import CallRecord, CallState, LedgerEntry
from tests.factories import NOON, a_record, hours

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
        (a_record("hello there you", has_recording=True), CallState.INDEXED, ""),
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
    assert (entry.due_at is None) == (state is CallState.INDEXED)
    assert entry.date_updated == record.call.date_updated


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
    assert (entry.state, entry.due_at) == (CallState.DELETED, None)
