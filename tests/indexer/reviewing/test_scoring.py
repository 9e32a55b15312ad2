"""Scores worked by hand, and what leaves them as they are."""

from dataclasses import replace

import pytest

from indexer.reviewing import FORMULA, score
from models.review import Answer
from models.scorecard import AnswerSort, Question, Scorecard, Section

FIVE = Question(id="five", text="?", sort=AnswerSort.SCALE, lowest=1, highest=5, weight=3)
YES = Question(id="yes", text="?", allows_na=True)
NOTICE = Question(id="notice", text="?", fails_at=0, allows_na=True)
CARD = Scorecard(
    name="Card",
    sections=(
        Section(name="Opening", questions=(NOTICE,)),
        Section(name="Talk", questions=(FIVE, YES), weight=2),
    ),
)


def answers(**values: int | None) -> list[Answer]:
    return [Answer(question_id=name, value=value) for name, value in values.items()]


def test_a_score_is_the_weighted_mean_of_sections_in_per_cent() -> None:
    # Opening 1; talk (3 * 0.75 + 1 * 0) / 4 = 0.5625; (1 * 1 + 2 * 0.5625) / 3 = 0.7083
    result = score(CARD, answers(notice=1, five=4, yes=0))
    assert result.value == pytest.approx(100 * 2.125 / 3)
    assert [one.score for one in result.sections] == [100.0, pytest.approx(56.25)]
    assert (result.formula, result.is_auto_failed) == (FORMULA, False)


def test_what_does_not_apply_is_left_out_and_the_rest_keeps_its_weights() -> None:
    result = score(CARD, answers(notice=1, five=4, yes=None))
    assert result.value == pytest.approx(100 * (1 + 2 * 0.75) / 3)
    assert score(CARD, answers(notice=None, five=4, yes=0)).value == pytest.approx(56.25)


def test_a_section_in_which_nothing_applies_is_left_out() -> None:
    result = score(CARD, answers(notice=None, five=5, yes=None))
    assert result.value == pytest.approx(100.0)
    assert [one.score for one in result.sections] == [None, 100.0]


def test_where_nothing_applies_at_all_there_is_no_score() -> None:
    result = score(CARD, answers(notice=None, five=None, yes=None))
    assert (result.value, [one.score for one in result.sections]) == (None, [None, None])
    assert score(CARD, []).value is None


def test_one_answer_fails_the_whole_call_and_is_named() -> None:
    result = score(CARD, answers(notice=0, five=5, yes=1))
    assert (result.value, result.failed_by, result.is_auto_failed) == (0.0, ("notice",), True)
    assert [one.score for one in result.sections] == [0.0, 100.0]


def test_a_call_fails_even_where_nothing_else_applies() -> None:
    assert score(CARD, answers(notice=0, five=None, yes=None)).value == 0.0


def test_weights_count_against_each_other_only() -> None:
    given = answers(notice=1, five=2, yes=1)
    tenfold = replace(
        CARD,
        sections=tuple(
            Section(
                name=section.name,
                weight=section.weight * 10,
                questions=tuple(replace(q, weight=q.weight * 7) for q in section.questions),
            )
            for section in CARD.sections
        ),
    )
    assert score(tenfold, given).value == pytest.approx(score(CARD, given).value)


def test_a_better_answer_never_lowers_a_score() -> None:
    scores = [score(CARD, answers(notice=1, five=n, yes=1)).value or 0 for n in range(1, 6)]
    assert scores == sorted(scores)
    assert scores[0] < scores[-1] == 100.0
