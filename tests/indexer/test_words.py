"""Words as the word index sees them."""

import pytest

from indexer.words import query_stems, stems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The PRICES are rising", ["the", "price", "are", "rise"]),
        ("café naïve", ["cafe", "naiv"]),
        ("$4,500.50 a year", ["4", "500", "50", "a", "year"]),
        ("don't", ["don", "t"]),
        ("我们要报价 now", ["我", "们", "要", "报", "价", "now"]),
        ("שלום עולם", ["שלום", "עולם"]),
        ("हिन्दी", ["हिन्दी"]),
        ("👍 \x00 --", []),
        ("x" * 300, ["x" * 300]),
    ],
)
def test_words_of_any_script_are_found(text: str, expected: list[str]) -> None:
    assert stems(text) == expected


def test_a_question_drops_what_it_is_padded_with() -> None:
    assert query_stems("What did they say about the price of the prices?") == ["say", "price"]


def test_a_question_of_nothing_else_keeps_it() -> None:
    assert query_stems("Who is it?") == ["who", "is", "it"]
