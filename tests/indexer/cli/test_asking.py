"""search, show, status, ledger: what is printed, for people and for programs."""

from pathlib import Path

import pytest
from typer.testing import Result

from indexer.store.embedded import EmbeddedStore
from models import CallState, Kind
from tests.factories import NOON, an_entry, hours
from tests.indexer.cli.driving import Run, found, printed


@pytest.mark.usefixtures("filled")
def test_search_shows_the_moment_and_how_much_was_searched(run: Run) -> None:
    lines = run("search", "price", "worries", "--side", "contact", "--limit", "1").stdout
    assert lines.startswith("1. ")
    assert "▸  0:04 contact The price is what worries me most." in lines
    assert "searched 3 of 5 calls (1 waiting, 1 failed)" in lines


@pytest.mark.usefixtures("filled")
def test_search_finds_the_same_as_json(run: Run) -> None:
    answer = printed(run("search", "price", "--limit", "1", "--json"))
    assert answer["query"]["q"] == "price"
    assert answer["searched"] == {
        "calls": 3, "of": 5, "waiting": 1, "failed": 1, "excluded": 0,
    }  # fmt: skip
    [hit] = answer["hits"]
    assert hit["rank"] == 1
    assert hit["call"]["id"] == "acti_1"
    assert any(u["matched"] for m in hit["moments"] for u in m["utterances"])


@pytest.mark.usefixtures("filled")
def test_without_words_the_newest_calls_are_listed(run: Run) -> None:
    assert found(run("search", "--json")) == ["acti_3", "acti_2", "acti_1"]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--disposition", "vm-left"], ["acti_2"]),
        (["--disposition", "vm-left", "--disposition", "answered"], ["acti_3", "acti_2", "acti_1"]),
        (["--direction", "inbound"], ["acti_3"]),
        (["--since", "2026-03-11T14:00"], ["acti_3", "acti_2"]),
        (["--until", "2026-03-11T14:00Z"], ["acti_1"]),
        (["--min-duration", "61"], []),
        (["--max-duration", "60", "--kind", "note"], ["acti_3"]),
        (["--user-id", "user_other"], []),
    ],
)
def test_options_filter(run: Run, options: list[str], expected: list[str]) -> None:
    assert found(run("search", *options, "--json")) == expected


@pytest.mark.usefixtures("filled")
def test_a_cursor_gives_the_next_page(run: Run) -> None:
    first = printed(run("search", "--limit", "2", "--json"))
    text = run("search", "--limit", "2").stdout
    assert f"--cursor {first['next_cursor']}" in text
    again = run("search", "--limit", "2", "--cursor", first["next_cursor"], "--json")
    assert found(again) == ["acti_1"]


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["--since", "banana"], "callsift: since: 'banana' is no moment"),
        (["--until", "99999999d"], "callsift: until: '99999999d' is no moment"),
        (["--since", "1d", "--until", "2d"], "callsift: since: must be before until"),
        (["--min-duration", "9", "--max-duration", "8"], "callsift: min-duration: must not be"),
        (["--cursor", "x"], "callsift: cursor: "),
        (["--disposition", "anwsered"], "callsift: disposition: 'anwsered' is none of answered"),
        (["--limit", "0"], "'--limit'"),
        (["--limit", "many"], "'--limit'"),
        (["--side", "unknown"], "'--side'"),
        (["--mode", "psychic"], "'--mode'"),
        (["--colour", "red"], "--colour"),
    ],
)
def test_a_wrong_question_is_told_and_ends_with_2(run: Run, options: list[str], what: str) -> None:
    result = run("search", "price", *options, "--json")
    assert result.exit_code == 2
    assert what in result.stderr
    assert result.stdout == ""


def test_nothing_synced_yet_is_told(run: Run) -> None:
    assert "run `callsift sync` first" in run("search").stdout


def test_kinds_and_sides_are_those_of_the_nouns(run: Run) -> None:
    text = run("search", "--help").stdout
    assert "|".join(kind.value for kind in Kind) in text
    assert "user|contact" in text


@pytest.mark.usefixtures("filled")
def test_show_prints_a_call_and_what_was_said(run: Run) -> None:
    text = run("show", "acti_1").stdout
    assert "0:01 rep     Shall we begin with the price today?" in text
    told = printed(run("show", "acti_1", "--json"))
    assert told["recording_transcript"]["utterances"][1]["side"] == "contact"
    assert told["voicemail_transcript"] is None


def test_an_unknown_call_is_told_in_one_line(run: Run) -> None:
    result = run("show", "acti_none", "--json")
    assert result.exit_code == 1
    assert result.stderr == "callsift: no call 'acti_none' is stored here\n"
    assert result.stdout == ""


