"""The planner: published numbers, and what it warns of."""

from typing import Any

import numpy as np
import pytest

from indexer.sampling.planner import POWER, Asked, calls_to_tell_apart, plan_size
from models.errors import QueryInvalid


@pytest.mark.parametrize(
    ("population", "margin", "level", "size"),
    [
        (1000, 0.05, 0.95, 278),  # BPA Quality's published figure
        (400, 0.10, 0.95, 78),
        (100, 0.10, 0.95, 50),
        (None, 0.03, 0.95, 1068),
        (60_000, 0.03, 0.99, 1789),
        (3, 0.05, 0.95, 3),
    ],
)
def test_sizes_are_the_published_ones(
    population: int | None, margin: float, level: float, size: int
) -> None:
    assert plan_size(Asked(population=population, margin=margin, level=level)).size == size


@pytest.mark.parametrize(("rare", "calls"), [(0.05, 59), (0.02, 149), (0.01, 299)])
def test_rare_things_are_seen_in_so_many_calls(rare: float, calls: int) -> None:
    assert plan_size(Asked(rare=rare)).to_see_rare == calls


def test_it_says_that_a_few_calls_of_each_rep_tell_no_reps_apart() -> None:
    planned = plan_size(Asked(population=1000, reps=20, rate=0.8, difference=0.08))
    assert planned.per_rep == 10
    assert planned.to_tell_apart == 444
    assert planned.warnings == (
        (
            "10 calls of each rep do not tell reps apart: a rep's own rate is off by up to 25%, and it"
            " takes 444 calls of each to show a difference of 8%"
        ),
    )


def test_so_many_calls_show_a_difference_four_times_in_five() -> None:
    """20,000 pairs of reps; the normal approximation is within 2 points of its power here."""
    n = calls_to_tell_apart(0.8, 0.15, level=0.95)
    assert n is not None
    random = np.random.default_rng(38)
    one, other = random.binomial(n, 0.8, 20_000) / n, random.binomial(n, 0.65, 20_000) / n
    error = np.sqrt((one * (1 - one) + other * (1 - other)) / n)
    assert np.mean((one - other) / error > 1.96) == pytest.approx(POWER, abs=0.02)


def test_what_no_number_of_calls_can_show_has_no_number() -> None:
    planned = plan_size(Asked(rate=0.5, difference=0.6))
    assert planned.to_tell_apart is None
    assert planned.warnings == ("no two reps can differ by 60% around a rate of 50%",)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"margin": 0}, "margin: must be over 0, and below 1"),
        ({"rate": 1}, "rate: must be over 0, and below 1"),
        ({"rare": 0}, "rare: must be over 0, and below 1"),
        ({"difference": float("nan")}, "difference: must be over 0, and below 1"),
        ({"level": 1}, "level: must be from 0.5, and below 1"),
        ({"population": 0}, "population: there is no call to draw from"),
        ({"reps": 0}, "reps: must be at least 1"),
    ],
)
def test_what_has_no_answer_is_refused(told: dict[str, Any], message: str) -> None:
    with pytest.raises(QueryInvalid, match=message):
        Asked(**told)
