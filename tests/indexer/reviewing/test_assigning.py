"""Which call goes to whom: evenly, the same each time, and nobody their own."""

import itertools
from collections import Counter

import numpy as np
import pytest

from indexer.reviewing import CallToReview, Reviewer, assigned, is_own_call
from indexer.reviewing.assigning import require_reviewers
from models.errors import QueryInvalid


def calls(count: int, reps: int = 3) -> list[CallToReview]:
    return [
        CallToReview(call_id=f"c{n:03}", user_id=f"u{n % reps}", user_name=f"Rep {n % reps}")
        for n in range(count)
    ]


def people(*names: str) -> list[Reviewer]:
    return [Reviewer(name=name) for name in names]


def loads(given: dict[str, Reviewer], *, of: list[Reviewer]) -> list[int]:
    counts = Counter(one.name for one in given.values())
    return [counts[one.name] for one in of]


@pytest.mark.parametrize(("count", "reviewers"), [(10, 3), (1, 4), (12, 4), (0, 2), (101, 7)])
def test_numbers_differ_by_at_most_one(count: int, reviewers: int) -> None:
    who = people(*(f"R{n}" for n in range(reviewers)))
    given = loads(assigned(calls(count), who, seed="s"), of=who)
    assert sum(given) == count
    assert max(given) - min(given) <= 1


def test_the_same_calls_and_seed_give_the_same_in_any_order() -> None:
    who = people("Ana", "Bo", "Cy")
    first = assigned(calls(30), who, seed="2026-W38")
    assert assigned(calls(30)[::-1], who[::-1], seed="2026-W38") == first
    assert assigned(calls(30), who, seed="2026-W39") != first


def test_nobody_reviews_their_own_call_by_user_or_by_name() -> None:
    who = [Reviewer(name="Ana", user_id="u0"), Reviewer(name="rep 1"), Reviewer(name="Zoe")]
    given = assigned(calls(60), who, seed="s")
    assert len(given) == 60
    for call in calls(60):
        assert not is_own_call(given[call.call_id], call.user_id, call.user_name)
    assert loads(given, of=who) == [20, 20, 20]


def test_a_call_that_is_everybodys_own_is_given_to_nobody() -> None:
    who = [Reviewer(name="Ana", user_id="u0"), Reviewer(name="REP 0")]
    given = assigned(calls(6), who, seed="s")
    assert set(given) == {"c001", "c002", "c004", "c005"}


def test_who_has_reviews_already_is_given_fewer() -> None:
    who = people("Ana", "Bo")
    given = assigned(calls(6), who, seed="s", loads={"ana": 4})
    assert loads(given, of=who) == [1, 5]


def test_no_assignment_is_evener_than_ours() -> None:
    """Against every assignment there is, for 60 small random cases."""
    random = np.random.default_rng(7)
    for _ in range(60):
        who = [Reviewer(name=f"R{n}", user_id=f"u{n}") for n in range(3)]
        some = [
            CallToReview(call_id=f"c{n}", user_id=f"u{random.integers(4)}", user_name=None)
            for n in range(5)
        ]
        before = {f"r{n}": int(random.integers(3)) for n in range(3)}
        given = assigned(some, who, seed=str(random.integers(9)), loads=before)
        best = min(
            sum((before[one.name.casefold()] + chosen.count(one)) ** 2 for one in who)
            for chosen in itertools.product(who, repeat=5)
            if not any(
                is_own_call(one, c.user_id, None) for one, c in zip(chosen, some, strict=True)
            )
        )
        counts = Counter(one.name for one in given.values())
        assert sum((before[one.name.casefold()] + counts[one.name]) ** 2 for one in who) == best


def test_reviewers_are_somebody_and_each_once() -> None:
    for wrong, told in (
        ([], "at least one"),
        (people("Ana", "ANA"), "'Ana' is named twice"),
        ([Reviewer(name="A", user_id="u"), Reviewer(name="B", user_id="u")], "two have the user"),
    ):
        with pytest.raises(QueryInvalid, match=told):
            require_reviewers(wrong)
    with pytest.raises(QueryInvalid, match="must not be empty"):
        Reviewer(name=" ")
