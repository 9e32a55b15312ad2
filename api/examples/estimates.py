"""Examples of estimates."""

from typing import Any, Final


def _number(value: float, n: int, low: float, high: float, method: str) -> dict[str, Any]:
    interval = {"low": low, "high": high, "level": 0.95, "method": method}
    return {"value": value, "n": n, "interval": interval, "clusters": None, "why": None}


def _weighed(estimate: dict[str, Any], unweighted: dict[str, Any]) -> dict[str, Any]:
    return {
        "estimate": estimate,
        "unweighted": unweighted,
        "covered": None,
        "covered_share": 1.0,
    }


_TOO_FEW: Final[dict[str, Any]] = {
    "value": None,
    "n": 3,
    "interval": None,
    "clusters": None,
    "why": "3 answers are too few for a number: 5 are needed",
}

_NOTE: Final = (
    "2 reviews are not finished. The numbers are of the 58 that are, as if those left were like"
    " them within each stratum: they will change, and are wrong if what is left is harder, say."
)

EXAMPLES: Final[dict[str, Any]] = {
    "EstimatesOut": {
        "sample_id": "0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d",
        "sample": "2026-W38",
        "population": 1204,
        "drawn": 60,
        "done": 58,
        "open": 2,
        "replaced": 1,
        "appealed": 0,
        "mark": 80.0,
        "scorecard_id": "c1d2e3f4a5b64788990a1b2c3d4e5f60",
        "scorecard_versions": [3],
        "strata": [
            {
                "key": ["outbound"],
                "population": 1004,
                "drawn": 40,
                "done": 38,
                "open": 2,
                "replaced": 0,
            },
            {
                "key": ["inbound"],
                "population": 200,
                "drawn": 20,
                "done": 20,
                "open": 0,
                "replaced": 1,
            },
        ],
        "estimates": [
            {
                "measure": "pass",
                "question_id": None,
                "text": None,
                "section": None,
                "scorecard_versions": None,
                "is_rate": True,
                "lowest": 0.0,
                "highest": 1.0,
                "not_applicable": 0,
                "whole": _weighed(
                    _number(0.712, 58, 0.578, 0.817, "Wilson, effective n"),
                    _number(0.759, 58, 0.635, 0.850, "Wilson"),
                ),
                "reps": [
                    {
                        "user_id": "user_1Zk6nPqAi3vT8cUhGyMbRf",
                        "name": "Maren Tolvik",
                        "calls": 96,
                        "weighed": _weighed(_TOO_FEW, _TOO_FEW),
                    }
                ],
            }
        ],
        "notes": [_NOTE],
    }
}
