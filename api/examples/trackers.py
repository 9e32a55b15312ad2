"""Examples of trackers."""

from typing import Any, Final

from api.examples.calls import CALL

_EMBEDDER: Final = "sentence-transformers/all-MiniLM-L6-v2 (53aa51172d14, 384 dimensions)"

TRACKER: Final[dict[str, Any]] = {
    "id": "5d0f6a2c9b7e4f1d8a3c2b1e0f9d8c7b",
    "version": 2,
    "name": "Price",
    "phrases": '"too expensive" OR pricing',
    "examples": ["That is more than we can spend."],
    "threshold": 0.5,
    "side": "contact",
    "part": None,
    "question": False,
    "about": "The contact speaks of what it would cost them.",
    "embedder": _EMBEDDER,
    "created_at": "2026-03-02T09:12:00Z",
    "created_by": "Dana",
    "written_at": "2026-03-09T15:40:00Z",
    "written_by": "Dana",
}
_BEFORE: Final = TRACKER | {
    "version": 1,
    "phrases": '"too expensive"',
    "written_at": "2026-03-02T09:12:00Z",
}
_ASKED: Final[dict[str, Any]] = {
    "id": TRACKER["id"],
    "name": "Price",
    "version": 2,
    "threshold": 0.5,
    "warning": None,
}
_LABEL: Final[dict[str, Any]] = {
    "verdict": "yes",
    "by": "Dana",
    "at": "2026-03-10T08:05:00Z",
    "version": 2,
}
_HIT: Final[dict[str, Any]] = {
    "call": CALL,
    "kind": "recording",
    "utterance": 14,
    "start_s": 83.2,
    "end_s": 86.9,
    "utterances": [
        {
            "index": 14,
            "speaker": "Aldo Ferrante",
            "side": "contact",
            "start_s": 83.2,
            "end_s": 86.9,
            "text": "Honestly, that is too expensive for a crew of four.",
            "matched": True,
        }
    ],
    "score": 0.634512,
    "by_phrase": True,
    "example": "That is more than we can spend.",
    "label": _LABEL,
}
_BLIND: Final = _HIT | {"score": None, "by_phrase": False, "example": None, "label": None}


def _wilson(value: float, n: int, low: float, high: float) -> dict[str, Any]:
    interval = {"low": low, "high": high, "level": 0.95, "method": "Wilson"}
    return {"value": value, "n": n, "interval": interval, "clusters": None, "why": None}


_SHARE: Final = _wilson(0.25, 48, 0.149, 0.388)
_COUNT: Final[dict[str, Any]] = {
    "key": "2026-W10",
    "label": "2026-W10",
    "starts": "2026-03-02",
    "calls": 48,
    "calls_with_hits": 12,
    "hits": 17,
    "share": _SHARE,
    "hits_per_100_calls": 35.416666666666664,
}
_PRECISION: Final[dict[str, Any]] = {
    "version": 2,
    "threshold": 0.5,
    "hits": 137,
    "later": 4,
    "labelled": 50,
    "waiting": 0,
    "yes": 41,
    "no": 7,
    "unsure": 2,
    "rate": _wilson(0.8541666666666666, 48, 0.728, 0.928),
}

EXAMPLES: Final[dict[str, Any]] = {
    "TrackerIn": {
        "name": "Price",
        "phrases": '"too expensive" OR pricing',
        "examples": ["That is more than we can spend."],
        "side": "contact",
    },
    "TrackerOut": TRACKER,
    "TrackersOut": {"trackers": [TRACKER]},
    "TrackerVersionsOut": {"versions": [TRACKER, _BEFORE]},
    "TrackerPreviewOut": {
        "total": 17,
        "calls": 48,
        "calls_with_hits": 12,
        "share": _SHARE,
        "hits": [_HIT | {"label": None}],
    },
    "TrackerHitsOut": {
        "tracker": _ASKED,
        "total": 17,
        "calls": 48,
        "calls_with_hits": 12,
        "hits": [_HIT],
        "next_cursor": None,
    },
    "TrackerCallsOut": {
        "tracker": _ASKED,
        "without": True,
        "total": 36,
        "passing": 61,
        "calls": [{"call": CALL, "hits": 0}],
        "next_cursor": None,
    },
    "TrackerCountsOut": {
        "tracker": _ASKED,
        "by": "week",
        "passing": 61,
        "total": _COUNT | {"key": "", "label": "all", "starts": None},
        "rows": [_COUNT],
    },
    "PrecisionsOut": {
        "tracker": _ASKED,
        "versions": [_PRECISION],
        "thresholds": [_PRECISION],
        "labels": 52,
        "dropped": 1,
    },
    "ToLabelOut": {
        "tracker": _ASKED,
        "about": TRACKER["about"],
        "hits": [_BLIND],
        "unlabelled": 87,
        "precision": _PRECISION,
    },
    "LabelIn": {"call_id": CALL["id"], "kind": "recording", "utterance": 14, "verdict": "yes"},
    "LabelledOut": {
        "call_id": CALL["id"],
        "kind": "recording",
        "utterance": 14,
        "label": _LABEL,
    },
    "TrackerDiffOut": {
        "before": _BEFORE,
        "after": TRACKER,
        "warning": None,
        "changes": [
            {
                "field": "phrases",
                "before": '"too expensive"',
                "after": '"too expensive" OR pricing',
            }
        ],
        "kept": 11,
        "calls_before": 9,
        "calls_after": 12,
        "came": {"hits": 6, "calls": 3, "examples": [_HIT]},
        "left": {"hits": 0, "calls": 0, "examples": []},
    },
}
