"""The ledger: every call Close has told us of, and where it stands."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class CallState(StrEnum):
    """Where a known call stands. Each call is in exactly one state."""

    WAITING = "waiting"
    """Not fetched yet, or fetched before its transcript was there."""
    INDEXED = "indexed"
    """Stored and searchable: everything Close will give is here."""
    FAILED = "failed"
    """Could not be read; tried again later."""
    EXCLUDED = "excluded"
    """Left out on purpose, by a rule."""
    DELETED = "deleted"
    """Gone from Close, and so from here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One call's line: its state since when, why, and when to fetch it next.

    `date_updated` is Close's, of the version that was last seen or stored.
    `due_at` None means nothing is to be done. `tries` counts fetches in this
    state since it last changed.
    """

    call_id: str
    state: CallState
    since: datetime
    reason: str = ""
    tries: int = 0
    due_at: datetime | None = None
    date_updated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many calls are in each state, and how many of those for which reason."""

    by_state: dict[CallState, int] = field(default_factory=dict)
    by_reason: dict[tuple[CallState, str], int] = field(default_factory=dict)

    def count(self, state: CallState) -> int:
        """Calls in this state."""
        return self.by_state.get(state, 0)

    @property
    def known(self) -> int:
        """Every call Close has told us of: the states add up to it."""
        return sum(self.by_state.values())

    @property
    def existing(self) -> int:
        """Known calls that Close has not deleted: the N of `searched n of N`."""
        return self.known - self.count(CallState.DELETED)
