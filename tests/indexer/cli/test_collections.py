"""`callsift collections`: begun, filled, shown, exported, emptied."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.indexer.cli.driving import Run, a_talk_about, fill, printed

pytestmark = pytest.mark.usefixtures("filled")


@pytest.fixture
def prices(run: Run, filled: None) -> None:
    assert (
        run("collections", "new", "Prices", "--description", "For Monday", "--as", "Dana").exit_code
        == 0
    )
    assert (
        run(
            "collections", "add", "prices", "acti_1", "--utterance", "1", "--comment", "Hm"
        ).exit_code
        == 0
    )
    assert (
        run("collections", "add", "prices", "acti_1", "--at", "1.5", "--title", "Opening").exit_code
        == 0
    )


@pytest.mark.usefixtures("prices")
def test_a_collection_is_shown_with_its_quotes_and_comments(run: Run) -> None:
    shown = run("collections", "show", "Prices").stdout
    assert "For Monday" in shown
    assert "The price is what worries me most." in shown
    assert "2. Opening at 0:01" in shown
    assert ": Hm" in shown
    listed = printed(run("collections", "list", "--json"))["collections"]
    assert [(one["name"], one["size"], one["created_by"]) for one in listed] == [
        ("Prices", 2, "Dana")
    ]
    assert "2 moments; For Monday" in run("collections", "list").stdout


@pytest.mark.usefixtures("prices")
def test_moments_are_commented_moved_and_taken_out(run: Run) -> None:
    run("collections", "comment", "Prices", "2", "Too early", "--at", "3", "--as", "Ana")
    moved = printed(run("collections", "move", "Prices", "2", "1", "--json"))
    assert [item["title"] for item in moved["items"]] == ["Opening", ""]
    [comment] = moved["items"][0]["comments"]
    assert (comment["text"], comment["at_s"], comment["by"]) == ("Too early", 3.0, "Ana")
    left = printed(run("collections", "remove", "Prices", "1", "--json"))
    assert [item["title"] for item in left["items"]] == [""]


@pytest.mark.usefixtures("prices")
def test_a_collection_is_exported(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("collections", "export", "Prices").stdout)))
    assert [(row["place"], row["path"]) for row in rows] == [
        ("1", "/calls/acti_1#t=4"),
        ("2", "/calls/acti_1#t=1.5"),
    ]
    lines = run("collections", "export", "Prices", "--ndjson").stdout.splitlines()
    assert [json.loads(line)["standing"] for line in lines] == ["there", "there"]


@pytest.mark.usefixtures("prices")
def test_a_call_that_changed_is_told(run: Run, data: Path) -> None:
    fill(data, a_talk_about("weather", 1))
    shown = run("collections", "show", "Prices").stdout
    assert shown.count("The words there have changed since.") == 2
    assert "The price is what worries me most." in shown


@pytest.mark.usefixtures("prices")
def test_a_collection_is_deleted(run: Run) -> None:
    assert "'Prices' is deleted" in run("collections", "delete", "PRICES").stdout
    assert "No collections" in run("collections", "list").stdout


_WHAT_CANNOT_BE_DONE_IS_SAID_PLAINLY: list[Any] = [
    (["new", "prices"], 1, "already"),
    (["new", " "], 2, "name: must not be empty"),
    (["show", "Nothing"], 1, "there is no collection 'Nothing' here"),
    (["add", "Prices", "acti_1"], 2, "--utterance or --at"),
    (["add", "Prices", "acti_1", "--utterance", "9"], 2, "2 utterances"),
    (["add", "Prices", "acti_1", "--at", "9999"], 2, "must be a second of the call"),
    (["add", "Prices", "acti_none", "--utterance", "0"], 1, "no call 'acti_none'"),
    (
        ["add", "Prices", "acti_1", "--utterance", "0", "--quote", "nobody"],
        2,
        "not what is said there",
    ),
    (["add", "Prices", "acti_1", "--utterance", "0", "--voicemail"], 2, "0 utterances"),
    (["comment", "Prices", "1", " "], 2, "text: must not be empty"),
    (["comment", "Prices", "3", "Hm"], 2, "between 1 and 2"),
    (["move", "Prices", "1", "3"], 2, "between 1 and 2"),
    (["remove", "Prices", "0"], 2, "between 1 and 2"),
    (["export", "Prices", "--csv", "--ndjson"], 2, "choose one"),
]


@pytest.mark.usefixtures("prices")
def test_what_cannot_be_done_is_said_plainly(run: Run) -> None:
    for arguments, code, told in _WHAT_CANNOT_BE_DONE_IS_SAID_PLAINLY:
        refused = run("collections", *arguments)
        assert refused.exit_code == code, arguments
        assert told in refused.stderr
        assert len(printed(run("collections", "show", "Prices", "--json"))["items"]) == 2
