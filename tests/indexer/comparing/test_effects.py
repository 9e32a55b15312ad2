"""Before against after, coached reps against their peers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from indexer.comparing import EffectPlan, effect_of, told_effect
from models import SearchFilter
from models.comparison import CoachingEffect, Within
from models.errors import QueryInvalid
from tests.fakes import WordEmbedder
from tests.indexer.comparing.calling import Office

START = date(2026, 2, 2)
NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)
COACHED = tuple(f"user_{n}" for n in range(5))


def a_team(change: float, *, seed: int = 1, reps: int = 12, inbound_after: float = 0.2) -> Office:
    """Reps of whom the first five change by so much at the start; inbound calls are higher."""
    random, office = np.random.default_rng(seed), Office()
    for rep in range(reps):
        own = random.normal(0.5, 0.05)
        for week in (-4, -3, -2, -1, 0, 1, 2, 3):
            is_after = week >= 0
            for _ in range(2):
                share = inbound_after if is_after and rep < 5 else 0.2
                is_inbound = random.random() < share
                value = own + random.normal(0, 0.04) + 0.2 * is_inbound
                office.call(
                    value + change * (is_after and rep < 5),
                    user_id=f"user_{rep}", user_name=f"Rep {rep}",
                    direction="inbound" if is_inbound else "outbound",
                    date_created=datetime(2026, 2, 2, 9, tzinfo=UTC) + timedelta(weeks=week),
                )  # fmt: skip
    return office


def found(office: Office, *, now: datetime = NOW, **plan: Any) -> CoachingEffect:
    usual: dict[str, Any] = {"metric": "talk_ratio", "coached": COACHED, "start": START}
    wanted = EffectPlan(**(usual | plan))
    return effect_of(wanted, store=office, embedder=WordEmbedder(3), now=now)


@pytest.mark.parametrize("change", [-0.1, 0.1])
def test_a_planted_effect_is_found_with_its_sign(change: float) -> None:
    effect = found(a_team(change))
    assert effect.p_value is not None
    assert effect.p_value < 0.05
    assert effect.difference.value == pytest.approx(change, abs=0.03)
    told = told_effect(effect)
    assert ("went up" if change > 0 else "went down") in told


def test_where_nothing_changed_nothing_is_found_nineteen_times_in_twenty() -> None:
    p_values = [found(a_team(0.0, seed=seed)).p_value or 0 for seed in range(20)]
    assert sum(p < 0.05 for p in p_values) <= 3  # 98 % of the time, if it is once in twenty


def test_other_calls_than_before_are_no_effect() -> None:
    """Coached reps take inbound calls after: what changes is the calls, and not the reps."""
    office = a_team(0.0, inbound_after=0.9)
    plainly, within = found(office, within=Within.NONE), found(office)
    assert plainly.p_value is not None
    assert plainly.p_value < 0.05
    assert within.p_value is not None
    assert within.p_value > 0.05
    assert told_effect(within).startswith("No change beyond chance")


def test_every_rep_is_shown_before_and_after_coached_ones_first() -> None:
    effect = found(a_team(0.1, reps=8), weeks_after=2)
    assert [rep.is_coached for rep in effect.reps] == [True] * 5 + [False] * 3
    assert [rep.name for rep in effect.reps][:2] == ["Rep 0", "Rep 1"]
    assert {(rep.calls_before, rep.calls_after) for rep in effect.reps} == {(8, 4)}
    assert (effect.since, effect.until) == (date(2026, 1, 5), date(2026, 2, 16))
    assert effect.is_complete


def test_an_effect_that_is_not_over_is_told_so() -> None:
    effect = found(a_team(0.1), weeks_after=8)
    assert not effect.is_complete
    assert any("Not over yet" in note for note in effect.notes)


def test_peers_may_be_chosen_and_others_do_not_count() -> None:
    effect = found(a_team(0.1), peers=("user_7", "user_8", "user_9"))
    assert [rep.user_id for rep in effect.reps if not rep.is_coached] == [
        "user_7",
        "user_8",
        "user_9",
    ]
    assert effect.left_out == {"neither of a coached rep nor of a peer": 64}


def test_few_reps_are_told_that_no_test_can_tell() -> None:
    effect = found(a_team(0.2, reps=6), coached=COACHED[:1])
    assert effect.permutations == 6
    assert "6 ways to choose" in (effect.why or "")
    assert "but nothing is shown" in told_effect(effect)


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ({"start": date(2025, 1, 6)}, "coached reps have no measured calls"),
        ({"start": date(2026, 1, 5), "weeks_after": 4}, "no measured calls in the 4 weeks before 2026-01-05"),
        ({"coached": tuple(f"user_{n}" for n in range(12))}, "there are no peers"),
        ({"coached": ("user_99",)}, "coached reps have no measured calls"),
        ({"peers": ("user_99",)}, "peers have no measured calls"),
        ({"where": SearchFilter(min_duration_s=9999)}, "coached reps have no measured calls"),
    ],
)  # fmt: skip
def test_what_cannot_be_found_is_none_and_told_why(plan: dict[str, Any], told: str) -> None:
    effect = found(a_team(0.1), **plan)
    assert (effect.difference.value, effect.p_value) == (None, None)
    assert told in (effect.why or "")
    assert told_effect(effect).startswith("Nothing can be said: ")


def test_before_and_nothing_after_yet_is_told() -> None:
    office = a_team(0.1)
    effect = found(office, start=date(2026, 3, 9))
    assert "have no measured calls since 2026-03-09" in (effect.why or "")


@pytest.mark.parametrize(
    ("plan", "field", "told"),
    [
        ({"coached": ()}, "coached", "at least one rep"),
        ({"peers": ("user_1", "user_7")}, "peers", "'user_1'"),
        ({"weeks_before": 0}, "weeks_before", "1 to 52"),
        ({"weeks_after": 53}, "weeks_after", "1 to 52"),
        ({"start": date(2026, 3, 12)}, "start", "in the future"),
        ({"metric": "nope"}, "metric", "there are talk_ratio"),
        ({"where": SearchFilter(since=NOW)}, "since", "leave it out"),
    ],
)
def test_what_makes_no_sense_is_refused(plan: dict[str, Any], field: str, told: str) -> None:
    with pytest.raises(QueryInvalid, match=told) as refused:
        found(Office(), **plan)
    assert refused.value.field == field
