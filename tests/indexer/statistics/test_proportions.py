import pytest

from indexer.statistics.proportions import proportion, wilson
from scripts.simulate.intervals import proportions
from scripts.simulate.running import coverage


@pytest.mark.parametrize(
    ("n", "low", "high"),
    [(5, 0.38, 0.96), (10, 0.49, 0.94), (20, 0.58, 0.92), (50, 0.67, 0.89), (100, 0.71, 0.87)],
)
def test_four_of_five_that_passed_are_as_sure_as_published(n: int, low: float, high: float) -> None:
    found = proportion(n * 4 // 5, n)

    assert found.interval is not None
    assert found.value == 0.8
    assert (round(found.interval.low, 2), round(found.interval.high, 2)) == (low, high)


def test_an_interval_ends_where_the_share_is_a_quantile_of_standard_errors_away() -> None:
    low, high = wilson(0.3, 40, 1.96)

    for end in (low, high):
        assert abs(0.3 - end) == pytest.approx(1.96 * (end * (1 - end) / 40) ** 0.5)


@pytest.mark.parametrize(("successes", "end"), [(0, "low"), (20, "high")])
def test_none_and_all_of_twenty_still_have_an_interval_with_a_width(
    successes: int, end: str
) -> None:
    interval = proportion(successes, 20).interval

    assert interval is not None
    assert getattr(interval, end) == successes / 20
    assert interval.high - interval.low == pytest.approx(0.161, abs=0.001)


def test_no_calls_have_no_share() -> None:
    found = proportion(0, 0)

    assert (found.value, found.interval, found.why) == (None, None, "there are no calls")


@pytest.mark.parametrize(("successes", "n"), [(3, 2), (-1, 2), (0, -1)])
def test_counts_that_cannot_be_are_refused(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        proportion(successes, n)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0, -0.5, float("nan")])
def test_a_level_outside_0_to_1_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="level of confidence"):
        proportion(1, 2, level=level)


def test_intervals_of_shares_hold_the_truth_19_of_20_times() -> None:
    """Averaged over shares of .02 to .98; 6,000 runs of each, so give or take .003."""
    for case in proportions():
        assert 0.93 <= coverage(case, runs=6000).covered <= 0.97, case.name
