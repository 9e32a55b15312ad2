import numpy as np
import pytest

from indexer.statistics.ranking import Group, ranking
from scripts.simulate.alarms import equal_groups, more_calls
from scripts.simulate.running import frequency

NORMAL = np.random.default_rng(7).normal(size=(4, 400))


def a_group(name: str, n: int, *, mean: float = 0.0, row: int = 0) -> Group:
    """So many calls of exactly that mean, with a standard deviation of 1."""
    values = NORMAL[row, :n]
    return Group(name, tuple((values - values.mean()) / values.std(ddof=1) + mean))


def test_reps_far_apart_are_put_in_an_order() -> None:
    found = ranking([a_group("Ann", 40), a_group("Bob", 40, mean=2, row=1)])

    [pair] = found.pairs
    assert found.is_ordered
    assert found.why is None
    assert pair.can_be_told_apart
    assert pair.more_calls is None
    assert pair.difference.value == pytest.approx(-2)


def test_five_calls_refuse_an_order_however_far_apart_and_say_how_many_more() -> None:
    found = ranking([a_group("top", 5), a_group("rest", 5, mean=9, row=1)])

    assert not found.is_ordered
    assert found.why == "30 calls each are needed for an order, and top has 5, rest has 5"
    assert [pair.more_calls for pair in found.pairs] == [25]


def test_a_small_difference_needs_the_calls_of_the_textbook() -> None:
    """n = (1.96 + .84)² (1 + 1) / .25² = 251.2 each, of which 50 are there."""
    found = ranking([a_group("Ann", 50), a_group("Bob", 50, mean=0.25, row=1)])

    assert [pair.more_calls for pair in found.pairs] == [252 - 50]
    assert found.why == "chance alone may make differences as large between Ann and Bob"


def test_calls_that_are_asked_for_do() -> None:
    """A power of .8 was aimed at: 400 runs, give or take .02."""
    for alarm in more_calls():
        assert 0.74 <= frequency(alarm, runs=400) <= 0.88, alarm.name


def test_no_number_of_calls_is_made_up_where_there_is_no_difference() -> None:
    found = ranking([a_group("Ann", 50), a_group("Bob", 50, mean=0.001, row=1)])

    assert [pair.more_calls for pair in found.pairs] == [None]


def test_with_one_call_the_spread_is_not_known_and_the_least_is_asked_for() -> None:
    found = ranking([Group("Ann", (1.0,)), Group("Bob", (2.0,))])

    assert [pair.more_calls for pair in found.pairs] == [29]


def test_of_three_two_may_be_told_apart_without_an_order_of_all() -> None:
    groups = [
        a_group("Ann", 60),
        a_group("Bob", 60, mean=0.1, row=1),
        a_group("Cy", 60, mean=5, row=2),
    ]

    found = ranking(groups)

    assert [pair.can_be_told_apart for pair in found.pairs] == [False, True, True]
    assert not found.is_ordered


def test_what_two_groups_would_pass_many_groups_must_pass_better() -> None:
    """p = .03 between two of four: Holm asks for .05 / 6 of the smallest."""
    groups = [a_group(str(row), 60, mean=0.4 * (row == 3), row=row) for row in range(4)]

    alone, among = ranking(groups[2:]), ranking(groups)

    assert alone.is_ordered
    assert not any(pair.can_be_told_apart for pair in among.pairs)


def test_reps_of_a_team_that_differ_keep_teams_from_being_told_apart() -> None:
    """The same calls: told apart as calls, not as calls of three reps each."""
    shifts = np.repeat([-1.0, 0.0, 1.0], 20)
    ours, theirs = NORMAL[0, :60] * 0.5 + shifts, NORMAL[1, :60] * 0.5 + shifts + 0.6
    reps = tuple("a" * 20 + "b" * 20 + "c" * 20)

    lone = ranking([Group("Us", tuple(ours)), Group("They", tuple(theirs))])
    teams = ranking(
        [Group("Us", tuple(ours), reps), Group("They", tuple(theirs), tuple(map(str.upper, reps)))]
    )

    assert lone.is_ordered
    assert not teams.is_ordered
    assert teams.pairs[0].difference.clusters == 6


def test_one_group_has_nothing_to_be_compared_with() -> None:
    found = ranking([a_group("Ann", 40)])

    assert (found.pairs, found.is_ordered) == ((), False)
    assert found.why == "there is nothing to compare with"


def test_groups_that_cannot_be_compared_say_why() -> None:
    found = ranking([Group("Ann", (0.0,) * 40), Group("Bob", (3.0,) * 40)])

    assert found.why == (
        "Ann and Bob cannot be compared: on one side all 40 calls have the same value, so"
        " their spread is not known"
    )


def test_two_groups_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same name"):
        ranking([a_group("Ann", 4), a_group("Ann", 4)])


def test_a_call_without_a_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        ranking([Group("Ann", (float("nan"),)), a_group("Bob", 4)])


def test_equal_reps_are_told_apart_at_most_once_in_twenty_times() -> None:
    """Over all pairs of 2, 5 or 10 reps: each case give or take three standard errors."""
    shares = []
    for alarm in equal_groups():
        runs = 25 if "10 reps" in alarm.name else 100 if "5 reps" in alarm.name else 400
        shares.append(frequency(alarm, runs=runs))
        assert shares[-1] <= 0.05 + 3 * (0.05 * 0.95 / runs) ** 0.5, alarm.name
    assert np.mean(shares) <= 0.05
