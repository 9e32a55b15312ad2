from collections.abc import Sequence
from itertools import islice

import numpy as np
import pytest
from scipy import stats

from indexer.statistics.clustered import Side, over_clusters
from indexer.statistics.lone import over_calls
from indexer.statistics.means import ANYTHING, Bounds, mean
from indexer.statistics.proportions import proportion
from scripts.simulate.intervals import clustered, means
from scripts.simulate.running import coverage, together

ALONG = np.linspace(-1, 1, 25)


def test_figures_without_skewness_have_the_interval_of_student() -> None:
    interval = mean(ALONG).interval

    expected = stats.t.interval(0.95, 24, scale=stats.sem(ALONG))
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(expected)


def test_a_long_tail_moves_both_ends_towards_it() -> None:
    values = np.exp(ALONG * 2)

    interval = mean(values).interval

    low, high = stats.t.interval(0.95, 24, loc=values.mean(), scale=stats.sem(values))
    assert interval is not None
    assert interval.low > low
    assert interval.high > high


def test_a_tail_to_the_other_side_gives_the_mirrored_interval() -> None:
    values = np.exp(ALONG * 2)
    one, other = mean(values).interval, mean(-values).interval

    assert one is not None
    assert other is not None
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))


def test_values_of_yes_and_no_make_a_share() -> None:
    assert mean([1, 0, 1, 1]) == proportion(3, 4)


def test_counts_that_happen_to_be_0_or_1_are_no_share() -> None:
    found = mean([0] * 15 + [1] * 15, bounds=(0, np.inf))

    assert found.interval is not None
    assert found.interval.method.startswith("Student")


@pytest.mark.parametrize(
    ("values", "clusters", "bounds", "why"),
    [
        ([0.5], None, ANYTHING, "1 call is too few for an interval: 20 are needed"),
        (ALONG[:19], None, ANYTHING, "19 calls are too few for an interval: 20 are needed"),
        (ALONG[:9], None, (-1, 1), "9 calls are too few for an interval: 10 are needed"),
        ([3.0] * 30, None, ANYTHING, "all 30 calls have the same value, so their spread is not known"),
        ([0.0] * 29 + [7.0], None, ANYTHING, "only 1 call differs from the commonest value, too few for an interval: 6 are needed"),
        (ALONG, ["Ann"] * 25, ANYTHING, "the calls are of 1 rep, which does not tell how far reps differ: 6 are needed"),
        (ALONG, ["Ann"] * 5 + ["Bob"] * 20, ANYTHING, "the calls are of 2 reps who weigh as much as 1.5, which does not tell how far reps differ: 6 are needed"),
        (ALONG[:24].reshape(8, 3).repeat(2, 0).ravel(), list("abcdef") * 8, ANYTHING, None),
        (list(ALONG[:8]) * 6, [name for name in "abcdef" for _ in range(8)], ANYTHING, "all reps have the same mean, so how far reps differ is not known"),
    ],
)  # fmt: skip
def test_a_mean_that_cannot_be_said_to_be_sure_says_why(
    values: Sequence[float], clusters: list[str] | None, bounds: Bounds, why: str | None
) -> None:
    found = mean(values, clusters=clusters, bounds=bounds)

    assert found.value == pytest.approx(np.mean(values))
    assert found.why == why
    assert (found.interval is None) == (why is not None)


def test_no_calls_have_no_mean() -> None:
    found = mean([])

    assert (found.value, found.n, found.why) == (None, 0, "there are no calls")


def test_an_interval_stays_within_what_a_figure_can_be() -> None:
    nearly = 1 - np.abs(ALONG[:12]) / 50
    nearly[3] = 0.2

    interval = mean(nearly, bounds=(0, 1)).interval

    assert interval is not None
    assert interval.high <= 1


@pytest.mark.parametrize("values", [[1.0, float("nan")], [float("inf")], [[1.0], [2.0]]])
def test_what_is_no_list_of_numbers_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match=r"figures of a call|list of numbers"):
        mean(values)


def test_calls_need_a_rep_each_if_any_has_one() -> None:
    with pytest.raises(ValueError, match="1 names of clusters for 2 values"):
        mean([1, 2], clusters=["Ann"])


def test_reps_with_a_call_each_are_calls() -> None:
    values = np.exp(ALONG)
    lone, reps = over_calls(values), over_clusters([Side(values, [f"rep {n}" for n in range(25)])])

    assert reps.error == pytest.approx(lone.error)
    assert reps.degrees == pytest.approx(24)
    assert reps.value == pytest.approx(lone.value)


def test_reps_with_as_many_calls_each_count_by_their_means() -> None:
    """The t interval of the reps' means is exact then, whatever the calls of a rep do."""
    generator = np.random.default_rng(3)
    calls = generator.normal(size=(6, 8)) + generator.normal(size=(6, 1))
    names = [f"rep {rep}" for rep in range(6) for _ in range(8)]

    found = over_clusters([Side(calls.ravel(), names)])

    assert found.error == pytest.approx(stats.sem(calls.mean(axis=1)))
    assert found.degrees == pytest.approx(5)


def test_the_order_of_calls_and_the_names_of_reps_change_nothing() -> None:
    generator = np.random.default_rng(4)
    values, names = generator.normal(size=40), list("abcdefgh" * 5)
    order = generator.permutation(40)
    renamed = {name: name * 3 for name in names}

    one = mean(values, clusters=names)
    other = mean(values[order], clusters=[renamed[names[at]] for at in order])

    assert one.interval is not None
    assert other.interval is not None
    assert one.interval.low == pytest.approx(other.interval.low)
    assert one.interval.high == pytest.approx(other.interval.high)


def test_intervals_of_means_hold_the_truth_19_of_20_times() -> None:
    """Talk ratios, seconds and counts, each from the fewest calls on: 60 cases of 200 runs.

    All together give or take .004. A case alone, where an average could hide it, is not
    allowed below .87 or above .99 (200 runs: give or take .03).
    """
    found = [coverage(case, runs=200) for case in means()]

    assert 0.935 <= together(found, "all").covered <= 0.965
    assert all(0.87 <= one.covered <= 0.995 for one in found)


@pytest.mark.parametrize("reps", [8, 20])
def test_intervals_over_reps_hold_the_truth_19_of_20_times(reps: int) -> None:
    """Reps alike or not, with equal and very unequal numbers of calls: 36 cases of 100 runs.

    All together give or take .004 (one standard error).
    """
    found = [coverage(case, runs=100) for case in clustered((reps,))]

    assert 0.93 <= together(found, "all").covered <= 0.97


def test_without_their_reps_the_same_calls_would_promise_too_much() -> None:
    cases = [case for case in clustered((8,)) if "0.3 alike" in case.name]

    for case in islice(cases, 2):
        drawn = case.draw(np.random.default_rng(0)).estimate
        assert drawn.clusters == 8
        assert drawn.interval is not None
        assert "clustered" in drawn.interval.method
