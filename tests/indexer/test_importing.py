"""Import: which lines are calls, and which version of a call stays."""

import gzip
import io
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.exclusion import read_rule
from indexer.importing import STDIN, ImportReport, import_files
from indexer.store.memory import MemoryStore
from indexer.vectors import Vectors
from models import CallState, Lead, LedgerEntry, Outcome, Side
from models.errors import EmbedderUnavailable, TextTooLong
from tests.factories import NOON, a_record, an_entry, hours, vectors_for
from tests.fakes import WordEmbedder


@dataclass
class Import:
    """A store to import into, and a folder of files."""

    folder: Path
    store: MemoryStore = field(default_factory=MemoryStore)
    embedder: WordEmbedder = field(default_factory=WordEmbedder)
    told: list[tuple[int, int]] = field(default_factory=list)

    def file(self, *lines: object, name: str = "calls.ndjson") -> Path:
        """A file of these lines: text as it is, anything else as JSON."""
        path = self.folder / name
        path.write_text("".join(f"{_written(line)}\n" for line in lines), "utf-8")
        return path

    def lines(self, *lines: object, **options: Any) -> ImportReport:
        return self.files(self.file(*lines), **options)

    def files(self, *paths: Path, **options: Any) -> ImportReport:
        usual: dict[str, Any] = {"now": lambda: NOON}
        return import_files(
            paths, store=self.store, embedder=self.embedder, progress=self, **usual | options
        )

    def discovered(self, known: int, due: int) -> None:
        self.told.append((0, due))

    def fetched(self, done: int, due: int, texts_embedded: int) -> None:
        self.told.append((done, due))

    def entry(self, call_id: str = "acti_1") -> LedgerEntry:
        return self.store.entries([call_id])[call_id]

    def said(self, call_id: str = "acti_1") -> str | None:
        """The first words of a call."""
        record = self.store.get(call_id)
        return record.recording.utterances[0].text if record and record.recording else None


@pytest.fixture
def into(tmp_path: Path) -> Import:
    return Import(tmp_path)


def a_line(call_id: str = "acti_1", text: str = "hello there you", **more: Any) -> dict[str, Any]:
    """A call in which something is said, as Close spells it."""
    spoken = {"utterances": [{"text": text, "speaker_side": "contact", "start": 1.5}]}
    return {"id": call_id, "date_created": NOON.isoformat(), "recording_transcript": spoken} | more


def at(moment: datetime) -> dict[str, str]:
    return {"date_updated": moment.isoformat()}


def _written(line: object) -> str:
    return line if isinstance(line, str) else json.dumps(line)


def counted(report: ImportReport) -> dict[str, int]:
    """What the lines came to, but for what did not happen."""
    names = ("imported", "known_from_close", "deleted", "older", "excluded", "refused")
    counts = {name: getattr(report, name) for name in names if getattr(report, name)}
    assert sum(counts.values()) == report.lines
    return counts


# --- what a line may be ------------------------------------------------------


def test_an_imported_call_can_be_found_and_waits_for_nothing(into: Import) -> None:
    assert counted(into.lines(a_line())) == {"imported": 1}
    assert into.said() == "hello there you"
    assert [hit.call_id for hit in into.store.matching("hello", limit=9)] == ["acti_1"]
    assert into.entry() == LedgerEntry(
        call_id="acti_1", state=CallState.INDEXED, since=NOON, reason="with transcript",
        tries=1, date_updated=NOON,
    )  # fmt: skip


def test_an_id_and_a_date_are_all_a_call_must_have(into: Import) -> None:
    assert counted(into.lines({"id": "42", "date_created": "2026-03-11"})) == {"imported": 1}
    assert into.entry("42").reason == "not recorded"


def test_a_line_may_begin_with_a_bom_end_as_on_windows_or_be_blank(into: Import) -> None:
    path = into.folder / "calls.ndjson"
    call = json.dumps(a_line(text="Grüße 👋 an alle"), ensure_ascii=False)
    path.write_bytes(b"\xef\xbb\xbf" + f"{call}\r\n \r\n\n{call}".encode())
    assert counted(into.files(path)) == {"imported": 2}
    assert into.said() == "Grüße 👋 an alle"


def test_a_packed_file_is_unpacked(into: Import) -> None:
    path = into.folder / "calls.ndjson.gz"
    path.write_bytes(gzip.compress(into.file(a_line()).read_bytes()))
    assert counted(into.files(path)) == {"imported": 1}


