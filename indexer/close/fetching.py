"""Whole calls with their words, asked for by id: many at once, or one by one if need be.

Stated in Close's OpenAPI description: `id__in` on the list of calls. Documented:
transcripts come when `_fields` names them, and addresses should stay under 2,000
characters. Assumed: `id__in` might be ignored, as unknown filters are; one call may be
what makes a whole list fail or time out, so a failing list is halved down to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from indexer.close.answers import Unreachable
from indexer.close.connection import Connection, Query
from indexer.close.pages import CALLS, has_id, pages, prove_close_answers
from indexer.close.payloads import FIELDS, read_call
from indexer.close.texts import is_id
from models import CallRecord
from models.errors import (
    CloseError,
    CloseForbidden,
    CloseNotFound,
    CloseRefused,
    CloseUnavailable,
    CloseUnreadable,
)

_LIMIT: Final = 100
_LONGEST_URL: Final = 1_999
_DOUBTED_AT: Final = 3
"""Calls that fail in a row at which we ask whether Close answers at all."""

_BELIEVED_AT: Final = 10
"""Calls that fail in a row at which it is no longer the calls, whatever else Close answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A call that is there but cannot be had, and why."""

    call_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What became of each call asked for."""

    records: tuple[CallRecord, ...] = ()
    unlisted: tuple[str, ...] = ()
    """Left out of the list they were asked for by: ask for each alone, to know that it is gone."""
    missing: tuple[str, ...] = ()
    """Gone from Close."""
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(slots=True)
class _Findings:
    """What is known so far of the calls of one fetch; None is missing."""

    of: dict[str, CallRecord | Unreadable | None] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)

    def read(self, call_id: str, payload: Mapping[str, Any]) -> None:
        """Read a call, or note why that cannot be."""
        try:
            record = read_call(payload)
        except CloseUnreadable as error:
            self.cannot(call_id, str(error))
        else:
            self.of[call_id] = record

    def cannot(self, call_id: str, reason: str) -> None:
        """Note a call that cannot be had."""
        self.of[call_id] = Unreadable(call_id=call_id, reason=reason)

    def fetched(self, call_ids: Sequence[str]) -> Fetched:
        """Everything found, in the order it was asked for."""
        found = {call_id: self.of[call_id] for call_id in call_ids if call_id in self.of}
        return Fetched(
            records=tuple(f for f in found.values() if isinstance(f, CallRecord)),
            unlisted=tuple(call_id for call_id in call_ids if call_id in self.unlisted),
            missing=tuple(call_id for call_id, f in found.items() if f is None),
            unreadable=tuple(f for f in found.values() if isinstance(f, Unreadable)),
        )


class Fetching:
    """Fetches calls by id; remembers if Close's list does not keep to the ids asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._one_by_one = False
        self._failed_in_a_row = 0

    def fetch(self, call_ids: Sequence[str], *, alone: bool) -> Fetched:
        """What became of these calls, each once, in the order asked for."""
        wanted = list(dict.fromkeys(call_ids))
        findings = _Findings()
        usable = [call_id for call_id in wanted if is_id(call_id)]
        for batch in self._batches(usable, most=1 if alone else _LIMIT):
            self._fetch_many(batch, findings)
        for call_id in wanted:
            if not is_id(call_id):
                findings.cannot(call_id, "Close gives no such ids")
        return findings.fetched(wanted)

    def _batches(self, call_ids: Sequence[str], *, most: int) -> Iterator[list[str]]:
        """Runs of ids that one address has room for."""
        room = _LONGEST_URL - len(self._connection.url(CALLS, _query_of([])))
        batch: list[str] = []
        used = 0
        for call_id in call_ids:
            needed = len(quote(call_id, safe="")) + 1
            if batch and (used + needed > room or len(batch) == most):
                yield batch
                batch, used = [], 0
            batch.append(call_id)
            used += needed
        if batch:
            yield batch

    def _fetch_many(self, call_ids: list[str], findings: _Findings) -> None:
        """Fetch a batch by list, its halves if that fails, and what is left one by one."""
        if len(call_ids) > 1 and not self._one_by_one:
            try:
                self._read_list(call_ids, findings)
            except (CloseForbidden, CloseRefused, CloseUnavailable) as error:
                self._tell_from_outage(error)
                middle = len(call_ids) // 2
                self._fetch_many(call_ids[:middle], findings)
                self._fetch_many(call_ids[middle:], findings)
        for call_id in call_ids:
            if call_id not in findings.of and call_id not in findings.unlisted:
                self._fetch_one(call_id, findings)

    def _read_list(self, call_ids: Sequence[str], findings: _Findings) -> None:
        wanted = set(call_ids)
        for page in pages(self._connection, CALLS, _query_of(call_ids), divisible=True):
            rows = {row["id"]: row for row in page.rows if has_id(row)}
            for call_id in rows.keys() & wanted:
                findings.read(call_id, rows[call_id])
            if rows.keys() - wanted:
                self._one_by_one = True
                return
        findings.unlisted |= wanted - findings.of.keys()

    def _fetch_one(self, call_id: str, findings: _Findings) -> None:
        path = f"{CALLS}{quote(call_id, safe='')}/"
        try:
            payload = self._connection.get(path, {"_fields": ",".join(FIELDS)})
        except Unreachable:
            raise
        except CloseUnavailable as error:
            findings.cannot(call_id, str(error))
            self._note_failure(error)
            return
        except CloseNotFound:
            findings.of[call_id] = None
        except (CloseForbidden, CloseRefused, CloseUnreadable) as error:
            findings.cannot(call_id, str(error))
        else:
            self._read_one(call_id, payload, findings)
        self._failed_in_a_row = 0

    def _read_one(self, call_id: str, payload: Mapping[str, Any], findings: _Findings) -> None:
        if payload.get("id") == call_id:
            findings.read(call_id, payload)
        else:
            findings.cannot(
                call_id, f"call {call_id}: Close answered with another call's id, or none"
            )

    def _note_failure(self, error: CloseUnavailable) -> None:
        """Go on after a call that fails, but not through a Close that is down."""
        self._failed_in_a_row += 1
        if self._failed_in_a_row == _DOUBTED_AT:
            self._tell_from_outage(error)
        elif self._failed_in_a_row >= _BELIEVED_AT:
            raise error

    def _tell_from_outage(self, error: CloseError) -> None:
        """Go on if it is these calls that cannot be had, and raise if Close is down."""
        if isinstance(error, Unreachable):
            raise error
        if isinstance(error, CloseUnavailable | CloseForbidden):
            prove_close_answers(self._connection)


def _query_of(call_ids: Sequence[str]) -> Query:
    return {"id__in": ",".join(call_ids), "_limit": _LIMIT, "_fields": ",".join(FIELDS)}
