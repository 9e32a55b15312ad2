"""Scorecards as people write them, and ids that stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.papers import Written
from indexer.reviewing import SCORECARDS, scorecards
from indexer.reviewing.plain import EXAMPLE, read_plain, written_plain
from indexer.reviewing.scorecards import GivenQuestion, GivenSection, made
from indexer.store.memory import MemoryStore
from models.errors import QueryInvalid
from models.scorecard import AnswerSort, Question, Scorecard, Section
from tests.factories import NOON

WORDS = st.text("abcdefgé ?,", min_size=1, max_size=20).filter(lambda text: text.strip() == text)


def section(*texts: str) -> GivenSection:
    return GivenSection(name="One", questions=tuple(GivenQuestion(text=text) for text in texts))


def ids(card: Scorecard) -> list[str]:
    return [question.id for question in card.questions]


def test_ids_are_made_from_texts_and_never_twice() -> None:
    card = made("Card", [section("Price?", "price!", "Überraschung", "?!", "x" * 90)])
    assert ids(card) == ["price", "price-2", "uberraschung", "question", "x" * 55]


def test_a_question_keeps_its_id_when_others_come_and_go(store: MemoryStore) -> None:
    known = SCORECARDS.add(store, made("Card", [section("Price?", "price!")]), by=None, at=NOON)
    changed = scorecards.change(
        store, known, sections=[section("New?", "PRICE! ", "Price?")], by=None, at=NOON
    )
    assert ids(changed.body) == ["new", "price-2", "price"]
    again = scorecards.change(store, changed, sections=[section("Price, then?")], by=None, at=NOON)
    assert ids(again.body) == ["price-then"]
    assert [one.version for one in SCORECARDS.versions(store, known.id)] == [1, 2, 3]


def test_an_id_that_was_another_questions_is_not_given_anew() -> None:
    before = made("Card", [section("Price?")])
    after = made("Card", [section("price !")], before=before)
    assert ids(after) == ["price-2"]


def test_a_new_name_alone_changes_no_question(
    store: MemoryStore, scorecard: Written[Scorecard]
) -> None:
    named = scorecards.change(store, scorecard, name=" Renamed ", by=None, at=NOON)
    assert (named.body.name, named.body.sections) == ("Renamed", scorecard.body.sections)


def test_the_example_can_be_made_and_written_again() -> None:
    card = made("Example", read_plain(EXAMPLE))
    assert [one.weight for one in card.sections] == [1.0, 3.0, 2.0]
    notice, _, needs, price, _ = card.questions
    assert (notice.id, notice.fails_at) == ("recording-notice", 0)
    assert notice.guide == "In the first minute, in words a customer understands."
    assert (needs.sort, needs.lowest, needs.highest, needs.weight) == (AnswerSort.SCALE, 1, 5, 2.0)
    assert price.allows_na
    assert made("Example", read_plain(written_plain(card))) == card


@given(
    st.lists(
        st.tuples(
            WORDS, st.booleans(), st.integers(-20, 20), st.integers(1, 10), st.integers(1, 9),
            st.booleans(), WORDS,
        ),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_whatever_is_written_is_read_as_the_same(
    drawn: list[tuple[str, bool, int, int, int, bool, str]],
) -> None:
    questions = tuple(
        Question(
            id=f"q-{n}", text=text, sort=AnswerSort.SCALE if is_scale else AnswerSort.YES_NO,
            lowest=lowest if is_scale else 0, highest=lowest + steps if is_scale else 1,
            weight=weight / 4, allows_na=is_na, fails_at=lowest if is_scale and is_na else None,
            guide=guide,
        )
        for n, (text, is_scale, lowest, steps, weight, is_na, guide) in enumerate(drawn)
    )  # fmt: skip
    card = Scorecard(name="Card", sections=(Section(name="S", questions=questions, weight=2.5),))
    assert made("Card", read_plain(written_plain(card))) == card


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- No section?", "line 1: begin a section with #"),
        ("# One\n\nplain", "line 3: begin a section"),
        ("# One\n  a guide to nothing", "line 2: begin a section"),
        ("# One | n/a", "line 1: a section has a weight"),
        ("# One\n- Ask? | maybe", "'maybe' is none of"),
        ("# One\n- Ask? | weight x", "'weight x' is none of"),
        ("#" + "x" * 100_001, "at most 100,000"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, told: str) -> None:
    with pytest.raises(QueryInvalid, match=told):
        read_plain(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "at least one question"),
        ("# One", "asks nothing"),
        ("# One\n-", "no text"),
        ("# One\n- A? | 5-5", "below"),
        ("# One\n- A? | weight 0", "above 0"),
        ("# One\n- A? | 1-5 | fails at 9", "no answer"),
        ("# One\n- A? | id Not-small", "small letters"),
        ("# One\n- A? | id a\n- B? | id a", "two have the id"),
    ],
)
def test_what_is_read_may_still_be_no_scorecard(text: str, told: str) -> None:
    with pytest.raises(QueryInvalid, match=told):
        made("Card", read_plain(text))
