"""Gives a conversation its clock: when each utterance starts and ends, in seconds."""

import re
from collections.abc import Iterable
from random import Random

WORDS_PER_SECOND = 2.5
_LONG_LINE_WORDS = 26


def split_speech(lines: Iterable[tuple[bool, str]], chance: Random) -> list[tuple[bool, str]]:
    """Return the lines with some long ones cut after a sentence, as transcribers deliver them."""
    utterances: list[tuple[bool, str]] = []
    for ours, text in lines:
        sentences = re.split(r"(?<=[.?!]) +", text)
        if len(text.split()) > _LONG_LINE_WORDS and len(sentences) > 1 and chance.random() < 0.6:
            cut = (len(sentences) + 1) // 2
            utterances += [(ours, " ".join(sentences[:cut])), (ours, " ".join(sentences[cut:]))]
        else:
            utterances.append((ours, text))
    return utterances


def spans(utterances: list[tuple[bool, str]], chance: Random) -> list[tuple[float, float]]:
    """Return start and end of each utterance, seconds from the start of the audio.

    Starts never go back; where the side changes, one in fourteen begins a
    little before the other side has finished.
    """
    times: list[tuple[float, float]] = []
    clock = chance.uniform(0.3, 1.4)
    before = 0.0
    for place, (ours, text) in enumerate(utterances):
        if place:
            changes = utterances[place - 1][0] != ours
            overlaps = changes and chance.random() < 0.07
            clock += -chance.uniform(0.1, 0.5) if overlaps else _pause(chance, changes=changes)
        start = max(round(clock, 2), before)
        spoken = len(text.split()) / WORDS_PER_SECOND * chance.uniform(0.85, 1.2)
        clock = round(start + max(spoken, 0.4), 2)
        before = start
        times.append((start, clock))
    return times


def _pause(chance: Random, *, changes: bool) -> float:
    """Return a silence in seconds, now and then a long one while somebody looks something up."""
    if chance.random() < 0.03:
        return chance.uniform(2.0, 6.0)
    return chance.uniform(0.15, 1.1) if changes else chance.uniform(0.1, 0.6)
