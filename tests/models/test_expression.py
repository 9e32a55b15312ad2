"""What holds where some things were said, and what is asked for."""

import pytest

from models import AllOf, AnyOf, Expression, Not, Term, holds, terms, wanted_terms

A, B, C = (Term(letter, exact=False) for letter in "abc")


@pytest.mark.parametrize(
    ("expression", "said", "expected"),
    [
        (A, {A}, True),
        (A, {B}, False),
        (A, {Term("a", exact=True)}, False),
        (Not(A), {B}, True),
        (Not(A), {A, B}, False),
        (AllOf((A, B)), {A}, False),
        (AllOf((A, B)), {A, B, C}, True),
        (AllOf(()), set[Term](), True),
        (AnyOf((A, B)), {B}, True),
        (AnyOf((A, B)), {C}, False),
        (AnyOf(()), {A}, False),
        (AllOf((AnyOf((A, B)), Not(C))), {B}, True),
        (AllOf((AnyOf((A, B)), Not(C))), {B, C}, False),
        (Not(AllOf((A, Not(B)))), {A}, False),
        (Not(AllOf((A, Not(B)))), {A, B}, True),
    ],
)
def test_an_expression_holds_or_not(
    expression: Expression, said: set[Term], expected: bool
) -> None:
    assert holds(expression, said) is expected


def test_terms_come_in_order_and_as_often_as_they_stand() -> None:
    assert list(terms(AllOf((B, AnyOf((A, Not(C))), B)))) == [B, A, C, B]


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        (A, [A]),
        (Not(A), []),
        (Not(Not(A)), [A]),
        (AllOf((A, Not(AnyOf((B, C))))), [A]),
        (Not(AllOf((A, Not(B)))), [B]),
        (AnyOf((A, A)), [A, A]),
    ],
)
def test_what_stands_under_an_odd_number_of_nots_is_not_asked_for(
    expression: Expression, wanted: list[Term]
) -> None:
    assert list(wanted_terms(expression)) == wanted
