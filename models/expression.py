"""What must have been said: words and phrases, and how they are combined."""

from collections.abc import Container, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """Words said one after the other, in one utterance, note, summary or name.

    With `exact` these very words, whatever their case, accents and punctuation;
    else one word in any of its forms: `refund` is also said by "refunded".
    """

    text: str
    exact: bool


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Expression"


Expression = Term | AllOf | AnyOf | Not


def holds(expression: Expression, said: Container[Term]) -> bool:
    """Whether an expression holds where these terms, and no others, were said."""
    match expression:
        case Term():
            return expression in said
        case AllOf(parts):
            return all(holds(part, said) for part in parts)
        case AnyOf(parts):
            return any(holds(part, said) for part in parts)
        case Not(part):
            return not holds(part, said)


def terms(expression: Expression) -> Iterator[Term]:
    """Every term of an expression, in order."""
    match expression:
        case Term():
            yield expression
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from terms(part)
        case Not(part):
            yield from terms(part)


def wanted_terms(expression: Expression) -> Iterator[Term]:
    """The terms that are asked for: those not under an odd number of `Not`s."""
    return (term for term, is_wanted in _signed(expression, wanted=True) if is_wanted)


def _signed(expression: Expression, *, wanted: bool) -> Iterator[tuple[Term, bool]]:
    match expression:
        case Term():
            yield expression, wanted
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _signed(part, wanted=wanted)
        case Not(part):
            yield from _signed(part, wanted=not wanted)
