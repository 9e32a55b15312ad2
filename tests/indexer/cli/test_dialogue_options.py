"""search --then, --within, --never, and the options on how and where something is said; similar."""

from pathlib import Path
from typing import Any

import pytest

from models import Side
from tests.factories import a_record, a_transcript, said
from tests.indexer.cli.driving import Run, fill, found, printed

US, THEM = Side.USER, Side.CONTACT

pytestmark = pytest.mark.usefixtures("talks")

PRICEY = 'contact: "too expensive"'
OFFER = 'user: "a discount"'


@pytest.fixture
def talks(data: Path) -> None:
    """The same two things said soon after each other, late, and after a notice."""
    fill(
        data,
        a_talk("soon", said(THEM, "that is too expensive", 10), said(US, "here is a discount", 20)),
        a_talk("late", said(THEM, "that is too expensive", 10), said(US, "hm", 60), said(THEM, "well?", 90), said(US, "here is a discount", 200)),
        a_talk("told", said(US, "this line is recorded", 1), said(THEM, "too expensive", 10), said(US, "how about a discount?", 20)),
    )  # fmt: skip


def a_talk(name: str, *spoken: Any) -> Any:
    return a_record(recording=a_transcript(*spoken), call_id=f"acti_{name}")


def names(run: Run, *arguments: str) -> list[str]:
    return sorted(i.removeprefix("acti_") for i in found(run("search", *arguments, "--json")))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([PRICEY, "--then", OFFER], ["late", "soon", "told"]),
        ([PRICEY, "--then", OFFER, "--within", "60s"], ["soon", "told"]),
        ([PRICEY, "--then", OFFER, "--within", "2 turns"], ["soon", "told"]),
        ([PRICEY, "--then", f"{OFFER} within 60s"], ["soon", "told"]),
        ([f"{PRICEY} -> {OFFER} within 1m"], ["soon", "told"]),
        ([PRICEY, "--then", '"hm"', "--then", OFFER], ["late"]),
        ([PRICEY, "--then", '"hm"', "--then", OFFER, "--within", "3m"], ["late"]),
        ([PRICEY, "--then", '"hm"', "--then", OFFER, "--within", "50s", "--within", "60s"], []),
        ([PRICEY, "--then", '"hm"', "--then", OFFER, "--within", "50s", "--within", "3m"], ["late"]),
        ([PRICEY, "--never", 'user: "is recorded" in first 30s'], ["late", "soon"]),
        ([PRICEY, "--never", 'contact: "is recorded"'], ["late", "soon", "told"]),
        ([PRICEY, "--then", OFFER, "--never", '"is recorded"', "--never", '"hm"'], ["soon"]),
        (["--never", '"is recorded"'], ["late", "soon"]),
        (["--then", OFFER, "--part", "first 30s"], ["soon", "told"]),
        ([f'user never: "is recorded" -> {PRICEY}', "--then", OFFER, "--within", "60s"], ["soon"]),
    ],
)  # fmt: skip
def test_options_make_a_dialogue(run: Run, arguments: list[str], expected: list[str]) -> None:
    assert names(run, *arguments) == expected


def test_an_absence_is_from_the_whole_conversation_and_the_steps_themselves(run: Run) -> None:
    assert names(run, '"here is"', "--never", "contact: expensive") == []
    assert names(run, '"too expensive"', "--never", '"that is"') == ["told"]


def test_the_dialogue_is_told_as_the_api_tells_it(run: Run) -> None:
    query = printed(run("search", PRICEY, "--then", OFFER, "--within", "1m", "--never", "x", "--json"))["query"]  # fmt: skip
    assert query["q"] == ""
    plain = {"side": None, "within": None, "part": None, "never": False, "anywhere": False}
    assert query["dialogue"] == [
        plain | {"side": "contact", "text": '"too expensive"'},
        plain | {"side": "user", "text": '"a discount"', "within": "60s"},
        plain | {"text": "x", "never": True, "anywhere": True},
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["discount", "--group", "moment", "--mode", "keyword"], 3),
        (["discount", "--group", "moment", "--mode", "keyword", "--question"], 1),
        (["discount", "--group", "moment", "--mode", "keyword", "--part", "last 10%"], 3),
        (["discount", "--group", "moment", "--mode", "keyword", "--part", "first 30s"], 2),
        (["too AND discount", "--one-turn"], 0),
        (["too AND expensive", "--one-turn"], 3),
        (["--part", "first 5s"], 1),
    ],
)
def test_options_say_how_and_where(run: Run, arguments: list[str], expected: int) -> None:
    assert len(found(run("search", *arguments, "--json"))) == expected


def test_scores_are_explained_when_asked(run: Run) -> None:
    [hit, *_] = printed(run("search", "discount", "--explain", "--json"))["hits"]
    assert hit["explanation"]["found_words"] == ["discount"]
    text = run("search", "discount", "--explain").stdout
    assert "score  meaning " in text
    assert "(discount)" in text
    assert "meaning" not in run("search", "discount").stdout


def test_moments_are_shown_one_a_line(run: Run) -> None:
    text = run("search", "discount", "--group", "moment", "--mode", "keyword").stdout
    lines = text.splitlines()
    assert [line[:2] for line in lines[:3]] == ["1.", "2.", "3."]
    assert all("contact" not in line and "discount" in line for line in lines[:3])
    assert lines[3].startswith("3 moments; searched 3 of 3 calls")


