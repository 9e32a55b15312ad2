"""What a calibration says over HTTP, against published examples and the reference package."""

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import krippendorff
import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.api.conftest import Shelf
from tests.api.judging import (
    SCALE,
    YES_NO,
    Values,
    a_scorecard,
    answer_all,
    calibration,
    closed,
    finish,
    report,
    reviews_of,
    with_talks,
)

# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections A and C.
BINARY: dict[str, Values] = {
    "Ben": (0, 1, 0, 0, 0, 0, 0, 0, 1, 0),
    "Gerry": (1, 1, 1, 0, 0, 1, 0, 0, 0, 0),
}
FOUR: dict[str, Values] = {
    "A": (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    "B": (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    "C": (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    "D": (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
}
EXACT = 1e-6


def judged(client: TestClient, store: Shelf, question: Any, matrix: dict[str, Values]) -> Any:
    """The report of a calibration that was answered like this."""
    calls = with_talks(store, len(next(iter(matrix.values()))))
    a_scorecard(client, question)
    made = calibration(client, calls, list(matrix))
    answer_all(client, made["id"], question["id"], matrix)
    closed(client, made["id"])
    return report(client, made["id"])


def by_hand(matrix: dict[str, Values], distance: Callable[[float, float], float]) -> float:
    """Alpha from its definition: observed over expected disagreement, pair by pair."""
    columns = [[v for v in c if v is not None] for c in zip(*matrix.values(), strict=True)]
    units = [column for column in columns if len(column) > 1]
    everything = [value for unit in units for value in unit]
    observed = sum(
        distance(a, b) / (len(unit) - 1) for unit in units for a, b in permutations(unit, 2)
    ) / len(everything)
    expected = sum(distance(a, b) for a, b in permutations(everything, 2)) / (
        len(everything) * (len(everything) - 1)
    )
    return 1 - observed / expected


def ordinal(everything: Sequence[int]) -> Callable[[float, float], float]:
    """Krippendorff's ordinal distance: values between, and half of those at both ends."""

    def distance(a: float, b: float) -> float:
        low, high = min(a, b), max(a, b)
        between = sum(low <= value <= high for value in everything)
        ends = sum(value == low for value in everything) + sum(v == high for v in everything)
        return (between - ends / 2) ** 2 if low != high else 0.0

    return distance


def package(matrix: dict[str, Values], level: Any) -> float:
    rows = [[np.nan if v is None else v for v in row] for row in matrix.values()]
    return float(krippendorff.alpha(reliability_data=rows, level_of_measurement=level))


def test_alpha_of_yes_and_no_is_that_of_the_book(client: TestClient, store: Shelf) -> None:
    [question] = judged(client, store, YES_NO, BINARY)["questions"]
    alpha = question["agreement"]["alpha"]
    # 20 values, 14 no and 6 yes; 4 pairs differ.
    assert alpha["value"] == pytest.approx(1 - 19 * 4 / (14 * 6), abs=EXACT)
    assert alpha["value"] == pytest.approx(0.095, abs=5e-4)
    assert alpha["value"] == pytest.approx(package(BINARY, "nominal"), abs=EXACT)
    assert alpha["n"] == 10


def test_alpha_of_a_scale_and_of_scores_with_missing_answers_is_that_of_the_book(
    client: TestClient, store: Shelf
) -> None:
    told = judged(client, store, SCALE, FOUR)
    [question] = told["questions"]
    alpha, of_score = question["agreement"]["alpha"], told["score"]["agreement"]["alpha"]
    paired = [
        v
        for column in zip(*FOUR.values(), strict=True)
        if sum(one is not None for one in column) > 1
        for v in column
        if v is not None
    ]
    assert alpha["value"] == pytest.approx(0.815, abs=5e-4)
    assert alpha["value"] == pytest.approx(by_hand(FOUR, ordinal(paired)), abs=EXACT)
    assert alpha["value"] == pytest.approx(package(FOUR, "ordinal"), abs=EXACT)
    # A score is 25 points for each step of the scale, which changes no interval alpha.
    assert of_score["value"] == pytest.approx(0.849, abs=5e-4)
    assert of_score["value"] == pytest.approx(by_hand(FOUR, lambda a, b: (a - b) ** 2), abs=EXACT)
    assert of_score["value"] == pytest.approx(package(FOUR, "interval"), abs=EXACT)
    agreement = question["agreement"]
    assert (agreement["calls"], agreement["reviewers"], agreement["answers"]) == (11, 4, 41)
    assert question["counts"] == {"1": 9, "2": 13, "3": 11, "4": 5, "5": 3}
    assert "7 of 48 reviews were not finished" in told["notes"][0]


def test_cohens_kappa_of_two_reviewers_is_that_of_the_four_fold_table(
    client: TestClient, store: Shelf
) -> None:
    pairs = [(1, 1)] * 4 + [(1, 0)] + [(0, 1)] * 2 + [(0, 0)] * 3
    ana, ben = zip(*pairs, strict=True)
    [question] = judged(client, store, YES_NO, {"Ana": ana, "Ben": ben})["questions"]
    agreement = question["agreement"]
    # Equal 7 of 10; by chance .5 * .6 + .5 * .4 = .5.
    assert agreement["kappa"]["value"] == pytest.approx(0.4, abs=EXACT)
    assert agreement["percent"]["value"] == pytest.approx(0.7, abs=EXACT)
    assert question["prevalence"] == pytest.approx(0.55)
    assert agreement["kappa_band"]["name"] == "fair"
    assert "Landis & Koch" in agreement["kappa_band"]["source"]


def test_weighted_kappa_of_a_scale_counts_the_squares_of_the_steps_between_answers(
    client: TestClient, store: Shelf
) -> None:
    ana, ben = (1, 1, 2, 3, 5, 5, 4, 5), (1, 2, 2, 1, 5, 4, 3, 2)
    [question] = judged(client, store, SCALE, {"Ana": ana, "Ben": ben})["questions"]
    observed = sum((a - b) ** 2 for a, b in zip(ana, ben, strict=True)) / len(ana)
    expected = sum((a - b) ** 2 for a in ana for b in ben) / len(ana) ** 2
    kappa = question["agreement"]["kappa"]
    assert question["agreement"]["kappa_weights"] == "quadratic"
    assert kappa["value"] == pytest.approx(1 - observed / expected, abs=EXACT)


def test_kappa_of_three_reviewers_is_none_and_says_why(client: TestClient, store: Shelf) -> None:
    matrix: dict[str, Values] = {"A": (1, 0, 1), "B": (1, 1, 0), "C": (0, 0, 1)}
    [question] = judged(client, store, YES_NO, matrix)["questions"]
    assert question["agreement"]["kappa"]["value"] is None
    assert question["agreement"]["kappa"]["why"] == "kappa is for two reviewers, and here are 3"
    assert question["agreement"]["alpha"]["value"] is not None


@pytest.mark.parametrize(
    ("matrix", "why"),
    [
        ({"A": (1, 1, 1), "B": (1, 1, 1)}, "all answers are equal"),
        ({"A": (1, 0, 1), "B": (None, None, None)}, "one reviewer alone answered it"),
        ({"A": (1, 0, None), "B": (None, None, 1)}, "no call was answered by two"),
        ({"A": (1, None), "B": (0, None)}, "one call cannot tell agreement from chance"),
    ],
)
def test_what_agreement_cannot_be_told_from_is_said(
    client: TestClient, store: Shelf, matrix: dict[str, Values], why: str
) -> None:
    told = judged(client, store, YES_NO, matrix)
    [question] = told["questions"]
    alpha, kappa = question["agreement"]["alpha"], question["agreement"]["kappa"]
    assert alpha["value"] is None
    assert why in alpha["why"]
    assert kappa["value"] is None
    assert kappa["why"]
    assert question["place"] is None
    assert question["agreement"]["alpha_band"] is None
    assert told["is_ordered"] is False


def test_one_answer_in_all_is_no_agreement(client: TestClient, store: Shelf) -> None:
    told = judged(client, store, YES_NO, {"A": (1, None), "B": (None, None)})
    [question] = told["questions"]
    assert question["agreement"]["percent"]["value"] is None
    assert question["agreement"]["answers"] == 1
    assert told["score"]["gap"]["value"] is None


def test_not_to_apply_is_no_value_and_its_own_agreement(client: TestClient, store: Shelf) -> None:
    calls = with_talks(store, 4)
    a_scorecard(client, YES_NO, SCALE)
    made = calibration(client, calls, ["A", "B"])
    answers = {"A": (1, None, 0, 1), "B": (1, None, 0, None)}
    for review in reviews_of(client, made["id"]):
        value = answers[review["reviewer"]][calls.index(review["call_id"])]
        finish(client, review, notice=value, needs=3)
    closed(client, made["id"])
    notice = next(
        q for q in report(client, made["id"])["questions"] if q["question_id"] == "notice"
    )
    assert notice["not_applicable"] == 3
    assert notice["agreement"]["calls"] == 2
    assert notice["agreement"]["alpha"]["value"] == 1.0
    # Whether it applies: 1 0 1 1 against 1 0 1 0. By hand: 1 - 7 * 2 / (5 * 3 * 2) ...
    assert notice["applies"]["alpha"]["value"] == pytest.approx(1 - 7 * 1 / (5 * 3), abs=EXACT)
    assert [one["call_id"] for one in notice["differing"]] == [calls[3]]
    assert [a["value"] for a in notice["differing"][0]["answers"]] == [1, None]