def test_what_is_piped_in_is_read(into: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    piped = io.BytesIO(into.file(a_line(), "{").read_bytes())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(piped))
    report = into.files(STDIN)
    assert counted(report) == {"imported": 1, "refused": 1}
    assert report.problems[0].startswith("stdin:2: is not JSON")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not JSON", "is not JSON"),
        ("{", "is not JSON: `jq -c '.' FILE` writes its calls one a line"),
        ("[" * 100_000, "is not JSON"),
        ('{"id": %s}' % ("9" * 5000), "is not JSON"),
        ("7", "is not an object"),
        ([a_line()], "is a list, not a call: `jq -c '.[]' FILE` writes its calls one a line"),
        (
            {"data": [a_line()], "has_more": False},
            "is an answer of Close, not a call: `jq -c '.data[]' FILE` writes its calls one a line",
        ),
        (a_line(_type="Email"), "is another activity, not a call"),
        ({"date_created": "2026-03-11"}, "a call without a usable id: id is missing"),
        (a_line(""), "a call without a usable id: id is no id"),
        (a_line("\ud800"), "a call without a usable id: id is no id"),
        ({"id": "acti_1"}, "date_created is missing"),
        (a_line(date_created="yesterday, says Maren"), "date_created is not a date"),
        (
            a_line(recording_transcript={"utterances": [{"text": 5}]}),
            "recording_transcript.utterances[0].text is not text",
        ),
    ],
)  # fmt: skip
def test_what_is_no_call_is_named_and_the_rest_imported(
    into: Import, line: object, reason: str
) -> None:
    report = into.lines(a_line("acti_2"), "", line, a_line("acti_3"))
    assert report.problems == [f"{into.folder}/calls.ndjson:3: {reason}"]
    assert counted(report) == {"imported": 2, "refused": 1}


def test_twenty_problems_are_told_and_all_counted(into: Import) -> None:
    report = into.lines(*["x"] * 50, a_line())
    assert counted(report) == {"imported": 1, "refused": 50}
    assert [p.rsplit(":", 2)[1] for p in report.problems] == [str(n) for n in range(1, 21)]


def test_a_line_too_long_to_hold_is_refused_and_the_next_one_read(into: Import) -> None:
    path = into.folder / "calls.ndjson.gz"
    with gzip.open(path, "wb", compresslevel=1) as packed:
        for _ in range(130):
            packed.write(b" " * 2**20)
        packed.write(f"7\n{json.dumps(a_line())}\n".encode())
    report = into.files(path)
    assert counted(report) == {"imported": 1, "refused": 1}
    assert report.problems == [f"{path}:1: is longer than 64 MiB"]


# --- files that break off ----------------------------------------------------


def whole(*call_ids: str) -> bytes:
    return b"".join(f"{json.dumps(a_line(call_id))}\n".encode() for call_id in call_ids)


def test_where_text_is_no_utf8_a_file_ends_and_what_came_before_is_kept(into: Import) -> None:
    path = into.folder / "latin.ndjson"
    path.write_bytes(
        whole("acti_1") + '{"id": "Gr\u00fc\u00dfe"}\n'.encode("latin-1") + whole("acti_2")
    )
    report = into.files(path, into.file(a_line("acti_3")))
    assert report.problems == [f"{path}:2: is no UTF-8; nothing from here on is imported"]
    assert counted(report) == {"imported": 2, "refused": 1}
    assert [into.said(call_id) is not None for call_id in ("acti_1", "acti_2", "acti_3")] == [
        True, False, True,
    ]  # fmt: skip


def test_a_packed_file_that_was_cut_short_keeps_what_could_be_read(into: Import) -> None:
    path = into.folder / "cut.gz"
    packed = io.BytesIO()
    with gzip.open(packed, "wb", compresslevel=0) as stream:
        stream.write(whole(*(f"acti_{n}" for n in range(3000))))
    path.write_bytes(packed.getvalue()[:-100_000])
    report = into.files(path)
    assert 1000 < report.imported < 3000
    assert report.problems == [
        f"{path}:{report.imported + 1}: is no gzip, or damaged; nothing from here on is imported"
    ]


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (lambda _: whole("acti_2"), 1),
        (lambda packed: packed[:-8] + b"\0" * 8, 2),
        (lambda packed: packed[:12] + b"\xff" * 8 + packed[20:], 1),
    ],
)
def test_a_file_that_is_no_gzip_or_damaged_is_told(into: Import, damage: Any, line: int) -> None:
    path = into.folder / "calls.gz"
    path.write_bytes(damage(gzip.compress(whole("acti_1"))))
    [problem] = into.files(path).problems
    assert problem == f"{path}:{line}: is no gzip, or damaged; nothing from here on is imported"


