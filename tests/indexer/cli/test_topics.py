"""`callsift topics`: found, printed, listed, shown again, deleted."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.indexer.cli.driving import Run, fill, printed
from tests.indexer.topics.talks import a_talk


@pytest.fixture
def talks(data: Path) -> None:
    fill(data, *(a_talk(n) for n in range(9)))


@pytest.mark.usefixtures("talks")
def test_topics_are_printed_with_their_shares_and_examples(run: Run) -> None:
    told = run("topics", "--k", "3", "--name", "Spring", "--as", "Dana")
    assert told.exit_code == 0, told.stderr
    assert "3 of 9 calls, 33% (95 %: 12% to 65%)" in told.stdout
    assert "72 utterances of 9 calls were compared" in told.stdout
    assert "callsift show acti_" in told.stdout
    listed = printed(run("topics", "--list", "--json"))["analyses"]
    assert [(one["name"], one["made_by"]) for one in listed] == [("Spring", "Dana")]
    again = run("topics", "--show", "spring")
    assert again.stdout == told.stdout


@pytest.mark.usefixtures("talks")
def test_topics_come_as_json_and_rows(run: Run) -> None:
    found = printed(run("topics", "--k", "3", "--side", "contact", "--seed", "7", "--json"))
    assert (found["seed"], found["where"], found["passages"]) == ("7", {"side": "contact"}, 36)
    rows = list(csv.DictReader(io.StringIO(run("topics", "--show", found["id"], "--csv").stdout)))
    assert [int(row["calls"]) for row in rows] == [t["calls"] for t in found["topics"]]
    lines = run("topics", "--show", found["id"], "--ndjson").stdout.splitlines()
    assert [json.loads(line)["topic"] for line in lines] == [1, 2, 3]


@pytest.mark.usefixtures("talks")
def test_an_analysis_is_deleted(run: Run) -> None:
    run("topics", "--k", "3", "--name", "Spring")
    assert "'Spring' is deleted" in run("topics", "--forget", "Spring").stdout
    assert "No topics yet" in run("topics", "--list").stdout
    assert run("topics", "--show", "Spring").exit_code == 1


_WHAT_CANNOT_BE_FOUND_IS_SAID_PLAINLY: list[Any] = [
    (["--k", "1"], "k: must be between 2 and 50"),
    (["--k", "9"], "ask for at most 7"),
    (["--user-id", "nobody"], "where: no call passes"),
    (["--since", "soon"], "since:"),
    (["--said", '"unclosed'], "said:"),
    (["--seed", ""], "seed:"),
    (["--name", " "], "name:"),
]


@pytest.mark.usefixtures("talks")
def test_what_cannot_be_found_is_said_plainly(run: Run) -> None:
    for arguments, told in _WHAT_CANNOT_BE_FOUND_IS_SAID_PLAINLY:
        refused = run("topics", *arguments)
        assert refused.exit_code == 2, arguments
        assert told in refused.stderr
        assert printed(run("topics", "--list", "--json")) == {"analyses": []}


def test_no_calls_at_all_is_said_plainly(run: Run) -> None:
    refused = run("topics")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "where: no call passes" in refused.stderr
