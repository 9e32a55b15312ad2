"""Estimates by hand: weights, domains, what is missing, and what is refused."""

import random
from dataclasses import replace
from typing import Any

import pytest

from indexer.estimating import joined
from models.errors import QueryInvalid
from models.review import Appeal, Review, ReviewState
from models.scorecard import AnswerSort
from tests.factories import NOON
from tests.indexer.estimating.making import (
    NEEDS,
    NOTICE,
    Case,
    a_card,
    answered,
    drawn,
    item,
    outline,
    reviewed,
    truthful,
)

OUT, IN = 90, 10


def two_strata(each: int = 4) -> Case:
    """A hundred calls, ninety outbound, of which four each are drawn; of two reps in turn."""
    calls = [
        outline(
            f"acti_{n:03}", ("ana", "bo")[n % 2], direction="outbound" if n < OUT else "inbound"
        )
        for n in range(OUT + IN)
    ]
    return drawn(calls, strata=("direction",), per_stratum=each)


def with_scores(case: Case, outbound: list[Any], inbound: list[Any]) -> list[Review]:
    """Finished reviews with these scores; None leaves one open."""
    left = {"outbound": list(outbound), "inbound": list(inbound)}
    reviews = []
    for call in case.sample.calls:
        [direction] = case.sample.strata[call.stratum].key
        score = left[direction].pop(0)
        state = ReviewState.OPEN if score is None else ReviewState.DONE
        reviews.append(reviewed(call, score=score, state=state, answers=answered()))
    return reviews


def test_a_review_counts_for_the_calls_it_stands_for() -> None:
    case = two_strata()
    found = case.estimates(with_scores(case, [100, 100, 0, 80], [0, 0, 10, 90]), mark=80)
    passing, score = item(found, "pass"), item(found, "score")
    assert passing.whole.estimate.value == pytest.approx((90 * 3 / 4 + 10 * 1 / 4) / 100)
    assert passing.whole.unweighted.value == pytest.approx(4 / 8)
    assert score.whole.estimate.value == pytest.approx((90 * 70 + 10 * 25) / 100)
    assert score.whole.unweighted.value == pytest.approx(380 / 8)
    assert (found.population, found.drawn, found.done, found.open) == (100, 8, 8, 0)
    assert found.notes == ()


def test_where_every_call_is_reviewed_the_number_is_the_truth() -> None:
    case = drawn([outline(f"acti_{n}") for n in range(20)], share=1.0)
    reviews = truthful(
        case, lambda one: {"score": 100.0 if one < "acti_15" else 0.0, "answers": answered()}
    )
    truth = sum(review.score == 100 for review in reviews) / 20
    passing = item(case.estimates(reviews), "pass").whole.estimate
    assert passing.value == pytest.approx(truth)
    assert passing.interval is not None
    assert passing.interval.high - passing.interval.low == pytest.approx(0, abs=1e-9)


def test_what_does_not_apply_is_outside_of_what_is_estimated() -> None:
    case = two_strata()
    needs = iter([5, 1, None, None, 2, 2, 2, None])
    reviews = [
        reviewed(call, score=50.0, answers=answered(needs=next(needs)))
        for call in sorted(case.sample.calls, key=lambda call: call.stratum)
    ]
    strata = [case.sample.strata[n].population for n in (0, 1)]
    found = item(case.estimates(reviews), "needs")
    weights = [strata[0] / 4, strata[1] / 4]
    assert found.whole.estimate.value == pytest.approx(
        (weights[0] * 6 + weights[1] * 6) / (weights[0] * 2 + weights[1] * 3)
    )
    assert found.whole.estimate.n == 5
    assert found.not_applicable == 3
    assert not found.is_rate


def test_a_replaced_call_was_looked_at_and_is_none_that_can_be_reviewed() -> None:
    case = two_strata()
    reviews = with_scores(case, [100, 100, 0, 0], [100, 100, 0, 0])
    gone = next(one for one in reviews if case.sample.strata[one.stratum or 0].key == ("inbound",))
    reviews.remove(gone)
    reviews += [
        replace(gone, state=ReviewState.REPLACED, score=None),
        replace(gone, call_id="acti_other", substitute_for=gone.call_id),
    ]
    found = case.estimates(reviews)
    # Five inbound calls were looked at, of which four can be reviewed: 8 of the 10 calls.
    passing = item(found, "pass").whole.estimate
    assert passing.value == pytest.approx((90 * 0.5 + 10 * 4 / 5 * 0.5) / (90 + 8))
    score_of_inbound = 10 * 4 / 5
    assert score_of_inbound == 8
    assert (found.done, found.open, found.replaced) == (8, 0, 1)
    assert "1 call could not be reviewed and was replaced" in found.notes[0]
    assert "calls that can be reviewed" in found.notes[0]


