"""What is counted in words: questions and fillers, however a transcript is cut into utterances."""

import itertools
import re
from collections.abc import Iterable, Sequence
from typing import Final

from indexer.metrics.heard import Said, Voice, words_of
from indexer.metrics.lists import Lists
from models import Side
from models.question import is_question

_MARKS: Final = re.compile("[?\uff1f\u061f][?!.\uff1f\u061f]*")
"""Several together are one: `really??` asks once."""
_ASKED_LAST: Final = re.compile("[?\uff1f\u061f][?!.\uff1f\u061f\"')\u2019\u201d\\s]*$")
_ENDS: Final = re.compile("[.!?\u2026\u3002\uff01\uff1f\u061f]")
_MOST_PIECES: Final = 300
"""Utterances that a sentence may be cut into: one word each is enough."""
_SENTENCE: Final = re.compile(
    "[.!?\u2026]+[\"')\u2019\u201d]*(?=\\s|$)|[\u3002\uff01\uff1f\u061f]+"
)


def is_punctuated(said: Iterable[Said]) -> bool:
    """Whether a transcriber writes sentences: there is a full stop, or a mark, anywhere."""
    return any(_ENDS.search(one.text) for one in said)


def questions_in(text: str, *, punctuated: bool) -> int:
    """How many questions an utterance asks: its question marks.

    In a transcript without any punctuation an utterance asks once if it opens like a question.
    """
    if punctuated:
        return len(_MARKS.findall(text))
    return int(is_question(text))


def asks_at_its_end(text: str, *, punctuated: bool) -> bool:
    """Whether what is said last in an utterance is a question."""
    if punctuated:
        return _ASKED_LAST.search(text) is not None
    return is_question(text)


def first_question_ms(
    said: Sequence[Said], side: Side, *, pause_ms: int, punctuated: bool
) -> float | None:
    """When a side's first question begins; None if it has none, or it has no time.

    A question may begin in an utterance before the one with its mark, by the same speaker.
    Within an utterance each word takes as long as any other.
    """
    began: dict[Voice, float] = {}
    for n, one in enumerate(said):
        if one.side is not side or one.voice in began:
            continue
        if questions_in(one.text, punctuated=punctuated):
            if one.start_ms is None:
                return None
            began[one.voice] = _began_ms(said, n, pause_ms)
    return min(began.values(), default=None)


def fillers_in(said: Iterable[Said], lists: Lists) -> int:
    """How many fillers there are in what each speaker says, one utterance after the other."""
    words: dict[Voice, list[str]] = {}
    for one in said:
        words.setdefault(one.voice, []).extend(one.words)
    return sum(_fillers(spoken, lists) for spoken in words.values())


def _fillers(words: Sequence[str], lists: Lists) -> int:
    found = 0
    if not lists.fillers.isdisjoint(words):
        found = sum(word in lists.fillers for word in words)
    if lists.pair_ends.isdisjoint(words):
        return found
    for n, pair in enumerate(itertools.pairwise(words)):
        if pair in lists.filler_pairs:
            found += n == 0 or words[n - 1] not in lists.not_before_pairs
    return found


def _began_ms(said: Sequence[Said], asking: int, pause_ms: int) -> float:
    """When the sentence begins that has the first question mark of an utterance with a time."""
    one = said[asking]
    mark = _MARKS.search(one.text)
    if mark is None:
        return _time_after(one, "")
    before = one.text[: mark.start()]
    for _ in range(_MOST_PIECES):
        if ends := [end.end() for end in _SENTENCE.finditer(before)]:
            return _time_after(one, before[: ends[-1]])
        earlier = _said_before(said[:asking], one, pause_ms)
        if earlier is None or _ends_a_sentence(earlier.text):
            break
        one, before = earlier, earlier.text
    return _time_after(one, "")


def _ends_a_sentence(text: str) -> bool:
    ends = [end.end() for end in _SENTENCE.finditer(text)]
    return bool(ends) and not words_of(text[ends[-1] :])


def _said_before(said: Sequence[Said], one: Said, pause_ms: int) -> Said | None:
    """What the same speaker said just before, if a sentence may run on from there."""
    assert one.start_ms is not None
    earlier = [
        (other.end_ms, n)
        for n, other in enumerate(said)
        if other.voice == one.voice
        and other.end_ms is not None
        and one.start_ms - pause_ms <= other.end_ms <= one.start_ms
    ]
    return said[max(earlier)[1]] if earlier else None


def _time_after(one: Said, text: str) -> float:
    """When the beginning of an utterance is over."""
    assert one.start_ms is not None
    assert one.end_ms is not None
    return one.start_ms + (one.end_ms - one.start_ms) * len(words_of(text)) / len(one.words)
