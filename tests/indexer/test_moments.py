"""Which words of a call are shown for a question, and which are marked."""

import pytest

from indexer.moments import moments_of
from indexer.words import query_stems
from models import (
    CallRecord,
    Grain,
    Kind,
    Mode,
    Moment,
    SearchFilter,
    Side,
)
from tests.factories import a_record, a_transcript, said


def moments(
    record: CallRecord,
    query: str = "",
    *,
    close_to: dict[str, float] | None = None,
    mode: Mode = Mode.HYBRID,
    where: SearchFilter = SearchFilter(),
) -> tuple[Moment, ...]:
    """Moments where the passages with these texts in them have these cosines, others 0.1."""
    cosines = {
        p.ordinal: max([c for text, c in (close_to or {}).items() if text in p.text], default=0.1)
        for p in record.passages
        if p.grain.has_vector
    }
    moments, _ = moments_of(
        record, cosines=cosines, wanted=query_stems(query), mode=mode, where=where
    )
    return moments


def shown(moment: Moment, record: CallRecord) -> list[str]:
    transcript = record.transcript(moment.kind)
    assert transcript is not None
    return [
        ("*" if quote.matched else "") + transcript.utterances[quote.index].text
        for quote in moment.quotes
    ]


def test_the_utterance_that_answers_is_marked_among_its_neighbours() -> None:
    record = a_record("one two three", "it costs too much", "five six seven")
    [moment] = moments(record, "price", close_to={"costs": 0.8})
    assert shown(moment, record) == ["one two three", "*it costs too much", "five six seven"]


def test_two_utterances_either_side_are_enough() -> None:
    record = a_record(*(f"line number {n}" for n in range(9)))
    [moment] = moments(record, close_to={"number 4": 0.9})
    assert [quote.index for quote in moment.quotes] == [2, 3, 4, 5, 6]


def test_a_long_neighbour_is_not_quoted() -> None:
    record = a_record(" ".join(["chatter"] * 80), "it costs too much")
    [moment] = moments(record, close_to={"costs": 0.8})
    assert shown(moment, record) == ["*it costs too much"]


def test_an_utterance_with_the_words_is_marked_too() -> None:
    record = a_record("is the price fixed", "the price is what hurts", "and so on then")
    [moment] = moments(record, "price", close_to={"hurts": 0.9})
    assert [text.startswith("*") for text in shown(moment, record)] == [True, True, False]


def test_by_meaning_alone_words_mark_nothing() -> None:
    record = a_record("is the price fixed", "the price is what hurts")
    [moment] = moments(record, "price", close_to={"hurts": 0.9}, mode=Mode.SEMANTIC)
    assert shown(moment, record) == ["is the price fixed", "*the price is what hurts"]


def test_by_words_alone_meaning_marks_nothing() -> None:
    record = a_record("it is what hurts", "we talked about zebras")
    [moment] = moments(record, "zebras", close_to={"hurts": 0.9}, mode=Mode.KEYWORD)
    assert shown(moment, record) == ["it is what hurts", "*we talked about zebras"]


def test_an_utterance_too_short_for_a_vector_can_match_by_its_word() -> None:
    record = a_record("so tell me now", "Expensive.", "I understand you there")
    [moment] = moments(record, "expensive", close_to={"tell": 0.11})
    assert "*Expensive." in shown(moment, record)


def test_only_the_side_asked_for_is_marked() -> None:
    record = a_record("our price is fair", "your price is high")
    [moment] = moments(
        record, "price", close_to={"price": 0.9}, where=SearchFilter(side=Side.CONTACT)
    )
    assert shown(moment, record) == ["our price is fair", "*your price is high"]


def test_a_side_that_said_nothing_has_no_moment() -> None:
    record = a_record("only we talk here")
    assert moments(record, "talk", where=SearchFilter(side=Side.CONTACT)) == ()


def filler(word: str) -> list[str]:
    return [" ".join([word] * 70)] * 2


def test_best_moments_come_first_and_no_utterance_is_quoted_twice() -> None:
    record = a_record(
        *filler("aa"), "quite dear that is", *filler("bb"), "far too dear for us", *filler("cc")
    )
    close_to = {"quite dear": 0.7, "far too dear": 0.9}
    found = moments(record, close_to=close_to)
    assert ["*far too dear for us" in shown(m, record) for m in found] == [True, False]
    indexes = [quote.index for moment in found for quote in moment.quotes]
    assert len(indexes) == len(set(indexes))


def test_a_moment_much_worse_than_the_best_is_left_out() -> None:
    record = a_record(*filler("aa"), "quite dear that is", *filler("bb"), "far too dear for us")
    assert len(moments(record, close_to={"far too dear": 0.9})) == 1


def test_there_are_three_moments_at_most() -> None:
    texts = [text for n in range(8) for text in (f"dear number {n}", *filler(f"w{n}"))]
    assert len(moments(a_record(*texts), close_to={"dear": 0.9})) == 3


def test_a_note_is_a_moment_with_its_text() -> None:
    record = a_record("hello there you", note="budget is the problem")
    note = moments(record, "budget", close_to={"budget": 0.9})[0]
    assert (note.kind, note.text, note.quotes) == (Kind.NOTE, "budget is the problem", ())


def test_something_said_is_shown_even_when_the_note_matches_better() -> None:
    record = a_record("hello there you", note="budget is the problem")
    assert {m.kind for m in moments(record, "budget", close_to={"budget": 0.9})} == {
        Kind.NOTE,
        Kind.RECORDING,
    }


def test_kinds_choose_where_to_look() -> None:
    record = a_record(
        "about the budget", voicemail=a_transcript("call about the budget"), note="budget"
    )
    where = SearchFilter(kinds=(Kind.VOICEMAIL,))
    assert [m.kind for m in moments(record, "budget", where=where)] == [Kind.VOICEMAIL]


def test_a_call_without_words_has_no_moments() -> None:
    assert moments(a_record(), "budget") == ()


@pytest.mark.parametrize("mode", Mode)
def test_quotes_stand_in_the_transcript_in_order(mode: Mode) -> None:
    record = a_record(*(f"line {n} of the zebra tale" for n in range(30)))
    for moment in moments(record, "zebra", close_to={"line 2": 0.9}, mode=mode):
        indexes = [quote.index for quote in moment.quotes]
        assert indexes == list(range(indexes[0], indexes[-1] + 1))
        assert any(quote.matched for quote in moment.quotes)


def test_a_blank_utterance_is_never_the_answer() -> None:
    record = a_record(
        recording=a_transcript(said(Side.USER, " ", 0.0), said(Side.CONTACT, "yes", 1.0))
    )
    assert record.passages[0].grain is Grain.UTTERANCE
    [moment] = moments(record)
    assert [(q.index, q.matched) for q in moment.quotes if q.matched] == [(1, True)]
