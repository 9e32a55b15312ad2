"""sync and reindex: their reports, and how they are stopped."""

import json
from pathlib import Path

import pytest

from indexer.settings import Settings
from tests.indexer.cli.driving import (
    Run,
    found,
    interrupted,
    opened,
    opened_with_another_model,
    printed,
)


@pytest.mark.usefixtures("close")
def test_sync_tells_programs_line_by_line(run: Run) -> None:
    result = run("sync")
    assert result.exit_code == 0, result.stderr
    *events, report = map(json.loads, result.stdout.splitlines())
    assert {event["event"] for event in events} == {"discovered", "fetched"}
    assert events[-1]["done"] == events[-1]["due"] == 30
    assert report["event"] == "done"
    assert report["known"] == 30
    assert report["fetched"] == 30
    assert printed(run("status", "--json"))["last_sync"] is not None


@pytest.mark.usefixtures("close")
def test_a_wrong_key_is_told_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOSE_API_KEY", "api_wrong.key")
    result = run("sync")
    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    assert "Close refuses our credentials" in line
    assert "api_wrong" not in line


def test_no_key_is_told_with_what_to_set(run: Run) -> None:
    result = run("sync")
    assert result.exit_code == 2
    assert "Example: CLOSE_API_KEY=" in result.stderr


@pytest.mark.usefixtures("close")
def test_a_second_sync_beside_the_first_is_refused(run: Run, data: Path) -> None:
    services = opened(Settings.model_construct(data_dir=data))
    with services.writing():
        result = run("sync")
    services.close()
    assert result.exit_code == 1
    assert result.stderr.startswith("callsift: another callsift is writing to")


@pytest.mark.usefixtures("close")
def test_ctrl_c_stops_a_sync_that_can_be_resumed(run: Run) -> None:
    result = run("sync", build=interrupted)
    assert result.exit_code == 130
    assert result.stderr == "callsift: stopped; run `callsift sync` again to go on from here\n"
    assert run("sync").exit_code == 0


@pytest.mark.usefixtures("filled")
def test_reindex_lets_another_model_search(run: Run) -> None:
    refused = run("search", "price", build=opened_with_another_model)
    assert refused.exit_code == 1
    assert "callsift reindex" in refused.stderr

    result = run("reindex", build=opened_with_another_model)
    assert json.loads(result.stdout.splitlines()[-1])["calls"] == 3

    answer = run("search", "price", "--json", build=opened_with_another_model)
    assert found(answer)[0] == "acti_1"


@pytest.mark.usefixtures("filled")
def test_ctrl_c_in_a_reindex_changes_nothing(run: Run) -> None:
    result = run("reindex", build=interrupted)
    assert (result.exit_code, result.stderr) == (
        130,
        "callsift: stopped; the data are as they were\n",
    )
    assert found(run("search", "price", "--json"))[0] == "acti_1"
