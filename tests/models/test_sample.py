"""Plans of samples: what cannot be drawn is refused, and said plainly."""

from typing import Any

import pytest

from models.errors import QueryInvalid
from models.sample import SamplePlan, SampleSort, StratumField

RISK = {"sort": SampleSort.RISK, "thresholds": ("talk_ratio > 0.7",)}


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({}, "size: say how many"),
        ({"size": 0}, "size: must be from 1"),
        ({"size": -3}, "size: must be from 1"),
        ({"size": 10**7}, "size: must be from 1 to 1000000"),
        ({"per_rep": 0}, "per_rep: must be from 1"),
        ({"per_stratum": 0, "strata": (StratumField.REP,)}, "per_stratum: must be from 1"),
        ({"per_stratum": 3}, "strata: name the fields that per_stratum is for"),
        ({"per_stratum": 3, "per_rep": 2}, "per_stratum: is given together with per_rep"),
        ({"size": 3, "share": 0.5}, "share: is given together with size"),
        ({"share": 0.0}, "share: must be over 0"),
        ({"share": 1.01}, "share: must be over 0, and at most 1"),
        ({"share": float("nan")}, "share: must be over 0"),
        ({"size": 3, "seed": ""}, "seed: must not be empty"),
        ({"size": 3, "seed": "  "}, "seed: must not be empty"),
        ({"size": 3, "seed": "a\nb"}, "seed: must be of printable characters"),
        ({"size": 3, "strata": (StratumField.LEAD,) * 2}, "strata: must not name a field twice"),
        ({"size": 3, "min_duration_s": -1}, "min_duration: must be from 0"),
        ({"size": 3, "duration_edges_s": (60, 60)}, "duration_edges: must be seconds over 0"),
        ({"size": 3, "duration_edges_s": (0,)}, "duration_edges: must be seconds over 0"),
        ({"size": 3, "trackers": ("t",)}, "sort: must be risk"),
        (RISK, "size: say how many"),
        ({"sort": SampleSort.RISK, "size": 3}, "sort: by risk needs a tracker"),
        (RISK | {"size": 3, "per_rep": 2}, "per_rep: is not for a queue by risk"),
        (RISK | {"size": 3, "share": 0.2}, "share: is not for a queue by risk"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_drawn_is_refused(told: dict[str, Any], message: str) -> None:
    with pytest.raises(QueryInvalid, match=message):
        SamplePlan(**({"where": {}, "seed": "2026-W38"} | told))


def test_a_quota_by_rep_makes_reps_the_first_stratum() -> None:
    plan = SamplePlan(where={}, seed=" 7 ", per_rep=5, strata=(StratumField.OUTCOME,))
    assert plan.strata == (StratumField.REP, StratumField.OUTCOME)
    assert plan.seed == "7"
