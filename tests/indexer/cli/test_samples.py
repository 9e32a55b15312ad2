"""Samples on the command line: the same draw as over HTTP."""

import csv
import hashlib
import io
import json
from pathlib import Path

import pytest

from models import Side
from tests.factories import NOON, a_record, a_transcript, hours, said
from tests.indexer.cli.driving import Run, fill, printed

WEEKLY = (
    "sample", "create", "--per", "rep:5", "--strata", "outcome,duration", "--min-duration", "60",
    "--exclude", "reviewed", "--seed", "2026-W38",
)  # fmt: skip


@pytest.fixture
def called(data: Path) -> None:
    """Eight calls of Ada's, three of Ben's and one that is short."""
    fill(
        data,
        *(
            a_record(
                call_id=f"acti_{n:02}", user_id="user_ada" if n < 8 else "user_ben",
                user_name="Ada Ng" if n < 8 else "Ben Ortiz", duration_s=30 if n == 11 else 100,
                outcome_id="won" if n % 2 else None, activity_at=NOON - hours(n),
                recording=a_transcript(said(Side.USER, "hello", 1.0)),
            )
            for n in range(12)
        ),
    )  # fmt: skip


@pytest.mark.usefixtures("called")
def test_the_weekly_sample_is_drawn_shown_exported_verified_and_removed(run: Run) -> None:
    made = printed(run(*WEEKLY, "--as", "Quinn", "--json"))
    assert (made["name"], made["drawn_by"], made["drawn"]) == ("2026-W38", "Quinn", 8)
    assert made["excluded"]["too_short"] == 1
    assert made["plan"]["where"] == {}
    assert [(one["label"], one["shortfall"]) for one in made["quotas"]] == [
        ("Ada Ng", 0), ("Ben Ortiz", 2),
    ]  # fmt: skip

    shown = run("sample", "show", "2026-w38")
    assert shown.stdout.startswith("2026-W38: 8 of 11 calls, 2 short, seed 2026-W38, 0 reviewed\n")
    assert "12 calls looked at, 1 too short; 11 could be drawn" in shown.stdout
    assert "Ben Ortiz: 5 wanted, 3 there, 2 short" in shown.stdout
    assert shown.stdout.count("probability 0.6250") == sum(
        call["probability"] == 0.625 for call in made["calls"]
    )

    manifest = run("sample", "export", "2026-W38", "--manifest").stdout
    assert hashlib.sha256(manifest.encode()).hexdigest() == made["manifest"]
    rows = list(csv.DictReader(io.StringIO(run("sample", "export", "2026-W38", "--csv").stdout)))
    assert [row["call_id"] for row in rows] == [call["call_id"] for call in made["calls"]]
    lines = run("sample", "export", "2026-W38", "--population", "--ndjson").stdout.splitlines()
    assert sum(json.loads(line)["probability"] for line in lines) == pytest.approx(8)

    verified = run("sample", "verify", "2026-W38")
    assert verified.exit_code == 0
    assert verified.stdout.startswith(f"the same\nmanifest {made['manifest']}\n")
    assert run(*WEEKLY).stderr == (
        "callsift: there is a sample named '2026-W38' already: choose another name\n"
    )
    assert run("sample", "remove", "2026-W38").stdout == "'2026-W38' is deleted\n"
    assert run("sample", "list").stdout.startswith("No samples.")


def test_a_name_changes_nothing_in_the_terminal(run: Run, data: Path) -> None:
    spoken = a_transcript(said(Side.USER, "hello", 1.0))
    fill(data, a_record(user_id="ada", user_name="[red]Ada\x1b[2J", recording=spoken))
    told = run("sample", "create", "--per", "rep:2", "--seed", "7").stdout
    assert told.count("[red]Ada") == 3
    assert "\x1b" not in told


@pytest.mark.usefixtures("called")
def test_a_preview_keeps_nothing(run: Run) -> None:
    told = printed(run("sample", "preview", "--per", "stratum:4", "--strata", "outcome", "--json"))
    assert [(one["label"], one["drawn"]) for one in told["quotas"]] == [("(none)", 4), ("won", 4)]
    assert printed(run("sample", "list", "--json")) == {"samples": []}


@pytest.mark.usefixtures("called")
def test_a_filter_is_kept_as_it_was_typed(run: Run) -> None:
    made = printed(
        run("sample", "create", "--size", "2", "--user-id", "user_ben", "--since", "9000d",
            "--seed", "7", "--name", "Ben's", "--json")
    )  # fmt: skip
    assert made["plan"]["where"] == {"user_id": ["user_ben"], "since": "9000d"}
    assert {call["user_id"] for call in made["calls"]} == {"user_ben"}


@pytest.mark.usefixtures("called")
def test_the_planner_answers_of_the_calls_there_are(run: Run) -> None:
    told = run("sample", "plan", "--margin", "0.1", "--rare", "0.02").stdout
    assert "11 calls of 12 tell a rate to within 10.0% either way" in told
    assert "12 calls show at least one case of 2.00%" in told
    assert "note: 6 calls of each rep do not tell reps apart" in told


@pytest.mark.usefixtures("called")
def test_what_makes_no_sense_is_one_line_and_exit_code_2(run: Run) -> None:
    for options, message in (
        ("--per rep:0", "per_rep: must be from 1 to 1000000"),
        ("--per rep", "per: write rep:5 or stratum:5, with a whole number"),
        ("--per team:5", "per: write rep:5 or stratum:5, with a whole number"),
        ("--per stratum:2", "strata: name the fields that per_stratum is for"),
        ("--size 0", "size: must be from 1 to 1000000"),
        ("", "size: say how many: size, per_stratum, share or per_rep"),
        ("--size 3 --strata mood", "strata: Input should be 'rep', 'direction'"),
        ("--size 3 --exclude everybody", "exclude: Input should be 'reviewed' or 'sampled'"),
        ("--size 3 --user-id nobody", "where: no call passes this filter"),
        ("--size 3 --min-duration 999", "where: no call is left to draw from: 12 looked at"),
        ("--size 3 --duration-edges 1,x", "duration_edges: "),
        ("--size 3 --metric charm>3", "metrics: there is no metric 'charm'"),
        ("--size 3 --control 0.5", "control: is drawn beside a queue by risk only"),
    ):
        result = run("sample", "create", "--seed", "7", *options.split())
        assert (result.exit_code, result.stdout) == (2, ""), options
        assert result.stderr.startswith(f"callsift: {message}"), options
        assert result.stderr.count("\n") == 1
    result = run("sample", "create", "--seed", " ", "--size", "3")
    assert result.stderr == "callsift: seed: must not be empty\n"
    assert run("sample", "plan", "--margin", "0").exit_code == 2
    assert run("sample", "show", "nothing").exit_code == 1
