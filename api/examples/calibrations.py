"""Examples of calibrations."""

from typing import Any, Final

from indexer.calibrating.bands import KRIPPENDORFF, LANDIS_KOCH, WARNING

_CALIBRATION: Final[dict[str, Any]] = {
    "id": "5f0c2b8e9a7d4c1fb6e3d2a190478c55",
    "name": "Week 38",
    "version": 2,
    "call_ids": ["acti_7Qm2vXbGd0sN4hLrTzPwKe", "acti_2Kp9sRwXc4hM6tYbQzVfLn"],
    "draw": {
        "seed": "2026-W38",
        "eligible": 412,
        "sample_id": None,
        "where": {"since": "30d", "direction": ["outbound"]},
    },
    "scorecard_id": "c1d2e3f4a5b64788990a1b2c3d4e5f60",
    "scorecard_version": 3,
    "reviewers": [
        {"reviewer": "Ana Brel", "user_id": "user_9Tw3", "done": 2, "open": 0, "own": 0},
        {"reviewer": "Ben Ito", "user_id": None, "done": 1, "open": 1, "own": 0},
    ],
    "created_at": "2026-03-09T08:30:00Z",
    "created_by": "Ana Brel",
    "closed_at": "2026-03-11T15:00:00Z",
    "closed_by": "Ana Brel",
}
_FEW: Final = "2 calls are too few for an interval: 10 are needed"


def _number(value: float | None, n: int, why: str | None) -> dict[str, Any]:
    return {"value": value, "n": n, "interval": None, "clusters": None, "why": why}


def _band(name: str, source: str) -> dict[str, Any]:
    return {"name": name, "lowest": None, "highest": None, "source": source}


def _between(value: float, n: int, low: float, high: float, method: str) -> dict[str, Any]:
    interval = {"low": low, "high": high, "level": 0.95, "method": method}
    return {"value": value, "n": n, "interval": interval, "clusters": None, "why": None}


_BOOTSTRAP: Final = "bootstrap over calls"
_GREETS: Final[dict[str, Any]] = {
    "scale": "nominal",
    "calls": 24,
    "reviewers": 2,
    "answers": 48,
    "percent": _between(0.875, 24, 0.6902, 0.9566, "Wilson"),
    "kappa": _between(0.6154, 24, 0.2258, 0.909, _BOOTSTRAP),
    "kappa_weights": "none",
    "kappa_band": {
        "name": "substantial",
        "lowest": "fair",
        "highest": "almost perfect",
        "source": LANDIS_KOCH,
    },
    "alpha": _between(0.623, 24, 0.2312, 0.911, _BOOTSTRAP),
    "alpha_band": {
        "name": "not reliable",
        "lowest": "not reliable",
        "highest": "reliable",
        "source": KRIPPENDORFF,
    },
}
_SCORES: Final[dict[str, Any]] = {
    "scale": "interval",
    "calls": 2,
    "reviewers": 2,
    "answers": 4,
    "percent": _number(0.5, 2, _FEW),
    "kappa": _number(None, 2, "kappa is for answers of a few sorts: alpha compares scores"),
    "kappa_weights": "none",
    "kappa_band": None,
    "alpha": _number(0.71, 2, _FEW),
    "alpha_band": _band("tentative", KRIPPENDORFF),
}

EXAMPLES: Final[dict[str, Any]] = {
    "CalibrationIn": {
        "name": "Week 38",
        "scorecard": "Discovery",
        "reviewers": [{"name": "Ana Brel", "user_id": "user_9Tw3"}, "Ben Ito"],
        "draw": {"size": 8, "seed": "2026-W38", "where": {"since": "30d"}},
    },
    "CalibrationOut": _CALIBRATION,
    "CalibrationsOut": {"calibrations": [_CALIBRATION]},
    "CalibrationReportOut": {
        "id": _CALIBRATION["id"],
        "name": "Week 38",
        "calls": 24,
        "reviewers": ["Ana Brel", "Ben Ito"],
        "score": {
            "agreement": _SCORES,
            "gap": _number(9.5, 2, "2 calls are too few for an interval: 12 are needed"),
            "auto_fail": None,
            "auto_fails": 0,
        },
        "severity": [
            {"reviewer": "Ana Brel", "difference": _between(-4.2, 24, -7.1, -1.3, "Student")},
            {"reviewer": "Ben Ito", "difference": _between(4.2, 24, 1.3, 7.1, "Student")},
        ],
        "questions": [
            {
                "question_id": "greets",
                "text": "Did the rep say that the call is recorded?",
                "section": "Opening",
                "sort": "yes_no",
                "lowest": 0,
                "highest": 1,
                "place": 1,
                "agreement": _GREETS,
                "counts": {"0": 9, "1": 39},
                "prevalence": 0.8125,
                "not_applicable": 0,
                "applies": None,
                "differing": [
                    {
                        "call_id": "acti_7Qm2vXbGd0sN4hLrTzPwKe",
                        "answers": [
                            {
                                "reviewer": "Ana Brel",
                                "value": 0,
                                "comment": "Only after a minute.",
                                "quotes": [
                                    {
                                        "kind": "recording",
                                        "first": 14,
                                        "last": 14,
                                        "text": "By the way, this line is recorded.",
                                        "start_s": 63.2,
                                    }
                                ],
                            },
                            {"reviewer": "Ben Ito", "value": 1, "comment": "", "quotes": []},
                        ],
                    }
                ],
            }
        ],
        "is_ordered": False,
        "order": "Only one question has an alpha: there is nothing to order.",
        "notes": [WARNING],
    },
}
