"""Transcripts for metrics, to the second: `talk(rep(0, 4, "Hello?"), ana(4.5, 5, "Yes."))`."""

import pytest

from models import Side, Transcript, Utterance
from models.outline import Figures


def rep(start_s: float | None, end_s: float | None, text: str, speaker: str = "Bo") -> Utterance:
    """Said by our side."""
    return Utterance(text=text, side=Side.USER, speaker=speaker, start_s=start_s, end_s=end_s)


def ana(start_s: float | None, end_s: float | None, text: str, speaker: str = "Ana") -> Utterance:
    """Said by the contact."""
    return Utterance(text=text, side=Side.CONTACT, speaker=speaker, start_s=start_s, end_s=end_s)


def somebody(start_s: float | None, end_s: float | None, text: str) -> Utterance:
    """Said by nobody knows whom."""
    return Utterance(text=text, start_s=start_s, end_s=end_s)


def talk(*utterances: Utterance) -> Transcript:
    return Transcript(utterances=utterances)


def words(count: int, last: str = ".") -> str:
    """So many words of one sentence."""
    return " ".join(["word"] * count) + last


def assert_same(one: Figures, other: Figures, *, within: float = 0.0) -> None:
    """Defined for the same metrics, and equal, but for what floats lose."""
    assert {n for n in one if one[n] is None} == {n for n in other if other[n] is None}
    known = {name: figure for name, figure in one.items() if figure is not None}
    assert known == pytest.approx({name: other[name] for name in known}, rel=1e-9, abs=within)
