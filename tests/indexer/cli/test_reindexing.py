"""callsift reindex: build, compare, switch, go back; for programs and on a terminal."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from indexer.settings import Settings
from indexer.store.embedded import EmbeddedStore
from models import CallState
from tests.factories import an_entry
from tests.fakes import WordEmbedder
from tests.indexer.cli.driving import Run, environment, printed
from tests.indexer.reindexing import beside
from tests.indexer.reindexing.beside import a_talk, fill, opened, put

pytestmark = pytest.mark.usefixtures("talks")


@pytest.fixture
def talks(data: Path) -> None:
    fill(data, 6)


def reindexed(run: Run, *arguments: str) -> list[dict[str, Any]]:
    """What a run tells programs, line by line."""
    result = run("reindex", *arguments, build=opened)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def model(run: Run) -> str:
    name: str = printed(run("status", "--json", build=opened))["embedder"]["name"]
    return name


def answers(run: Run) -> list[str]:
    page = printed(run("search", "price worries", "--json", build=opened))
    return [hit["call"]["id"] for hit in page["hits"]]


def refused(result: Result) -> str:
    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    return str(line)


def test_a_program_is_told_what_would_change_and_nothing_is_switched(run: Run) -> None:
    *events, compared, last = reindexed(run, "--model", "words-16")
    assert {event["event"] for event in events} == {"discovered", "fetched"}
    assert events[-1]["done"] == 6
    assert (compared["event"], compared["questions"], compared["calls"]) == ("compared", 6, 6)
    assert [compared[side]["model"] for side in ("before", "after")] == ["words-64", "words-16"]
    assert [compared[side]["dimensions"] for side in ("before", "after")] == [64, 16]
    assert all(compared[side]["disk_bytes"] > 50_000 for side in ("before", "after"))
    assert all(compared[side]["question_ms"] > 0 for side in ("before", "after"))
    assert 0 < compared["rbo"] < 1
    assert all(question["text"] for question in compared["by_question"])
    assert last == {
        "event": "staged",
        "embedder": "words-16 (1, 16 dimensions)",
        "switch": "callsift reindex --switch",
    }
    assert model(run) == "words-64"


def test_switch_takes_what_is_staged_and_back_goes_back(run: Run) -> None:
    reindexed(run, "--model", "words-16")
    assert reindexed(run, "--switch")[-1]["embedder"] == "words-16 (1, 16 dimensions)"
    assert model(run) == "words-16"
    assert answers(run)[0] == "acti_0"
    assert reindexed(run, "--back")[-1]["embedder"] == "words-64 (1, 64 dimensions)"
    assert model(run) == "words-64"
    assert answers(run)[0] == "acti_0"


def test_yes_switches_at_once(run: Run) -> None:
    assert reindexed(run, "--model", "words-16", "--yes")[-1]["event"] == "switched"
    assert model(run) == "words-16"


def test_what_came_since_is_there_after_a_switch_and_after_going_back(run: Run, data: Path) -> None:
    reindexed(run, "--model", "words-16")
    synced(data, "words-64", 20)
    reindexed(run, "--switch")
    assert "acti_20" in answers(run)
    synced(data, "words-16", 21)
    reindexed(run, "--back")
    assert {"acti_20", "acti_21"} <= set(answers(run))


def synced(data: Path, by: str, number: int) -> None:
    store = EmbeddedStore(data)
    put(store, a_talk("price", number), model=by)
    store.close()


def test_without_a_model_the_one_that_is_set_is_taken(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLSIFT_EMBEDDING_MODEL", "words-16")
    assert "callsift reindex" in refused(run("search", "price", build=opened))
    reindexed(run, "--yes")
    assert answers(run)[0] == "acti_0"


def test_without_any_the_present_one_embeds_again(run: Run) -> None:
    *_, compared, last = reindexed(run, "--yes")
    assert (compared["overlap_at_10"], compared["rbo"]) == (1.0, 1.0)
    assert last["embedder"] == "words-64 (1, 64 dimensions)"


def test_a_setting_that_keeps_the_new_model_out_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLSIFT_EMBEDDING_MODEL", "words-64")
    result = run("reindex", "--model", "words-16", "--yes", build=opened)
    assert result.exit_code == 0
    assert result.stderr == "callsift: CALLSIFT_EMBEDDING_MODEL is words-64: unset it\n"
    assert "Unset CALLSIFT_EMBEDDING_MODEL" in refused(run("search", "price", build=opened))


def test_saved_searches_are_asked_as_questions(run: Run) -> None:
    assert run("search", "worries", "--save", "Worries", build=opened).exit_code == 0
    assert run("search", "--save", "Newest", build=opened).exit_code == 0
    compared = reindexed(run, "--model", "words-16")[-2]
    saved = [q for q in compared["by_question"] if q["saved_search"]]
    assert [(q["saved_search"], q["text"], q["call_id"]) for q in saved] == [
        ("Worries", "worries", None)
    ]
    assert compared["questions"] == 7


def test_the_comparison_can_be_read_later_without_what_was_said(run: Run, data: Path) -> None:
    compared = reindexed(run, "--model", "words-16")[-2]
    [shown] = reindexed(run, "--show")
    assert shown["rbo"] == compared["rbo"]
    assert {question["text"] for question in shown["by_question"]} == {None}
    kept = (data / "reindex" / "comparison.json").read_text()
    assert not any(question["text"] in kept for question in compared["by_question"])


def test_discard_drops_what_is_staged(run: Run) -> None:
    reindexed(run, "--model", "words-16")
    assert reindexed(run, "--discard") == [{"event": "discarded", "was_there": True}]
    assert reindexed(run, "--discard") == [{"event": "discarded", "was_there": False}]
    assert "nothing is built" in refused(run("reindex", "--switch", build=opened))
    assert "nothing was compared" in refused(run("reindex", "--show", build=opened))


def test_without_a_switch_there_is_no_way_back(run: Run) -> None:
    assert "nothing to go back to" in refused(run("reindex", "--back", build=opened))


@pytest.mark.parametrize("two", [("--switch", "--back"), ("--discard", "--model", "m")])
def test_what_excludes_each_other_is_refused(run: Run, two: tuple[str, ...]) -> None:
    assert run("reindex", *two, build=opened).exit_code == 2


def test_a_switch_waits_for_nobody_to_write(
    run: Run, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.cli.reindexing._PATIENCE_S", 0.1)
    reindexed(run, "--model", "words-16")
    services = beside.services_in(data)
    with services.writing():
        assert "another callsift is writing" in refused(run("reindex", "--switch", build=opened))
    services.close()
    assert model(run) == "words-64"
    reindexed(run, "--switch")
    assert model(run) == "words-16"


class Interrupted(WordEmbedder):
    """An embedder during whose work somebody presses Ctrl-C."""

    def embed_passages(self, texts: Any) -> Any:
        raise KeyboardInterrupt


def interrupted(settings: Settings) -> Any:
    services = opened(settings)
    embedder = Interrupted(16, name="words-16")
    return beside.replaced(services, lambda name: embedder if name == "words-16" else None)


def test_ctrl_c_changes_nothing_and_the_same_command_goes_on(run: Run) -> None:
    result = run("reindex", "--model", "words-16", build=interrupted)
    assert (result.exit_code, result.stderr) == (
        130,
        "callsift: stopped; the data are as they were\n",
    )
    assert "nothing is built" in refused(run("reindex", "--switch", build=opened))
    assert answers(run)[0] == "acti_0"
    reindexed(run, "--model", "words-16", "--yes")
    assert model(run) == "words-16"


def test_a_model_that_is_gone_is_not_compared_with_and_can_be_left(run: Run) -> None:
    def without_the_old(settings: Settings) -> Any:
        return beside.replaced(opened(settings), beside.gone("words-64"))

    result = run("reindex", "--model", "words-16", "--yes", build=without_the_old)
    assert result.exit_code == 0, result.stderr
    *_, compared, last = map(json.loads, result.stdout.splitlines())
    assert (compared["compared"], compared["questions"]) == (False, 0)
    assert compared["why_not"] == "words-64 (1, 64 dimensions) cannot be loaded any more"
    assert last["event"] == "switched"
    assert answers(run)[0] == "acti_0"


def test_a_call_deleted_meanwhile_is_not_brought_back(run: Run, data: Path) -> None:
    reindexed(run, "--model", "words-16")
    store = EmbeddedStore(data)
    store.remove(["acti_0"], [an_entry("acti_0", CallState.DELETED)])
    store.close()
    reindexed(run, "--switch")
    assert "acti_0" not in answers(run)


# --- on a terminal -----------------------------------------------------------

SCRIPT = """
import sys
from indexer.cli import main
from tests.indexer.reindexing.beside import opened
main(opened)
"""


def on_a_terminal(*arguments: str, typed: str) -> str:
    """What `callsift` shows on a terminal on which something is typed."""
    ours, theirs = pty.openpty()
    os.write(ours, typed.encode())
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments],
        env=environment() | {"COLUMNS": "120", "TERM": "dumb"},
        stdin=theirs, stdout=theirs, stderr=theirs,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = b""
        try:
            while more := os.read(ours, 4096):
                shown += more
        except OSError:  # how a terminal ends
            pass
        assert process.wait(60) == 0, shown
    os.close(ours)
    return shown.decode()


def test_on_a_terminal_it_is_asked_before_anything_is_switched(run: Run) -> None:
    shown = on_a_terminal("reindex", "--model", "words-16", typed="n\n")
    assert "0 saved searches and 6 sampled questions: " in shown
    assert "of the ten best calls in common, rank-biased overlap 0." in " ".join(shown.split())
    assert "Search with words-16 (1, 16 dimensions) from now on? [y/N]" in shown
    assert "Nothing is switched." in shown
    assert model(run) == "words-64"

    shown = on_a_terminal("reindex", "--model", "words-16", typed="y\n")
    assert "Searches are answered by words-16 (1, 16 dimensions) from now on." in shown
    assert model(run) == "words-16"


def test_a_terminal_shows_what_left_and_what_came(data: Path, run: Run) -> None:
    store = EmbeddedStore(data)
    put(store, *(a_talk(f"matter{n}", 50 + n) for n in range(20)))
    store.close()
    shown = on_a_terminal("reindex", "--model", "words-3", typed="n\n")
    lines = [line.split() for line in shown.splitlines()]
    assert ["dimensions", "64", "3"] in lines
    left = [line for line in lines if line[:1] == ["left"] and "->" in line]
    came = [line for line in lines if line[:1] == ["came"] and "->" in line]
    assert left
    assert came
    assert all(line[4].startswith("acti_") for line in left + came)
    again = on_a_terminal("reindex", "--show", typed="")
    assert "what was said in acti_" in again
