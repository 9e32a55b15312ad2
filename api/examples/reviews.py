"""Examples of reviews."""

from typing import Any, Final

from api.examples.scorecards import SCORECARD

_OPEN: Final[dict[str, Any]] = {
    "id": "946257c4a06253f9b9acb2fe486387d4",
    "version": 1,
    "state": "open",
    "is_hidden": False,
    "call_id": "acti_4AAXvMjG9yQ0VxSjZaLGjT",
    "user_id": "user_R8zBvQpLmN3KcDxYw2HtJf",
    "user_name": "Ana Lopez",
    "reviewer": "Rae Moss",
    "reviewer_user_id": None,
    "scorecard_id": SCORECARD["id"],
    "scorecard_version": 1,
    "sample_id": "b6beb3a39e4847bcbb4befa727b11c2c",
    "calibration_id": None,
    "stratum": 0,
    "probability": 0.125,
    "substitute_for": None,
    "due_at": "2026-03-21T00:00:00Z",
    "answers": [],
    "comment": "",
    "score": None,
    "is_auto_failed": False,
    "formula": "score@1",
    "finished_at": None,
    "replacement": None,
    "appeals": [],
    "created_at": "2026-03-11T12:00:00Z",
    "created_by": "Quinn Adler",
    "written_at": "2026-03-11T12:00:00Z",
    "written_by": "Quinn Adler",
}

_DONE: Final[dict[str, Any]] = _OPEN | {
    "version": 3,
    "state": "done",
    "answers": [
        {
            "question_id": "recording-notice",
            "value": 1,
            "na": False,
            "comment": "",
            "quotes": [
                {
                    "kind": "recording",
                    "first": 0,
                    "last": 0,
                    "text": "Hi, this is Ana, on a recorded line.",
                    "start_s": 0.4,
                }
            ],
        },
        {
            "question_id": "needs",
            "value": 3,
            "na": False,
            "comment": "Asked what is wrong, not what it costs them.",
            "quotes": [],
        },
        {"question_id": "price", "value": None, "na": True, "comment": "", "quotes": []},
    ],
    "comment": "A good opening.",
    "score": 66.66666666666667,
    "finished_at": "2026-03-12T09:30:00Z",
    "appeals": [
        {
            "number": 1,
            "by": "Ana Lopez",
            "at": "2026-03-12T10:00:00Z",
            "reason": "I asked what a lost day costs, at 4:12.",
            "question_id": "needs",
            "upheld": None,
            "decision": "",
            "decided_by": None,
            "decided_at": None,
            "is_decided_by_reviewer": None,
        }
    ],
    "written_at": "2026-03-12T10:00:00Z",
    "written_by": "Ana Lopez",
}

_REPLACED: Final[dict[str, Any]] = _OPEN | {
    "version": 2,
    "state": "replaced",
    "replacement": {
        "reason": "wrong_language",
        "text": "Spanish throughout",
        "by": "Rae Moss",
        "at": "2026-03-12T09:00:00Z",
        "substitute": "acti_9cWq2TnB7vKzPdLxYfGhRm",
    },
    "written_at": "2026-03-12T09:00:00Z",
    "written_by": "Rae Moss",
}

_SUBSTITUTE: Final[dict[str, Any]] = _OPEN | {
    "id": "1f0f6f2c7a2b5a0e8d3c4b5a69788796",
    "call_id": "acti_9cWq2TnB7vKzPdLxYfGhRm",
    "substitute_for": _OPEN["call_id"],
    "created_at": "2026-03-12T09:00:00Z",
    "created_by": "Rae Moss",
    "written_at": "2026-03-12T09:00:00Z",
    "written_by": "Rae Moss",
}

_ASKED: Final[dict[str, Any]] = {
    "scorecard": SCORECARD,
    "open_questions": [],
    "sections": [
        {"name": "Opening", "score": 100.0},
        {"name": "Conversation", "score": 50.0},
    ],
    "failed_by": [],
}

_TO_DO: Final[dict[str, Any]] = _ASKED | {
    "open_questions": ["recording-notice", "needs", "price"],
    "sections": [{"name": "Opening", "score": None}, {"name": "Conversation", "score": None}],
}

_COVERAGE: Final[dict[str, Any]] = {
    "calls": 412,
    "reviewed": 43,
    "ways": {"random": 38, "risk": 6, "calibration": 0},
    "dimensions": [
        {
            "name": "direction",
            "rows": [
                {
                    "value": "inbound",
                    "label": "inbound",
                    "calls": 103,
                    "reviewed": 10,
                    "share": 0.0970873786407767,
                    "ways": {"random": 9, "risk": 1, "calibration": 0},
                    "difference": -0.03,
                    "is_alarming": False,
                },
                {
                    "value": "outbound",
                    "label": "outbound",
                    "calls": 309,
                    "reviewed": 33,
                    "share": 0.10679611650485436,
                    "ways": {"random": 29, "risk": 5, "calibration": 0},
                    "difference": 0.03,
                    "is_alarming": False,
                },
            ],
            "p_value": 0.91,
            "is_alarming": False,
            "why": None,
        }
    ],
    "never_reviewed": [{"user_id": "user_K2", "label": "Kit Rowe", "calls": 14}],
    "replacements": [
        {
            "reviewer": "Rae Moss",
            "given": 21,
            "replaced": 1,
            "reasons": {"wrong_language": 1},
            "without_substitute": 0,
        }
    ],
}

EXAMPLES: Final[dict[str, Any]] = {
    "ReviewOut": _DONE,
    "ReviewDetailOut": _DONE | _ASKED,
    "ReviewsOut": {"reviews": [_DONE, _SUBSTITUTE], "next_cursor": None},
    "ReviewVersionsOut": {"versions": [_OPEN, _DONE]},
    "NextReviewOut": {"left": 7, "review": _OPEN | _TO_DO},
    "HandedOutOut": {"reviews": [_OPEN], "nobody": [], "before": 0},
    "ReplacedOut": {"review": _REPLACED, "substitute": _SUBSTITUTE},
    "ReviewProgressOut": {
        "sample_id": "b6beb3a39e4847bcbb4befa727b11c2c",
        "calls": 40,
        "assigned": 40,
        "open": 7,
        "done": 33,
        "replaced": 1,
        "reviewers": [{"reviewer": "Rae Moss", "open": 7, "done": 33, "replaced": 1}],
    },
    "ReviewCoverageOut": _COVERAGE,
}