def test_a_dialogue_is_shown_step_by_step(run: Run) -> None:
    text = run("search", PRICEY, "--then", OFFER, "--within", "60s").stdout
    assert "   1  0:10 contact that is too expensive" in text
    assert "   2  0:20 rep     here is a discount" in text
    assert "2 calls; searched 3 of 3 calls" in text


@pytest.mark.parametrize(
    ("arguments", "pointed", "told"),
    [
        (['say "this'], ['  say "this', "      ^"], "text: this quote is never closed (character 5)"),
        (["a", "--then", "user: b AND"], ["  user: b AND", "             ^"], "then: a word or a phrase is missing here (character 12)"),
        (["a", "--never", "(b OR c"], ["  (b OR c", "  ^"], "never: this bracket is never closed (character 1)"),
        (["a within 5s"], [], None),
        (["a within 5s", "--then", "b"], ["  a within 5s", "    ^"], "text: `within` counts"),
        (['\u6f22\u5b57 "x\ty'], ['  \u6f22\u5b57 "x y', "       ^"], "text: this quote is never closed (character 4)"),
        (['"y" ' * 30 + '"x'], ["  ..." + '" ' + '"y" ' * 12 + '"x', "  " + " " * 53 + "^"], "text: this quote is never closed"),
        (["a", "--within", "5s"], [], "within: goes with --then"),
        (["a", "--then", "b", "--within", "soon"], [], "within: 'soon' is no distance"),
        (["a", "--then", "b", "--within", "5s", "--within", "6s"], [], "within: is given once, or once for each --then"),
        (["a", "--then", "b within 5s", "--within", "6s"], [], "within: is said in --then 'b within 5s' as well"),
        (["--then", "a", "--within", "5s"], [], "dialogue: `within` of step 1 counts"),
        (["a", "--then", "user:"], ["  user:", "       ^"], "then: a step must say what to look for"),
        (["a", *["--then", "b"] * 8], [], "dialogue: a dialogue has 1 to 8 steps"),
        (["a", "--part", "middle"], [], "part: 'middle' is no part of a call"),
        (["a", "--one-turn"], [], "one_turn: needs words that must be said"),
        (["--group", "moment"], [], "group: moments answer a question"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_pointed_at(
    run: Run, arguments: list[str], pointed: list[str], told: str | None
) -> None:
    result = run("search", *arguments)
    if told is None:
        assert result.exit_code == 0
        return
    assert result.exit_code == 2
    *shown, line = result.stderr.splitlines()
    assert shown == pointed
    assert line.startswith(f"callsift: {told}")


@pytest.mark.parametrize(
    "arguments",
    [
        [PRICEY, "--then", OFFER, "--within", "60s", "--never", '"hm" in first 2m'],
        ["discount", "--group", "moment", "--question", "--part", "first 2m"],
        ["too AND expensive", "--one-turn", "--explain"],
        [f"{PRICEY} -> {OFFER}"],
    ],
)
def test_what_is_asked_by_options_can_be_saved(run: Run, arguments: list[str]) -> None:
    before = printed(run("search", *arguments, "--save", "It", "--json"))
    again = printed(run("searches", "run", "It", "--json"))
    assert again.pop("saved")["name"] == "It"
    assert again == before


def test_a_saved_dialogue_is_listed_as_it_would_be_typed(run: Run) -> None:
    run("search", PRICEY, "--then", OFFER, "--within", "60s", "--never", '"hm" in first 2m', "--question", "--save", "It")  # fmt: skip
    [search] = printed(run("searches", "list", "--json"))["searches"]
    assert search["asked"] == {
        "dialogue": [
            {"side": "contact", "text": '"too expensive"'},
            {"side": "user", "text": '"a discount"', "within": "60s"},
            {"text": '"hm"', "part": "first 120s", "never": True, "anywhere": True},
        ],
        "question": True,
    }
    line = run("searches", "list").stdout.splitlines()[1]
    typed = f'{PRICEY} -> {OFFER} within 60s -> anyone never anywhere: "hm" in first 120s'
    assert line.startswith(f"   {typed!r} --question;")


def test_similar_leaves_the_call_itself_out(run: Run) -> None:
    assert set(found(run("similar", "acti_soon", "--json"))) == {"acti_late", "acti_told"}
    first = found(run("similar", "acti_soon", "--utterance", "1", "--json"))
    assert first[0] == "acti_late"
    text = run("similar", "acti_soon", "--limit", "1", "--explain").stdout
    assert "meaning " in text
    assert "--cursor " in text


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["acti_none"], 1, "no call 'acti_none' is stored here"),
        (["acti_soon", "--utterance", "9"], 2, "utterance: the recording has no utterance 9"),
        (
            ["acti_soon", "--utterance", "0", "--kind", "voicemail"],
            2,
            "utterance: the voicemail has",
        ),
        (["acti_soon", "--kind", "voicemail"], 2, "kind: is about an utterance"),
        (["acti_soon", "--mode", "keyword"], 2, "mode: is about an utterance"),
        (["acti_soon", "--utterance", "0", "--kind", "note"], 2, "'--kind'"),
    ],
)
def test_a_wrong_question_of_likeness_is_told(
    run: Run, arguments: list[str], code: int, told: str
) -> None:
    result = run("similar", *arguments)
    assert result.exit_code == code
    assert told in result.stderr


def test_similar_has_help_with_an_example(run: Run) -> None:
    assert "\n  similar " in run("--help").stdout
    assert "Examples:\n    callsift similar acti_" in run("similar", "--help").stdout
