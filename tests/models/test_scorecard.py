"""What a scorecard can be, and what it refuses."""

from typing import Any

import pytest

from models.errors import QueryInvalid
from models.scorecard import AnswerSort, Question, Scorecard, Section

SCALE: dict[str, Any] = {"sort": AnswerSort.SCALE}


def a_question(question_id: str = "one", **fields: Any) -> Question:
    return Question(id=question_id, text="Was it said?", **fields)


def a_card(*sections: Section) -> Scorecard:
    return Scorecard(name="Card", sections=sections)


@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ({"weight": 0.0}, "weight", "above 0"),
        ({"weight": -1.0}, "weight", "above 0"),
        ({"weight": float("nan")}, "weight", "above 0"),
        ({"weight": float("inf")}, "weight", "above 0"),
        ({"weight": 1000.5}, "weight", "at most 1000"),
        (SCALE | {"lowest": 5, "highest": 5}, "questions", "lowest answer must be below"),
        (SCALE | {"lowest": 5, "highest": 1}, "questions", "lowest answer must be below"),
        (SCALE | {"lowest": 0, "highest": 11}, "questions", "more than 10 steps"),
        (SCALE | {"lowest": 10**9, "highest": 10**9 + 1}, "questions", "beyond -100 to 100"),
        (SCALE | {"lowest": 1, "highest": 5, "fails_at": 0}, "questions", "no answer to it"),
        ({"fails_at": 2}, "questions", "no answer to it"),
        ({"highest": 5}, "questions", "yes or no"),
        ({"guide": "x" * 2001}, "questions", "too long"),
    ],
)
def test_a_question_that_cannot_be_scored_is_refused(
    fields: dict[str, Any], field: str, told: str
) -> None:
    with pytest.raises(QueryInvalid, match=told) as refused:
        a_question(**fields)
    assert refused.value.field == field


@pytest.mark.parametrize("question_id", ["", "Price", "price talk", "price-", "-", "é", "x" * 61])
def test_an_id_that_answers_could_not_be_known_by_is_refused(question_id: str) -> None:
    with pytest.raises(QueryInvalid, match="small letters"):
        a_question(question_id)


def test_a_question_without_a_text_is_refused() -> None:
    with pytest.raises(QueryInvalid, match="no text"):
        Question(id="one", text="  ")


def test_a_scorecard_asks_something_once_and_in_named_sections() -> None:
    one = Section(name="One", questions=(a_question(),))
    with pytest.raises(QueryInvalid, match="at least one question"):
        a_card()
    with pytest.raises(QueryInvalid, match="asks nothing"):
        Section(name="Empty", questions=())
    with pytest.raises(QueryInvalid, match="name must not be empty"):
        Section(name=" ", questions=(a_question(),))
    with pytest.raises(QueryInvalid, match="has the weight nan"):
        Section(name="One", questions=(a_question(),), weight=float("nan"))
    with pytest.raises(QueryInvalid, match="two have the id 'one'"):
        a_card(one, Section(name="Two", questions=(a_question(),)))
    with pytest.raises(QueryInvalid, match="two are called 'one'"):
        a_card(one, Section(name="ONE", questions=(a_question("two"),)))
    with pytest.raises(QueryInvalid, match="more than 100"):
        a_card(Section(name="All", questions=tuple(a_question(f"q{n}") for n in range(101))))
    with pytest.raises(QueryInvalid, match="name"):
        Scorecard(name="", sections=(one,))


def test_an_answer_counts_from_0_to_1_over_its_scale() -> None:
    scale = a_question(sort=AnswerSort.SCALE, lowest=-1, highest=3)
    assert [scale.scaled(value) for value in (-1, 0, 3)] == [0.0, 0.25, 1.0]
