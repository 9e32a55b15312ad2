"""Examples of comparisons."""

from typing import Any, Final

_ANA: Final = "user_2qYf3iOoy9eD992Aq62C68pJo9YDdB4nI3MLldo2NED"
_BO: Final = "user_9krjADQgjuo8vPr0JLxrMKyftpb7WN1nh7PLxuMOsAd"


def _estimate(
    value: float, low: float, high: float, n: int, *, method: str = "Student"
) -> dict[str, Any]:
    interval = {"low": low, "high": high, "level": 0.95, "method": method}
    return {"value": value, "n": n, "interval": interval, "clusters": None, "why": None}


def _group(name: str, key: str, calls: int) -> dict[str, Any]:
    return {"name": name, "key": key, "calls": calls, "reps": 1, "unmeasured": 0, "why": None}


def _figure(group: str, mean: dict[str, Any], plain: float, others: int) -> dict[str, Any]:
    return {
        "group": group, "mean": mean, "plain": plain, "undefined": 1, "other_types": others,
    }  # fmt: skip


_COMPARISON: Final = {
    "by": "rep",
    "calls": "conversations",
    "within": "direction",
    "looked_at": 109,
    "left_out": {"no conversation: no recording in which both sides spoke": 27},
    "groups": [_group("Ana Bell", _ANA, 46), _group("Bo Lind", _BO, 36)],
    "metrics": [
        {
            "metric": "talk_ratio",
            "version": 1,
            "title": "Talk ratio",
            "unit": "share",
            "figures": [
                _figure("Ana Bell", _estimate(0.562, 0.528, 0.596, 43), 0.559, 2),
                _figure("Bo Lind", _estimate(0.531, 0.501, 0.561, 35), 0.531, 0),
            ],
            "types": [{"name": "outbound", "weight": 1.0, "calls": 78}],
            "differences": [
                {
                    "one": "Ana Bell",
                    "other": "Bo Lind",
                    "difference": _estimate(0.031, -0.014, 0.076, 78, method="Welch"),
                    "can_be_told_apart": False,
                    "more_calls": 131,
                }
            ],
            "order": None,
            "why": "chance alone may make differences as large between Ana Bell and Bo Lind",
            "told": "Ana Bell and Bo Lind cannot be told apart: chance alone may make differences"
            " as large between Ana Bell and Bo Lind. If it is what it seems, each group would need"
            " about 131 more calls to show it.",
        }
    ],
    "overlaps": [],
    "notes": [
        (
            "Like with like: only calls of direction outbound are compared, as not every group has"
            " enough of the others"
        )
    ],
    "searched": {"calls": 4812, "of": 4815, "waiting": 2, "failed": 1, "excluded": 0},
}

_PLAN: Final = {
    "id": "437a97a8fb0847bc84e4e0161ff5f622",
    "version": 1,
    "name": "Listen longer",
    "metric": "talk_ratio",
    "user_ids": [_ANA],
    "peers": [],
    "started_on": "2026-03-02",
    "weeks_before": 4,
    "weeks_after": 4,
    "behaviour": "Ask, then wait for the whole answer.",
    "wanted": "down",
    "target": 0.45,
    "next_check_on": "2026-03-30",
    "where": {"direction": ["outbound"]},
    "created_at": "2026-03-02T09:15:00Z",
    "created_by": "Dana Reyes",
    "changed_at": "2026-03-02T09:15:00Z",
    "changed_by": "Dana Reyes",
}

_FEW: Final = (
    "there are 6 ways to choose the coached rep, so chance alone makes even the largest"
    " difference in 17% of them: more reps are needed"
)


def _reps(value: float, n: int) -> dict[str, Any]:
    return {"value": value, "n": n, "interval": None, "clusters": None, "why": _FEW}


_EFFECT: Final = {
    "metric": "talk_ratio",
    "version": 1,
    "title": "Talk ratio",
    "unit": "share",
    "since": "2026-02-02",
    "start": "2026-03-02",
    "until": "2026-03-30",
    "is_complete": True,
    "within": "direction",
    "reps": [
        {
            "user_id": _ANA, "name": "Ana Bell", "is_coached": True,
            "before": 0.571, "after": 0.493, "calls_before": 21, "calls_after": 24,
        },
        {
            "user_id": _BO, "name": "Bo Lind", "is_coached": False,
            "before": 0.528, "after": 0.534, "calls_before": 18, "calls_after": 17,
        },
    ],
    "difference": _reps(-0.084, 6),
    "coached": _reps(-0.078, 1),
    "peers": _reps(0.006, 5),
    "p_value": 0.167,
    "permutations": 6,
    "left_out": {"no conversation: no recording in which both sides spoke": 31},
    "why": _FEW,
    "notes": [],
    "told": f"It seems to be -8.4 points, but nothing is shown: {_FEW}.",
}  # fmt: skip

EXAMPLES: Final[dict[str, Any]] = {
    "CompareBody": {
        "metrics": ["talk_ratio", "tracker:Price"],
        "groups": [
            {"name": "Top three", "where": {"user_id": [_ANA, _BO]}},
        ],
        "rest": "The rest",
        "where": {"since": "90d", "direction": ["outbound"]},
    },
    "ComparisonOut": _COMPARISON,
    "InterventionIn": {
        "name": "Listen longer",
        "metric": "talk_ratio",
        "coached": ["Ana Bell"],
        "started_on": "2026-03-02",
        "behaviour": "Ask, then wait for the whole answer.",
        "wanted": "down",
        "target": 0.45,
        "next_check_on": "2026-03-30",
    },
    "InterventionOut": _PLAN,
    "InterventionsOut": {"interventions": [_PLAN]},
    "EffectOut": _EFFECT,
}