def test_a_file_that_is_not_there_is_told(into: Import) -> None:
    [missing, folder] = into.files(into.folder / "none.ndjson", into.folder).problems
    assert "none.ndjson:1: cannot be read: No such file or directory;" in missing
    assert ":1: cannot be read: Is a directory;" in folder


# --- the ledger of what was refused ------------------------------------------

BAD = {"id": "acti_1"}


def test_a_refused_call_is_failed_and_close_is_not_asked_for_it(into: Import) -> None:
    into.lines(BAD)
    assert into.entry() == LedgerEntry(
        call_id="acti_1", state=CallState.FAILED, since=NOON, reason="date_created is missing",
        tries=1,
    )  # fmt: skip


def test_a_refused_call_is_imported_once_it_can_be(into: Import) -> None:
    into.lines(BAD)
    into.lines(a_line(date_created="no date"), now=lambda: NOON + hours(1))
    assert (into.entry().reason, into.entry().since) == (
        "date_created is not a date",
        NOON + hours(1),
    )
    into.lines(a_line())
    assert into.entry().state is CallState.INDEXED


@pytest.mark.parametrize(
    "known",
    [
        an_entry(),
        an_entry(state=CallState.DELETED, seen_at=NOON),
        an_entry(state=CallState.WAITING, seen_at=NOON, due_at=NOON),
        an_entry(state=CallState.FAILED, seen_at=NOON, due_at=NOON),
        an_entry(state=CallState.EXCLUDED),
    ],
)
def test_a_refused_line_changes_nothing_of_a_call_of_which_better_is_known(
    into: Import, known: LedgerEntry
) -> None:
    into.store.enter([known])
    assert counted(into.lines(BAD)) == {"refused": 1}
    assert into.entry() == known


@pytest.mark.parametrize("lines", [(BAD, a_line()), (a_line(), BAD), (a_line(), BAD, BAD)])
def test_a_good_line_counts_before_or_after_a_bad_one_of_the_same_call(
    into: Import, lines: Sequence[object]
) -> None:
    report = into.lines(*lines)
    assert counted(report) == {"imported": 1, "refused": len(lines) - 1}
    assert (into.said(), into.entry().state) == ("hello there you", CallState.INDEXED)


class Particular(WordEmbedder):
    """An embedder that cannot take one text."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if any("unspeakable" in text for text in texts):
            raise TextTooLong(900, 256)
        return super().embed_passages(texts)


def test_a_call_that_cannot_be_embedded_is_refused_and_stops_no_other(into: Import) -> None:
    into.embedder = Particular()
    bad = a_line("acti_2", "something unspeakable here")
    report = into.lines(a_line("acti_1"), bad, a_line("acti_3"))
    assert counted(report) == {"imported": 2, "refused": 1}
    assert report.problems == [
        f"{into.folder}/calls.ndjson:2: cannot be indexed: TextTooLong"
    ]  # fmt: skip
    assert into.entry("acti_2").state is CallState.FAILED
    assert into.entry("acti_2").due_at is None


class Unloadable(WordEmbedder):
    """An embedder whose weights go away after the first texts."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if self.texts_embedded:
            raise EmbedderUnavailable("no weights")
        return super().embed_passages(texts)


def test_whatever_stops_an_import_what_was_stored_stays(into: Import) -> None:
    into.embedder = Unloadable()
    lines = [a_line(f"acti_{n}", f"text number {n} of many") for n in range(100)]
    with pytest.raises(EmbedderUnavailable):
        into.lines(*lines)
    assert into.said("acti_0") == "text number 0 of many"
    into.embedder = WordEmbedder()
    report = into.lines(*lines)
    assert report.imported == 100
    assert 0 < into.embedder.texts_embedded < 100


# --- which version wins ------------------------------------------------------


def test_the_later_version_stays_and_of_equals_the_last(into: Import) -> None:
    into.lines(a_line(text="the first words", **at(NOON)))
    assert counted(into.lines(a_line(text="other words said", **at(NOON - hours(1))))) == {
        "older": 1
    }
    assert into.said() == "the first words"
    assert counted(into.lines(a_line(text="the same hour", **at(NOON)))) == {"imported": 1}
    assert into.said() == "the same hour"


def test_a_call_that_close_has_shown_us_stays_as_it_is(into: Import) -> None:
    known = an_entry(seen_at=NOON, date_updated=NOON)
    record = a_record("what Close has")
    into.store.put(record, vectors_for(record), known)
    assert counted(into.lines(a_line(**at(NOON + hours(9))))) == {"known_from_close": 1}
    assert (into.said(), into.entry()) == ("what Close has", known)


