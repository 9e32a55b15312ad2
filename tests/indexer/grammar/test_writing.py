"""What was understood, written so that it is understood the same again."""

import pytest

from indexer.grammar import read_expression, written


def again(text: str) -> None:
    """Read a text, write it, and read that."""
    asked = read_expression(text, "q")
    told = written(asked.bare, asked.said)
    second = read_expression(told, "q")
    assert (second.bare, second.said) == (asked.bare, asked.said), told
    assert written(second.bare, second.said) == told


@pytest.mark.parametrize(
    "text",
    [
        "too expensive for us",
        "((a OR b) AND (c OR NOT d)) OR NOT (e AND f)",
        "NOT NOT a",
        '-discount "annual plan" price -"money back"',
        "\u201csay 'no'\u201d and more",
        "word " * 40,
        "word " * 12 + '"a phrase" ' + "word " * 12,
        "word " * 15 + "-discount " + "word " * 15 + '"a phrase" ' + "word " * 15,
        "one AND two three four five six seven eight OR nine",
    ],
)
def test_what_is_written_means_what_was_read(text: str) -> None:
    again(text.strip())
