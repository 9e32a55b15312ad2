"""From what was understood back to text that is understood the same."""

from collections.abc import Iterator, Sequence
from itertools import islice

from indexer.grammar.expressions import PROSE
from indexer.grammar.tokens import Sort, longest_run, tokens_of
from models import AllOf, AnyOf, Expression, Not, Term


def written(bare: str, said: Expression | None) -> str:
    """A text whose words are `bare` and that demands `said`, as `read_expression` reads it."""
    if said is None:
        return bare
    if not bare:
        return _expression(said)
    demands = [_demand(part) for part in (said.parts if isinstance(said, AllOf) else (said,))]
    if longest_run(tokens_of(bare)) <= PROSE:
        return " ".join([bare, *demands])
    return " ".join(_broken_up(bare, demands))


def _demand(part: Expression) -> str:
    """A phrase, or what must not be said."""
    return f"-{_term(part.part)}" if isinstance(part, Not) else _expression(part)


def _broken_up(bare: str, demands: Sequence[str]) -> Iterator[str]:
    """Words with demands between them: too many in a row would be taken for prose."""
    rest = iter(demands)
    in_a_row = 0
    for token in tokens_of(bare):
        is_word = token.sort is Sort.WORD and not token.is_operator
        in_a_row = in_a_row + 1 if is_word else 0
        if in_a_row > PROSE:
            in_a_row = 1
            yield from islice(rest, 1)
        yield token.text
    yield from rest


def _expression(expression: Expression) -> str:
    match expression:
        case Term():
            return _term(expression)
        case AllOf(parts):
            return " AND ".join(_in_brackets(part) for part in parts)
        case AnyOf(parts):
            return " OR ".join(_in_brackets(part) for part in parts)
        case Not(part):
            return f"NOT {_in_brackets(part)}"


def _in_brackets(part: Expression) -> str:
    text = _expression(part)
    return f"({text})" if isinstance(part, AllOf | AnyOf) else text


def _term(term: Expression) -> str:
    assert isinstance(term, Term)
    if not term.exact:
        return term.text
    return f"\u201c{term.text}\u201d" if '"' in term.text else f'"{term.text}"'