@pytest.mark.usefixtures("filled")
def test_status_counts_the_calls_by_state(run: Run, data: Path) -> None:
    told = printed(run("status", "--json"))
    assert told["calls"] == {
        "known": 5, "indexed": 3, "waiting": 1, "failed": 1, "excluded": 0, "deleted": 0,
    }  # fmt: skip
    assert [(r["state"], r["calls"]) for r in told["reasons"]] == [
        ("waiting", 1), ("indexed", 3), ("failed", 1),
    ]  # fmt: skip
    assert told["reasons"][2] == {
        "state": "failed", "reason": "because", "calls": 1,
        "since": "2026-03-11T12:00:00Z", "next_try": None,
    }  # fmt: skip
    assert told["embedder"]["name"] == "words"
    assert told["last_sync"] is None
    assert told["data_dir"] == str(data)
    assert "5  calls known" in run("status").stdout


@pytest.mark.usefixtures("filled")
def test_the_next_page_is_the_same_command_with_its_cursor(run: Run) -> None:
    command = ["search", "price", "--since", "9000d", "--limit", "1", "--json"]
    first = printed(run(*command))
    second = printed(run(*command, "--cursor", first["next_cursor"]))
    assert [hit["rank"] for hit in second["hits"]] == [2]
    assert second["hits"][0]["call"]["id"] != first["hits"][0]["call"]["id"]


@pytest.mark.usefixtures("filled")
def test_a_question_of_ten_thousand_characters_is_refused(run: Run) -> None:
    result = run("search", "a" * 10_000)
    assert result.exit_code == 2
    assert "text: has more than 2000 characters" in result.stderr


@pytest.fixture
def ledger(data: Path) -> None:
    """Five failed calls, acti_5 the longest, and one that waits for its next try."""
    store = EmbeddedStore(data)
    store.enter(
        an_entry(f"acti_{n}", CallState.FAILED, since=NOON - hours(n), reason=f"why {n}")
        for n in range(1, 6)
    )
    waiting = an_entry("acti_9", CallState.WAITING, reason="no words", due_at=NOON, tries=3)
    store.enter([waiting])
    store.close()


def listed(result: Result) -> list[str]:
    return [call["call_id"] for call in printed(result)["calls"]]


@pytest.mark.usefixtures("ledger")
def test_the_ledger_names_the_failed_calls_longest_first(run: Run) -> None:
    lines = run("ledger").stdout.splitlines()
    assert lines[::2] == ["acti_5", "acti_4", "acti_3", "acti_2", "acti_1"]
    assert lines[1].split()[:3] == ["failed:", "why", "5,"]


@pytest.mark.usefixtures("ledger")
def test_the_ledger_of_another_state_tells_the_next_try(run: Run) -> None:
    [told] = printed(run("ledger", "--state", "waiting", "--json"))["calls"]
    assert told == {
        "call_id": "acti_9", "state": "waiting", "reason": "no words", "since": "2026-03-11T12:00:00Z",
        "tries": 3, "next_try": "2026-03-11T12:00:00Z", "date_updated": None,
    }  # fmt: skip
    assert "waiting: no words" in run("ledger", "--state", "waiting").stdout
    assert run("ledger", "--state", "deleted").stdout == "No deleted calls.\n"


@pytest.mark.usefixtures("ledger")
def test_the_ledger_goes_on_with_its_cursor(run: Run) -> None:
    first = printed(run("ledger", "--limit", "3", "--json"))
    assert f"--cursor {first['next_cursor']}\n" in run("ledger", "--limit", "3").stdout
    second = run("ledger", "--limit", "3", "--cursor", first["next_cursor"], "--json")
    assert listed(second) == ["acti_2", "acti_1"]
    assert printed(second)["next_cursor"] is None


@pytest.mark.usefixtures("ledger")
def test_the_ledger_tells_of_calls_by_their_ids_whatever_their_state(run: Run) -> None:
    assert listed(run("ledger", "acti_9", "acti_2", "--json")) == ["acti_9", "acti_2"]
    unknown = run("ledger", "acti_9", "acti_none")
    assert unknown.exit_code == 1
    assert unknown.stdout.startswith("acti_9\n")
    assert unknown.stderr == "callsift: no call 'acti_none' is stored here\n"


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["acti_9", "--state", "failed"], "callsift: state: goes with no call ids"),
        (["acti_9", "--cursor", "x"], "callsift: cursor: goes with no call ids"),
        (["--state", "lost"], "'--state'"),
        (["--cursor", "x"], "callsift: cursor: not a cursor"),
        (["--limit", "0"], "'--limit'"),
    ],
)
def test_a_wrong_question_to_the_ledger_ends_with_2(
    run: Run, options: list[str], what: str
) -> None:
    result = run("ledger", *options)
    assert result.exit_code == 2
    assert what in result.stderr


def test_the_ledger_has_help_with_an_example(run: Run) -> None:
    assert "\n  ledger " in run("--help").stdout
    text = run("ledger", "--help").stdout
    assert "Examples:\n    callsift ledger --state waiting" in text
    assert "--json" in text
