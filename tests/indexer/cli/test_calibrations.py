"""`callsift calibration` and `callsift sample estimate`."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from indexer.reviewing import Reviewer, assign, finish, reviews_of
from indexer.store.embedded import EmbeddedStore
from tests.factories import NOON
from tests.indexer.cli.driving import Run, printed
from tests.indexer.reviewing.making import a_sample, a_scorecard, answers, with_calls

CREATE = (
    "calibration", "create", "Week 11", "--scorecard", "Discovery", "--reviewer", "Quinn",
    "--reviewer", "Uma=user_u", "--as", "Quinn",
)  # fmt: skip


@pytest.fixture
def kept(data: Path) -> Path:
    """Twelve calls of three reps, and a scorecard."""
    store = EmbeddedStore(data)
    with_calls(store, 12)
    a_scorecard(store)
    store.close()
    return data


def judge(data: Path, within: str) -> None:
    """Finish every review of a sample or a calibration."""
    store = EmbeddedStore(data)
    for n, review in enumerate(reviews_of(store, within)):
        given = answers(notice=int(n % 4 > 0), needs=1 + n % 5)
        finish(store, review.id, given, by=review.body.reviewer, at=NOON)
    store.close()


def created(run: Run, *options: str) -> Any:
    return printed(run(*CREATE, *options, "--json"))


def test_a_calibration_is_drawn_judged_closed_and_told(run: Run, kept: Path) -> None:
    made = created(run, "--size", "5", "--seed", "2026-W11", "--direction", "inbound")
    assert made["draw"] == {
        "seed": "2026-W11", "eligible": 6, "sample_id": None, "where": {"direction": ["inbound"]},
    }  # fmt: skip
    assert [r["user_id"] for r in made["reviewers"]] == [None, "user_u"]
    shown = run("calibration", "show", "week 11").stdout
    assert "5 calls, open, 10 reviews to do" in shown
    assert "drawn by the seed 2026-W11 from 6 calls" in shown
    refused = run("calibration", "report", "Week 11")
    assert refused.exit_code == 1
    assert "is open" in refused.stderr
    judge(kept, made["id"])
    assert "closed by Uma" in run("calibration", "close", "Week 11", "--as", "Uma").stdout
    told = printed(run("calibration", "report", "Week 11", "--json"))
    assert told["calls"] == 5
    text = run("calibration", "report", made["id"]).stdout
    assert "Explored needs?" in text
    assert "alpha" in text
    assert "kappa" in text
    assert "conventions" in text
    assert "Week 11" in run("calibration", "list").stdout


def test_while_it_is_open_the_export_has_ones_own_answers_only(run: Run, kept: Path) -> None:
    made = created(run, "--call", "acti_00", "--call", "acti_01")
    judge(kept, made["id"])
    for who in ("Quinn", "Uma"):
        rows = [
            json.loads(line)
            for line in run("calibration", "export", "Week 11", "--as", who).stdout.splitlines()
        ]
        assert {row["reviewer"] for row in rows} == {who}
    assert run("calibration", "export", "Week 11", "--as", "Cy").stdout == ""
    run("calibration", "close", "Week 11", "--as", "Uma")
    everything = run("calibration", "export", "Week 11", "--csv", "--as", "Cy").stdout
    rows = list(csv.DictReader(io.StringIO(everything)))
    assert {row["reviewer"] for row in rows} == {"Quinn", "Uma"}
    assert len(rows) == 2 * 2 * 3


def test_a_calibration_is_renamed_and_removed(run: Run, kept: Path) -> None:
    created(run, "--call", "acti_00")
    run("calibration", "rename", "Week 11", "Pilot")
    assert "Pilot" in run("calibration", "list").stdout
    assert "is deleted" in run("calibration", "remove", "pilot").stdout
    assert "No calibrations" in run("calibration", "list").stdout


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        ((), 2, "say which calls"),
        (("--call", "acti_none"), 2, "no call 'acti_none'"),
        (("--call", "acti_00", "--size", "2"), 2, "given together"),
        (("--size", "99"), 2, "at most 12"),
        (("--seed", "1"), 2, "say how many"),
        (("--size", "1", "--since", "lately"), 2, "since"),
        (("--size", "1", "--direction", "inbound", "--min-duration", "99999"), 2, "no call"),
        (("--size", "1", "--sample", "none"), 1, "no sample 'none'"),
        (("--call", "acti_00", "--reviewer", "UMA"), 2, "twice"),
        (("--call", "acti_00", "--scorecard", "none"), 1, "no scorecard 'none'"),
    ],
)
def test_what_nobody_can_agree_on_is_refused(
    run: Run, kept: Path, options: tuple[str, ...], code: int, told: str
) -> None:
    result = run(*CREATE, *options)
    assert result.exit_code == code, result.output
    assert told in result.stderr


def test_one_reviewer_is_refused(run: Run, kept: Path) -> None:
    result = run(
        "calibration", "create", "x", "--scorecard", "Discovery", "--reviewer", "Ana",
        "--call", "acti_00", "--as", "Quinn",
    )  # fmt: skip
    assert result.exit_code == 2
    assert "one reviewer agrees with nobody" in result.stderr


@pytest.fixture
def sampled(kept: Path) -> str:
    """The id of a sample of ten of twelve calls, reviewed."""
    store = EmbeddedStore(kept)
    sample = a_sample(store)
    assign(store, sample.id, "Discovery", [Reviewer(name="Quinn")], by="Quinn", at=NOON)
    store.close()
    judge(kept, sample.id)
    return sample.id


@pytest.mark.usefixtures("sampled")
def test_a_sample_says_what_it_tells_of_all_calls(run: Run) -> None:
    text = run("sample", "estimate", "weekly", "--mark", "50").stdout
    assert "Weekly: 10 finished reviews of 10 drawn calls, for 12 calls" in text
    assert "Calls that pass (score 50 or more)" in text
    assert "not weighed" in text
    told = printed(run("sample", "estimate", "Weekly", "--json"))
    assert told["mark"] == 80
    rows = list(csv.DictReader(io.StringIO(run("sample", "estimate", "Weekly", "--csv").stdout)))
    assert rows[0]["measure"] == "pass"
    lines = run("sample", "estimate", "Weekly", "--ndjson").stdout.splitlines()
    assert len(lines) == len(rows)
    assert json.loads(lines[0])["n"] == 10


@pytest.mark.usefixtures("sampled")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("none",), 1), (("Weekly", "--mark", "101"), 2), (("Weekly", "--mark", "nan"), 2)],
)
def test_what_cannot_be_estimated_is_refused(
    run: Run, arguments: tuple[str, ...], code: int
) -> None:
    result = run("sample", "estimate", *arguments)
    assert result.exit_code == code
    assert result.stderr
