"""Examples of scorecards."""

from typing import Any, Final

SCORECARD: Final[dict[str, Any]] = {
    "id": "0a9d1c4be6f84d0f9a4c7c1f0d8e2b35",
    "version": 1,
    "name": "Discovery calls",
    "sections": [
        {
            "name": "Opening",
            "weight": 1.0,
            "questions": [
                {
                    "id": "recording-notice",
                    "text": "Did the rep say that the call is recorded?",
                    "sort": "yes_no",
                    "lowest": 0,
                    "highest": 1,
                    "weight": 1.0,
                    "allows_na": False,
                    "fails_at": 0,
                    "guide": "In the first minute, in words a customer understands.",
                }
            ],
        },
        {
            "name": "Conversation",
            "weight": 2.0,
            "questions": [
                {
                    "id": "needs",
                    "text": "How well were needs explored?",
                    "sort": "scale",
                    "lowest": 1,
                    "highest": 5,
                    "weight": 3.0,
                    "allows_na": False,
                    "fails_at": None,
                    "guide": "1: not at all. 3: the problem. 5: the problem and what it costs.",
                },
                {
                    "id": "price",
                    "text": "Was the price handled well?",
                    "sort": "yes_no",
                    "lowest": 0,
                    "highest": 1,
                    "weight": 1.0,
                    "allows_na": True,
                    "fails_at": None,
                    "guide": "",
                },
            ],
        },
    ],
    "created_at": "2026-03-09T08:00:00Z",
    "created_by": "Quinn Adler",
    "written_at": "2026-03-09T08:00:00Z",
    "written_by": "Quinn Adler",
}

EXAMPLES: Final[dict[str, Any]] = {
    "ScorecardOut": SCORECARD,
    "ScorecardsOut": {"scorecards": [SCORECARD]},
    "ScorecardVersionsOut": {"versions": [SCORECARD]},
}
