"""Which utterances belong to the beginning or the end of a call."""

import numpy as np
import pytest

from models import End, Part, Side, Transcript, Utterance
from tests.factories import a_transcript, said

MINUTE = Part(End.FIRST, 60)
LAST_TEN = Part(End.LAST, 10)
TENTH = Part(End.FIRST, 10, is_percent=True)
LAST_TENTH = Part(End.LAST, 10, is_percent=True)
LENGTH = 100_000


@pytest.mark.parametrize(
    ("part", "start_ms", "end_ms", "belongs"),
    [
        (MINUTE, 0, 0, True),
        (MINUTE, 59_999, 70_000, True),
        (MINUTE, 60_000, 70_000, False),
        (MINUTE, -500, 70_000, True),
        (LAST_TEN, 80_000, 90_000, False),
        (LAST_TEN, 80_000, 90_001, True),
        (LAST_TEN, 0, 100_000, True),
        (TENTH, 9_999, 20_000, True),
        (TENTH, 10_000, 20_000, False),
        (LAST_TENTH, 0, 90_000, False),
        (LAST_TENTH, 0, 90_001, True),
        (Part(End.FIRST, 100, is_percent=True), 99_999, 100_000, True),
        (Part(End.FIRST, 1_000_000), 99_999, 100_000, True),
        (Part(End.FIRST, 1, is_percent=True), 999, 1_000, True),
    ],
)
def test_an_utterance_belongs_as_soon_as_any_of_it_does(
    part: Part, start_ms: int, end_ms: int, belongs: bool
) -> None:
    assert part.holds(start_ms, end_ms, LENGTH) is belongs
    starts, ends, lengths = (np.array([ms] * 2, np.int64) for ms in (start_ms, end_ms, LENGTH))
    assert part.holds(starts, ends, lengths).tolist() == [belongs] * 2


def test_in_a_call_of_no_length_nothing_has_a_share() -> None:
    assert not TENTH.holds(0, 0, 0)
    assert MINUTE.holds(0, 0, 0)


def an_utterance(start_s: float | None, end_s: float | None, text: str = "yes") -> Utterance:
    return said(Side.USER, text, start_s, end_s=end_s)


def spots(*utterances: Utterance) -> list[tuple[int, int, int] | None]:
    found = a_transcript(*utterances).spots()
    return [(s.start_ms, s.end_ms, s.length_ms) if s else None for s in found]


def test_a_call_lasts_until_its_last_word_whoever_speaks_last() -> None:
    assert spots(an_utterance(0, 50), an_utterance(1, 2)) == [(0, 50_000, 50_000), (1_000, 2_000, 50_000)]  # fmt: skip


def test_silence_after_the_last_word_is_no_part_of_a_call() -> None:
    assert spots(an_utterance(0, 5), an_utterance(9, 10, text="  "))[0] == (0, 5_000, 5_000)


def test_an_utterance_without_a_start_lies_nowhere() -> None:
    assert spots(an_utterance(None, None), an_utterance(None, 9), an_utterance(0, 5)) == [None, None, (0, 5_000, 5_000)]  # fmt: skip


def test_an_utterance_without_an_end_or_that_ends_before_it_starts_is_a_point() -> None:
    assert spots(an_utterance(3, None), an_utterance(4, 1)) == [(3_000, 3_000, 4_000), (4_000, 4_000, 4_000)]  # fmt: skip


def test_milliseconds_are_the_nearest() -> None:
    assert spots(an_utterance(0.0004, 1.9996)) == [(0, 2_000, 2_000)]


def test_where_no_time_is_known_a_call_has_no_length() -> None:
    assert a_transcript(an_utterance(None, 9)).length_ms == 0
    assert Transcript().length_ms == 0


@pytest.mark.parametrize(
    ("part", "text"),
    [(MINUTE, "first 60s"), (LAST_TEN, "last 10s"), (LAST_TENTH, "last 10%")],
)
def test_a_part_is_written_as_it_is_asked_for(part: Part, text: str) -> None:
    assert str(part) == text
