from fractions import Fraction
from itertools import islice

import numpy as np
import pytest
from scipy import stats

from indexer.statistics.proportions import wilson
from indexer.statistics.survey import (
    DomainStratum,
    SurveyStratum,
    domain_mean,
    domain_rate,
    population_mean,
    population_rate,
)
from scripts.simulate.intervals import domain_rates, rates, scores
from scripts.simulate.running import coverage, together

SHORT = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
LONG = (8.0, 9.0, 11.0, 12.0, 13.0, 15.0, 16.0)
STRATA = (SurveyStratum(30, SHORT), SurveyStratum(21, LONG))
SCORES = (0.0, 20.0)


def test_a_call_counts_for_those_it_stands_for() -> None:
    found = population_mean(STRATA, bounds=SCORES)

    expected = Fraction(30 * 21, 6) + Fraction(21 * 84, 7)
    assert found.value == pytest.approx(float(expected / 51))
    assert found.n == 13


def test_the_standard_error_is_that_of_the_textbook() -> None:
    """Cochran (1977), 5.3: Sum (N_h / N)² (1 - n_h / N_h) s_h² / n_h; no skewness here."""
    interval = population_mean(STRATA, bounds=SCORES).interval

    variances = [
        (count / 51) ** 2 * (1 - len(values) / count) / len(values)
        for count, values in ((30, SHORT), (21, LONG))
    ]
    spread = [float(np.var(values, ddof=1)) for values in (SHORT, LONG)]
    error = float(np.dot(variances, spread)) ** 0.5
    degrees = sum(variances) ** 2 / (variances[0] ** 2 / 5 + variances[1] ** 2 / 6)
    assert interval is not None
    half = stats.t.ppf(0.975, degrees) * error
    assert interval.high - interval.low == pytest.approx(2 * half, rel=1e-3)


def test_a_rate_without_strata_is_that_of_wilson_with_what_is_left_to_chance() -> None:
    """And half a call of the hundred wider on either side."""
    interval = population_rate([SurveyStratum(100, (1.0,) * 8 + (0.0,) * 12)]).interval

    assert interval is not None
    low, high = wilson(0.4, 20 / 0.8, stats.norm.ppf(0.975))
    half_a_call = 1 / 200
    assert (interval.low, interval.high) == pytest.approx((low - half_a_call, high + half_a_call))


@pytest.mark.parametrize(("population", "drawn"), [(22, 18), (50, 40), (12, 10), (100, 50), (6, 5)])
def test_one_call_that_nobody_saw_may_differ(population: int, drawn: int) -> None:
    """Exactly, over every draw there can be: 93 of 100 times whatever the share is."""
    for yes in range(population + 1):
        chance = stats.hypergeom(population, yes, drawn)
        held = 0.0
        for seen in range(drawn + 1):
            if not chance.pmf(seen):
                continue
            values = (1.0,) * seen + (0.0,) * (drawn - seen)
            interval = population_rate([SurveyStratum(population, values)]).interval
            assert interval is not None
            inside = interval.low - 1e-9 <= yes / population <= interval.high + 1e-9
            held += chance.pmf(seen) * inside
        assert held >= 0.93, yes


def test_a_census_is_exact() -> None:
    found = population_rate([SurveyStratum(3, (1.0, 0.0, 0.0)), SurveyStratum(1, (1.0,))])

    assert found.value == 0.5
    assert found.interval is not None
    assert (found.interval.low, found.interval.high, found.interval.method) == (0.5, 0.5, "census")


@pytest.mark.parametrize(("answer", "ends"), [(0.0, (0.0, 0.113)), (1.0, (0.887, 1.0))])
def test_answers_that_are_all_equal_still_have_an_interval_with_a_width(
    answer: float, ends: tuple[float, float]
) -> None:
    strata = [SurveyStratum(100, (answer,) * 15), SurveyStratum(100, (answer,) * 15)]

    interval = population_rate(strata).interval

    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(ends, abs=0.015)


def test_what_was_never_sampled_leaves_no_number_for_the_whole() -> None:
    strata = [*STRATA, SurveyStratum(40, ()), SurveyStratum(2, ())]

    for found in (
        population_mean(strata),
        population_rate([SurveyStratum(9, (1.0,)), SurveyStratum(4, ())]),
    ):
        assert (found.value, found.interval) == (None, None)
    assert population_mean(strata).why == (
        "2 strata were never sampled, so nothing is known of 42 of the calls"
    )


def test_an_empty_stratum_is_none() -> None:
    assert population_mean([*STRATA, SurveyStratum(0, ())]) == population_mean(STRATA)


