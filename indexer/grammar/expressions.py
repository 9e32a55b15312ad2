"""Words, phrases and operators: what is ranked by, and what is demanded."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from indexer.grammar.tokens import Sort, Token, longest_run, tokens_of
from indexer.words import exact_words
from models import AllOf, AnyOf, Dialogue, Expression, Not, Term, wanted_terms
from models.errors import QueryInvalid

PROSE: Final = 15
"""With more words in a row than this nobody types an expression: it is pasted prose."""

_OPERANDS: Final = 6  # words in a row that AND, OR and NOT can be about
_DEEPEST: Final = 50  # brackets, NOTs and minus signs within each other


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was understood.

    `words` is what calls are ranked by: everything asked for. `bare` are those of the
    words that are not already demanded by `said`.
    """

    words: str = ""
    bare: str = ""
    said: Expression | None = None
    dialogue: Dialogue | None = None


def read_expression(text: str, field: str, offset: int = 0) -> Asked:
    """Understand a question, or a step of a dialogue that stands at `offset` in one.

    Raises:
        QueryInvalid: see `indexer.grammar.parse`.
    """
    tokens = tokens_of(text, offset)
    if longest_run(tokens) > PROSE:
        return Asked(words=text, bare=text)
    _refuse_bad_quotes(tokens, field)
    if _is_expression(tokens) and longest_run(tokens) <= _OPERANDS:
        said = _Reader(tokens, field).expression()
        return Asked(words=" ".join(term.text for term in wanted_terms(said)), said=said)
    return _plain(tokens, text)


def read_demand(text: str, field: str) -> Expression:
    """Understand what must be said: every word of it is demanded, and nothing ranks.

    Raises:
        QueryInvalid: it is no expression, or there is no word in it.
    """
    tokens = tokens_of(text, 0)
    _refuse_bad_quotes(tokens, field)
    if not exact_words(text):
        raise QueryInvalid(field, "there is no word in it")
    return _Reader(tokens, field).expression()


def _refuse_bad_quotes(tokens: Sequence[Token], field: str) -> None:
    for token in tokens:
        if token.sort is Sort.UNCLOSED:
            raise QueryInvalid(field, "this quote is never closed", at=token.at)
        if token.sort is Sort.PHRASE and not exact_words(token.text):
            raise QueryInvalid(field, "there is no word between these quotes", at=token.at)


def _is_expression(tokens: Sequence[Token]) -> bool:
    """Whether there is an operator, or a bracket that is kept out."""
    return any(token.is_operator for token in tokens) or any(
        before.sort is Sort.MINUS and token.sort is Sort.OPEN for before, token in pairwise(tokens)
    )


def _plain(tokens: Sequence[Token], text: str) -> Asked:
    """A question without operators: phrases are demanded, exclusions kept out, words rank."""
    demands: list[Expression] = []
    asked: list[Token] = []
    before: Token | None = None
    for token in tokens:
        term = _term(token)
        if before is not None and before.sort is Sort.MINUS and term is not None:
            demands.append(Not(term))
        elif token.sort is Sort.PHRASE and term is not None:
            demands.append(term)
            asked.append(token)
        elif token.sort is not Sort.MINUS:
            asked.append(token)
        before = token
    if not demands:
        return Asked(words=text.strip(), bare=text.strip())
    return Asked(
        words=_joined(asked),
        bare=_joined([token for token in asked if token.sort is not Sort.PHRASE]),
        said=demands[0] if len(demands) == 1 else AllOf(tuple(demands)),
    )


def _joined(tokens: Sequence[Token]) -> str:
    """The texts of these; nothing at all if there is no word in them."""
    text = " ".join(token.text for token in tokens)
    return text if exact_words(text) else ""


def _term(token: Token) -> Term | None:
    """What a word or phrase demands; None where there is no word in it."""
    if token.sort not in (Sort.WORD, Sort.PHRASE) or not exact_words(token.text):
        return None
    return Term(token.text, exact=token.sort is Sort.PHRASE)


class _Reader:
    """Reads an expression: OR binds least, then AND and words side by side, then NOT."""

    def __init__(self, tokens: Sequence[Token], field: str) -> None:
        self._tokens = [t for t in tokens if t.sort is not Sort.WORD or exact_words(t.text)]
        self._field = field
        self._next = 0
        self._depth = 0

    def expression(self) -> Expression:
        read = self._any_of()
        if self._peek() is not None:
            raise self._wrong("this bracket was never opened")
        return read

    def _any_of(self) -> Expression:
        parts = [self._all_of()]
        while self._takes("OR"):
            parts.append(self._all_of())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all_of(self) -> Expression:
        parts = [self._one()]
        while self._takes("AND") or self._begins_one():
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _one(self) -> Expression:
        token = self._peek()
        if token is None or not self._begins_one():
            raise self._wrong("a word or a phrase is missing here")
        self._next += 1
        if token.sort in (Sort.WORD, Sort.PHRASE) and not token.is_operator:
            term = _term(token)
            assert term is not None
            return term
        if self._depth == _DEEPEST:
            problem = f"brackets and NOTs go no more than {_DEEPEST} deep"
            raise QueryInvalid(self._field, problem, at=token.at)
        self._depth += 1
        inner = self._within(token)
        self._depth -= 1
        return inner

    def _within(self, token: Token) -> Expression:
        """What stands behind a NOT or a minus, or in a bracket."""
        if token.sort is not Sort.OPEN:
            return Not(self._one())
        inner = self._any_of()
        if not self._takes_shut():
            raise QueryInvalid(self._field, "this bracket is never closed", at=token.at)
        return inner

    def _begins_one(self) -> bool:
        token = self._peek()
        if token is None or token.sort is Sort.SHUT:
            return False
        return not token.is_operator or token.text == "NOT"

    def _takes(self, operator: str) -> bool:
        token = self._peek()
        if token is not None and token.is_operator and token.text == operator:
            self._next += 1
            return True
        return False

    def _takes_shut(self) -> bool:
        token = self._peek()
        if token is not None and token.sort is Sort.SHUT:
            self._next += 1
            return True
        return False

    def _peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _wrong(self, problem: str) -> QueryInvalid:
        token = self._peek()
        at = token.at if token else self._tokens[-1].end
        return QueryInvalid(self._field, problem, at=at)
