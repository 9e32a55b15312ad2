"""Numbers are held against published examples, computed here once more, in fractions."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
import pytest

from indexer.statistics.agreement import (
    Ratings,
    Scale,
    Weights,
    cohen_kappa,
    krippendorff_alpha,
    percent_agreement,
)
from scripts.simulate.intervals import alphas, kappas
from scripts.simulate.running import coverage, together

COHEN_1960 = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
"""Cohen (1960): 200 patients, two judges, three diagnoses; p_o = .70, p_c = .41."""

COHEN_1960_WORSE = [[50, 26, 24], [24, 4, 32], [6, 30, 4]]
"""Cohen (1960), table 1, of 200: agreement .29 where chance gives .35."""

NO = None
KRIPPENDORFF_2011: list[list[float | None]] = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NO, NO, NO],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NO, 3],
    [NO, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NO],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NO],
]
"""Krippendorff (2011), "Computing Krippendorff's alpha-reliability", part C: four observers."""

NINETY_TEN = [[81, 9], [9, 1]]
"""Two reviewers who pass nine of ten calls, each without regard to the other."""


def answers(table: Sequence[Sequence[int]]) -> tuple[list[float], list[float]]:
    """What two reviewers answered, from how often they gave each pair of answers."""
    pairs = [
        (float(ours), float(theirs))
        for ours, row in enumerate(table)
        for theirs, count in enumerate(row)
        for _ in range(count)
    ]
    return [one for one, _ in pairs], [other for _, other in pairs]


def kappa_of(table: Sequence[Sequence[int]], apart: Callable[[int, int], int]) -> Fraction:
    """1 - sum of weighed observed / sum of weighed expected (Cohen 1968)."""
    n = sum(map(sum, table))
    rows = [sum(row) for row in table]
    columns = [sum(column) for column in zip(*table, strict=True)]
    kinds = range(len(table))
    observed = sum(apart(a, b) * table[a][b] for a in kinds for b in kinds)
    expected = sum(Fraction(apart(a, b) * rows[a] * columns[b], n) for a in kinds for b in kinds)
    return 1 - Fraction(observed) / expected


def alpha_of(ratings: Ratings, scale: Scale) -> Fraction:
    """By the coincidence matrix, as Krippendorff (2011) computes it by hand."""
    units = [[v for v in unit if v is not None] for unit in zip(*ratings, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    kinds = sorted({v for unit in units for v in unit})
    pairs = {(c, k): Fraction(0) for c in kinds for k in kinds}
    for unit in units:
        for i, c in enumerate(unit):
            for j, k in enumerate(unit):
                if i != j:
                    pairs[c, k] += Fraction(1, len(unit) - 1)
    total = {c: sum((pairs[c, k] for k in kinds), Fraction(0)) for c in kinds}
    n = sum(total.values())

    def squared(c: float, k: float) -> Fraction:
        if scale == "nominal":
            return Fraction(c != k)
        if scale == "interval":
            return Fraction(c - k) ** 2
        between = [total[g] for g in kinds if min(c, k) <= g <= max(c, k)]
        return (sum(between, Fraction(0)) - (total[c] + total[k]) / 2) ** 2

    observed = sum((pairs[c, k] * squared(c, k) for c in kinds for k in kinds), Fraction(0))
    expected = sum((total[c] * total[k] * squared(c, k) for c in kinds for k in kinds), Fraction(0))
    return 1 - (n - 1) * observed / expected


@pytest.mark.parametrize(("table", "published"), [(COHEN_1960, 0.492), (COHEN_1960_WORSE, -0.092)])
def test_kappa_is_that_of_cohen(table: list[list[int]], published: float) -> None:
    found = cohen_kappa(*answers(table))

    assert found.value == pytest.approx(float(kappa_of(table, lambda a, b: a != b)), abs=1e-9)
    assert found.value == pytest.approx(published, abs=5e-4)
    assert found.n == 200


@pytest.mark.parametrize("weights", ["linear", "quadratic"])
def test_weighted_kappa_is_that_of_its_formula(weights: Weights) -> None:
    power = {"linear": 1, "quadratic": 2}[weights]

    found = cohen_kappa(*answers(COHEN_1960), weights=weights)

    expected = kappa_of(COHEN_1960, lambda a, b: abs(a - b) ** power)
    assert found.value == pytest.approx(float(expected), abs=1e-9)


@pytest.mark.parametrize(
    ("scale", "published"), [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107)]
)
def test_alpha_is_that_of_krippendorff(scale: Scale, published: float) -> None:
    found = krippendorff_alpha(KRIPPENDORFF_2011, scale=scale)

    assert found.value == pytest.approx(float(alpha_of(KRIPPENDORFF_2011, scale)), abs=1e-9)
    assert found.value == pytest.approx(published, abs=1e-6)
    assert (found.n, found.why) == (11, "11 calls are too few for an interval: 15 are needed")


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_what_is_resampled_is_what_the_package_computes(scale: Scale) -> None:
    """The interval surrounds the package's number, whatever answers are missing."""
    generator = np.random.default_rng(10)
    hidden = generator.integers(1, 6, size=60)
    table = np.clip(hidden + generator.integers(-1, 2, size=(3, 60)), 1, 5).astype(object)
    table[generator.random((3, 60)) < 0.2] = None

    found = krippendorff_alpha(table.tolist(), scale=scale)

    assert found.interval is not None
    assert found.value is not None
    assert found.value == pytest.approx(float(alpha_of(table.tolist(), scale)))
    assert found.interval.low < found.value < found.interval.high <= 1


