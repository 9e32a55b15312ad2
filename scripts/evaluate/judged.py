"""A folder of calls, queries and judgements, read and checked line by line."""

import gzip
import json
import math
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from indexer.close import read_call
from indexer.importing.reading import Refused, read_lines
from models import CallRecord, Lead, Outcome, Side
from scripts.demo_calls import build_world

DEMO_DAY = date(2026, 6, 15)
"""The demo's calls are the same for everybody who invents them as of one day."""

_SIDES = {side.value: side for side in (Side.USER, Side.CONTACT)}


class Unusable(Exception):
    """A folder, file or run that cannot be used: the text names it, its line, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question with its judgements.

    `gains` has the calls that answer it, each with a gain above 0; `spans` where in them,
    as first and last utterance. Calls of `exclude` (where the question was taken from)
    are dropped from every ranking.
    """

    id: str
    text: str
    task: str
    gains: Mapping[str, float]
    spans: Mapping[str, Sequence[tuple[int, int]]]
    exclude: frozenset[str] = frozenset()
    side: Side | None = None
    cluster: str | None = None

    @property
    def answers(self) -> frozenset[str]:
        """The calls that answer it, and the one it was taken from: equal for one intent."""
        return self.exclude.union(self.gains)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A folder as it was read: all its calls, and those of its queries that are judged."""

    name: str
    records: Sequence[CallRecord]
    queries: Sequence[Query]


def read_folder(folder: Path, *, demo_calls: bool = False) -> Judged:
    """Read a folder whole.

    A folder named `golden`, and with `demo_calls` any, may leave the calls to the demo.

    Raises:
        Unusable: a file is missing or a line of one is wrong, a judgement names what is
            not there, or no query is judged.
    """
    name = folder.resolve().name
    records = _calls(folder, is_demo=demo_calls or name == "golden")
    asked = _queries(folder)
    gains = _gains(folder, asked, {record.call.id for record in records})
    spans = _spans(folder, asked)
    queries = [
        replace(query, gains=gains[query.id], spans=spans.get(query.id, {}))
        for query in asked.values()
        if query.id in gains
    ]
    if not queries:
        raise Unusable(f"{folder}: no query has a judgement with a gain above 0")
    return Judged(name=name, records=records, queries=queries)


def lines_of(path: Path) -> Iterator[tuple[str, str]]:
    """Each line that is not blank, and where it stands: `FILE:LINE`."""
    number = 0
    try:
        packed = path.suffix == ".gz"
        with (
            gzip.open(path, "rt", encoding="utf-8")
            if packed
            else path.open(encoding="utf-8") as stream
        ):
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield f"{path}:{number}", line.rstrip("\n")
    except UnicodeDecodeError as error:
        raise Unusable(f"{path}:{number + 1}: is no UTF-8") from error
    except (OSError, EOFError, zlib.error) as error:
        raise Unusable(f"{path}:{number + 1}: cannot be read: {error}") from error


def _file(folder: Path, name: str) -> Path | None:
    return next((f for f in (folder / name, folder / f"{name}.gz") if f.is_file()), None)


def _needed(folder: Path, name: str) -> Path:
    found = _file(folder, name)
    if found is None:
        raise Unusable(f"{folder / name}: is missing (so is {name}.gz)")
    return found


def _calls(folder: Path, *, is_demo: bool) -> list[CallRecord]:
    if is_demo and _file(folder, "calls.jsonl") is None:
        return _demo_calls()
    records = dict[str, CallRecord]()
    for line in read_lines(_needed(folder, "calls.jsonl")):
        if isinstance(line, Refused):
            raise Unusable(f"{line.where}: {line.reason}")
        if line.call_id in records:
            raise Unusable(f"{line.where}: {line.call_id} is there twice")
        records[line.call_id] = line.record
    return list(records.values())


def _demo_calls() -> list[CallRecord]:
    world = build_world(today=DEMO_DAY)
    leads = {lead["id"]: Lead(id=lead["id"], name=lead["name"]) for lead in world.leads}
    outcomes = {o["id"]: Outcome(id=o["id"], name=o["name"]) for o in world.outcomes}
    records = [read_call(payload) for payload in world.calls]
    return [
        replace(
            record,
            lead=leads.get(record.call.lead_id),
            outcome=outcomes.get(record.call.outcome_id),
        )
        for record in records
    ]


def _queries(folder: Path) -> dict[str, Query]:
    queries = dict[str, Query]()
    for where, line in lines_of(_needed(folder, "queries.jsonl")):
        try:
            query = _query(json.loads(line))
        except (ValueError, TypeError) as error:
            raise Unusable(f"{where}: {error}") from error
        if query.id in queries:
            raise Unusable(f"{where}: query {query.id} is there twice")
        queries[query.id] = query
    return queries


def _query(row: Any) -> Query:
    if not isinstance(row, dict):
        raise TypeError("is no JSON object")
    texts = ["query_id", "text", "task", *(["cluster"] if row.get("cluster") is not None else [])]
    wrong = [key for key in texts if not _is_text(row.get(key))]
    if wrong:
        raise ValueError(f"{wrong[0]} must be text, and not empty")
    exclude, side = row.get("exclude") or [], row.get("side", "")
    if not isinstance(exclude, list) or not all(map(_is_text, exclude)):
        raise ValueError("exclude must be a list of call ids")
    if side and side not in _SIDES:
        raise ValueError(f"side must be one of {', '.join(_SIDES)}")
    return Query(
        id=row["query_id"], text=row["text"], task=row["task"], gains={}, spans={},
        exclude=frozenset(exclude), side=_SIDES.get(side), cluster=row.get("cluster"),
    )  # fmt: skip


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _gains(
    folder: Path, queries: Mapping[str, Query], call_ids: set[str]
) -> dict[str, dict[str, float]]:
    gains: dict[str, dict[str, float]] = defaultdict(dict)
    for where, line in lines_of(_needed(folder, "qrels.tsv")):
        query, call, gain = _cells(where, line, "query, call, gain", queries)
        if call not in call_ids:
            raise Unusable(f"{where}: no call of this folder has the id {call}")
        value = _number(where, gain)
        if value > 0:
            gains[query][call] = value
    return gains


def _spans(
    folder: Path, queries: Mapping[str, Query]
) -> dict[str, dict[str, list[tuple[int, int]]]]:
    spans: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    path = _file(folder, "qrels_span.tsv")
    for where, line in lines_of(path) if path else ():
        query, call, *ends = _cells(where, line, "query, call, first, last", queries)
        if not all(end.isdecimal() for end in ends) or int(ends[0]) > int(ends[1]):
            raise Unusable(f"{where}: first and last must be utterances in order, from 0")
        spans[query][call].append((int(ends[0]), int(ends[1])))
    return spans


def _cells(where: str, line: str, columns: str, queries: Mapping[str, Query]) -> list[str]:
    cells = line.split("\t")
    if len(cells) != len(columns.split(", ")):
        raise Unusable(f"{where}: must be {columns}, with tabs between")
    if cells[0] not in queries:
        raise Unusable(f"{where}: no query has the id {cells[0]}")
    return cells


def _number(where: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise Unusable(f"{where}: the gain {text!r} is no number") from error
    if not math.isfinite(number):
        raise Unusable(f"{where}: the gain {text!r} is no number")
    return number
