"""The language of the box holds for every text there is."""

from itertools import product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.grammar import Asked, check_dialogue, parse, read_expression, written
from models import AllOf, AnyOf, Expression, Not, Term, holds, terms
from models.errors import QueryInvalid

_SIGNS = ['"', "“", "”", "-", "->", "→", "(", ")", "AND", "OR", "NOT", "contact:", "user never:"]
_SIGNS += ["never anywhere:", "within 5s", "within x turns", "in first 10%", "in last 0s", "\x00"]
_WORDS = ["price", "too dear", "don't", '6"', "a-b", "我们", "שלום", "👍", ".", "é"]
pieces = st.lists(st.sampled_from([*_SIGNS, *_WORDS]), max_size=40)
texts = st.one_of(
    st.text(max_size=300),
    st.tuples(pieces, st.sampled_from(["", " ", "  "])).map(lambda p: p[1].join(p[0])),
)


def understood(text: str) -> Asked | tuple[str, int | None]:
    try:
        return parse(text)
    except QueryInvalid as error:
        return error.problem, error.at


@settings(max_examples=600, deadline=None)
@given(texts)
@example("(" * 1000 + " OR")
@example("-" * 2000)
@example('"' * 2000)
@example("-> " * 600)
@example("NOT " * 500)
def test_every_text_is_understood_or_refused_at_a_place_in_it(text: str) -> None:
    found = understood(text)
    assert understood(text) == found
    if isinstance(found, Asked):
        assert (found.dialogue is None) or (found.said is None)
        if found.dialogue is not None:
            check_dialogue(found.dialogue)
    else:
        _, at = found
        assert at is not None
        assert 0 <= at <= len(text)


letters = st.characters(categories=["L", "N"])
plain_words = st.text(letters, min_size=1, max_size=8).filter(
    lambda w: w not in ("AND", "OR", "NOT")
)
marks = st.sampled_from(["", ",", ".", "?", "!", "'s", "-up", "%", ";", '"', "…"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(plain_words, marks).map("".join), max_size=20).map(" ".join))
def test_what_people_write_without_signs_comes_back_as_it_was(text: str) -> None:
    assert parse(text) == Asked(words=text, bare=text)


atoms = st.builds(Term, st.sampled_from("abcd"), exact=st.booleans())
expressions: st.SearchStrategy[Expression] = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


def typed(expression: Expression) -> str:
    """An expression as somebody careful types it: everything in brackets."""
    match expression:
        case Term(text, exact):
            return f'"{text}"' if exact else text
        case Not(part):
            return f"NOT ({typed(part)})"
        case AllOf(parts):
            return " AND ".join(f"({typed(part)})" for part in parts)
        case AnyOf(parts):
            return " OR ".join(f"({typed(part)})" for part in parts)


def truth_table(expression: Expression, about: list[Term]) -> list[bool]:
    rows = product([False, True], repeat=len(about))
    said = ({term for term, is_said in zip(about, row, strict=True) if is_said} for row in rows)
    return [holds(expression, terms_said) for terms_said in said]


@settings(max_examples=300, deadline=None)
@given(expressions)
def test_an_expression_that_is_typed_means_what_it_says(expression: Expression) -> None:
    about = sorted(set(terms(expression)), key=lambda term: (term.text, term.exact))
    asked = parse(f"NOT NOT ({typed(expression)})")
    assert asked.said is not None
    assert truth_table(asked.said, about) == truth_table(expression, about)


@settings(max_examples=400, deadline=None)
@given(texts)
@example("a " * 14 + ")" + "b " * 13 + '"c" d e f')
@example("a " * 15 + '"b" ' + "c OR " * 9 + "d " * 15 + "-e f g")
def test_what_was_understood_and_is_written_again_is_understood_the_same(text: str) -> None:
    try:
        asked = read_expression(text, "q")
    except QueryInvalid:
        return
    again = read_expression(written(asked.bare, asked.said), "q")
    assert (again.bare.split(), again.said) == (asked.bare.split(), asked.said)