@pytest.mark.parametrize("strata", [[], [SurveyStratum(5, ())]])
def test_nothing_sampled_is_said(strata: list[SurveyStratum]) -> None:
    assert population_mean(strata).why == "no call was sampled"
    assert population_rate(strata).why == "no call was sampled"


def test_strata_with_one_call_each_tell_a_rate_but_not_how_scores_are_spread() -> None:
    strata = [SurveyStratum(20, (float(n % 3 == 0),)) for n in range(15)]

    assert population_rate(strata).interval is not None
    found = population_mean([SurveyStratum(20, (n / 15,)) for n in range(15)], bounds=(0, 1))
    assert found.interval is None
    assert found.why == (
        "most strata have one sampled call, which does not tell how far calls differ there"
    )


def test_a_stratum_with_one_call_borrows_the_spread_of_the_others() -> None:
    small = SurveyStratum(12, (7.0,))

    found = population_mean([*STRATA, small], bounds=SCORES)

    assert found.interval is not None
    assert found.why is None


@pytest.mark.parametrize(
    ("strata", "why"),
    [
        ([SurveyStratum(60, SHORT)], "6 calls are too few for an interval: 10 are needed"),
        ([SurveyStratum(900, SHORT), SurveyStratum(21, LONG)], "13 calls are too few for an interval (they weigh as much as 6): 10 are needed"),
        ([SurveyStratum(60, (3.0,) * 12)], "all 12 calls have the same value, so their spread is not known"),
        ([SurveyStratum(60, (3.0,) * 12 + (4.0,))], "only 1 of 13 calls differ from the commonest value, too few for an interval: 6 are needed"),
        ([SurveyStratum(60, (3.0,) * 6), SurveyStratum(60, (4.0,) * 6)], "the calls of each stratum are all the same, so their spread is not known"),
    ],
)  # fmt: skip
def test_a_mean_that_cannot_be_said_to_be_sure_says_why(
    strata: list[SurveyStratum], why: str
) -> None:
    found = population_mean(strata, bounds=SCORES)

    assert found.value is not None
    assert (found.interval, found.why) == (None, why)


def test_few_calls_have_no_rate_with_an_interval() -> None:
    found = population_rate([SurveyStratum(60, (1.0, 0.0, 1.0, 1.0))])

    assert (found.value, found.interval) == (0.75, None)
    assert found.why == "4 calls are too few for an interval: 5 are needed"


def test_a_domain_is_weighed_by_strata_and_counts_its_own_calls() -> None:
    strata = [DomainStratum(100, 10, (1.0, 0.0)), DomainStratum(30, 10, (1.0, 1.0, 1.0, 0.0))]

    found = domain_rate(strata)

    assert found.value == pytest.approx((10 * 1 + 3 * 3) / (10 * 2 + 3 * 4))
    assert found.n == 6


def test_a_domain_is_less_sure_than_a_stratum_of_its_own() -> None:
    """Which of the sampled calls lie in the domain is chance as well."""
    ten = tuple(float(n) for n in range(12))
    lone, part = DomainStratum(120, 12, ten), DomainStratum(240, 24, ten)

    own = domain_mean([lone], bounds=SCORES).interval
    among = domain_mean([part], bounds=SCORES).interval

    assert own is not None
    assert among is not None
    assert among.high - among.low == pytest.approx(own.high - own.low, rel=0.06)


def test_what_cannot_be_a_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="3 sampled of 2 calls"):
        population_mean([SurveyStratum(2, (1.0, 2.0, 3.0))])
    with pytest.raises(ValueError, match="2 values of 1 sampled"):
        domain_mean([DomainStratum(9, 1, (1.0, 2.0))])
    with pytest.raises(ValueError, match="0 or 1"):
        population_rate([SurveyStratum(9, (1.0, 0.5))])
    with pytest.raises(ValueError, match="NaN"):
        population_mean([SurveyStratum(9, (1.0, float("nan")))])
    with pytest.raises(ValueError, match="level"):
        population_mean(STRATA, level=2)


def test_intervals_of_rates_hold_the_truth_19_of_20_times() -> None:
    """In proportion, so many of each, a minimum of each; 150 cases of 20 runs: give or take .004."""
    found = [coverage(case, runs=20) for case in rates()]

    assert 0.93 <= together(found, "all").covered <= 0.97


def test_intervals_of_rates_of_a_part_hold_the_truth_19_of_20_times() -> None:
    found = [coverage(case, runs=25) for case in islice(domain_rates(), 0, None, 2)]

    assert 0.93 <= together(found, "all").covered <= 0.975


def test_intervals_of_scores_hold_the_truth_19_of_20_times() -> None:
    """The same designs, 10 runs each: give or take .006."""
    found = [coverage(case, runs=10) for case in scores()]

    assert 0.93 <= together(found, "all").covered <= 0.97
