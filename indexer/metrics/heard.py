"""A transcript as it is measured: what was said by whom, in whole milliseconds and words.

Times are whole milliseconds so that sums are exact, whichever way a transcript is cut.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from indexer.metrics.lists import Lists
from models import Side, Utterance

_WORDS: Final = re.compile(r"[^\W_]+(?:['\u2019.,-][^\W_]+)*")
_LATEST_S: Final = 1e9
"""No call lasts thirty years: a time beyond is none."""

Voice = tuple[Side, str]
"""One speaker, as far as a transcript tells speakers apart."""


class Said(NamedTuple):
    """An utterance with words; the times are None unless it starts, and ends after that."""

    voice: Voice
    text: str
    words: list[str]
    start_ms: int | None
    end_ms: int | None

    @property
    def side(self) -> Side:
        """Whose mouth."""
        return self.voice[0]

    @property
    def is_timed(self) -> bool:
        """Whether it is known when it was said."""
        return self.start_ms is not None


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, those with a hyphen or an apostrophe whole."""
    return _WORDS.findall(text.lower().replace("\u2019", "'"))


def heard(utterances: Iterable[Utterance], lists: Lists) -> list[Said]:
    """What people said, in order: without what has no words, and without what machines say."""
    said: list[Said] = []
    for utterance in utterances:
        words = words_of(utterance.text)
        side = utterance.side
        if not words or (side is not Side.USER and _is_announcement(words, lists)):
            continue
        start, end = _span(utterance.start_s, utterance.end_s)
        said.append(Said((side, utterance.speaker), utterance.text, words, start, end))
    return said


def _span(start_s: float | None, end_s: float | None) -> tuple[int | None, int | None]:
    if start_s is None or end_s is None or not -_LATEST_S < start_s < end_s < _LATEST_S:
        return None, None
    start, end = round(start_s * 1000), round(end_s * 1000)
    return (start, end) if start < end else (None, None)


def _is_announcement(words: list[str], lists: Lists) -> bool:
    if lists.announcement_words.isdisjoint(words):
        return False
    spoken = f" {' '.join(words)} "
    return any(f" {phrase} " in spoken for phrase in lists.announcements)
