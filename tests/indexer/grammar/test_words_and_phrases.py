"""What the box understands: words that rank, phrases and operators that demand."""

import pytest

from indexer.grammar import Asked, parse
from models import AllOf, AnyOf, Expression, Not, Term
from models.errors import QueryInvalid


def word(text: str) -> Term:
    return Term(text, exact=False)


def phrase(text: str) -> Term:
    return Term(text, exact=True)


a, b, c, d = (word(letter) for letter in "abcd")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "too expensive for us",
        "follow-up on the co-pay",
        "don't they're o'clock",
        "5'6\" tall",
        '2 o"c',
        '6" pipe',
        "jane.doe-smith@example.co.uk",
        "$4,500.50 - 10% (net)",
        "a - b -- c --d -",
        "see https://example.com/a-b?c=d",
        "a->b and b<-c",
        "and or not And Or Not",
        "(in brackets)",
        ")(",
        "((((",
        "我们要报价",
        "שלום מה שלומך",
        "👍🏽 -👍",
        "\x00",
        "„zu teuer“",
        "«trop cher»",
        "10:30 user contact never:ish",
        "the user: him",
        "within 5s of the first 30s",
        "x" * 2000,
    ],
)
def test_a_text_without_signs_is_only_ranked_by(text: str) -> None:
    assert parse(text) == Asked(words=text, bare=text)


def test_spaces_around_a_question_are_nothing() -> None:
    assert parse("  price \n") == Asked(words="price", bare="price")


@pytest.mark.parametrize(
    ("text", "words", "bare", "said"),
    [
        ('"annual plan"', "annual plan", "", phrase("annual plan")),
        ('"annual plan" renewal', "annual plan renewal", "renewal", phrase("annual plan")),
        ('renewal "annual plan"', "renewal annual plan", "renewal", phrase("annual plan")),
        ("“annual plan” renewal", "annual plan renewal", "renewal", phrase("annual plan")),
        ("”annual plan” renewal", "annual plan renewal", "renewal", phrase("annual plan")),
        ('"a b" "c"', "a b c", "", AllOf((phrase("a b"), phrase("c")))),
        ('"we AND you"', "we AND you", "", phrase("we AND you")),
        ('"x -> y -z"', "x -> y -z", "", phrase("x -> y -z")),
        ('"user: hello"', "user: hello", "", phrase("user: hello")),
        ("pricing -discount", "pricing", "pricing", Not(word("discount"))),
        ('pricing -"money back"', "pricing", "pricing", Not(phrase("money back"))),
        ("-discount", "", "", Not(word("discount"))),
        ("-a -b c", "c", "c", AllOf((Not(a), Not(b)))),
        ("-co-pay", "", "", Not(word("co-pay"))),
        ("-报价", "", "", Not(word("报价"))),
        ('-a "b c" d', "b c d", "d", AllOf((Not(a), phrase("b c")))),
    ],
)
def test_phrases_and_minus_demand_and_the_rest_ranks(
    text: str, words: str, bare: str, said: Expression
) -> None:
    assert parse(text) == Asked(words=words, bare=bare, said=said)


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("a AND b", "a b", AllOf((a, b))),
        ("a OR b", "a b", AnyOf((a, b))),
        ("NOT a", "", Not(a)),
        ("a NOT b", "a", AllOf((a, Not(b)))),
        ("a AND b OR c AND d", "a b c d", AnyOf((AllOf((a, b)), AllOf((c, d))))),
        ("a b OR c", "a b c", AnyOf((AllOf((a, b)), c))),
        ("a OR b c", "a b c", AnyOf((a, AllOf((b, c))))),
        ("a AND (b OR c)", "a b c", AllOf((a, AnyOf((b, c))))),
        ("(a)OR(b)", "a b", AnyOf((a, b))),
        ("NOT a b", "b", AllOf((Not(a), b))),
        ("NOT (a OR b) c", "c", AllOf((Not(AnyOf((a, b))), c))),
        ("NOT NOT a", "a", Not(Not(a))),
        ("a OR -b", "a", AnyOf((a, Not(b)))),
        ("a AND -(b OR c)", "a", AllOf((a, Not(AnyOf((b, c)))))),
        ("a -(b c)", "a", AllOf((a, Not(AllOf((b, c)))))),
        ('(refund OR "money back") AND NOT cancel', "refund money back",
         AllOf((AnyOf((word("refund"), phrase("money back"))), Not(word("cancel"))))),
        ('6" pipe OR hose', '6" pipe hose', AnyOf((AllOf((word('6"'), word("pipe"))), word("hose")))),
        ("我们 OR שלום", "我们 שלום", AnyOf((word("我们"), word("שלום")))),
        ("a - OR b", "a b", AnyOf((a, b))),
    ],
)  # fmt: skip
def test_operators_in_capitals_demand_every_word(text: str, words: str, said: Expression) -> None:
    assert parse(text) == Asked(words=words, said=said)


