"""Where a call stands once it has been fetched: done, or to be asked for again, and when. Pure.

Nothing announces a transcript, so a call that has audio and no words is fetched
again at growing intervals, until the patience for it ends.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from models import CallRecord, CallState, LedgerEntry

NOT_FETCHED = "not fetched yet"
IN_PROGRESS = "call in progress"
NO_TRANSCRIPT_YET = "recorded, no transcript yet"
NO_TRANSCRIPT_GIVEN = "recorded, no transcript given"
NOT_RECORDED = "not recorded"

DEFAULT_PATIENCE = timedelta(hours=72)

_TRANSCRIPT_WAITS = tuple(timedelta(minutes=m) for m in (1, 3, 10, 30, 120, 360, 720))
_PROGRESS_WAIT = timedelta(minutes=10)
_FAILURE_WAITS = tuple(timedelta(hours=h) for h in (1, 4, 12, 24))


def seen_for_the_first_time(
    call_id: str, *, now: datetime, date_updated: datetime | None = None
) -> LedgerEntry:
    """A call Close has told us of, to be fetched at once."""
    return LedgerEntry(
        call_id=call_id, state=CallState.WAITING, since=now, reason=NOT_FETCHED, due_at=now,
        date_updated=date_updated,
    )  # fmt: skip


def after_fetching(
    record: CallRecord, earlier: LedgerEntry, *, now: datetime, patience: timedelta
) -> LedgerEntry:
    """Where a call stands that was fetched just now."""
    call = record.call
    earlier = replace(earlier, date_updated=call.date_updated)
    if not call.is_over:
        return _waiting(earlier, IN_PROGRESS, (_PROGRESS_WAIT,), now)
    if record.has_transcript:
        return _settled(earlier, CallState.INDEXED, "", now)
    if not call.has_audio:
        return _settled(earlier, CallState.INDEXED, NOT_RECORDED, now)
    ended = call.activity_at + timedelta(seconds=call.duration_s)
    if now - ended < patience:
        return _waiting(earlier, NO_TRANSCRIPT_YET, _TRANSCRIPT_WAITS, now)
    return _settled(earlier, CallState.INDEXED, NO_TRANSCRIPT_GIVEN, now)


def after_failing(earlier: LedgerEntry, reason: str, *, now: datetime) -> LedgerEntry:
    """Where a call stands that could not be read."""
    failed = _settled(earlier, CallState.FAILED, reason, now)
    return replace(failed, due_at=now + _wait(_FAILURE_WAITS, failed.tries))


def after_deletion(earlier: LedgerEntry, *, now: datetime) -> LedgerEntry:
    """Where a call stands that Close no longer has."""
    return _settled(earlier, CallState.DELETED, "", now)


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


def _waiting(
    earlier: LedgerEntry, reason: str, waits: tuple[timedelta, ...], now: datetime
) -> LedgerEntry:
    settled = _settled(earlier, CallState.WAITING, reason, now)
    return replace(settled, due_at=now + _wait(waits, settled.tries))


def _wait(waits: tuple[timedelta, ...], tries: int) -> timedelta:
    return waits[min(tries, len(waits)) - 1]