def test_a_call_that_close_has_only_named_stays_for_the_next_sync(into: Import) -> None:
    waiting = an_entry(state=CallState.WAITING, seen_at=NOON, due_at=NOON)
    into.store.enter([waiting])
    assert counted(into.lines(a_line())) == {"known_from_close": 1}
    assert into.entry() == waiting


def test_a_call_that_close_has_deleted_does_not_come_back(into: Import) -> None:
    for seen_at in (None, NOON):
        into.store.enter([an_entry(state=CallState.DELETED, seen_at=seen_at)])
        assert counted(into.lines(a_line(**at(NOON + hours(9))))) == {"deleted": 1}
        assert into.store.get("acti_1") is None


def test_a_call_that_is_imported_again_embeds_nothing(into: Import) -> None:
    assert into.lines(a_line()).texts_embedded > 0
    again = into.lines(a_line(), a_line())
    assert (again.imported, again.texts_embedded) == (2, 0)
    assert into.store.count() == 1


class Untouchable(WordEmbedder):
    """An embedder that nobody may ask anything."""

    identity: Any = property(lambda _: pytest.fail("the network was loaded"))

    def __init__(self) -> None:
        pass


def test_a_file_without_anything_new_loads_no_network(into: Import) -> None:
    into.store.enter([an_entry(seen_at=NOON)])
    into.embedder = Untouchable()
    assert counted(into.lines(a_line(), "x", "")) == {"known_from_close": 1, "refused": 1}


Version = tuple[str, int, int | None]
"""Which call, its hour of change, and its duration; None for a line that is no call."""

versions = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 3),
        st.one_of(st.none(), st.integers(1, 99)),
    ),
    max_size=60,
)
states = st.sampled_from(["unknown", "from Close", "deleted"])


def spelt(version: Version) -> dict[str, Any]:
    call_id, hour, duration = version
    changed = at(NOON + timedelta(hours=hour))
    if duration is None:
        return {"id": call_id, **changed}
    return {"id": call_id, "date_created": NOON.isoformat(), "duration": duration, **changed}


def winner(versions: Iterable[Version]) -> int | None:
    """The duration of the last of the latest versions."""
    best = None
    for _, hour, duration in versions:
        if duration is not None and (best is None or hour >= best[0]):
            best = (hour, duration)
    return best[1] if best else None


@given(versions, versions, states)
def test_in_whatever_order_versions_come_the_last_of_the_latest_stays(
    tmp_path_factory: pytest.TempPathFactory, first: list[Version], then: list[Version], c: str
) -> None:
    into = Import(tmp_path_factory.mktemp("import"))
    if c != "unknown":
        state = CallState.DELETED if c == "deleted" else CallState.INDEXED
        into.store.enter([an_entry("c", state, seen_at=NOON, date_updated=NOON)])
    files = [into.file(*map(spelt, lines), name=f"{n}") for n, lines in enumerate((first, then))]
    counts = counted(into.files(*files))
    everything = first + then
    for call_id in ("a", "b", "c"):
        mine = [version for version in everything if version[0] == call_id]
        expected = winner(mine) if call_id != "c" or c == "unknown" else None
        record = into.store.get(call_id)
        assert (record.call.duration_s if record else None) == expected
        if mine and (call_id != "c" or c == "unknown"):
            is_stored = expected is not None
            assert into.entry(call_id).state is (
                CallState.INDEXED if is_stored else CallState.FAILED
            )
    assert counts.get("refused", 0) == sum(duration is None for *_, duration in everything)
    known = sum(v[0] == "c" and v[2] is not None for v in everything)
    assert counts.get("deleted", 0) == (known if c == "deleted" else 0)
    assert counts.get("known_from_close", 0) == (known if c == "from Close" else 0)


# --- rules, names, progress --------------------------------------------------


def test_a_rule_leaves_calls_of_files_out(into: Import) -> None:
    rules = [read_rule("user_id:user_counsel")]
    into.lines(a_line(user_id="user_counsel"))
    report = into.lines(a_line(user_id="user_counsel"), a_line("acti_2"), rules=rules)
    assert counted(report) == {"imported": 1, "excluded": 1}
    assert into.store.get("acti_1") is None
    excluded = into.entry()
    assert (excluded.state, excluded.reason, excluded.seen_at, excluded.due_at) == (
        CallState.EXCLUDED, "rule user_id:user_counsel", None, None,
    )  # fmt: skip


