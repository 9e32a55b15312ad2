"""Cutting calls into passages."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.passages import cut, word_count
from models import CallRecord, Grain, Kind, Passage, Side, Transcript, Utterance
from tests.factories import a_call, a_transcript, said


def passages_of(
    transcript: Transcript | None = None, limit: int = 10_000, **fields: Any
) -> tuple[Passage, ...]:
    record = CallRecord(call=a_call(**fields), recording=transcript)
    return cut(record, fits=lambda text: len(text) <= limit)


def of_grain(grain: Grain, passages: tuple[Passage, ...]) -> list[Passage]:
    return [p for p in passages if p.grain is grain]


def spans(grain: Grain, passages: tuple[Passage, ...]) -> list[tuple[int | None, int | None]]:
    return [(p.first, p.last) for p in of_grain(grain, passages)]


def words(count: int, word: str = "word") -> str:
    return " ".join([word] * count)


def test_utterances_of_three_words_or_more_stand_alone() -> None:
    passages = passages_of(a_transcript("two words", "now three words", "ok"))
    assert [p.text for p in of_grain(Grain.UTTERANCE, passages)] == ["now three words"]


def test_where_all_are_short_the_longest_stands_alone() -> None:
    passages = passages_of(a_transcript("hi", "hello there", "ok"))
    assert [p.text for p in of_grain(Grain.UTTERANCE, passages)] == ["hello there"]


def test_an_utterance_knows_its_side_and_seconds() -> None:
    [passage] = of_grain(
        Grain.UTTERANCE, passages_of(a_transcript(said(Side.CONTACT, "how much is it", 12.5)))
    )
    assert (passage.side, passage.start_s, passage.end_s) == (Side.CONTACT, 12.5, 14.5)


def test_windows_are_whole_turns_and_share_a_short_one() -> None:
    transcript = a_transcript(words(50), words(50), words(20), words(60), words(60))
    assert spans(Grain.WINDOW, passages_of(transcript)) == [(0, 2), (2, 3), (4, 4)]


def test_a_long_turn_is_not_repeated() -> None:
    transcript = a_transcript(words(60), words(60), words(60))
    assert spans(Grain.WINDOW, passages_of(transcript)) == [(0, 1), (2, 2)]


def test_a_very_long_turn_is_taken_apart_between_utterances() -> None:
    monologue = a_transcript(*(said(Side.USER, words(50), n * 9.0) for n in range(6)))
    assert spans(Grain.WINDOW, passages_of(monologue)) == [(0, 1), (2, 3), (4, 5)]


def test_blocks_are_larger_than_windows() -> None:
    transcript = a_transcript(*(words(60) for _ in range(6)))
    assert spans(Grain.BLOCK, passages_of(transcript)) == [(0, 2), (2, 4), (4, 5)]


def test_a_window_of_one_side_says_so_and_a_mixed_one_does_not() -> None:
    assert of_grain(Grain.WINDOW, passages_of(a_transcript("only we talk")))[0].side is Side.USER
    assert (
        of_grain(Grain.WINDOW, passages_of(a_transcript("we talk", "so do they")))[0].side is None
    )


def test_notes_and_summaries_are_passages() -> None:
    passages = passages_of(
        a_transcript("hello there you", summary_text="They met."), note="call again"
    )
    assert [(p.kind, p.text) for p in of_grain(Grain.WRITTEN, passages)] == [
        (Kind.NOTE, "call again"),
        (Kind.SUMMARY, "They met."),
    ]


@pytest.mark.parametrize("note", ["", "  \n", None])
def test_an_empty_note_is_no_passage(note: str | None) -> None:
    assert passages_of(None, note=note) == ()


def test_ordinals_count_from_nought() -> None:
    passages = passages_of(a_transcript("one two three", "four five six"), note="seven")
    assert [p.ordinal for p in passages] == list(range(len(passages)))


def test_a_text_too_long_becomes_several_of_the_same_span() -> None:
    transcript = a_transcript("aaa bbb ccc ddd eee fff")
    utterances = of_grain(Grain.UTTERANCE, passages_of(transcript, limit=12))
    assert [p.text.strip() for p in utterances] == ["aaa bbb ccc", "ddd eee fff"]
    assert {(p.first, p.last) for p in utterances} == {(0, 0)}


def test_a_text_too_long_without_spaces_is_cut_all_the_same() -> None:
    utterances = of_grain(Grain.UTTERANCE, passages_of(a_transcript("x" * 50), limit=12))
    assert "".join(p.text for p in utterances) == "x" * 50


@pytest.mark.parametrize(
    ("text", "count"), [("one two", 2), ("don't", 2), ("你好吗", 3), ("👍 ok", 1), ("", 0)]
)
def test_words_are_counted_in_any_script(text: str, count: int) -> None:
    assert word_count(text) == count


texts = st.text(st.sampled_from("ab ,.\n\x00é你👍א"), max_size=300)
utterances = st.builds(
    Utterance,
    text=texts,
    side=st.sampled_from(Side),
    speaker=st.sampled_from(["", "Ana"]),
    start_s=st.none(),
    end_s=st.one_of(st.none(), st.floats(-5, 5)),
)


@given(st.lists(utterances, max_size=40), st.integers(4, 60))
def test_nothing_said_is_lost_and_everything_fits(said_: list[Utterance], limit: int) -> None:
    transcript = Transcript(utterances=tuple(said_))
    passages = passages_of(transcript, limit=limit)
    for grain in (Grain.WINDOW, Grain.BLOCK):
        covered = {
            n for p in of_grain(grain, passages) for n in range(p.first or 0, (p.last or 0) + 1)
        }
        assert covered >= {n for n, u in enumerate(said_) if u.text.strip()}
    assert all(len(p.text) <= limit for p in passages if p.grain.has_vector)
    assert all(p.text.strip() for p in passages)
    if transcript.has_words:
        assert of_grain(Grain.UTTERANCE, passages)
        assert of_grain(Grain.WINDOW, passages)
