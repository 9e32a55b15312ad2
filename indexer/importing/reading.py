"""Files of calls: NDJSON, one call a line, spelt as Close spells it.

`id` and `date_created` are all that a line must have. As Close gives ids only, a line
may also name what they stand for: `lead_name` or `lead`, `outcome_name` or `outcome`.
"""

import codecs
import gzip
import json
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Final

from indexer.close import read_call
from indexer.close.texts import is_id, storable
from models import CallRecord, Lead, Outcome
from models.errors import CloseUnreadable

STDIN: Final = Path("-")
"""Stands for what is piped in."""

_LONGEST: Final = 64 * 2**20
"""Bytes of the longest line that is read: a call of a day is a tenth of that."""
_COUNTED_TOGETHER: Final = 2**20
_REST: Final = "; nothing from here on is imported"

_Stream = IO[bytes] | gzip.GzipFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that holds a call."""

    where: str
    record: CallRecord

    @property
    def call_id(self) -> str:
        """The call's."""
        return self.record.call.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A line that holds no call that can be used, and why; its call's id, if that is known."""

    where: str
    reason: str
    call_id: str | None = None


def read_lines(path: Path) -> Iterator[Line | Refused]:
    """Each line of a file that is not blank, read. Where the file cannot be read on it ends."""
    name = "stdin" if path == STDIN else str(path)
    number = 0
    try:
        with _opened(path) as stream:
            for number, raw in enumerate(_raw_lines(stream), start=1):
                where = f"{name}:{number}"
                if raw is None:
                    yield Refused(where=where, reason="is longer than 64 MiB")
                elif text := raw.removeprefix(codecs.BOM_UTF8).decode().strip():
                    yield _read(text, where)
    except UnicodeDecodeError:
        yield Refused(where=f"{name}:{number}", reason=f"is no UTF-8{_REST}")
    except (gzip.BadGzipFile, zlib.error, EOFError):
        yield Refused(where=f"{name}:{number + 1}", reason=f"is no gzip, or damaged{_REST}")
    except OSError as error:
        reason = f"cannot be read: {error.strerror}{_REST}"
        yield Refused(where=f"{name}:{number + 1}", reason=reason)


def _opened(path: Path) -> AbstractContextManager[_Stream]:
    if path == STDIN:
        return nullcontext(sys.stdin.buffer)
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")


def _raw_lines(stream: _Stream) -> Iterator[bytes | None]:
    """The lines of a stream, None for each that is too long to be held."""
    while line := stream.readline(_LONGEST + 1):
        if len(line) <= _LONGEST:
            yield line
        else:
            while line and not line.endswith(b"\n"):
                line = stream.readline(_LONGEST)
            yield None


def count_lines(paths: Iterable[Path]) -> int:
    """How many lines the files have, as far as that can be told before they are read."""
    count = 0
    for path in paths:
        if path != STDIN and path.is_file():  # what comes through a pipe can be read only once
            with suppress(OSError, EOFError, zlib.error), _opened(path) as stream:
                while block := stream.read(_COUNTED_TOGETHER):
                    count += block.count(b"\n")
    return count


class _NoCall(Exception):
    """A line is no call; the text says why, and never what it says."""


def _read(text: str, where: str) -> Line | Refused:
    call_id = None
    try:
        payload = _payload(text)
        call_id = payload["id"] if is_id(payload.get("id")) else None
        return Line(where=where, record=_record(payload))
    except (_NoCall, CloseUnreadable) as error:
        reason = str(error).removeprefix(f"call {call_id}: ")
        return Refused(where=where, reason=reason, call_id=call_id)


def _payload(text: str) -> dict[str, Any]:
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError):
        hint = f": {_one_a_line('.')}" if text in ("{", "[") else ""
        raise _NoCall(f"is not JSON{hint}") from None
    if isinstance(payload, list):
        raise _NoCall(f"is a list, not a call: {_one_a_line('.[]')}")
    if not isinstance(payload, dict):
        raise _NoCall("is not an object")
    if "id" not in payload and isinstance(payload.get("data"), list):
        raise _NoCall(f"is an answer of Close, not a call: {_one_a_line('.data[]')}")
    if payload.get("_type") not in (None, "Call"):
        raise _NoCall("is another activity, not a call")
    return payload


def _one_a_line(wanted: str) -> str:
    return f"`jq -c '{wanted}' FILE` writes its calls one a line"


def _record(payload: Mapping[str, Any]) -> CallRecord:
    """The call of a line, with such names as the line gives beside Close's fields."""
    lead, outcome = _about(payload, "lead"), _about(payload, "outcome")
    record = read_call({**payload, "lead_id": lead.id, "outcome_id": outcome.id})
    call = record.call
    return replace(
        record,
        lead=Lead(id=call.lead_id, name=lead.name, url=lead.url)
        if call.lead_id and (lead.name or lead.url)
        else None,
        outcome=Outcome(id=call.outcome_id, name=outcome.name)
        if call.outcome_id and outcome.name
        else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """What a line says of its lead or its outcome."""

    id: Any
    name: str | None
    url: str | None


def _about(payload: Mapping[str, Any], kind: str) -> _About:
    given = payload.get(kind)
    whole = given if isinstance(given, dict) else {"name": given}
    return _About(
        id=payload.get(f"{kind}_id") or whole.get("id"),
        name=_text(payload.get(f"{kind}_name"))
        or _text(whole.get("display_name"))
        or _text(whole.get("name")),
        url=_text(whole.get("html_url")),
    )


def _text(value: object) -> str | None:
    return storable(value) if isinstance(value, str) else None
