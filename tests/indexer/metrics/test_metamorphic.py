"""What must not change a figure, and what must change it in a known way."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.metrics import METRICS, measure
from models import Side, Transcript, Utterance
from models.outline import Figures
from tests.indexer.metrics.talking import assert_same

_WORDS: Final = (
    "yeah mhm right okay I see you know I mean um uh do the what price budget team we call it is"
    " how much would like next week".split()
)
_SIDES: Final = (Side.USER, Side.USER, Side.CONTACT, Side.CONTACT, Side.UNKNOWN)


class Piece(NamedTuple):
    """Words that one speaker says at an even pace. Times are milliseconds."""

    voice: tuple[Side, str]
    start: int
    a_word: int
    words: tuple[str, ...]

    def cut(self, at: int) -> "tuple[Piece, Piece]":
        """The same in two, at a word."""
        later = self._replace(start=self.start + at * self.a_word, words=self.words[at:])
        return self._replace(words=self.words[:at]), later

    def utterance(self) -> Utterance:
        end = self.start + self.a_word * len(self.words)
        return Utterance(
            text=" ".join(self.words),
            side=self.voice[0],
            speaker=self.voice[1],
            start_s=self.start / 1000,
            end_s=end / 1000,
        )


def transcript(pieces: Sequence[Piece]) -> Transcript:
    in_order = sorted(pieces, key=lambda piece: piece.start)
    return Transcript(utterances=tuple(piece.utterance() for piece in in_order))


def figures_of(pieces: Sequence[Piece]) -> Figures:
    return measure(transcript(pieces))


@st.composite
def conversations(draw: st.DrawFn) -> list[Piece]:
    """Some minutes of up to four people, who pause, overlap, interrupt and only listen."""
    voices = [(side, f"{side} {n}") for n, side in enumerate(draw(st.permutations(_SIDES))[:4])]
    pieces, now = [], draw(st.integers(0, 5000))
    for _ in range(draw(st.integers(1, 20))):
        said = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=25)
        words = draw(st.one_of(said, st.just(["mhm"]), st.just(["okay", "right"])))
        words = [*words[:-1], words[-1] + draw(st.sampled_from([".", "?", "...", "?!"]))]
        a_word = draw(st.sampled_from([90, 333, 417, 1000, 2000]))
        pieces.append(Piece(draw(st.sampled_from(voices)), max(0, now), a_word, tuple(words)))
        shift = draw(st.sampled_from([-3000, -700, -500, -499, 0, 300, 1500, 1501, 4000, 12_000]))
        now = draw(st.sampled_from([now, now + a_word * len(words)])) + shift
    return pieces


def assert_cut_changes_nothing(cut: Sequence[Piece], pieces: Sequence[Piece]) -> None:
    """Equal to a millisecond: times are kept to that.

    Where a speaker says two things at once, their words are in no order: not so the first
    question, and fillers of two words.
    """
    one, other = dict(figures_of(cut)), dict(figures_of(pieces))
    if _is_in_two_places(pieces):
        for name in ("time_to_first_question_s", "filler_rate_user"):
            one.pop(name), other.pop(name)
    assert_same(one, other, within=0.001)


def _is_in_two_places(pieces: Sequence[Piece]) -> bool:
    said: dict[tuple[Side, str], float] = {}
    for piece in sorted(pieces, key=lambda piece: piece.start):
        if piece.start < said.get(piece.voice, 0):
            return True
        said[piece.voice] = piece.start + piece.a_word * len(piece.words)
    return False


@settings(max_examples=60, deadline=None)
@given(conversations(), st.integers(0, 10**7))
def test_a_later_start_changes_nothing(pieces: list[Piece], by_ms: int) -> None:
    shifted = [p._replace(start=p.start + by_ms) for p in pieces]
    assert_same(figures_of(shifted), figures_of(pieces))


@settings(max_examples=150, deadline=None)
@given(conversations(), st.data())
def test_an_utterance_cut_in_two_at_a_word_changes_nothing(
    pieces: list[Piece], data: st.DataObject
) -> None:
    n = data.draw(st.sampled_from(range(len(pieces))))
    cut: Sequence[Piece] = [pieces[n]]
    if len(pieces[n].words) > 1:
        cut = pieces[n].cut(data.draw(st.integers(1, len(pieces[n].words) - 1)))
    assert_cut_changes_nothing([*pieces[:n], *cut, *pieces[n + 1 :]], pieces)


@settings(max_examples=80, deadline=None)
@given(conversations())
def test_words_one_by_one_joined_are_the_utterances(pieces: list[Piece]) -> None:
    words = [
        piece._replace(start=piece.start + n * piece.a_word, words=(word,))
        for piece in pieces
        for n, word in enumerate(piece.words)
    ]
    assert_cut_changes_nothing(words, pieces)


def _swapped(pieces: Sequence[Piece]) -> list[Piece]:
    other = {Side.USER: Side.CONTACT, Side.CONTACT: Side.USER, Side.UNKNOWN: Side.UNKNOWN}
    return [p._replace(voice=(other[p.voice[0]], p.voice[1])) for p in pieces]


_MIRRORED: Final = {
    "longest_monologue_s": "longest_customer_story_s",
    **{n: n.replace("_user", "_contact") for n in METRICS if "_user" in n and "filler" not in n},
}
_OF_BOTH: Final = ("interactivity", "silence_s", "silence_share", "overlap_s", "conversation_s")


@settings(max_examples=80, deadline=None)
@given(conversations())
def test_with_sides_swapped_ours_are_theirs(pieces: list[Piece]) -> None:
    before, after = figures_of(pieces), figures_of(_swapped(pieces))
    mirrored = {**_MIRRORED, **{theirs: ours for ours, theirs in _MIRRORED.items()}}
    for one, other in (*mirrored.items(), *zip(_OF_BOTH, _OF_BOTH, strict=True)):
        assert after[one] == pytest.approx(before[other])
    ratio, swapped = before["talk_ratio"], after["talk_ratio"]
    if ratio is None:
        assert swapped is None
    else:
        assert swapped == pytest.approx(1 - ratio)


@settings(max_examples=80, deadline=None)
@given(conversations())
def test_speech_silence_and_overlap_add_up(pieces: list[Piece]) -> None:
    figures = figures_of([p for p in pieces if p.voice[0] is not Side.UNKNOWN])
    ours, theirs, silence = (figures[n] for n in ("speech_user_s", "speech_contact_s", "silence_s"))
    overlap, length = figures["overlap_s"], figures["conversation_s"]
    if None not in (ours, theirs, silence, overlap, length):
        assert ours + theirs - overlap + silence == pytest.approx(length)  # type: ignore[operator]


_WORDLESS: Final = Utterance(text=" -- ", side=Side.CONTACT, start_s=0.0, end_s=3600.0)


@settings(max_examples=40, deadline=None)
@given(conversations())
def test_what_has_no_words_was_not_said(pieces: list[Piece]) -> None:
    whole = transcript(pieces)
    first = whole.utterances[0].start_s
    with_noise = replace(
        whole, utterances=(replace(_WORDLESS, start_s=first, end_s=9999.0), *whole.utterances)
    )
    assert measure(with_noise) == measure(whole)


def test_the_generator_makes_calls_of_every_sort() -> None:
    """Otherwise the properties above would say little."""
    seen: list[Figures] = []

    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(conversations())
    def look(pieces: list[Piece]) -> None:
        seen.append(figures_of(pieces))

    look()
    for name in METRICS:
        found = {figures[name] for figures in seen}
        assert len(found) > 2, name


def test_pairs_of_figures_are_all_held() -> None:
    held = {*itertools.chain(*_MIRRORED.items()), *_OF_BOTH, "talk_ratio"}
    assert METRICS.keys() - held == {
        "talk_share_of_call", "patience_s", "time_to_first_question_s", "filler_rate_user",
    }  # fmt: skip
