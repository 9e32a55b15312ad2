"""The wire shape of the ledger: where each call stands, and why."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import BaseModel, Field

from indexer import cursors
from indexer.store.contract import Ledger
from models import CallState, LedgerEntry
from models.errors import QueryInvalid

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class LedgerEntryOut(BaseModel):
    """Where one call stands, and why."""

    call_id: str
    state: CallState
    reason: str
    since: datetime = Field(description="Since when it stands so, in UTC.")
    tries: int = Field(description="How often it was fetched since then.")
    next_try: datetime | None = Field(
        description="When it is fetched again; a moment that is past means as soon as can be,"
        " null that nothing is to be done."
    )
    date_updated: datetime | None = Field(
        description="When the call as known here was last changed, in UTC; null if not known."
    )

    @classmethod
    def of(cls, entry: LedgerEntry) -> "LedgerEntryOut":
        """An entry of the ledger."""
        return cls(
            call_id=entry.call_id, state=entry.state, reason=entry.reason, since=entry.since,
            tries=entry.tries, next_try=entry.due_at, date_updated=entry.date_updated,
        )  # fmt: skip


class LedgerOut(BaseModel):
    """A page of the ledger: calls of one state, those longest in it first."""

    calls: list[LedgerEntryOut]
    next_cursor: str | None = Field(description="Asks for the next page; null on the last.")

    @classmethod
    def of(cls, entries: Iterable[LedgerEntry], *, next_cursor: str | None = None) -> "LedgerOut":
        """Entries of the ledger."""
        return cls(calls=[LedgerEntryOut.of(entry) for entry in entries], next_cursor=next_cursor)


def ledger_page(
    ledger: Ledger, state: CallState, *, limit: int, cursor: str | None
) -> tuple[list[LedgerEntry], str | None]:
    """Calls of a state, those longest in it first, and the cursor of the next page.

    Raises:
        QueryInvalid: a cursor of another state, or none of ours.
    """
    after = None if cursor is None else _read(cursor, state)
    entries = ledger.standing(state, limit=limit + 1, after=after)
    page = entries[:limit]
    return page, _write(page[-1]) if len(entries) > limit else None


def _write(last: LedgerEntry) -> str:
    since_us = (last.since - _EPOCH) // timedelta(microseconds=1)
    return cursors.write(_question(last.state), [since_us, last.call_id])


def _read(cursor: str, state: CallState) -> LedgerEntry:
    """The last entry of the page before, as far as its place goes."""
    since_us, call_id = cursors.read(cursor, _question(state), types=(int, str))
    try:
        since = _EPOCH + timedelta(microseconds=since_us)
    except OverflowError as error:
        raise QueryInvalid("cursor", "names no place") from error
    return LedgerEntry(call_id=call_id, state=state, since=since, reason="")


def _question(state: CallState) -> str:
    return f"ledger {state}"
