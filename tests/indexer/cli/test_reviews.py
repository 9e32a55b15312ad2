"""scorecards and review: from a file to a decided appeal."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from indexer.store.embedded import EmbeddedStore
from tests.indexer.cli.driving import Run, printed
from tests.indexer.reviewing.making import a_sample, a_scorecard, with_calls

AS_RAE = ("--as", "Rae")


@pytest.fixture
def sample(data: Path) -> None:
    """The sample Weekly of ten calls, and the scorecard Discovery."""
    store = EmbeddedStore(data)
    with_calls(store, 13)
    a_scorecard(store)
    a_sample(store)
    store.close()


@pytest.fixture
def begun(run: Run, sample: None) -> str:
    """The id of the first review of Rae's."""
    run("review", "assign", "weekly", "discovery", "--to", "Rae", "--to", "Ana=user_ana", *AS_RAE)
    return str(mine(run)[0]["id"])


def mine(run: Run, *options: str) -> list[Any]:
    found: list[Any] = printed(
        run("review", "list", "--reviewer", "Rae", "--state", "open", *options, *AS_RAE, "--json")
    )["reviews"]
    return found


def told(run: Run, *arguments: str, code: int = 0) -> str:
    result = run(*arguments)
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result.stderr if code else result.stdout


def test_a_scorecard_is_made_of_a_file_shown_changed_and_removed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "card.txt"
    file.write_text(told(run, "scorecards", "example"), "utf-8")
    assert told(run, "scorecards", "add", str(file), "--name", "Demo") == "'Demo' is made\n"
    file.write_text(told(run, "scorecards", "show", "demo").replace("why they", "why and how they"))
    assert "at version 2" in told(run, "scorecards", "change", "DEMO", str(file))
    old = printed(run("scorecards", "show", "Demo", "--version", "1", "--json"))
    assert old["sections"][0]["questions"][1]["text"] == "Did the rep say why they call?"
    assert "5 questions, version 2" in told(run, "scorecards", "list")
    json = tmp_path / "card.json"
    json.write_text('{"name": "J", "sections": [{"name": "S", "questions": [{"text": "Q?"}]}]}')
    assert printed(run("scorecards", "add", str(json), "--json"))["name"] == "J"
    assert "is deleted" in told(run, "scorecards", "remove", "j")
    assert "no scorecard 'j'" in told(run, "scorecards", "show", "j", code=1)


def test_what_is_no_scorecard_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "card"
    for text, name, wrong in (
        ("", "N", "at least one question"),
        ("# One\n- Q? | 5-1", "N", "below"),
        ("# One\n- Q? | weight 0", "N", "above 0"),
        ("# One\n- Q?", "", "name: must not be empty"),
        ('{"name": "N", "sections": [], "x": 1}', "N", "x: Extra inputs"),
        ('{"name": ', "N", "file: Invalid JSON"),
    ):
        file.write_text(text)
        assert wrong in told(run, "scorecards", "add", str(file), "--name", name, code=2), text
    assert "cannot be read" in told(run, "scorecards", "add", str(tmp_path / "none"), code=2)
    assert "say what changes" in told(run, "scorecards", "change", "N", code=2)


def test_calls_are_given_out_and_what_nobody_may_have_is_told(run: Run, sample: None) -> None:
    assign = ("review", "assign", "Weekly", "Discovery")
    out = told(run, *assign, "--to", "Ana=user_ana")
    assert "6 calls are assigned, 0 were already" in out
    assert "4 wait: each is everybody's own: acti_00" in out
    assert "4 calls are assigned, 6 were already" in told(run, *assign, "--to", "Rae")
    assert "no sample" in told(run, "review", "assign", "x", "Discovery", "--to", "A", code=1)
    assert "due: must be" in told(run, *assign, "--to", "A", "--due", "soon", code=2)
    assert "6 reviews went from ana to others" in told(run, "review", "reassign", "ana")
    assert "nobody but Rae" in told(run, "review", "reassign", "Rae", code=1)


def test_a_review_is_answered_finished_appealed_against_and_decided(run: Run, begun: str) -> None:
    out = told(run, "review", "next", *AS_RAE)
    assert "this call is recorded" in out
    assert f"Review {begun}" in out
    assert "Nothing is left" in told(run, "review", "next", "--as", "Zoe")
    answer = ("review", "answer", begun[:12])
    told(run, *answer, "notice", "no", "--quote", "0-1", "--comment", "late", *AS_RAE)
    assert "one question" not in told(run, "review", "finish", begun, *AS_RAE, code=2)
    told(run, *answer, "needs", "5", *AS_RAE)
    told(run, *answer, "price", "n/a", *AS_RAE)
    told(run, *answer, "notice", "no", *AS_RAE)  # its quote and its comment stay
    assert "score is 0.0 %, failed" in told(run, "review", "finish", begun, *AS_RAE)
    shown = told(run, "review", "show", begun, *AS_RAE)
    assert "“this call is recorded that is fine”" in shown
    assert "late" in shown
    told(run, "review", "appeal", begun, "--reason", "I did", "--question", "notice", "--as", "Kit")
    decide = ("review", "decide", begun, "1", "--reason", "Right")
    change = ("--upheld", "--change", "notice=yes")
    assert "does not decide" in told(run, *decide, *change, "--as", "Kit", code=1)
    assert "must be QUESTION=ANSWER" in told(run, *decide, "--upheld", "--change", "x", code=2)
    assert "upheld; the score is 100.0 %" in told(run, *decide, *change, "--as", "Quinn")
    rows = list(csv.DictReader(io.StringIO(told(run, "review", "export", "--csv", *AS_RAE))))
    assert [(row["question_id"], row["value"]) for row in rows] == [
        ("notice", "1"), ("needs", "5"), ("price", ""),
    ]  # fmt: skip
    found = told(run, "review", "coverage")
    assert "1 of 13 calls were reviewed: 1 random" in found
    assert "Never reviewed" in found


def test_a_call_is_replaced_until_nothing_is_left(run: Run, begun: str) -> None:
    replace = ("review", "replace")
    wrong = told(run, *replace, begun, "other", *AS_RAE, code=2)
    assert "say what the other reason is" in wrong
    assert "only they can replace" in told(run, *replace, begun, "technical", "--as", "Z", code=1)
    for _ in range(2):
        one = mine(run)[0]["id"]
        assert "In its place comes" in told(run, *replace, one, "technical", *AS_RAE)
    one = mine(run)[0]["id"]
    assert "the sample is one short" in told(run, *replace, one, "technical", *AS_RAE)
    coverage = printed(run("review", "coverage", "--json"))
    assert coverage["replacements"][-1]["replaced"] == 3


def test_what_cannot_be_understood_is_refused(run: Run, begun: str) -> None:
    for arguments, wrong in (
        (("answer", begun, "notice", "maybe"), "none of: yes, no"),
        (("answer", begun, "needs", "9"), "from 1 to 5"),
        (("answer", begun, "weather", "yes"), "no question 'weather'"),
        (("answer", begun, "notice", "yes", "--quote", "a-b"), "must be like 12"),
        (("answer", begun, "notice", "yes", "--quote", "0-99"), "has 4 utterances"),
        (("show", "abc"), "at least 4 characters"),
    ):
        assert wrong in told(run, "review", *arguments, *AS_RAE, code=2), arguments
    assert "no review 'none'" in told(run, "review", "show", "none", *AS_RAE, code=1)
