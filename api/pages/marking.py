"""The words that are marked where an answer is read: those asked for, as they were understood."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

from indexer.grammar import Asked
from indexer.words import composed, exact_words, query_stems, stems
from models import Expression, Mode, Term, wanted_terms

# A character of Chinese or Japanese, or a run of letters and digits: as indexer/words.py.
_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD: Final = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked: words in any of their forms, and phrases as they stand."""

    stems: frozenset[str] = frozenset()
    phrases: frozenset[tuple[str, ...]] = frozenset()

    @classmethod
    def of(cls, asked: Asked, mode: Mode) -> "Marks":
        """What a question asks for. Words that only rank are left out where words do not count."""
        terms = [term for said in _demands(asked) for term in wanted_terms(said)]
        ranking = [] if mode is Mode.SEMANTIC else _bare(asked)
        words = [*ranking, *(term.text for term in terms if not term.exact)]
        return cls(
            stems=frozenset(stem for text in words for stem in query_stems(text)),
            phrases=frozenset(_phrase(term) for term in terms if term.exact),
        )

    def __bool__(self) -> bool:
        return bool(self.stems or self.phrases)

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where in a text something is marked: from a character up to another, in order."""
        words = list(_WORD.finditer(text))
        said = [word[0].lower() for word in words]
        n = 0
        while n < len(words):
            length = self._length_at(said, n)
            if length:
                yield words[n].start(), words[n + length - 1].end()
            n += length or 1

    def _length_at(self, said: Sequence[str], n: int) -> int:
        """How many words from the nth on are marked together."""
        phrases = (p for p in self.phrases if _exact(said[n]) == p[0])
        lengths = [len(p) for p in phrases if tuple(_exact(w) for w in said[n : n + len(p)]) == p]
        return max(lengths, default=int(not _stems(said[n]).isdisjoint(self.stems)))


def marked(text: str | None, marks: Marks) -> Markup:
    """A text with what was asked for marked, as the word index compares words."""
    text = text or ""
    if not marks:
        return escape(text)
    parts, end = [], 0
    for start, stop in marks.places(text):
        parts += [escape(text[end:start]), Markup("<mark>{}</mark>").format(text[start:stop])]
        end = stop
    return Markup("").join([*parts, escape(text[end:])])


def excerpt(text: str | None, marks: Marks, longest: int = 420) -> Markup:
    """A long text on one line, cut to its beginning, or to what is marked first; and marked."""
    line = " ".join((text or "").split())
    first = next(marks.places(line), (0, 0))[1] if marks else 0
    start = 0
    if len(line) > longest and first > longest:
        start = line.rfind(" ", 0, max(first - longest // 2, 1)) + 1
    rest = line[start:]
    if len(rest) > longest:
        rest = f"{rest[:longest].rsplit(' ', 1)[0]} …"
    return marked(f"… {rest}" if start else rest, marks)


def _demands(asked: Asked) -> Iterator[Expression]:
    steps = asked.dialogue.steps if asked.dialogue else ()
    said = [asked.said, *(step.said for step in steps if not step.never)]
    return (one for one in said if one is not None)


def _bare(asked: Asked) -> list[str]:
    if asked.dialogue is None:
        return [asked.bare]
    return [step.text for step in asked.dialogue.steps if not step.never]


def _phrase(term: Term) -> tuple[str, ...]:
    return tuple(exact_words(term.text))


@lru_cache(maxsize=20_000)
def _stems(word: str) -> frozenset[str]:
    return frozenset(stems(composed(word)))


@lru_cache(maxsize=20_000)
def _exact(word: str) -> str:
    return " ".join(exact_words(word))
