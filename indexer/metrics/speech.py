"""One call's speech, prepared: whatever formulas are made of, each found once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from indexer.metrics.heard import Said, heard
from indexer.metrics.lists import ENGLISH, Lists
from indexer.metrics.turns import PAUSE_MS, Turn, backchannels, turns, without
from indexer.metrics.wording import fillers_in, first_question_ms, is_punctuated, questions_in
from models import Side, Utterance

_ONE_IN: Final = 10
"""One word in so many may lack its side, or its time: figures of these are none beyond that."""
_INTERRUPTS_MS: Final = 500
_LONGEST_WAIT_MS: Final = 10_000

_OTHER: Final = {Side.USER: Side.CONTACT, Side.CONTACT: Side.USER, Side.UNKNOWN: None}


@dataclass(slots=True)
class Part:
    """What one side does in a call. Times are milliseconds."""

    words: int = 0
    timed_words: int = 0
    speech_ms: int = 0
    questions: int = 0
    fillers: int = 0
    longest_turn_ms: int = 0
    interruptions: int = 0
    backchannels: int = 0


@dataclass(slots=True, kw_only=True)
class Speech:
    """What both sides do in a call. Times are milliseconds, lengths at least 0.

    `knows_sides` and `knows_times` tell whether they are known for nearly all words.
    """

    user: Part = field(default_factory=Part)
    contact: Part = field(default_factory=Part)
    knows_sides: bool = False
    knows_times: bool = False
    start_ms: int = 0
    length_ms: int = 0
    silence_ms: int = 0
    overlap_ms: int = 0
    switches: int = 0
    waits_ms: Sequence[int] = ()
    """How long our side waits before it answers, each time."""
    first_question_ms: float | None = None
    """When our side's first question begins."""

    @property
    def is_two_sided(self) -> bool:
        """Whether both sides say something, and it is known which says what, and when."""
        return bool(
            self.user.words and self.contact.words and self.knows_sides and self.knows_times
        )


def speech_of(utterances: Iterable[Utterance], lists: Lists = ENGLISH) -> Speech:
    """What a transcript says of who spoke when, and of the words that are counted."""
    said = heard(utterances, lists)
    speech = Speech()
    parts = {Side.USER: speech.user, Side.CONTACT: speech.contact, Side.UNKNOWN: Part()}
    punctuated = is_punctuated(said)
    for one in said:
        part = parts[one.side]
        part.words += len(one.words)
        part.timed_words += len(one.words) * one.is_timed
        part.questions += questions_in(one.text, punctuated=punctuated)
    speech.user.fillers = fillers_in((one for one in said if one.side is Side.USER), lists)
    words = sum(part.words for part in parts.values())
    timed = sum(part.timed_words for part in parts.values())
    speech.knows_sides = words > 0 and parts[Side.UNKNOWN].words * _ONE_IN <= words
    speech.knows_times = words > 0 and (words - timed) * _ONE_IN <= words
    if timed:
        _add_times(speech, said)
        _add_turns(speech, parts, turns(said), lists, punctuated=punctuated)
        speech.first_question_ms = first_question_ms(
            said, Side.USER, pause_ms=PAUSE_MS, punctuated=punctuated
        )
    return speech


def _add_times(speech: Speech, said: Sequence[Said]) -> None:
    """Who speaks how long: what is said at the same time by one side counts once."""
    spans: dict[Side, list[tuple[int, int]]] = {side: [] for side in _OTHER}
    everyone, known = [], []
    for (side, _), _, _, start, end in said:
        if start is None or end is None:
            continue
        spans[side].append((start, end))
        everyone.append((start, end))
        if side is not Side.UNKNOWN:
            known.append((start, end))
    speech.start_ms = everyone[0][0]
    speech.length_ms = max(end for _, end in everyone) - speech.start_ms
    speech.user.speech_ms = _covered(spans[Side.USER])
    speech.contact.speech_ms = _covered(spans[Side.CONTACT])
    speech.overlap_ms = speech.user.speech_ms + speech.contact.speech_ms - _covered(known)
    speech.silence_ms = speech.length_ms - _covered(everyone)


def _add_turns(
    speech: Speech, parts: dict[Side, Part], passed: list[Turn], lists: Lists, *, punctuated: bool
) -> None:
    """Who holds the floor, who takes it, and who listens."""
    listening = backchannels(passed, lists, punctuated=punctuated)
    for turn in listening:
        parts[turn.side].backchannels += 1
    held = without(passed, listening) if listening else passed
    waits: list[int] = []
    ends: dict[Side | None, int] = {}
    for n, turn in enumerate(held):
        part = parts[turn.side]
        part.longest_turn_ms = max(part.longest_turn_ms, turn.end_ms - turn.start_ms)
        other_till = ends.get(_OTHER[turn.side])
        if other_till is not None and other_till - turn.start_ms >= _INTERRUPTS_MS:
            part.interruptions += 1
        ends[turn.side] = max(ends.get(turn.side, turn.end_ms), turn.end_ms)
        before = held[n - 1] if n else turn
        speech.switches += turn.voice != before.voice
        if turn.side is Side.USER and before.side is Side.CONTACT:
            waits.append(max(0, turn.start_ms - before.end_ms))
    speech.waits_ms = [wait for wait in waits if wait <= _LONGEST_WAIT_MS]


def _covered(spans: Iterable[tuple[int, int]]) -> int:
    """How long at least one of some spans lasts; they come by their start."""
    covered, till = 0, None
    for start, end in spans:
        if till is None or end > till:
            covered += end - (start if till is None else max(start, till))
            till = end
    return covered
