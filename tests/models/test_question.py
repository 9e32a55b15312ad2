"""What counts as said as a question."""

import pytest

from models.question import is_question


@pytest.mark.parametrize(
    "text",
    [
        "Is the price fixed?",
        "You said that? I doubt it.",
        "多少钱\uff1f",
        "كم السعر؟",
        "what does it cost",
        "What's the price",
        "how're you",
        "so how many seats do you need",
        "and um what about the boiler",
        "okay well do you decide alone",
        "is there anyone else",
        "don't you think so",
        "can we meet, say, on tuesday",
        "  who decides besides you  ",
        "WHICH ONE",
    ],
)
def test_a_question_is_one(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "what",
        "what.",
        "What a day. We won.",
        "what we do is simple.",
        "do come in",
        "do it now",
        "have that ready by monday",
        "whatever you say",
        "what ever happens happens",
        "it is what it is",
        "the price is fixed",
        "Is that so. Fine.",
        "you know what I mean",
        "have a nice day",
        "will call you back",
        "island hopping",
        "whoever you are",
    ],
)
def test_what_is_no_question_is_none(text: str) -> None:
    assert not is_question(text)
