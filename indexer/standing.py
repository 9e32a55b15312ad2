"""Where a call stands once it has been fetched: done, or to be asked for again, and when. Pure.

Nothing announces a transcript, so a call that has audio and no words is fetched
again at growing intervals, until patience ends: so long after we began to wait for it,
and not at all if the call has not changed for as long. So is a call whose summary has
not come, though it counts as done.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from models import Call, CallRecord, CallState, LedgerEntry

NOT_FETCHED = "not fetched yet"
IN_PROGRESS = "call in progress"
NO_TRANSCRIPT_YET = "recorded, no transcript yet"
WITH_TRANSCRIPT = "with transcript"
NO_SUMMARY_YET = "with transcript, no summary yet"
NO_TRANSCRIPT_GIVEN = "recorded, no transcript given"
NOT_RECORDED = "not recorded"
GONE = "gone from Close"

DEFAULT_PATIENCE = timedelta(hours=72)

_LAST_IN_LINE = datetime(1970, 1, 1, tzinfo=UTC)
_TRANSCRIPT_WAITS = tuple(timedelta(minutes=m) for m in (1, 3, 10, 30, 120, 360, 720))
_SUMMARY_WAITS = tuple(timedelta(minutes=m) for m in (10, 60, 360, 1440))
_PROGRESS_WAITS = tuple(timedelta(minutes=m) for m in (10, 10, 10, 30, 60, 360))
_FAILURE_WAITS = tuple(timedelta(hours=h) for h in (1, 4, 12, 24))


def seen_for_the_first_time(
    call_id: str,
    *,
    now: datetime,
    date_created: datetime | None = None,
    date_updated: datetime | None = None,
) -> LedgerEntry:
    """A call Close has told us of. It counts as due since it was created: newest come first."""
    return LedgerEntry(
        call_id=call_id, state=CallState.WAITING, since=now, reason=NOT_FETCHED,
        due_at=min(date_created or now, now), date_updated=date_updated, seen_at=now,
    )  # fmt: skip


def after_fetching(
    record: CallRecord, earlier: LedgerEntry, *, now: datetime, patience: timedelta
) -> LedgerEntry:
    """Where a call stands that was fetched just now."""
    call = record.call
    earlier = replace(earlier, date_updated=call.date_updated, seen_at=now)

    def is_awaited(reason: str) -> bool:
        if earlier.reason == reason:
            began = earlier.since
        elif earlier.reason == NO_TRANSCRIPT_YET:  # which has come now: its summary may yet
            began = now
        else:
            began = min(_last_changed(call), now)
        return now - began < patience

    if not call.is_over and is_awaited(IN_PROGRESS):
        return _asked_again(earlier, CallState.WAITING, IN_PROGRESS, _PROGRESS_WAITS, now)
    if call.has_audio and not record.has_transcript and is_awaited(NO_TRANSCRIPT_YET):
        return _asked_again(earlier, CallState.WAITING, NO_TRANSCRIPT_YET, _TRANSCRIPT_WAITS, now)
    if record.has_transcript and not record.summary and is_awaited(NO_SUMMARY_YET):
        return _asked_again(earlier, CallState.INDEXED, NO_SUMMARY_YET, _SUMMARY_WAITS, now)
    return _settled(earlier, CallState.INDEXED, _what_came_of(record), now)


def with_names_to_come(entry: LedgerEntry, *, now: datetime) -> LedgerEntry:
    """The entry of a call whose names Close could not give just now: it is asked again."""
    again = now + _wait(_FAILURE_WAITS, entry.tries)
    return replace(entry, due_at=min(entry.due_at or again, again))


def after_importing(
    record: CallRecord, earlier: LedgerEntry | None, *, now: datetime
) -> LedgerEntry:
    """Where a call stands that a file told us of: nothing more of it will come from Close."""
    call = record.call
    known = earlier or seen_for_the_first_time(call.id, now=now)
    known = replace(known, date_updated=call.date_updated, seen_at=None)
    return _settled(known, CallState.INDEXED, _what_came_of(record), now)


def _what_came_of(record: CallRecord) -> str:
    if record.has_transcript:
        return WITH_TRANSCRIPT
    return NO_TRANSCRIPT_GIVEN if record.call.has_audio else NOT_RECORDED


def _last_changed(call: Call) -> datetime:
    """When a call ended or was last changed, as far as Close tells."""
    return max(call.activity_at + timedelta(seconds=call.duration_s), call.date_updated)


def to_be_asked_for_alone(earlier: LedgerEntry) -> LedgerEntry:
    """A call that Close left out of a list: looked at alone once nothing else is due."""
    return replace(earlier, due_at=_LAST_IN_LINE)


def is_to_be_asked_for_alone(entry: LedgerEntry) -> bool:
    """Whether a list has left the call out, and nothing was heard of it since."""
    return entry.due_at == _LAST_IN_LINE


def after_failing(earlier: LedgerEntry, reason: str, *, now: datetime) -> LedgerEntry:
    """Where a call stands that could not be read."""
    failed = _settled(earlier, CallState.FAILED, reason, now)
    return replace(failed, due_at=now + _wait(_FAILURE_WAITS, failed.tries))


def after_exclusion(
    earlier: LedgerEntry, rule: str, *, now: datetime, date_updated: datetime
) -> LedgerEntry:
    """Where a call stands that a rule leaves out."""
    return _settled(
        replace(earlier, date_updated=date_updated), CallState.EXCLUDED, f"rule {rule}", now
    )


def after_deletion(earlier: LedgerEntry, *, now: datetime) -> LedgerEntry:
    """Where a call stands that Close no longer has."""
    return _settled(earlier, CallState.DELETED, GONE, now)


def _settled(earlier: LedgerEntry, state: CallState, reason: str, now: datetime) -> LedgerEntry:
    """The next entry, nothing due: `since` and the tries go on while state and reason stay."""
    stays = (earlier.state, earlier.reason) == (state, reason)
    return replace(
        earlier,
        state=state,
        reason=reason,
        since=earlier.since if stays else now,
        tries=earlier.tries + 1 if stays else 1,
        due_at=None,
    )


def _asked_again(
    earlier: LedgerEntry,
    state: CallState,
    reason: str,
    waits: tuple[timedelta, ...],
    now: datetime,
) -> LedgerEntry:
    settled = _settled(earlier, state, reason, now)
    return replace(settled, due_at=now + _wait(waits, settled.tries))


def _wait(waits: tuple[timedelta, ...], tries: int) -> timedelta:
    return waits[min(tries, len(waits)) - 1]
