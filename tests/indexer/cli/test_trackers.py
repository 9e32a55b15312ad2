"""`callsift trackers`: made, changed, asked, labelled, removed in a terminal."""

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from indexer.cli import app
from models import CallRecord, Side
from tests.factories import NOON, a_record, a_transcript, hours, said
from tests.indexer.cli.driving import Run, fill, opened, printed

ADD = ("trackers", "add", "Price", "--phrases", "price", "--side", "contact", "--as", "Dana")


def a_talk(number: int, theirs: str) -> CallRecord:
    spoken = (
        said(Side.USER, "Shall we begin with it today?", 1.0),
        said(Side.CONTACT, theirs, 4.0),
    )
    return a_record(
        call_id=f"acti_{number}", date_created=NOON + hours(24 * 7 * number), user_id="user_1",
        user_name="Ann", recording=a_transcript(*spoken),
    )  # fmt: skip


@pytest.fixture
def tracker(data: Path, run: Run) -> str:
    """A tracker of the price, and three calls in three weeks: a hit in the first and the last."""
    fill(
        data,
        a_talk(0, "the price is high"),
        a_talk(1, "nothing of the kind"),
        a_talk(2, "what a price"),
    )
    return str(printed(run(*ADD, "--json"))["id"])


def test_a_tracker_is_added_shown_changed_and_removed(run: Run, tracker: str) -> None:
    assert "price; said by them" in run("trackers", "list").stdout
    [known] = printed(run("trackers", "list", "--json"))["trackers"]
    assert (known["id"], known["created_by"], known["side"]) == (tracker, "Dana", "contact")
    changed = run(
        "trackers", "change", "PRICE", "--phrases", "price OR cost", "--drop", "side", "--as", "Eli"
    )
    assert changed.stdout == "'Price' is now version 2: price OR cost\n"
    assert "is as it was" in run("trackers", "change", "Price", "--phrases", "price OR cost").stdout
    versions = printed(run("trackers", "show", "Price", "--json"))["versions"]
    assert [(one["version"], one["side"], one["written_by"]) for one in versions] == [
        (2, None, "Eli"),
        (1, "contact", "Dana"),
    ]
    assert "version 1" in run("trackers", "show", tracker).stdout
    assert run("trackers", "remove", "Price").stdout == "'Price' is deleted\n"
    assert "No trackers" in run("trackers", "list").stdout


def test_an_example_needs_the_embedder_and_says_how_near(run: Run, tracker: str) -> None:
    made = run(
        "trackers",
        "add",
        "Near",
        "--example",
        "what a price",
        "--threshold",
        "0.9",
        "--question",
        "--no-question",
    )
    assert made.exit_code == 2  # there is only --question
    near = printed(
        run(
            "trackers",
            "add",
            "Near",
            "--example",
            "what a price",
            "--threshold",
            "0.9",
            "--part",
            "first 60s",
            "--json",
        )
    )
    assert (near["embedder"], near["part"], near["examples"]) == (
        "words (1, 64 dimensions)",
        "first 60s",
        ["what a price"],
    )
    hits = printed(run("trackers", "hits", "Near", "--json"))
    assert [(h["call"]["id"], h["example"]) for h in hits["hits"]] == [("acti_2", "what a price")]
    assert hits["hits"][0]["score"] > 0.99


def test_hits_are_shown_and_written_as_rows(run: Run, tracker: str) -> None:
    shown = run("trackers", "hits", "price", "-n", "1")
    assert "what a price" in shown.stdout
    assert "says the phrases" in shown.stdout
    assert "2 hits in 2 of 3 calls in which there could be one" in shown.stdout
    cursor = shown.stdout.split("--cursor ")[1].strip()
    assert (
        "the price is high"
        in run("trackers", "hits", "price", "-n", "1", "--cursor", cursor).stdout
    )
    rows = list(csv.DictReader(io.StringIO(run("trackers", "hits", "Price", "--csv").stdout)))
    assert [(r["call_id"], r["text"]) for r in rows] == [
        ("acti_0", "the price is high"),
        ("acti_2", "what a price"),
    ]
    lines = run(
        "trackers", "hits", "Price", "--ndjson", "--until", "2026-03-12"
    ).stdout.splitlines()
    assert [json.loads(line)["call_id"] for line in lines] == ["acti_0"]


