"""docs/search.md says what the box understands."""

import re
from pathlib import Path

import pytest

from indexer.grammar import MOST_STEPS, parse
from indexer.grammar.expressions import _DEEPEST, _OPERANDS, PROSE
from models import LONGEST_TEXT
from models.errors import QueryInvalid

PAGE = (Path(__file__).parents[3] / "docs/search.md").read_text("utf-8")


def examples(fence: str) -> list[str]:
    blocks = re.findall(rf"^```{fence}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("text", examples("words"))
def test_examples_of_words_are_understood(text: str) -> None:
    asked = parse(text)
    assert asked.dialogue is None
    assert asked.words or asked.said
    assert (asked.said is not None) is any(sign in text for sign in ('"', "-", "OR", "AND"))


@pytest.mark.parametrize("text", examples("dialogue"))
def test_examples_of_dialogues_are_understood_with_all_their_limits(text: str) -> None:
    dialogue = parse(text).dialogue
    assert dialogue is not None
    assert len(dialogue.steps) == text.count("->") + 1
    assert sum(step.within is not None for step in dialogue.steps) == text.count(" within ")
    assert sum(step.part is not None for step in dialogue.steps) == len(re.findall(" in (first|last) ", text))  # fmt: skip
    assert sum(step.never for step in dialogue.steps) == text.count("never")


@pytest.mark.parametrize("text", examples("mistake"))
def test_examples_of_mistakes_are_refused(text: str) -> None:
    with pytest.raises(QueryInvalid) as refusal:
        parse(text)
    assert refusal.value.at is not None


def test_there_are_examples_of_each() -> None:
    assert len(examples("dialogue")) >= 6
    assert len(examples("words")) >= 9
    assert len(examples("mistake")) >= 6


@pytest.mark.parametrize(
    "told",
    [
        f"at most {MOST_STEPS} steps",
        f"more than {PROSE} words in a row",
        f"more than {_OPERANDS} words stand in a row",
        f"at most {_DEEPEST} deep",
        f"at most {LONGEST_TEXT:,} characters",
    ],
)
def test_limits_are_told_as_they_are(told: str) -> None:
    assert told in PAGE
