import numpy as np
import pytest
from scipy import stats

from indexer.statistics.agreement import severity
from scripts.simulate.intervals import severities
from scripts.simulate.running import coverage, together

NO = None


def test_two_reviewers_are_compared_by_their_pairs() -> None:
    generator = np.random.default_rng(11)
    one, other = generator.normal(size=12), generator.normal(size=12)
    one -= other.mean()

    [ann, bob] = severity([one.tolist(), other.tolist()], ["Ann", "Bob"])

    paired = stats.ttest_rel(one, other)
    assert ann.difference.value == pytest.approx(float((one - other).mean()))
    assert bob.difference.value == pytest.approx(-float((one - other).mean()))
    assert ann.difference.interval is not None
    low, high = paired.confidence_interval(0.95)
    width = ann.difference.interval.high - ann.difference.interval.low
    assert width == pytest.approx(high - low, rel=0.05)


def test_a_reviewer_who_had_the_hard_calls_is_not_severe() -> None:
    """Ann and Bob agree to the point wherever they meet; Ann had the hard calls besides."""
    ann = [20.0, 25.0, 30.0, 80.0, 90.0, NO]
    bob = [NO, NO, NO, 80.0, 90.0, 95.0]
    cy = [22.0, 27.0, 32.0, 82.0, 92.0, 97.0]

    found = severity([ann, bob, cy], ["Ann", "Bob", "Cy"])

    assert [one.difference.value for one in found] == pytest.approx([-1.0, -1.0, 2.0])
    assert [one.difference.n for one in found] == [5, 3, 6]


def test_a_chain_of_shared_calls_compares_reviewers_who_never_met() -> None:
    """Ann is 10 above Bob and Bob 5 above Cy: Ann is 12.5 above the mean of the two."""
    found = severity([[60, 70, NO, NO], [50, 60, 40, 30], [NO, NO, 35, 25]], ["Ann", "Bob", "Cy"])

    assert found[0].difference.value == pytest.approx((10 + 15) / 2)


def test_reviewers_whom_no_call_connects_are_not_compared() -> None:
    ratings = [[60.0, 70.0, NO, NO], [50.0, 60.0, NO, NO], [NO, NO, 35.0, 25.0], [NO, NO, 5.0, 5.0]]

    found = severity(ratings, ["Ann", "Bob", "Cy", "Di"])

    assert [one.difference.value for one in found] == pytest.approx([10, -10, 25, -25])


@pytest.mark.parametrize("ratings", [[[1.0, 2.0]], [[1.0, NO], [NO, 2.0]], [[NO], [NO]]])
def test_a_reviewer_who_shares_no_call_has_no_difference(ratings: list[list[float | None]]) -> None:
    for one in severity(ratings, [str(n) for n in range(len(ratings))]):
        assert one.difference.value is None
        assert one.difference.why == "no call is shared with another reviewer"


def test_few_shared_calls_have_no_interval() -> None:
    [ann, _] = severity([[1, 2, 3], [2, 2, 2]], ["Ann", "Bob"])

    assert ann.difference.interval is None
    assert ann.difference.why == "3 shared calls are too few for an interval: 10 are needed"


def test_reviewers_who_differ_by_the_same_everywhere_have_no_interval() -> None:
    [ann, _] = severity([[5.0] * 12, [3.0] * 12], ["Ann", "Bob"])

    assert ann.difference.value == pytest.approx(2)
    assert ann.difference.interval is None
    assert ann.difference.why == ("on fewer than 6 calls do the answers differ by another amount")


def test_every_row_needs_a_reviewer() -> None:
    with pytest.raises(ValueError, match="2 reviewers for 1 rows"):
        severity([[1.0]], ["Ann", "Bob"])


def test_intervals_of_severity_hold_the_truth_19_of_20_times() -> None:
    """12 to 50 calls, up to half of the answers missing: 9 cases of 200 runs."""
    found = [coverage(case, runs=200) for case in severities()]

    assert 0.93 <= together(found, "all").covered <= 0.97
