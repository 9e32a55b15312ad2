"""Calls that were imported first, and are synced later."""

import json
from pathlib import Path
from typing import Any

import pytest

from indexer.importing import ImportReport, import_files
from models import CallState, Kind
from tests.indexer.sync.desk import NOW, SPOKEN, Desk, said_here

OLD_WORDS = {"utterances": [{"text": "What the other recorder heard."}]}
EARLIER = {"date_created": "2026-11-19T09:00:00Z", "recording_transcript": OLD_WORDS}


def imported(desk: Desk, folder: Path, *lines: dict[str, Any]) -> ImportReport:
    path = folder / "calls.ndjson"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return import_files(
        [path], store=desk.store, embedder=desk.embedder, progress=desk, now=desk.now
    )


def heard(desk: Desk, call_id: str) -> list[str]:
    return said_here(desk.get(call_id), Kind.RECORDING)


WORDS = [utterance["text"] for utterance in SPOKEN]


def test_a_call_that_close_lists_replaces_the_imported_one(desk: Desk, tmp_path: Path) -> None:
    call_id = desk.a_recorded_call()
    desk.later(days=40)  # so that no event tells of it, and only the list does
    assert imported(desk, tmp_path, {"id": call_id, **EARLIER}).imported == 1
    report = desk.sync()
    assert report.fetched == 1
    assert heard(desk, call_id) == WORDS
    entry = desk.store.entries([call_id])[call_id]
    assert entry.seen_at is not None
    again = imported(desk, tmp_path, {"id": call_id, **EARLIER, "date_updated": "2030-01-01"})
    assert again.known_from_close == 1
    assert heard(desk, call_id) == WORDS


def test_a_call_of_the_same_version_is_fetched_too_for_a_file_may_lack_its_words(
    desk: Desk, tmp_path: Path
) -> None:
    call_id = desk.a_recorded_call()
    desk.later(days=40)  # so that no event tells of it, and only the list does
    [call] = desk.standin.calls
    assert imported(desk, tmp_path, {**call, "recording_transcript": None}).imported == 1
    assert heard(desk, call_id) == []
    desk.sync()
    assert heard(desk, call_id) == WORDS


@pytest.mark.parametrize("compare_all", [False, True])
def test_calls_that_close_does_not_list_stay(
    desk: Desk, tmp_path: Path, *, compare_all: bool
) -> None:
    desk.a_recorded_call()
    imported(desk, tmp_path, {"id": "other_1", **EARLIER}, {"id": "other_2"})
    for _ in range(2):
        report = desk.sync(compare_all=compare_all)
        assert (report.known, report.indexed, report.failed) == (3, 2, 1)
        desk.later(hours=1)
    assert heard(desk, "other_1") == ["What the other recorder heard."]
    assert desk.store.entries(["other_1"])["other_1"].seen_at is None
    assert desk.standing("other_2") == (CallState.FAILED, "date_created is missing")


def test_a_line_that_was_refused_is_fetched_if_close_has_the_call(
    desk: Desk, tmp_path: Path
) -> None:
    call_id = desk.a_recorded_call()
    imported(desk, tmp_path, {"id": call_id})
    assert desk.store.count_due(now=NOW) == 0
    desk.sync()
    assert heard(desk, call_id) == WORDS


def test_a_call_that_close_deleted_does_not_come_back_by_a_file(desk: Desk, tmp_path: Path) -> None:
    call_id = desk.a_recorded_call()
    desk.sync()
    desk.later(hours=1)
    desk.standin.delete_call(call_id)
    desk.sync()
    assert imported(desk, tmp_path, {"id": call_id, **EARLIER}).deleted == 1
    assert desk.store.get(call_id) is None
