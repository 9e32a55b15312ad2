"""Examples of topics."""

from typing import Any, Final

from api.examples.calls import CALL

_WHERE: Final[dict[str, Any]] = {"side": "contact", "since": "90d"}

_LINE: Final[dict[str, Any]] = {
    "id": "0c4e5b7d2f9a4186b3d7e1f05a68c924",
    "name": "What contacts talk about",
    "where": _WHERE,
    "k": 2,
    "k_asked": 2,
    "seed": "2026-03",
    "made_at": "2026-03-13T09:30:00Z",
    "made_by": "Dana Quill",
    "calls": 400,
    "passages": 6210,
}

_MOMENT: Final[dict[str, Any]] = {
    "call_id": CALL["id"],
    "kind": "recording",
    "utterance": 32,
    "start_s": 204.6,
    "end_s": 210.2,
    "side": "contact",
    "speaker": "Kester Vaughnley",
    "text": "Honestly, that is more than we can spend this quarter.",
    "activity_at": CALL["activity_at"],
    "user_id": CALL["user_id"],
    "user_name": CALL["user_name"],
    "lead_id": CALL["lead_id"],
    "lead_name": CALL["lead_name"],
    "path": f"/calls/{CALL['id']}#t=204.6",
    "close_url": CALL["close_url"],
    "nearness": None,
}


def _share(value: float, n: int, low: float, high: float) -> dict[str, Any]:
    interval = {"low": low, "high": high, "level": 0.95, "method": "Wilson"}
    return {"value": value, "n": n, "interval": interval, "clusters": None, "why": None}


_TOPIC: Final[dict[str, Any]] = {
    "number": 1,
    "words": ["price", "month", "budget", "spend", "quarter", "discount"],
    "passages": 1204,
    "calls": 180,
    "share": _share(0.45, 400, 0.402, 0.4991),
    "stability": 0.83,
    "example": _MOMENT,
    "trend": [
        {"start": "2026-03-02", "calls": 41, "share": _share(0.5125, 80, 0.4049, 0.6189)},
        {"start": "2026-03-09", "calls": 32, "share": _share(0.4, 80, 0.2998, 0.5093)},
    ],
}

ANALYSIS: Final[dict[str, Any]] = _LINE | {
    "step": "week",
    "embedder": "sentence-transformers/all-MiniLM-L6-v2",
    "seconds": 14.2,
    "selected": 412,
    "read": 412,
    "short": 1873,
    "other": 702,
    "other_calls": 255,
    "topics": [
        _TOPIC,
        _TOPIC
        | {
            "number": 2,
            "words": ["calendar", "thursday", "demo", "invite", "afternoon"],
            "passages": 640,
            "calls": 120,
            "share": _share(0.3, 400, 0.2571, 0.3466),
            "stability": 0.41,
            "example": None,
        },
    ],
}

EXAMPLES: Final[dict[str, Any]] = {
    "TopicsIn": {
        "where": _WHERE, "k": 2, "seed": "2026-03", "step": "week",
        "name": "What contacts talk about",
    },
    "TopicAnalysisOut": ANALYSIS,
    "TopicAnalysesOut": {"analyses": [_LINE]},
    "TopicMomentsOut": {
        "moments": [_MOMENT | {"nearness": 0.7812}], "total": 1204, "gone": 0,
        "next_cursor": "WyIwYzRlNWI3ZC8xIiwyMF0",
    },
}  # fmt: skip
