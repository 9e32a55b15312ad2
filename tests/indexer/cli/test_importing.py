"""import: what is printed, for people and for programs, and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from indexer.cli import app
from indexer.settings import Settings
from tests.factories import NOON
from tests.indexer.cli.driving import Run, found, interrupted, opened, printed, python


def a_line(call_id: str = "acti_1", **more: Any) -> dict[str, Any]:
    spoken = {"utterances": [{"text": "The price is what worries me most."}]}
    return {"id": call_id, "date_created": NOON.isoformat(), "recording_transcript": spoken} | more


@pytest.fixture
def calls(tmp_path: Path) -> str:
    """A file of three calls and a line that is none."""
    path = tmp_path / "calls.ndjson"
    lines = [json.dumps(a_line(f"acti_{n}")) for n in range(3)]
    path.write_text("\n".join([*lines[:2], "what a customer said", lines[2]]))
    return str(path)


def test_calls_of_a_file_can_be_searched_without_any_key(run: Run, calls: str) -> None:
    result = run("import", calls)
    assert result.exit_code == 1
    assert result.stderr == f"callsift: {calls}:3: is not JSON\n"
    *events, report = map(json.loads, result.stdout.splitlines())
    assert [event["event"] for event in events] == ["discovered", "fetched", "fetched"]
    assert (events[-1]["done"], events[-1]["due"]) == (4, 4)
    assert report.pop("seconds") >= 0
    assert report == {
        "event": "done", "lines": 4, "imported": 3, "known_from_close": 0, "deleted": 0,
        "older": 0, "excluded": 0, "refused": 1, "texts_embedded": 1,
        "problems": [f"{calls}:3: is not JSON"],
    }  # fmt: skip
    assert sorted(found(run("search", "price", "--json"))) == ["acti_0", "acti_1", "acti_2"]


def test_it_ends_with_0_where_every_line_is_a_call(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "calls.ndjson"
    path.write_text(json.dumps(a_line()))
    result = run("import", str(path), str(path), "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout.splitlines()[-1])["imported"] == 2


def test_what_is_piped_in_is_imported(data: Path) -> None:
    piped = json.dumps(a_line(lead_id="lead_1", lead_name="Quillmoor Paving"))
    result = CliRunner().invoke(app, ["import", "-"], obj=opened, input=piped)
    assert result.exit_code == 0, result.stderr
    shown = CliRunner().invoke(app, ["show", "acti_1"], obj=opened).stdout
    assert "Quillmoor Paving" in shown


def test_only_twenty_problems_are_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "calls.ndjson"
    path.write_text("x\n" * 1234)
    lines = run("import", str(path)).stderr.splitlines()
    assert len(lines) == 21
    assert lines[-1] == "callsift: and 1,214 more lines"


@pytest.mark.parametrize("wrong", [[], ["none.ndjson"], ["."], ["calls.ndjson", "none.ndjson"]])
def test_what_is_no_file_is_told_before_anything_is_read(
    run: Run, calls: str, wrong: list[str]
) -> None:
    result = run("import", *wrong)  # in the folder of `calls`
    assert result.exit_code == 2
    assert "FILE" in result.stderr
    assert result.stdout == ""
    assert printed(run("status", "--json"))["calls"]["known"] == 0


def test_ctrl_c_says_how_to_go_on(run: Run, calls: str) -> None:
    result = run("import", calls, build=interrupted)
    assert result.exit_code == 130
    assert result.stderr == (
        "callsift: stopped; run it again to go on: nothing is done twice\n"
    )  # fmt: skip
    assert run("import", calls).exit_code == 1


def test_an_import_beside_a_sync_is_refused(run: Run, data: Path, calls: str) -> None:
    services = opened(Settings.model_construct(data_dir=data))
    with services.writing():
        result = run("import", calls)
    services.close()
    assert result.exit_code == 1
    assert result.stderr.startswith("callsift: another callsift is writing to")


def test_a_rule_of_the_settings_leaves_calls_out(
    run: Run, calls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLSIFT_EXCLUDE", "max_duration:9")
    assert json.loads(run("import", calls).stdout.splitlines()[-1])["excluded"] == 3
    assert found(run("search", "--json")) == []


_PEOPLE = """
import sys
sys.stdout.isatty = lambda: True
from indexer.cli import main
from tests.indexer.cli.driving import opened
main(build=opened)
"""


def test_people_get_two_lines(run: Run, calls: str) -> None:
    done = python("-c", _PEOPLE, "import", calls)
    assert done.returncode == 1
    first, second = done.stdout.splitlines()[-2:]
    assert "3 calls imported, 1 texts embedded in 0:0" in first
    assert second == "4 lines read; not imported: 1 refused"
    assert done.stderr == f"callsift: {calls}:3: is not JSON\n"


def test_help_is_there_with_an_example(run: Run) -> None:
    assert "\n  import " in run("--help").stdout
    text = run("import", "--help").stdout
    assert "Examples:\n    callsift import calls.ndjson" in text
    assert "--json" in text
