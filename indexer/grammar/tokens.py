"""The pieces of a question as it was typed: words, quoted phrases, minus signs, brackets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

OPERATORS: Final = frozenset({"AND", "OR", "NOT"})

_CLOSING: Final = {'"': '"', "\u201c": "\u201d", "\u201d": "\u201d"}
_PIECE: Final = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<minus>-(?=[^\W_]|[\"\u201c(]))"
    r"|(?P<phrase>[\"\u201c\u201d])"
    r"|(?P<open>\()|(?P<shut>\))"
    r"|(?P<word>[^\s()]+)"
)


class Sort(StrEnum):
    """What a piece is."""

    WORD = "word"
    PHRASE = "phrase"
    UNCLOSED = "unclosed"
    MINUS = "minus"
    OPEN = "open"
    SHUT = "shut"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a question: what it is, its text, and where in the question it stands.

    A phrase's text is what its quotes enclose.
    """

    sort: Sort
    text: str
    at: int
    end: int

    @property
    def is_operator(self) -> bool:
        """Whether it is AND, OR or NOT."""
        return self.sort is Sort.WORD and self.text in OPERATORS


def tokens_of(text: str, offset: int = 0) -> list[Token]:
    """The pieces of a text. A quote or a minus counts only where a word could begin."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        found = _PIECE.match(text, at)
        assert found is not None
        at = found.end()
        if found["phrase"]:
            closing = text.find(_CLOSING[found[0]], at)
            at = at if closing == -1 else closing + 1
            sort = Sort.UNCLOSED if closing == -1 else Sort.PHRASE
            inner = text[found.end() : closing] if closing != -1 else found[0]
            tokens.append(Token(sort, inner, offset + found.start(), offset + at))
        elif not found["space"]:
            sort = Sort(str(found.lastgroup))
            tokens.append(Token(sort, found[0], offset + found.start(), offset + at))
    return tokens


def longest_run(tokens: Sequence[Token]) -> int:
    """The most words in a row that are in no quotes and no operators."""
    runs = groupby(tokens, key=lambda t: t.sort is Sort.WORD and not t.is_operator)
    return max((len(list(run)) for are_words, run in runs if are_words), default=0)