def test_a_call_is_let_in_again_once_its_rule_is_gone(into: Import) -> None:
    into.lines(a_line(direction="inbound"), rules=[read_rule("direction:inbound")])
    assert into.store.count() == 0
    into.lines(a_line(direction="inbound"))
    assert (into.store.count(), into.entry().state) == (1, CallState.INDEXED)


LEAD = {"lead_id": "lead_1"}
WHOLE = {"id": "lead_1", "display_name": "School", "html_url": "https://app.close.com/lead/lead_1/"}


@pytest.mark.parametrize(
    ("given", "lead"),
    [
        ({}, None),
        (LEAD, None),
        (LEAD | {"lead_name": "School"}, Lead(id="lead_1", name="School")),
        ({"lead": WHOLE}, Lead(id="lead_1", name="School", url=WHOLE["html_url"])),
        (LEAD | {"lead": {"name": "School"}}, Lead(id="lead_1", name="School")),
        (LEAD | {"lead": "School"}, Lead(id="lead_1", name="School")),
        (LEAD | {"lead_name": 7, "lead": ["x"]}, None),
        (LEAD | {"lead_name": "half \ud83d"}, Lead(id="lead_1", name="half \ufffd")),
        ({"lead_name": "School"}, None),
    ],
)
def test_a_line_may_name_its_lead(into: Import, given: dict[str, Any], lead: Lead | None) -> None:
    into.lines(a_line(**given))
    record = into.store.get("acti_1")
    assert record
    assert record.lead == lead


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"outcome_id": "outcome_1", "outcome_name": "Won"}, "Won"),
        ({"outcome": {"id": "outcome_1", "name": "Won"}}, "Won"),
        ({"outcome_id": "outcome_1", "outcome": "Won"}, "Won"),
        ({"outcome_id": "outcome_1"}, None),
        ({"outcome_name": "Won"}, None),
    ],
)
def test_a_line_may_name_its_outcome(
    into: Import, given: dict[str, Any], outcome: str | None
) -> None:
    into.lines(a_line(**given))
    record = into.store.get("acti_1")
    assert record
    assert record.outcome == (Outcome(id="outcome_1", name=outcome) if outcome else None)


def named(into: Import, call_id: str = "acti_1") -> tuple[str | None, str | None, str | None]:
    record = into.store.get(call_id)
    assert record
    lead = record.lead or Lead(id="none")
    return lead.name, lead.url, record.outcome.name if record.outcome else None


def test_names_known_before_are_not_lost_to_a_file_that_has_none(into: Import) -> None:
    into.lines(a_line(lead=WHOLE, outcome={"id": "outcome_1", "name": "Won"}))
    into.lines(a_line(lead_id="lead_1", outcome_id="outcome_1"))
    assert named(into) == ("School", WHOLE["html_url"], "Won")
    into.lines(a_line(lead_id="lead_1", outcome_id="outcome_1", lead_name="High School"))
    assert named(into) == ("High School", WHOLE["html_url"], "Won")


def test_a_name_that_close_gave_is_not_replaced_by_one_of_a_file(into: Import) -> None:
    record = replace(
        a_record("what Close has", call_id="acti_9", lead_id="lead_1", outcome_id="outcome_1"),
        lead=Lead(id="lead_1", name="School"),
        outcome=Outcome(id="outcome_1", name="Won"),
    )
    into.store.put(record, vectors_for(record), an_entry("acti_9", seen_at=NOON))
    names = {"lead_name": "Old School", "outcome_name": "Lost"}
    into.lines(a_line(lead_id="lead_1", outcome_id="outcome_1", **names))
    assert named(into) == named(into, "acti_9") == ("School", None, "Won")


def test_progress_ends_where_the_lines_do_and_not_before(into: Import) -> None:
    into.files(into.file(*[a_line(f"acti_{n}") for n in range(50)], ""))
    assert into.told == [(0, 51), (20, 51), (40, 51), (50, 51), (50, 50)]


def test_the_length_of_a_pipe_is_not_known_until_it_ends(
    into: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped = io.BytesIO(whole(*(f"acti_{n}" for n in range(30))))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(piped))
    into.files(STDIN)
    assert into.told == [(0, 0), (20, 21), (30, 31), (30, 30)]


def test_what_was_said_keeps_its_side_and_second(into: Import) -> None:
    into.lines(a_line())
    record = into.store.get("acti_1")
    assert record
    assert record.recording
    [utterance] = record.recording.utterances
    assert (utterance.side, utterance.start_s) == (Side.CONTACT, 1.5)


def test_the_report_can_be_written_as_json(into: Import) -> None:
    report = into.lines(a_line(), "x")
    assert json.loads(json.dumps(asdict(report)))["problems"] == report.problems
