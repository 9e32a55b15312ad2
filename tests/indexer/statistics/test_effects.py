from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from indexer.statistics.effects import Change, effect
from scripts.simulate.alarms import coaching
from scripts.simulate.intervals import effects
from scripts.simulate.running import coverage, frequency, together


def a_rep(name: str, change: float, *, coached: bool = False) -> Change:
    return Change(name, coached, (1.0, 3.0), (2.0 + change,))


def reps(coached: list[float], peers: list[float]) -> list[Change]:
    ours = [a_rep(f"coached {n}", change, coached=True) for n, change in enumerate(coached)]
    return ours + [a_rep(f"peer {n}", change) for n, change in enumerate(peers)]


def test_each_rep_counts_once_however_many_calls_they_have() -> None:
    many = Change("Ann", is_coached=True, before=(1.0,) * 50, after=(4.0,) * 70)

    found = effect([many, a_rep("Bob", 1, coached=True), a_rep("Cy", 0.5), a_rep("Di", 0.7)])

    assert found.coached.value == pytest.approx(2.0)
    assert found.peers.value == pytest.approx(0.6)
    assert found.difference.value == pytest.approx(1.4)
    assert (found.difference.n, found.coached.n, found.peers.n) == (4, 2, 2)


def test_the_p_value_counts_the_ways_that_give_as_large_a_difference() -> None:
    """56 ways to choose 3 of 8, counted here one by one in fractions."""
    coached, peers = [9, 7, 3], [4, 1, 2, 0, 5]
    every = [Fraction(one) for one in coached + peers]

    def apart(chosen: tuple[int, ...]) -> Fraction:
        ours = sum((every[n] for n in chosen), Fraction())
        return ours / 3 - (sum(every) - ours) / 5

    ways = list(combinations(range(8), 3))
    as_large = sum(abs(apart(way)) >= abs(apart((0, 1, 2))) for way in ways)

    found = effect(reps([float(n) for n in coached], [float(n) for n in peers]))

    assert found.permutations == len(ways) == 56
    assert found.p_value == pytest.approx(as_large / 56)


def test_the_interval_ends_where_the_test_changes_its_mind() -> None:
    generator = np.random.default_rng(8)
    coached, peers = generator.normal(size=4).tolist(), generator.normal(size=6).tolist()
    found = effect(reps(coached, peers))

    def p_value(of: float) -> float:
        return effect(reps([one - of for one in coached], peers)).p_value or 0.0

    interval = found.difference.interval
    assert interval is not None
    refused = 11 / 210
    for end, out in ((interval.low, -1e-6), (interval.high, 1e-6)):
        assert p_value(end + out) <= refused + 1e-9
        assert p_value(end - out) > refused


def test_one_coached_rep_among_few_peers_cannot_show_anything() -> None:
    found = effect(reps([50.0], [0.1, 0.2, 0.3, 0.4]))

    assert found.p_value == pytest.approx(0.2)
    assert found.difference.value == pytest.approx(49.75)
    assert found.difference.interval is None
    assert (
        found.why
        == found.difference.why
        == (
            "there are 5 ways to choose one coached rep, and chance alone makes even the largest"
            " difference in 1 of 5: more reps are needed"
        )
    )


def test_halves_can_be_swapped_so_three_and_three_are_too_few() -> None:
    found = effect(reps([5.0, 6.0, 7.0], [0.1, 0.2, 0.3]))

    assert found.p_value == pytest.approx(0.1)
    assert found.why is not None
    assert "in 1 of 10" in found.why


@pytest.mark.parametrize(
    ("changes", "who"),
    [
        (reps([], [1.0, 2.0]), "coached reps"),
        (reps([1.0, 2.0], []), "peers"),
        (
            [*reps([1.0], []), Change("new here", is_coached=False, before=(), after=(1.0,))],
            "peers",
        ),
        ([], "coached reps"),
    ],
)
def test_without_reps_on_a_side_there_is_no_effect_to_be_told(
    changes: list[Change], who: str
) -> None:
    found = effect(changes)

    assert (found.difference.value, found.p_value, found.permutations) == (None, None, 0)
    assert found.why == f"there are no {who} with calls before and after"


def test_many_ways_are_drawn_by_a_seed() -> None:
    generator = np.random.default_rng(9)
    changes = reps(generator.normal(size=12).tolist(), generator.normal(size=14).tolist())

    one, again, other = effect(changes), effect(changes), effect(changes, seed=1)

    assert one.permutations == 9_657_700
    assert one == again
    assert one.p_value != other.p_value
    assert one.p_value == pytest.approx(other.p_value, abs=0.03)


def test_reps_who_all_changed_alike_leave_chance_nothing_to_do() -> None:
    found = effect(reps([1.0] * 4, [1.0] * 5))

    assert found.difference.value == 0
    assert found.p_value == 1.0
    assert found.coached.why == "all coached reps changed by the same amount"


def test_a_rep_who_is_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="two changes"):
        effect([a_rep("Ann", 1), a_rep("Ann", 2)])


def test_planted_effects_are_found_with_their_sign_and_none_where_there_are_none() -> None:
    """80 runs a case: no effect at most .05 (+ 3 standard errors), a planted one mostly."""
    found = {alarm.name: frequency(alarm, runs=80) for alarm in coaching()}

    nothing = [share for name, share in found.items() if "no effect" in name]
    assert np.mean(nothing) <= 0.05 + 0.036
    assert found["6 coached, 10 peers, effect 0.8"] >= 0.75
    assert found["10 coached, 20 peers, effect 0.8"] >= 0.9


def test_intervals_of_effects_hold_the_truth_19_of_20_times() -> None:
    """From 1 coached of 21 reps to 8 of 20: 14 cases of 80 runs, give or take .007."""
    found = [coverage(case, runs=80) for case in effects()]

    assert 0.93 <= together(found, "all").covered <= 0.97
