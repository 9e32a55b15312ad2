"""How alike two rankings are, against published and hand-computed values."""

import math
import random

import pytest

from indexer.reindexing.overlap import overlap_at, rank_biased_overlap


def published_weight(depth: int, p: float) -> float:
    """The weight of the first `depth` places: equation 21 of Webber, Moffat & Zobel 2010."""
    series = sum(p**i / i for i in range(1, depth))
    return 1 - p ** (depth - 1) + (1 - p) / p * depth * (math.log(1 / (1 - p)) - series)


def test_ten_places_hold_86_percent_of_the_weight() -> None:
    """As the paper says of p = 0.9; beyond the tenth place these rankings share nothing."""
    same = [f"same {n}" for n in range(10)]
    one, other = ([*same, *(f"{side} {n}" for n in range(990))] for side in "ab")
    assert round(published_weight(10, 0.9), 2) == 0.86
    assert rank_biased_overlap(one, other, p=0.9) == pytest.approx(published_weight(10, 0.9))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("abc", "abc", 1.0),
        ("abc", "xyz", 0.0),
        ("", "", 1.0),
        ("abc", "", 0.0),
        # 0/1, 1/2, 3/3 agree: (0.1/0.9)(0.81/2 + 0.729) + 0.729
        ("abc", "cba", 0.855),
        # 1/1, 1/2 agree: (0.1/0.9)(0.9 + 0.81/2) + 0.81/2
        ("ab", "ac", 0.55),
        # the shorter agrees wholly, and is taken to go on so: 1/1, then 1/2 + 1 x 1/(1 x 2)
        ("a", "ab", 1.0),
        # 0/1, then 1/2 beyond an end without agreement: (0.1/0.9)(0.81/2) + 0.81/2
        ("b", "ab", 0.45),
    ],
)
def test_rank_biased_overlap_is_what_the_equation_says(
    one: str, other: str, expected: float
) -> None:
    assert rank_biased_overlap(list(one), list(other), p=0.9) == pytest.approx(expected)
    assert rank_biased_overlap(list(other), list(one), p=0.9) == pytest.approx(expected)


def test_a_change_at_the_top_weighs_more_than_one_below() -> None:
    ranking = list("abcdefghij")
    top, bottom = list("bacdefghij"), list("abcdefghji")
    assert rank_biased_overlap(ranking, top) < rank_biased_overlap(ranking, bottom) < 1


@pytest.mark.parametrize("seed", range(20))
def test_rank_biased_overlap_is_a_share(seed: int) -> None:
    chance = random.Random(seed)
    one, other = (chance.sample(range(40), chance.randint(1, 30)) for _ in range(2))
    found = rank_biased_overlap(list(map(str, one)), list(map(str, other)))
    assert -1e-12 <= found <= 1 + 1e-12


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("abcd", "badc", 1.0),
        ("abcd", "abxy", 0.5),
        ("ab", "abcd", 0.5),
        ("", "", 1.0),
        ("a", "", 0),
    ],
)
def test_overlap_at_a_depth_is_the_share_in_common(one: str, other: str, expected: float) -> None:
    assert overlap_at(10, one, other) == expected


def test_overlap_looks_no_deeper_than_asked() -> None:
    assert overlap_at(2, "abcd", "abxy") == 1.0