def test_sixteen_words_in_a_row_are_prose_with_all_their_signs() -> None:
    fifteen = " ".join(["word"] * 15)
    assert parse(f"{fifteen} -x").said == Not(word("x"))
    for prose in (f"{fifteen} word -x", f'"y {fifteen} more', f'{fifteen} more "phrase here"'):
        assert parse(prose) == Asked(words=prose, bare=prose)


def test_operators_are_words_among_more_than_six_others() -> None:
    six = "a b c d e f"
    assert parse(f"{six} OR x").said is not None
    assert parse(f"{six} g OR x").said is None
    assert parse(f'{six} g OR "x"').said == phrase("x")


@pytest.mark.parametrize(
    ("text", "fault", "problem"),
    [
        ('say "too dear', '"too dear', "never closed"),
        ("say “too dear", "“too dear", "never closed"),
        ('"a" "', '"', "never closed"),
        ('x "" y', '"" y', "no word between"),
        ('x " 👍 " y', '" 👍 " y', "no word between"),
        ('a AND "" b', '"" b', "no word between"),
        ("AND a", "AND a", "missing here"),
        ("OR", "OR", "missing here"),
        ("a OR", "", "missing here"),
        ("a OR ", " ", "missing here"),
        ("NOT", "", "missing here"),
        ("a NOT", "", "missing here"),
        ("a AND OR b", "OR b", "missing here"),
        ("a OR )", ")", "missing here"),
        ("() OR a", ") OR a", "missing here"),
        ("a -(", "", "missing here"),
        ("👍 OR b", "OR b", "missing here"),
        ("x (a OR b", "(a OR b", "bracket is never closed"),
        ("((a) OR b", "((a) OR b", "bracket is never closed"),
        ("a) OR b", ") OR b", "never opened"),
        ("a OR b)", ")", "never opened"),
    ],
)
def test_a_mistake_is_pointed_at(text: str, fault: str, problem: str) -> None:
    with pytest.raises(QueryInvalid, match=problem) as refusal:
        parse(text)
    assert refusal.value.field == "q"
    assert refusal.value.at is not None
    assert text[refusal.value.at :] == fault
    assert refusal.value.problem.endswith(f"(character {refusal.value.at + 1})")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("(" * 1000 + "a OR b" + ")" * 1000, 50),
        ("NOT " * 1000 + "a", 4 * 50),
        ("-(" * 1000 + "a OR b" + ")" * 1000, 50),
    ],
)
def test_what_is_too_deep_is_refused_where_it_gets_too_deep(text: str, at: int) -> None:
    with pytest.raises(QueryInvalid, match="50 deep") as refusal:
        parse(text)
    assert refusal.value.at == at


def test_many_operators_side_by_side_are_not_deep() -> None:
    said = parse(" OR ".join(["(a)"] * 200)).said
    assert said == AnyOf((a,) * 200)
    assert parse("(" * 50 + "a" + ")" * 50 + " OR b").said == AnyOf((a, b))
