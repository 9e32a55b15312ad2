"""The command line as a whole: help, exit codes, errors, and what it loads."""

import pytest

from tests.indexer.cli.driving import Run, python

COMMANDS = ("sync", "search", "show", "status", "check", "reindex", "serve")


def test_every_command_is_there_with_help_an_example_and_json(run: Run) -> None:
    listed = run("--help").stdout
    for command in COMMANDS:
        assert f"\n  {command} " in listed
        text = run(command, "--help").stdout
        assert "Examples:\n" in text
        assert "--json" in text


def test_exit_codes_are_documented(run: Run) -> None:
    text = run("--help").stdout
    for code in ("0 ", "1 ", "2 ", "130 "):
        assert f"\n    {code}" in text


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").stdout.startswith("callsift ")


def test_a_wrong_setting_is_told_and_ends_with_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSIFT_PORT", "x")
    monkeypatch.setenv("CALLSIFT_LOG_LEVEL", "x")
    result = run("status")
    assert result.exit_code == 2
    assert [line[:20] for line in result.stderr.splitlines()] == [
        "callsift: CALLSIFT_P",
        "callsift: CALLSIFT_L",
    ]


def test_debug_says_where_an_error_came_from(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Traceback" not in run("show", "acti_none").stderr
    monkeypatch.setenv("CALLSIFT_LOG_LEVEL", "debug")
    assert "Traceback" in run("show", "acti_none").stderr


HEAVY = (
    "torch sentence_transformers transformers faiss fastapi uvicorn huggingface_hub httpx numpy"
).split()

_LOADED = f"""
import sys
from indexer.cli import main
try:
    main()
finally:
    print("loaded:", *(name for name in {HEAVY} if name in sys.modules))
"""


def loaded_by(*arguments: str) -> list[str]:
    """The large libraries a command has imported when it is done."""
    done = python("-c", _LOADED, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].split()[1:]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("arguments", [["status"], ["show", "acti_1"], ["search"]])
def test_what_needs_no_network_loads_none(arguments: list[str]) -> None:
    assert loaded_by(*arguments) == ["numpy"]


@pytest.mark.parametrize("arguments", [["--help"], ["search", "--help"], ["--version"]])
def test_help_loads_nothing_large(arguments: list[str]) -> None:
    assert loaded_by(*arguments) == []


@pytest.mark.usefixtures("data")
def test_a_defect_is_told_in_one_line() -> None:
    done = python("-c", "from indexer import cli; cli.main(build=lambda _: 1 / 0)", "status")
    assert done.returncode == 1
    assert done.stderr == "callsift: unexpected ZeroDivisionError, a defect of ours\n"


def test_the_module_is_the_command() -> None:
    assert python("-m", "indexer", "--help").stdout.startswith("Usage: callsift ")
