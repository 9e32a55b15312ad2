"""The ledger: every call Close has told us of, and where it stands."""

from dataclasses import dataclass
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
    state since it last changed. `seen_at` is when Close last showed us the call;
    None for a call that came from a file, of which Close has told nothing.
    """

    call_id: str
    state: CallState
    since: datetime
    reason: str
    tries: int = 0
    due_at: datetime | None = None
    date_updated: datetime | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateGroup:
    """Calls that stand alike: how many, since when the first of them, and their next try."""

    state: CallState
    reason: str
    calls: int
    since: datetime
    due_at: datetime | None = None
    """When the first of them is due; None when nothing is to be done for any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Where all known calls stand, at one moment: each is in exactly one group."""

    groups: tuple[StateGroup, ...] = ()

    def of(self, state: CallState) -> list[StateGroup]:
        """The groups of this state, the largest first."""
        groups = [group for group in self.groups if group.state is state]
        return sorted(groups, key=lambda group: (-group.calls, group.reason))

    def count(self, state: CallState) -> int:
        """Calls in this state."""
        return sum(group.calls for group in self.of(state))

    @property
    def known(self) -> int:
        """Every call Close has told us of: the states add up to it."""
        return sum(group.calls for group in self.groups)

    @property
    def existing(self) -> int:
        """Known calls that Close has not deleted: the N of `searched n of N`."""
        return self.known - self.count(CallState.DELETED)