def test_calls_without_a_hit_are_listed(run: Run, tracker: str) -> None:
    told = printed(run("trackers", "calls", "Price", "--without", "--json"))
    assert [one["call"]["id"] for one in told["calls"]] == ["acti_1"]
    shown = run("trackers", "calls", "Price", "--without").stdout
    assert "acti_1" in shown
    assert "1 of 3 calls without a hit; 0 more pass" in shown


def test_hits_are_counted(run: Run, tracker: str) -> None:
    told = printed(run("trackers", "counts", "Price", "--json"))
    assert [(r["key"], r["calls_with_hits"], r["calls"]) for r in told["rows"]] == [
        ("2026-W11", 1, 1),
        ("2026-W12", 0, 1),
        ("2026-W13", 1, 1),
    ]
    table = run("trackers", "counts", "Price", "--by", "rep").stdout
    assert table.splitlines()[1].split() == [
        "Ann",
        "3",
        "2",
        "67",
        "%",
        "21",
        "to",
        "94",
        "%",
        "2",
        "66.7",
    ]
    rows = list(csv.DictReader(io.StringIO(run("trackers", "counts", "Price", "--csv").stdout)))
    assert [(r["key"], r["share"]) for r in rows] == [
        ("2026-W11", "1.0"),
        ("2026-W12", "0.0"),
        ("2026-W13", "1.0"),
    ]
    nothing = run("trackers", "counts", "Price", "--user-id", "user_none")
    assert nothing.stdout.splitlines()[-1].split() == ["all", "0", "0", "-", "0", "-"]


def test_hits_are_labelled_with_keys_and_precision_follows(run: Run, tracker: str) -> None:
    typed = CliRunner().invoke(
        app,
        ["trackers", "label", "Price", "--as", "Ann"],
        obj=opened,
        input="x\ny\nu\n",
        prog_name="callsift",
    )
    assert typed.exit_code == 0, typed.output
    assert typed.stdout.splitlines()[-1].endswith(
        "Precision 100 %, 95 % interval 21 to 100 % (2 of 2 hits labelled)"
    )
    told = printed(run("trackers", "precision", "Price", "--json"))
    assert [(v["labelled"], v["yes"], v["unsure"]) for v in told["versions"]] == [(2, 1, 1)]
    assert "100 %" in run("trackers", "precision", "Price").stdout
    assert printed(run("trackers", "label", "Price", "--json"))["unlabelled"] == 0


def test_two_versions_are_compared(run: Run, tracker: str) -> None:
    run("trackers", "change", "Price", "--phrases", "price -high")
    told = printed(run("trackers", "diff", "Price", "--json"))
    assert (told["kept"], told["came"]["hits"], told["left"]["hits"]) == (1, 0, 1)
    shown = run("trackers", "diff", "Price", "--from", "1", "--to", "2").stdout
    assert "phrases: price -> price -high" in shown
    assert "1 hits left, some of them:" in shown


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("add", "New"), 2, "give a phrase"),
        (("add", "New", "--phrases", "contact: a -> user: b"), 2, "is a dialogue"),
        (("add", "New", "--example", "..."), 2, "example 1 has no words"),
        (("add", "New", "--example", "too dear", "--threshold", "2"), 2, "at most 1"),
        (("add", "price", "--phrases", "cost"), 1, "choose another name"),
        (("change", "Price", "--drop", "name"), 2, "none of phrases"),
        (("change", "Price", "--drop", "phrases"), 2, "give a phrase"),
        (("show", "Nope"), 1, "there is no tracker 'Nope'"),
        (("hits", "Price", "--version", "9"), 1, "version 9"),
        (("hits", "Price", "--disposition", "answred"), 2, "none of answered"),
        (("hits", "Price", "--csv", "--ndjson"), 2, "ask one of them"),
        (("diff", "Price"), 2, "no version before the first"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    run: Run, tracker: str, arguments: tuple[str, ...], code: int, told: str
) -> None:
    result = run("trackers", *arguments)
    assert result.exit_code == code
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1
