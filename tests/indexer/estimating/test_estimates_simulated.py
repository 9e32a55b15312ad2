"""From draw to estimate, hundreds of times over: 95 % intervals hold the truth 95 times of 100.

Each time a population with a known truth is drawn from by SAMPLING's own draw under another
seed, some reviews stay open, some calls cannot be reviewed and get SAMPLING's substitute, and
the rest say what is true. 600 draws tell the share to one point (its standard error).
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pytest

from indexer.estimating import Estimates
from indexer.sampling import substitutes
from models.outline import CallOutline
from models.review import Review, ReviewState
from models.sample import DrawnCall
from tests.indexer.estimating.making import (
    NOTICE,
    Case,
    a_card,
    answered,
    drawn,
    item,
    outline,
    reviewed,
)

DRAWS: Final = 600
BAND: Final = (0.93, 0.97)
SIZES: Final = {"inbound": 60, "outbound": 340}
Truth = dict[str, dict[str, Any]]


def population(seed: int, *, reps: int = 1) -> tuple[list[CallOutline], Truth]:
    """Calls of two directions that differ in what is true, and the truth of each."""
    random = np.random.default_rng(seed)
    calls, truth = [], {}
    for direction, size in SIZES.items():
        for n in range(size):
            call_id = f"acti_{direction}_{n:03}"
            calls.append(outline(call_id, f"rep{n % reps}", direction=direction))
            level = (70, 82)[direction == "outbound"] + 6 * (n % reps)
            score = float(np.clip(random.normal(level, 14), 0, 100).round(1))
            truth[call_id] = {
                "score": score,
                "answers": answered(notice=int(random.random() < 0.5 + score / 250)),
            }
    return calls, truth


def done(call: DrawnCall, truth: Truth) -> Review:
    return reviewed(call, **truth[call.call_id])


def all_done(case: Case, truth: Truth, _: Any) -> list[Review]:
    return [done(call, truth) for call in case.sample.calls]


def some_open(case: Case, truth: Truth, random: np.random.Generator) -> list[Review]:
    """Three of ten outbound reviews are not finished, and one of ten inbound ones."""
    share = {"inbound": 0.1, "outbound": 0.3}
    return [
        done(call, truth)
        if random.random() > share[case.sample.strata[call.stratum].key[0]]
        else reviewed(call, state=ReviewState.OPEN)
        for call in case.sample.calls
    ]


def is_unreviewable(call_id: str) -> bool:
    """Four of ten inbound calls are in another language, and one of ten outbound ones."""
    return call_id[-1] in ("0123" if "inbound" in call_id else "0")


def some_replaced(case: Case, truth: Truth, _: Any) -> list[Review]:
    reviews, taken = [], {call.call_id for call in case.sample.calls}
    for drawn_call in case.sample.calls:
        call: DrawnCall | None = drawn_call
        while call is not None and is_unreviewable(call.call_id):
            reviews.append(reviewed(call, state=ReviewState.REPLACED))
            found = substitutes(
                case.sample, case.population, call.stratum, taken, instead_of=call.call_id
            )
            call = None if found is None else DrawnCall(
                call_id=found, stratum=call.stratum, probability=None,
                user_id=call.user_id, user_name=call.user_name,
            )  # fmt: skip
            taken |= {found} if found else set()
        if call is not None:
            substitute = {} if call is drawn_call else {"substitute_for": drawn_call.call_id}
            reviews.append(reviewed(call, **truth[call.call_id], **substitute))
    return reviews


Judge = Callable[[Case, Truth, np.random.Generator], list[Review]]


def simulated(
    plan: dict[str, Any], judge: Judge, *, reps: int = 1
) -> tuple[list[Estimates], Truth]:
    calls, truth = population(7, reps=reps)
    random = np.random.default_rng(11)
    found = []
    for seed in range(DRAWS):
        case = drawn(calls, seed=f"seed {seed}", **plan)
        found.append(case.estimates(judge(case, truth, random), a_card(NOTICE)))
    return found, truth


def truths(truth: Truth, ids: Sequence[str]) -> dict[str, float]:
    scores = np.array([truth[one]["score"] for one in ids])
    notices = np.array([truth[one]["answers"][0].value for one in ids])
    return {
        "pass": float((scores >= 80).mean()),
        "score": float(scores.mean()),
        "notice": float(notices.mean()),
    }


def covered(found: Sequence[Estimates], name: str, value: float) -> float:
    intervals = [item(one, name).whole.estimate.interval for one in found]
    assert all(intervals)
    return float(np.mean([one is not None and one.holds(value) for one in intervals]))


def values(found: Sequence[Estimates], name: str) -> list[float]:
    told = [item(one, name).whole.estimate.value for one in found]
    return [one for one in told if one is not None]


UNEVEN: Final = {"strata": ("direction",), "per_stratum": 30}


@pytest.mark.parametrize(
    ("plan", "judge", "names"),
    [
        ({"size": 60}, all_done, ("pass", "score", "notice")),
        (UNEVEN, some_open, ("pass", "score", "notice")),
        (
            {"strata": ("direction",), "per_stratum": 20},
            some_replaced,
            ("pass", "score", "notice"),
        ),
    ],
    ids=["simple", "strata, some reviews open", "strata, some calls replaced"],
)
def test_intervals_hold_the_truth_95_times_of_100(
    plan: dict[str, Any], judge: Judge, names: Sequence[str]
) -> None:
    found, truth = simulated(plan, judge)
    ids = [one for one in truth if judge is not some_replaced or not is_unreviewable(one)]
    for name in names:
        value, told = truths(truth, ids)[name], values(found, name)
        share = covered(found, name, value)
        assert BAND[0] <= share <= BAND[1], (name, share)
        assert abs(np.mean(told) - value) <= 3.5 * float(np.std(told)) / DRAWS**0.5, name


def test_without_weights_the_middle_would_be_wrong() -> None:
    found, truth = simulated(UNEVEN, all_done)
    value = truths(truth, list(truth))["score"]
    plain = [item(one, "score").whole.unweighted.value or 0.0 for one in found]
    assert abs(np.mean(values(found, "score")) - value) < 0.2
    assert np.mean(plain) < value - 2