def test_open_reviews_are_left_out_and_said() -> None:
    case = two_strata()
    found = case.estimates(with_scores(case, [100, 100, 0, None], [0, 0, None, 90]))
    assert item(found, "pass").whole.estimate.value == pytest.approx(
        (90 * 2 / 3 + 10 * 1 / 3) / 100
    )
    assert (found.done, found.open) == (6, 2)
    assert "2 reviews are not finished" in found.notes[0]
    assert "of the 6 that are" in found.notes[0]


def test_a_stratum_without_a_review_leaves_no_number_for_the_whole() -> None:
    case = two_strata(6)
    found = case.estimates(with_scores(case, [100, 0, 100, 0, 100, 100], [None] * 6))
    whole = item(found, "pass").whole
    assert whole.estimate.value is None
    assert "1 stratum has no finished review, with 10% of the calls" in (whole.estimate.why or "")
    assert whole.covered is not None
    assert whole.covered.value == pytest.approx(4 / 6)
    assert whole.covered_share == pytest.approx(0.9)
    assert any("1 stratum has no finished review, with 10 calls" in note for note in found.notes)


def test_without_a_finished_review_there_is_no_number() -> None:
    case = two_strata()
    found = case.estimates(with_scores(case, [None] * 4, [None] * 4))
    whole = item(found, "score").whole
    assert (whole.estimate.value, whole.estimate.n, whole.covered) == (None, 0, None)
    assert whole.estimate.why == "no review is finished that answers it"


def test_fewer_than_five_answers_make_no_number() -> None:
    case = two_strata(2)
    found = case.estimates(with_scores(case, [100, 0], [0, 100]))
    whole = item(found, "pass").whole
    assert whole.estimate.value is None
    assert whole.unweighted.value is None
    assert whole.estimate.why == "4 answers are too few for a number: 5 are needed"


def test_a_reps_number_is_of_their_calls_weighed_alike() -> None:
    case = two_strata(10)
    scores = {call.call_id: 100.0 * (n % 3 == 0) for n, call in enumerate(case.sample.calls)}
    reviews = truthful(case, lambda one: {"score": scores[one], "answers": answered()})
    found = item(case.estimates(reviews), "pass")
    weights = {
        call.call_id: case.sample.strata[call.stratum].population
        / case.sample.strata[call.stratum].drawn
        for call in case.sample.calls
    }
    for rep in found.reps:
        theirs = [one for one in reviews if one.user_id == rep.user_id]
        total = sum(weights[one.call_id] for one in theirs)
        right = sum(weights[one.call_id] for one in theirs if scores[one.call_id] >= 80)
        assert rep.weighed.estimate.value == pytest.approx(right / total)
        assert rep.weighed.estimate.n == len(theirs)
        assert rep.calls == 50
    assert [rep.name for rep in found.reps] == ["Ana", "Bo"]


def test_a_rep_whose_stratum_was_not_reviewed_has_a_number_for_the_others_only() -> None:
    calls = [outline(f"acti_{n:02}", "ana") for n in range(20)]
    calls += [outline(f"acti_{n:02}", "ana", direction="inbound") for n in range(20, 40)]
    calls += [outline(f"acti_{n:02}", "bo") for n in range(40, 80)]
    case = drawn(calls, strata=("direction",), per_stratum=20)
    inbound = [c.call_id for c in case.sample.calls if "acti_20" <= c.call_id < "acti_40"]
    reviews = truthful(case, lambda _: {"score": 90.0, "answers": answered()}, but=inbound)
    ana, bo = item(case.estimates(reviews), "pass").reps
    assert ana.weighed.estimate.value is None
    assert ana.weighed.covered_share == pytest.approx(0.5)
    assert ana.weighed.covered is not None
    assert bo.weighed.estimate.value == 1
    assert bo.weighed.covered is None


