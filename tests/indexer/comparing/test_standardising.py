"""Types of call weigh the same in every group, and intervals know of it."""

import numpy as np
import pytest

from indexer.comparing.standardising import (
    Measured,
    common_types,
    shares,
    standardise,
)
from indexer.statistics.means import difference
from indexer.statistics.ranking import Group, ranking


def measured(**values: list[float]) -> Measured:
    """A group of one rep, its figures by type."""
    return Measured(
        values=tuple(value for of_type in values.values() for value in of_type),
        types=tuple(name for name, of_type in values.items() for _ in of_type),
        reps=tuple("ana" for of_type in values.values() for _ in of_type),
    )


def test_of_one_type_values_stay_what_they_are() -> None:
    group = measured(a=[0.1, 0.5, 0.9])
    types = shares([group], common_types([group]))
    assert [(one.name, one.weight, one.calls) for one in types] == [("a", 1.0, 3)]
    assert standardise(group, types).values == pytest.approx((0.1, 0.5, 0.9))


def test_the_mean_is_weighted_and_its_variance_that_of_a_post_stratified_mean() -> None:
    random = np.random.default_rng(1)
    a, b = random.normal(1, 1, 40), random.normal(5, 3, 10)
    one = measured(a=a.tolist(), b=b.tolist())
    other = measured(a=[1.0] * 5, b=[2.0] * 25)
    types = shares([one, other], common_types([one, other]))
    assert [(t.name, t.weight, t.calls) for t in types] == [("a", 45 / 80, 45), ("b", 35 / 80, 35)]
    values = np.array(standardise(one, types).values)
    w = [45 / 80, 35 / 80]
    assert values.mean() == pytest.approx(w[0] * a.mean() + w[1] * b.mean())
    wanted = w[0] ** 2 * a.var(ddof=1) / 40 + w[1] ** 2 * b.var(ddof=1) / 10
    assert values.var(ddof=1) / 50 == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("groups", "wanted"),
    [
        ([], ()),
        ([{}], ()),
        ([{"a": 9, "b": 9}, {"a": 9, "b": 9}], ("a", "b")),
        ([{"a": 9}, {"a": 9, "b": 9}], ("a",)),
        ([{"a": 9}, {"b": 8}], ("a",)),
        ([{"a": 9, "b": 4}, {"a": 9, "b": 9}], ("a",)),  # 4 are too few to be weighed
        ([{"a": 1}, {"a": 2}, {"b": 2}], ("a",)),  # but alone a type needs one
        ([{"a": 30, "b": 6}, {"a": 5, "b": 50}, {"a": 3}], ("a", "b")),
    ],
)
def test_types_are_those_by_which_the_most_calls_can_be_compared(
    groups: list[dict[str, int]], wanted: tuple[str, ...]
) -> None:
    found = [measured(**{name: [0.5] * n for name, n in counts.items()}) for counts in groups]
    assert common_types(found) == wanted


def two_reps(random: np.random.Generator, apart: float) -> list[Measured]:
    """Two reps whose calls of one type differ by `apart`, and who make other calls each."""
    return [
        measured(
            a=random.normal(1 + extra, 0.4, calls[0]).tolist(),
            b=random.normal(3 + extra, 1.0, calls[1]).tolist(),
        )
        for extra, calls in ((apart, (50, 12)), (0.0, (14, 46)))
    ]


def test_intervals_of_differences_within_types_hold_the_truth() -> None:
    """1,500 times: 95 % give or take 1.7 points is what chance allows 99.8 % of the time."""
    random = np.random.default_rng(7)
    held = 0
    for _ in range(1500):
        groups = two_reps(random, 0.2)
        types = shares(groups, common_types(groups))
        one, other = (standardise(group, types).values for group in groups)
        found = difference(one, other)
        assert found.interval is not None
        held += found.interval.holds(0.2)
    assert 0.93 <= held / 1500 <= 0.97


def test_two_equal_reps_who_make_other_calls_are_ordered_once_in_twenty_times_at_most() -> None:
    random = np.random.default_rng(8)
    ordered = {True: 0, False: 0}
    for _ in range(1000):
        groups = two_reps(random, 0.0)
        types = shares(groups, common_types(groups))
        for is_within, named in (
            (True, [standardise(group, types).values for group in groups]),
            (False, [group.values for group in groups]),
        ):
            found = ranking([Group(name, v) for name, v in zip("ab", named, strict=True)])
            ordered[is_within] += found.is_ordered
    assert ordered[True] / 1000 <= 0.065  # two standard errors above 5 %
    assert ordered[False] / 1000 > 0.9  # what mixing types does