def test_nine_of_ten_passed_makes_82_percent_agreement_and_no_kappa() -> None:
    one, other = answers(NINETY_TEN)

    assert percent_agreement([one, other]).value == pytest.approx(0.82)
    assert cohen_kappa(one, other).value == pytest.approx(0, abs=1e-9)
    assert krippendorff_alpha([one, other], scale="nominal").value == pytest.approx(0, abs=0.01)


def test_percent_agreement_of_two_is_a_share_of_calls() -> None:
    found = percent_agreement([[1, 2, 3, 4, NO], [1, 2, 3, 5, 5]])

    assert (found.value, found.n) == (0.75, 4)
    assert found.interval is not None
    assert found.interval.method == "Wilson"


def test_percent_agreement_of_three_counts_pairs() -> None:
    found = percent_agreement([[1, 1], [1, 1], [2, 1]])

    assert found.value == pytest.approx((1 / 3 + 1) / 2)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ([1, 1, 1], [1, 1, 1], "all answers are equal, so chance alone would agree as well"),
        ([1, NO], [NO, 2], "no call was answered by both"),
        ([], [], "no call was answered by both"),
        ([1], [2], "one call cannot tell agreement from chance"),
    ],
)
def test_kappa_is_not_made_up_where_it_is_not_defined(
    one: list[float | None], other: list[float | None], why: str
) -> None:
    assert (cohen_kappa(one, other).value, cohen_kappa(one, other).why) == (None, why)


@pytest.mark.parametrize(
    ("ratings", "why"),
    [
        ([[1, 1], [1, 1]], "all answers are equal, so chance alone would agree as well"),
        ([[1, 2, 3]], "no call was answered by two reviewers"),
        ([[1, NO], [NO, 2]], "no call was answered by two reviewers"),
        ([], "no call was answered by two reviewers"),
        ([[1, 5], [2, NO]], "one call cannot tell agreement from chance"),
    ],
)
@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_alpha_is_not_made_up_where_it_is_not_defined(
    ratings: list[list[float | None]], why: str, scale: Scale
) -> None:
    found = krippendorff_alpha(ratings, scale=scale)

    assert (found.value, found.interval, found.why) == (None, None, why)


def test_percent_agreement_needs_a_call_that_two_answered() -> None:
    assert percent_agreement([[1, NO], [NO, 2]]).why == "no call was answered by two reviewers"


def test_perfect_agreement_is_not_certain_to_be_perfect() -> None:
    one = [0.0, 1.0] * 15

    interval = cohen_kappa(one, one).interval

    assert interval is not None
    assert interval.high == 1
    assert 0.5 < interval.low < 0.9


def test_where_nearly_all_answers_are_equal_there_is_no_interval() -> None:
    found = cohen_kappa([1.0] * 39 + [0.0], [1.0] * 38 + [0.0] * 2)

    assert found.value is not None
    assert found.interval is None
    assert found.why is not None
    assert found.why.startswith("so few answers differ that chance alone would disagree on 2.")


def test_the_same_seed_gives_the_same_interval() -> None:
    one, other = answers(COHEN_1960)

    assert cohen_kappa(one, other) == cohen_kappa(one, other)
    assert cohen_kappa(one, other, seed=1).interval != cohen_kappa(one, other).interval


def test_what_is_no_table_of_answers_is_refused() -> None:
    with pytest.raises(ValueError, match="a place for every call"):
        percent_agreement([[1, 2], [1]])
    with pytest.raises(ValueError, match="no answers"):
        krippendorff_alpha([[1, float("nan")], [1, 2]], scale="nominal")


def test_intervals_of_kappa_hold_the_truth_19_of_20_times() -> None:
    """Kappa .4 to .8, answers from even to 9 of 10: give or take .006. At kappa 0, where
    one answer is 8 or 9 of 10, the interval is known to be wider than need be."""
    cases = [
        case for case in kappas() if not case.name.endswith("kappa 0") and "200" not in case.name
    ]
    found = [coverage(case, runs=25) for case in cases]

    assert 0.93 <= together(found, "all").covered <= 0.975


def test_intervals_of_alpha_hold_the_truth_19_of_20_times() -> None:
    """Scores, steps and kinds, of two or three reviewers who skip calls: 36 cases of 20 runs."""
    cases = [case for case in alphas() if not case.name.startswith("15")]
    found = [coverage(case, runs=20) for case in cases]

    assert 0.93 <= together(found, "all").covered <= 0.975
