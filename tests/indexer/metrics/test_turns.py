"""Turns, backchannels, interruptions and pauses, one case at a time."""

import pytest

from indexer.metrics import measure
from models import Utterance
from tests.indexer.metrics.talking import ana, rep, talk, words

LONG = (rep(60, 90, words(60)), ana(90.5, 120, words(60)))
"""Makes a call long, whatever comes before, and asks, interrupts and acknowledges nothing."""


def figure(name: str, *utterances: Utterance) -> float | None:
    return measure(talk(*utterances, *LONG))[name]


@pytest.mark.parametrize(("pause", "length"), [(1.5, 41.5), (1.501, 30)])
def test_a_turn_goes_on_after_a_pause_of_a_second_and_a_half(pause: float, length: float) -> None:
    said = (rep(0, 20, words(40)), rep(20 + pause, 40 + pause, words(40)))
    assert figure("longest_monologue_s", *said) == length


def test_a_backchannel_does_not_end_a_monologue_and_words_do() -> None:
    around = rep(0, 25, words(40)), rep(26.2, 50, words(40))
    assert figure("longest_monologue_s", around[0], ana(25.2, 26, "Uh-huh."), around[1]) == 50
    assert figure("longest_monologue_s", around[0], ana(25.2, 26, "No way."), around[1]) == 30


def test_a_reply_that_starts_a_little_early_ends_a_turn() -> None:
    said = rep(0, 25, words(40)), ana(24.8, 26, "That is too much."), rep(26.2, 50, words(40))
    assert figure("longest_monologue_s", *said) == 30
    assert figure("interruptions_contact", *said) == 0


@pytest.mark.parametrize(
    ("said", "number"),
    [
        pytest.param([ana(5, 5.5, "Yeah.")], 1, id="within"),
        pytest.param([ana(5, 5.5, "Mhm."), ana(12, 12.5, "Okay.")], 2, id="twice within"),
        pytest.param([ana(20.2, 20.6, "Right, right.")], 1, id="between"),
        pytest.param([ana(20.2, 20.4, "Okay."), ana(22, 22.5, "I see.")], 2, id="twice between"),
        pytest.param([ana(20.2, 20.4, "Okay."), ana(22.5, 24, "But why.")], 0, id="then words"),
        pytest.param([ana(5, 5.5, "Yeah but when.")], 0, id="more than that"),
        pytest.param([ana(5, 7, "Yeah yeah yeah yeah yeah yeah.")], 0, id="six words"),
        pytest.param([ana(5, 6, "All right, makes sense.")], 1, id="phrases"),
        pytest.param([ana(5, 6, "All sense.")], 0, id="halves of phrases"),
    ],
)
def test_backchannels_are_a_listener_s_words_while_the_other_goes_on(
    said: list[Utterance], number: int
) -> None:
    talked = (rep(0, 20, words(40)), *said, rep(25, 30, words(10)))
    assert figure("backchannels_contact", *talked) == number
    assert figure("backchannels_user", *talked) == 0


def test_yes_to_a_question_is_an_answer() -> None:
    asked = rep(0, 20, words(40, "?")), ana(20.5, 21, "Yes."), rep(21.2, 30, words(10))
    assert figure("backchannels_contact", *asked) == 0
    told = rep(0, 20, words(40)), ana(20.5, 21, "Yes."), rep(21.2, 30, words(10))
    assert figure("backchannels_contact", *told) == 1


def test_okay_before_one_s_own_turn_is_no_backchannel() -> None:
    said = rep(0, 20, words(40)), ana(20.5, 21, "Okay."), ana(24, 30, words(10))
    assert figure("backchannels_contact", *said) == 0


@pytest.mark.parametrize(("early_s", "number"), [(0.499, 0), (0.5, 1), (8.0, 1)])
def test_an_interruption_starts_half_a_second_before_the_other_is_done(
    early_s: float, number: int
) -> None:
    said = ana(0, 20, words(40)), rep(20 - early_s, 25, words(10))
    assert figure("interruptions_user", *said) == number
    assert figure("interruptions_contact", *said) == 0


def test_a_backchannel_interrupts_nobody() -> None:
    assert figure("interruptions_user", ana(0, 20, words(40)), rep(5, 6, "Right.")) == 0


def pauses(*waits: float) -> list[Utterance]:
    """The rep answers after so many seconds each time."""
    said, now = [], 0.0
    for wait in waits:
        said += [ana(now, now + 1, words(2)), rep(now + 1 + wait, now + 2 + wait, words(2))]
        now += 4 + wait
    return said


@pytest.mark.parametrize(
    ("waits", "patience"),
    [
        ([0.5], 0.5),
        ([0.5, 2.0, 1.0], 1.0),
        ([0.5, 1.0], 0.75),
        ([-0.4, 0.2], 0.1),
        ([10.0, 10.001], 10.0),
        ([10.001], None),
    ],
)
def test_patience_is_the_median_pause_of_ten_seconds_at_most(
    waits: list[float], patience: float | None
) -> None:
    assert figure("patience_s", *pauses(*waits)) == patience


def test_words_of_a_listener_are_no_answer_for_patience() -> None:
    said = ana(0, 20, words(40)), rep(20.1, 20.4, "Mhm."), ana(20.8, 30, words(20))
    assert figure("patience_s", *said, rep(32, 40, words(20))) == 2.0
