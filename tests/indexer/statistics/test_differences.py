import numpy as np
import pytest
from scipy import stats

from indexer.statistics.differences import compared
from indexer.statistics.means import difference
from scripts.simulate.intervals import differences
from scripts.simulate.running import coverage, together

ALONG = np.linspace(-1, 1, 25)


def test_figures_without_skewness_have_the_interval_of_welch() -> None:
    ours, others = ALONG, ALONG[::2] * 3 + 1

    found = compared(ours, others, bounds=(-9, 9))

    welch = stats.ttest_ind(ours, others, equal_var=False)
    interval = found.difference.interval
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(tuple(welch.confidence_interval(0.95)))
    assert found.difference.value == pytest.approx(-1)


def test_the_p_value_is_the_larger_of_welch_and_student() -> None:
    ours, others = ALONG, ALONG[::2] * 3 + 1

    found = compared(ours, others, bounds=(-9, 9)).p_value

    both = [stats.ttest_ind(ours, others, equal_var=equal).pvalue for equal in (True, False)]
    assert found == pytest.approx(max(both))


def test_the_published_difference_of_two_shares() -> None:
    """Newcombe (1998), table II: 56 of 70 against 48 of 80, method 10: .0524 to .3339."""
    ours, others = [1.0] * 56 + [0.0] * 14, [1.0] * 48 + [0.0] * 32

    interval = difference(ours, others).interval

    assert interval is not None
    assert interval.method == "Newcombe"
    assert (interval.low, interval.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_shares_that_are_all_or_nothing_still_differ_by_an_interval() -> None:
    found = compared([1.0] * 12, [0.0] * 12)

    assert found.difference.interval is not None
    assert 0 < found.difference.interval.low < found.difference.interval.high <= 1
    assert found.p_value is not None
    assert found.p_value < 1e-5


def test_what_is_the_same_on_both_sides_is_no_difference() -> None:
    assert compared([1.0] * 12, [1.0] * 9).p_value == 1.0


def test_a_rep_who_is_on_both_sides_counts_as_one() -> None:
    """Reps differ much, and each by as much after as before: only the change is unsure."""
    generator = np.random.default_rng(5)
    own = np.repeat(generator.normal(size=8) * 5, 10)
    before, after = (own + generator.normal(size=80) for _ in range(2))
    names = [f"rep {rep}" for rep in range(8) for _ in range(10)]

    same = difference(after, before, our_clusters=names, other_clusters=names)
    others = difference(after, before, our_clusters=names, other_clusters=[n + "!" for n in names])

    assert same.interval is not None
    assert others.interval is not None
    assert (same.clusters, others.clusters) == (8, 16)
    assert same.interval.high - same.interval.low < (others.interval.high - others.interval.low) / 3


@pytest.mark.parametrize(
    ("ours", "others", "why"),
    [
        ([], ALONG, "one side has no calls"),
        (ALONG, ALONG[:4], "on one side 4 calls are too few for an interval: 20 are needed"),
        (ALONG, [2.0] * 25, "on one side all 25 calls have the same value, so their spread is not known"),
    ],
)  # fmt: skip
def test_a_difference_that_cannot_be_said_to_be_sure_says_why(
    ours: list[float], others: list[float], why: str
) -> None:
    found = compared(ours, others)

    assert (found.difference.interval, found.p_value) == (None, None)
    assert found.difference.why == why


def test_reps_who_all_changed_alike_tell_nothing_of_how_reps_change() -> None:
    names = [f"rep {n % 8}" for n in range(len(ALONG))]

    found = difference(ALONG + 0.3, ALONG, our_clusters=names, other_clusters=names)

    assert found.interval is None
    assert found.why == "it is the same for every rep, so how far reps differ is not known"


def test_reps_on_one_side_only_are_refused() -> None:
    with pytest.raises(ValueError, match="both sides have clusters or neither"):
        difference([1.0], [2.0], our_clusters=["Ann"])


def test_intervals_of_differences_hold_the_truth_19_of_20_times() -> None:
    """47 cases of 100 runs: all together give or take .004."""
    found = [coverage(case, runs=100) for case in differences()]

    assert 0.93 <= together(found, "all").covered <= 0.97
