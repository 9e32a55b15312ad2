import numpy as np
import pytest
from scipy.stats import hypergeom

from indexer.statistics.balance import balance
from scripts.simulate.alarms import imbalance
from scripts.simulate.running import frequency

OUTCOMES = {"won": 200, "lost": 300, "none": 500}


def test_calls_reviewed_in_proportion_look_like_all_calls() -> None:
    found = balance({"won": 20, "lost": 30, "none": 50}, OUTCOMES)

    assert not found.is_alarming
    assert found.p_value == 1.0
    assert [one.name for one in found.kinds] == ["none", "lost", "won"]
    assert [one.difference for one in found.kinds] == pytest.approx([0, 0, 0])


def test_a_kind_that_is_left_out_raises_the_alarm() -> None:
    found = balance({"won": 50, "lost": 50}, OUTCOMES)

    assert found.is_alarming
    assert {one.name: one.is_alarming for one in found.kinds}["none"]
    [none] = [one for one in found.kinds if one.name == "none"]
    assert (none.reviewed_share, none.population_share, none.difference) == (0, 0.5, -1)


def test_two_kinds_have_the_exact_p_value() -> None:
    """Of 100 calls 30 are long; of 20 reviewed 11 are: two-sided by Fisher's exact test."""
    found = balance({"long": 11, "short": 9}, {"long": 30, "short": 70})

    chances = np.asarray(hypergeom.pmf(np.arange(21), 100, 30, 20))
    exact = chances[chances <= chances[11] * (1 + 1e-7)].sum()
    assert found.p_value == pytest.approx(exact, abs=0.01)


def test_it_says_what_it_could_have_seen() -> None:
    """(1.96 + 1.28) sqrt(.9 / 100) for two kinds, more for three."""
    two = balance({"long": 30, "short": 70}, {"long": 300, "short": 700})
    three = balance({"won": 20, "lost": 30, "none": 50}, OUTCOMES)

    assert two.detectable == pytest.approx(3.2415 * 0.09487, abs=1e-3)
    assert three.detectable == pytest.approx((2.394 + 1.2816) * 0.09487, abs=1e-3)


@pytest.mark.parametrize(
    ("reviewed", "population", "why"),
    [
        ({}, OUTCOMES, "no call was reviewed"),
        ({}, {}, "no call was reviewed"),
        (OUTCOMES, OUTCOMES, "every call was reviewed"),
        ({"won": 3}, {"won": 9}, "all calls are of one kind"),
    ],
)
def test_without_a_question_there_is_no_test(
    reviewed: dict[str, int], population: dict[str, int], why: str
) -> None:
    found = balance(reviewed, population)

    assert (found.p_value, found.is_alarming, found.detectable, found.why) == (
        None,
        False,
        None,
        why,
    )


def test_counts_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="more calls of a kind"):
        balance({"won": 4}, {"won": 3, "lost": 9})
    with pytest.raises(ValueError, match="more calls of a kind"):
        balance({"voicemail": 1}, OUTCOMES)
    with pytest.raises(ValueError, match="below zero"):
        balance({"won": -1}, OUTCOMES)


def test_blind_draws_seldom_raise_the_alarm_and_a_difference_of_3_tenths_mostly_does() -> None:
    """2 kinds and 130 reviewed, 4 and 180, 8 and 240; 300 runs, give or take .015."""
    for alarm in imbalance():
        share = frequency(alarm, runs=300)
        assert share <= 0.05 + 0.038 if "blindly" in alarm.name else share >= 0.87, alarm.name
