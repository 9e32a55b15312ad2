"""Questions, fillers and words."""

import pytest

from indexer.metrics import measure
from models import Utterance
from tests.indexer.metrics.talking import ana, rep, talk, words

LONG = (rep(60, 90, words(100)), ana(90, 120, words(100)))


def figure(name: str, *utterances: Utterance) -> float | None:
    return measure(talk(*utterances, *LONG))[name]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("What is your budget? And who decides?", 2),
        ("Really?? You think so?!", 2),
        ("What do you think.", 0),
        ("so what do you think", 0),  # the others write sentences, and so would this be one
        ("It costs 3.5, right?", 1),
        ("\u4f60\u597d\u5417\uff1f", 1),
    ],
)
def test_questions_are_counted_by_their_marks(text: str, number: int) -> None:
    assert figure("questions_user", rep(0, 10, text)) == number


def test_without_any_punctuation_an_utterance_may_open_like_a_question() -> None:
    said = [rep(0, 20, "so what do you use today"), ana(20, 40, "we use what we have")]
    figures = measure(talk(*said, rep(41, 60, "do you like it")))
    assert (figures["questions_user"], figures["questions_contact"]) == (2, 0)
    assert figures["time_to_first_question_s"] == 0


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        pytest.param([rep(0, 10, "One two three four. Is that so?")], 40 / 7, id="within"),
        pytest.param([rep(0, 10, "Is that so?")], 0, id="at once"),
        pytest.param([rep(0, 4, "Hi. So is"), rep(4.5, 6, "that right?")], 4 / 3, id="cut"),
        pytest.param([rep(0, 4, "Hi there."), rep(4.5, 6, "That right?")], 4.5, id="not cut"),
        pytest.param([rep(0, 4, "So is"), rep(5.6, 6, "that right?")], 5.6, id="a long pause"),
        pytest.param(
            [rep(0, 4, "So is"), ana(3, 4, "Hm."), rep(4.5, 6, "that right?")], 0, id="with a hm"
        ),
        pytest.param(
            [rep(0, 4, "So is"), rep(4, 6, "that right?", speaker="Cy")], 4, id="a colleague's"
        ),
        pytest.param([ana(0, 4, "Who is it?"), rep(5, 6, "Me?")], 5, id="not theirs"),
        pytest.param([rep(0, 9, 'I said "no." Is it?')], 27 / 5, id="after a quote"),
    ],
)
def test_the_first_question_begins_with_its_first_word(
    said: list[Utterance], begins: float
) -> None:
    assert figure("time_to_first_question_s", *said) == pytest.approx(begins, abs=0.001)


def test_of_two_reps_the_first_question_is_the_one_that_begins_first() -> None:
    late_mark = rep(0, 40, words(19) + " So?")
    assert figure("time_to_first_question_s", late_mark, rep(10, 12, "Is it?", "Cy")) == 10


@pytest.mark.parametrize(
    ("text", "fillers"),
    [
        ("Um, uh, er.", 3),
        ("You know, I mean, we do.", 2),
        ("Do you know what I mean?", 0),
        ("I'll let you know.", 0),
        ("The umbrella.", 0),
        ("I like it, kind of.", 0),
    ],
)
def test_fillers_are_those_of_the_list(text: str, fillers: int) -> None:
    count = measure(talk(rep(0, 10, text), rep(10, 60, words(100))))["filler_rate_user"]
    assert count is not None
    assert round(count * (100 + len(text.split())) / 100, 6) == fillers


def test_a_filler_may_be_cut_in_two_and_is_one_speaker_s() -> None:
    cut = figure("filler_rate_user", rep(0, 5, "well you"), rep(5, 9, "know it"))
    assert cut == pytest.approx(100 / 104)
    theirs = figure("filler_rate_user", rep(0, 5, "well you"), rep(5, 9, "know it", "Cy"))
    assert theirs == 0


def test_rates_of_words_need_some_words() -> None:
    figures = measure(talk(rep(0, 9.999, words(29)), ana(10, 20, words(30))))
    assert (figures["words_per_minute_user"], figures["filler_rate_user"]) == (None, None)
    assert figures["words_per_minute_contact"] == 180
    assert measure(talk(rep(0, 9, words(30))))["filler_rate_user"] == 0


def test_a_word_may_have_an_apostrophe_or_a_hyphen() -> None:
    said = talk(rep(0, 10, "That's a 30-day trial \u2013 it\u2019s 1,200.50 -- ok"))
    assert measure(said)["words_per_minute_user"] == 7 * 6
