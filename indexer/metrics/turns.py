"""Turns: who holds the floor when; and the words of those who only listen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from indexer.metrics.heard import Said, Voice
from indexer.metrics.lists import Lists
from indexer.metrics.wording import asks_at_its_end
from models import Side

PAUSE_MS: Final = 1500
"""A speaker who goes on within this time has not ended the turn."""
_LONGEST_BACKCHANNEL: Final = 5
"""Words: who says more is not only listening."""


@dataclass(slots=True)
class Turn:
    """A stretch in which one speaker goes on, with pauses of at most `PAUSE_MS`."""

    voice: Voice
    start_ms: int
    end_ms: int
    said: list[Said]

    @property
    def side(self) -> Side:
        """Whose turn."""
        return self.voice[0]


def turns(said: Iterable[Said]) -> list[Turn]:
    """The turns of a call, by their start. What has no time is in none."""
    return _joined(
        Turn(one.voice, one.start_ms, one.end_ms, [one])
        for one in said
        if one.start_ms is not None and one.end_ms is not None
    )


def without(passed: Sequence[Turn], left_out: Sequence[Turn]) -> list[Turn]:
    """The turns as they are when some of them count as nothing."""
    gone = {id(turn) for turn in left_out}
    return _joined(turn for turn in passed if id(turn) not in gone)


def backchannels(passed: Sequence[Turn], lists: Lists, *, punctuated: bool) -> list[Turn]:
    """Turns of nothing but a listener's words, while another speaker keeps the floor.

    So: within another's turn; or between two turns of one other speaker, the first of which
    does not end with a question, for then it may be an answer.
    """
    found: list[Turn] = []
    listening = [_is_listening(turn, lists) for turn in passed]
    newest: dict[Voice, Turn] = {}
    floor: Turn | None = None
    for n, turn in enumerate(passed):
        if listening[n] and (
            _is_within(turn, newest.values())
            or (
                floor is not None
                and floor.voice != turn.voice
                and floor.voice == _next_voice(passed, listening, n)
                and not _asks_at_its_end(floor, punctuated=punctuated)
            )
        ):
            found.append(turn)
        else:
            floor = newest[turn.voice] = turn
    return found


def _is_within(turn: Turn, newest: Iterable[Turn]) -> bool:
    """Whether another speaker goes on until a turn is over, or longer."""
    return any(one.end_ms >= turn.end_ms for one in newest if one.voice != turn.voice)


def _next_voice(passed: Sequence[Turn], listening: Sequence[bool], n: int) -> Voice | None:
    """Who has the next turn in which this speaker does not just go on listening."""
    voice = passed[n].voice
    return next(
        (
            later.voice
            for later, listens in zip(passed[n + 1 :], listening[n + 1 :], strict=True)
            if later.voice != voice or not listens
        ),
        None,
    )


def _joined(pieces: Iterable[Turn]) -> list[Turn]:
    """Pieces by their start, those of one speaker joined where nobody else speaks between."""
    found: list[Turn] = []
    last: dict[Voice, Turn] = {}
    for piece in pieces:
        open_turn = last.get(piece.voice)
        if open_turn is not None and _goes_on(open_turn, piece, last.values()):
            open_turn.end_ms = max(open_turn.end_ms, piece.end_ms)
            open_turn.said += piece.said
        else:
            own = Turn(piece.voice, piece.start_ms, piece.end_ms, list(piece.said))
            last[piece.voice] = own
            found.append(own)
    return found


def _goes_on(turn: Turn, piece: Turn, newest: Iterable[Turn]) -> bool:
    pause = piece.start_ms - turn.end_ms
    if pause <= 0:
        return True
    return pause <= PAUSE_MS and not any(
        other.end_ms > turn.end_ms for other in newest if other is not turn
    )


def _is_listening(turn: Turn, lists: Lists) -> bool:
    if len(turn.said[0].words) > _LONGEST_BACKCHANNEL:
        return False
    words = [word for said in turn.said for word in said.words]
    if len(words) > _LONGEST_BACKCHANNEL:
        return False
    if all(word in lists.backchannels for word in words):
        return True
    left = f" {' '.join(words)} "
    for phrase in lists.backchannel_phrases:
        left = left.replace(f" {phrase} ", " ")
    return all(word in lists.backchannels for word in left.split())


def _asks_at_its_end(turn: Turn, *, punctuated: bool) -> bool:
    last = (one.text for one in turn.said if one.end_ms == turn.end_ms)
    return any(asks_at_its_end(text, punctuated=punctuated) for text in last)
