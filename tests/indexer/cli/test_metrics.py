"""callsift metrics: of many calls, of one, as rows, and what they are."""

import csv
import io
import json
from pathlib import Path

import pytest

from indexer.measuring.summary import COLUMNS
from indexer.metrics import FORMULAS, METRICS
from indexer.store.embedded import EmbeddedStore
from models import Side
from tests.factories import a_record, a_transcript, said
from tests.indexer.cli.driving import Run, fill, printed


@pytest.fixture
def measured(data: Path) -> None:
    """Two conversations, a voicemail, and a call without a transcript."""
    for call_id, ours_s in (("acti_1", 20.0), ("acti_2", 60.0)):
        spoken = a_transcript(
            said(Side.USER, "word " * 40 + "or so?", 0.0, end_s=ours_s),
            said(Side.CONTACT, "word " * 40, ours_s, end_s=ours_s + 20),
        )
        fill(data, a_record(call_id=call_id, recording=spoken, user_name="Ana"))
    left = a_transcript(said(Side.CONTACT, "Call me back?", 0.0, end_s=4.0))
    fill(data, a_record(call_id="acti_3", voicemail=left), a_record(call_id="acti_4"))


def unmeasure(data: Path) -> None:
    store = EmbeddedStore(data)
    store.measure({f"acti_{n}": {} for n in range(9)}, formulas="of old")
    store.close()


@pytest.mark.usefixtures("measured")
def test_metrics_are_summed_up_with_how_many_calls_they_are_of(run: Run) -> None:
    lines = run("metrics").stdout.splitlines()
    [ratio] = [line.split() for line in lines if line.startswith("Talk ratio")]
    assert ratio == ["Talk", "ratio", "2", "62.5%", "62.5%", "56.2%", "to", "68.8%"]
    assert "4 calls: 2 conversations, 1 voicemail, 1 without a transcript" in lines
    assert "measured 2 of 2 conversations" in lines
    assert any(line.startswith("No interval: ") for line in lines)


@pytest.mark.usefixtures("measured")
def test_json_is_what_the_api_says(run: Run) -> None:
    answer = printed(run("metrics", "--type", "voicemail", "--json"))
    assert (answer["type"], answer["of_type"], answer["measured"]) == ("voicemail", 1, 1)
    assert [one["name"] for one in answer["metrics"]] == list(METRICS)


@pytest.mark.usefixtures("measured")
def test_filters_say_which_calls(run: Run) -> None:
    assert printed(run("metrics", "--user-id", "nobody", "--json"))["calls"] == 0
    result = run("metrics", "--user-id", "nobody")
    assert result.stdout.splitlines() == [
        "0 calls: 0 conversations, 0 voicemails, 0 without a transcript",
        "measured 0 of 0 conversations",
    ]


@pytest.mark.usefixtures("measured")
def test_rows_leave_as_csv_and_ndjson(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("metrics", "--csv").stdout)))
    assert [row["id"] for row in rows] == ["acti_1", "acti_2", "acti_3", "acti_4"]
    assert tuple(rows[0]) == COLUMNS
    lines = run("metrics", "--ndjson", "--kind", "voicemail").stdout.splitlines()
    assert [json.loads(line)["questions_contact@1"] for line in lines] == [1]


@pytest.mark.usefixtures("measured")
def test_one_call_is_shown_with_its_formulas(run: Run) -> None:
    lines = run("metrics", "acti_2").stdout.splitlines()
    assert ["Talk", "ratio", "75.0%", "talk_ratio@1"] in [line.split() for line in lines]
    assert ["Patience", "\u2013", "patience_s@1"] in [line.split() for line in lines]
    assert printed(run("metrics", "acti_2", "--json"))["type"] == "conversation"
    assert "no transcript" in run("metrics", "acti_4").stdout


@pytest.mark.usefixtures("data")
def test_formulas_are_listed_with_their_source(run: Run) -> None:
    told = run("metrics", "--formulas").stdout
    for metric in METRICS.values():
        assert f"{metric.id}  {metric.title}" in told
        assert f"Source: {metric.source}" in told
    listed = printed(run("metrics", "--formulas", "--json"))["metrics"]
    assert " ".join(one["id"] for one in listed) == FORMULAS


@pytest.mark.usefixtures("measured")
def test_what_is_not_measured_is_said_and_can_be_measured(run: Run, data: Path) -> None:
    unmeasure(data)
    told = run("metrics").stdout
    assert "measured 0 of 2 conversations" in told
    assert "callsift metrics --measure" in told
    assert "measured 2 of 2 conversations" in run("metrics", "--measure").stdout
    assert "--measure" not in run("metrics").stdout


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["acti_9"], 1, "acti_9"),
        (["acti_1", "--csv"], 2, "CALL_ID: goes with no filter"),
        (["acti_1", "--side", "user"], 2, "CALL_ID: goes with no filter"),
        (["--formulas", "acti_1"], 2, "--formulas: goes with no filter"),
        (["--formulas", "--since", "3d"], 2, "--formulas: goes with no filter"),
        (["--json", "--csv"], 2, "one of --json, --csv and --ndjson"),
        (["--since", "2d", "--until", "3d"], 2, "since: must be before until"),
        (["--said", '"open'], 2, "said"),
        (["--type", "meeting"], 2, "meeting"),
    ],
)
def test_what_cannot_be_asked_is_said(run: Run, arguments: list[str], code: int, told: str) -> None:
    result = run("metrics", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert told in result.stderr