def test_the_order_of_reviews_changes_nothing() -> None:
    case = two_strata()
    reviews = with_scores(case, [100, 100, 0, 80], [0, 0, 10, 90])
    shuffled = random.Random(3).sample(reviews, len(reviews))
    assert case.estimates(shuffled) == case.estimates(reviews)


@pytest.mark.parametrize(("mark", "share"), [(0, 0.5), (81, 0.25), (80, 0.5), (100, 0.25)])
def test_a_call_passes_from_the_mark_on_and_never_with_an_auto_fail(
    mark: float, share: float
) -> None:
    case = drawn([outline(f"acti_{n}") for n in range(40)], size=8)
    scores = [(100.0, False)] * 2 + [(80.0, False)] * 2 + [(0.0, True)] * 4
    reviews = [
        reviewed(call, score=score, is_auto_failed=failed, answers=answered())
        for call, (score, failed) in zip(case.sample.calls, scores, strict=True)
    ]
    found = case.estimates(reviews, mark=mark)
    assert item(found, "pass").whole.estimate.value == pytest.approx(share)
    assert item(found, "auto_fail").whole.estimate.value == pytest.approx(0.5)
    assert found.mark == mark


def test_auto_fails_are_not_estimated_where_no_answer_can_be_one() -> None:
    case = two_strata()
    reviews = with_scores(case, [100] * 4, [100] * 4)
    found = case.estimates(reviews, a_card(NEEDS))
    assert [one.measure for one in found.items] == ["pass", "score", "question"]


@pytest.mark.parametrize("mark", [-1, 100.5, float("nan"), float("inf")])
def test_a_mark_that_is_no_score_is_refused(mark: float) -> None:
    case = two_strata()
    with pytest.raises(QueryInvalid, match="from 0 to 100") as refused:
        case.estimates([], mark=mark)
    assert refused.value.field == "mark"


CHANGES: list[Any] = [
    replace(NEEDS, text="Explored what they need?"),
    replace(NEEDS, highest=4),
    replace(NEEDS, sort=AnswerSort.YES_NO, lowest=0, highest=1),
]


@pytest.mark.parametrize("changed", CHANGES)
def test_a_question_that_means_another_thing_in_another_version_stands_alone(changed: Any) -> None:
    told = joined({1: a_card(NOTICE, NEEDS), 2: a_card(NOTICE, changed)})
    assert [(one.question, sorted(one.versions)) for one in told] == [
        (NOTICE, [1, 2]),
        (changed, [2]),
        (NEEDS, [1]),
    ]


def test_a_question_that_means_the_same_is_joined_whatever_its_weight_and_guide() -> None:
    heavier = replace(NEEDS, weight=5, guide="Count open questions.")
    [one] = joined({1: a_card(NEEDS), 2: a_card(heavier)})
    assert one.question == heavier
    assert sorted(one.versions) == [1, 2]


def test_answers_to_another_version_are_kept_apart_and_said() -> None:
    case = two_strata(10)
    reviews = [
        replace(one, scorecard_version=1 + n % 2)
        for n, one in enumerate(with_scores(case, [90] * 10, [90] * 10))
    ]
    other = replace(NEEDS, text="Explored what they need?")
    found = case.estimates(reviews, a_card(NOTICE, NEEDS), a_card(NOTICE, other))
    kinds = [(one.asked.question.text, one.whole.estimate.n) for one in found.items if one.asked]
    assert kinds == [(NOTICE.text, 20), (other.text, 10), (NEEDS.text, 10)]
    assert any(
        "Versions 1, 2" in note and "2 questions stand alone" in note for note in found.notes
    )


def test_an_open_appeal_is_said() -> None:
    case = two_strata()
    reviews = with_scores(case, [90] * 4, [90] * 4)
    appealed = replace(reviews[0], appeals=(Appeal(by="Ana", at=NOON, reason="No."),))
    decided = replace(
        reviews[1], appeals=(Appeal(by="Ana", at=NOON, reason="No.", is_upheld=False),)
    )
    found = case.estimates([appealed, decided, *reviews[2:]])
    assert found.appealed == 1
    assert "1 review has an appeal that is not decided" in found.notes[-1]
