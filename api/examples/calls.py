"""One believable answer of each shape, for readers of the OpenAPI document. All invented."""

from typing import Any, Final

QUESTION: Final[dict[str, Any]] = {
    "q": "they think the price is too high",
    "disposition": ["answered"],
    "side": "contact",
    "since": "30d",
    "min_duration": 60,
}

DIALOGUE: Final[dict[str, Any]] = {
    "dialogue": [
        {"side": "user", "never": True, "text": '"recorded line"', "part": "first 30s"},
        {"side": "contact", "text": "it is too expensive"},
        {"side": "user", "text": "offers a discount -later", "within": "60s"},
    ],
    "disposition": ["answered"],
}

QUESTIONS: Final[dict[str, Any]] = {
    "words": {"summary": "Calls, by meaning and words", "value": QUESTION},
    "phrases": {
        "summary": "What must be said, and must not",
        "value": {"q": '("annual plan" OR yearly) AND NOT cancel', "one_turn": True},
    },
    "moments": {
        "summary": "Every moment, each with its call",
        "value": {
            "q": "what happens after the trial",
            "group": "moment",
            "side": "contact",
            "question": True,
            "part": "last 20%",
        },
    },
    "dialogue": {
        "summary": "One thing after the other, and one that is missing",
        "value": DIALOGUE,
    },
}
"""What `POST /v1/search` takes."""

CALL: Final[dict[str, Any]] = {
    "id": "acti_7Qm2vXbGd0sN4hLrTzPwKe",
    "lead_id": "lead_3Fh8kWcYp1jR6uDnVxZaQs",
    "lead_name": "Quillmoor Paving",
    "contact_id": "cont_9Lt5gBrEo2mS7yJfCwXvHd",
    "user_id": "user_1Zk6nPqAi3vT8cUhGyMbRf",
    "user_name": "Maren Tolvik",
    "direction": "outbound",
    "disposition": "answered",
    "call_method": "regular",
    "status": "completed",
    "duration_s": 412,
    "outcome_id": "outcome_5Dx7wQsOe4bV9aIjKzNcTg",
    "outcome_name": "Quote requested",
    "cost_cents": "2.7",
    "note": "Likes it, budget is tight. Send the smaller quote by Friday.",
    "note_html": "<p>Likes it, <b>budget is tight</b>. Send the smaller quote by Friday.</p>",
    "summary": "The contact found the price too high and asked for a smaller package.",
    "date_created": "2026-03-11T14:02:09Z",
    "activity_at": "2026-03-11T14:02:09Z",
    "close_url": "https://app.close.com/lead/lead_3Fh8kWcYp1jR6uDnVxZaQs/",
    "date_updated": "2026-03-11T14:11:40Z",
    "date_answered": "2026-03-11T14:02:21Z",
    "source": "Close.io",
    "phone": "+16505550143",
    "remote_phone_formatted": "+1 650-555-0143",
    "local_phone_formatted": "+1 415-555-0177",
    "has_recording": True,
    "recording_duration_s": 424.0,
    "voicemail_duration_s": 0.0,
}

_ASKED: Final[dict[str, Any]] = {
    "index": 31,
    "speaker": "Maren Tolvik",
    "side": "user",
    "start_s": 201.4,
    "end_s": 203.9,
    "text": "So how does that sit with you?",
}

_ANSWERED: Final[dict[str, Any]] = {
    "index": 32,
    "speaker": "Kester Vaughnley",
    "side": "contact",
    "start_s": 204.6,
    "end_s": 210.2,
    "text": "Honestly, that is more than we can spend this quarter.",
}

SEARCH: Final[dict[str, Any]] = {
    "query": {
        "q": "they think the price is too high",
        "dialogue": None,
        "mode": "hybrid",
        "group": "call",
        "explain": True,
        "limit": 10,
        "disposition": ["answered"],
        "direction": [],
        "call_method": [],
        "user_id": [],
        "lead_id": [],
        "contact_id": [],
        "outcome_id": [],
        "since": "2026-02-11T09:00:00Z",
        "until": None,
        "min_duration": 60,
        "max_duration": None,
        "side": "contact",
        "kind": [],
        "part": None,
        "question": False,
        "one_turn": False,
    },
    "searched": {"calls": 1204, "of": 1210, "waiting": 5, "failed": 1, "excluded": 0},
    "hits": [
        {
            "rank": 1,
            "score": 0.62,
            "call": CALL,
            "moments": [
                {
                    "kind": "recording",
                    "start_s": 201.4,
                    "end_s": 210.2,
                    "first_utterance": 31,
                    "last_utterance": 32,
                    "score": 0.79,
                    "utterances": [
                        _ASKED | {"matched": False},
                        _ANSWERED | {"matched": True},
                    ],
                    "text": None,
                    "step": None,
                }
            ],
            "moments_total": 1,
            "explanation": {
                "utterance": 0.62,
                "window": 0.51,
                "written": 0.47,
                "meaning": 0.565,
                "words": 0.752,
                "words_add": 0.055,
                "found_words": ["high"],
                "learned_from": ["acti_7Qm2vXbGd0sN4hLrTzPwKe", "acti_9Wc3rTnLq5vA1yKdJoSuHm"],
            },
        }
    ],
    "total": None,
    "next_cursor": "WyI5ZjJjMWE3YjBkM2U0ZjU2IiwxLDAuODNd",
}

CALLS: Final[dict[str, Any]] = {"calls": [CALL], "next_cursor": None}

FACETS: Final[dict[str, Any]] = {
    "facets": {
        "user": [
            {"value": CALL["user_id"], "label": CALL["user_name"], "calls": 212},
            {"value": "user_8Gd3sHnVq6wB1eLyTkRcZo", "label": "Idris Falkenmoor", "calls": 187},
        ],
        "disposition": [
            {"value": "answered", "label": "answered", "calls": 399},
            {"value": "no-answer", "label": "no-answer", "calls": 241},
        ],
        "outcome": [{"value": CALL["outcome_id"], "label": CALL["outcome_name"], "calls": 58}],
        "direction": [
            {"value": "outbound", "label": "outbound", "calls": 310},
            {"value": "inbound", "label": "inbound", "calls": 89},
        ],
        "call_method": [{"value": "regular", "label": "regular", "calls": 399}],
        "kind": [
            {"value": "recording", "label": "recording", "calls": 371},
            {"value": "note", "label": "note", "calls": 204},
        ],
        "side": [
            {"value": "user", "label": "user", "calls": 371},
            {"value": "contact", "label": "contact", "calls": 368},
        ],
    },
    "calls": 399,
}
"""Of a question for answered calls."""

CALL_DETAIL: Final[dict[str, Any]] = CALL | {
    "recording_transcript": {
        "utterances": [_ASKED | {"index": 0}, _ANSWERED | {"index": 1}],
        "summary_text": "The contact found the price too high and asked for a smaller package.",
        "summary_html": "<p>The contact found the price too high and asked for a smaller"
        " package.</p>",
    },
    "voicemail_transcript": None,
}

_FAILED: Final[dict[str, Any]] = {
    "call_id": "acti_2Vb6tKyHq8nE0xRmDsWfJp",
    "state": "failed",
    "reason": "date_created is missing",
    "since": "2026-03-12T21:20:44Z",
    "tries": 3,
    "next_try": "2026-03-13T14:21:03Z",
    "date_updated": None,
}

_SAVED: Final[dict[str, Any]] = {
    "id": "4b1d0c3f5a7e4d2f9a60c8e1b7f3d592",
    "name": "Price objections",
    "asked": QUESTION,
    "created_at": "2026-03-02T08:30:00Z",
    "created_by": None,
    "seen_at": "2026-03-10T16:45:12Z",
}

SAVED_ANSWER: Final[dict[str, Any]] = SEARCH | {
    "saved": {
        "id": _SAVED["id"],
        "name": _SAVED["name"],
        "seen_at": _SAVED["seen_at"],
        "new": 1,
        "new_calls": [CALL["id"]],
        "upto": 1311,
    }
}

STATUS: Final[dict[str, Any]] = {
    "calls": {
        "known": 1214,
        "indexed": 1204,
        "waiting": 5,
        "failed": 1,
        "excluded": 0,
        "deleted": 4,
    },
    "reasons": [
        {
            "state": "waiting",
            "reason": "recorded, no transcript yet",
            "calls": 5,
            "since": "2026-03-13T08:41:07Z",
            "next_try": "2026-03-13T09:04:02Z",
        },
        {
            "state": "indexed",
            "reason": "with transcript",
            "calls": 1021,
            "since": "2026-02-02T10:15:48Z",
            "next_try": None,
        },
        {
            "state": "indexed",
            "reason": "not recorded",
            "calls": 183,
            "since": "2026-02-02T10:15:50Z",
            "next_try": None,
        },
        {
            "state": "failed",
            "reason": "date_created is missing",
            "calls": 1,
            "since": _FAILED["since"],
            "next_try": _FAILED["next_try"],
        },
        {
            "state": "deleted",
            "reason": "gone from Close",
            "calls": 4,
            "since": "2026-02-20T16:30:12Z",
            "next_try": None,
        },
    ],
    "due": 0,
    "passages": 61873,
    "embedder": {
        "name": "sentence-transformers/all-MiniLM-L6-v2",
        "revision": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        "dimensions": 384,
    },
    "last_sync": "2026-03-13T08:59:31Z",
    "last_compared": "2026-03-10T02:00:05Z",
    "problem": None,
    "worker": "idle",
    "version": "0.1.0",
}

LEDGER: Final[dict[str, Any]] = {"calls": [_FAILED], "next_cursor": None}

EVENT: Final[dict[str, Any]] = {
    "event": {
        "id": "ev_2sYmrQeE7GZ4yPzLkTcUvN",
        "object_type": "activity.call",
        "object_id": "acti_7Qm2vXbGd0sN4hLrTzPwKe",
        "action": "completed",
    },
    "subscription_id": "whsub_0aTnKx5cWq8JfBhRd3LgMu",
}
"""What Close delivers; its events hold more than that."""

PROBLEM: Final[dict[str, Any]] = {
    "type": "urn:callsift:problem:query-invalid",
    "title": "The question is not valid",
    "status": 422,
    "detail": "q: this quote is never closed (character 7)",
    "errors": [{"field": "q", "problem": "this quote is never closed (character 7)", "at": 6}],
}

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "SearchBody": QUESTION,
    "StepIn": DIALOGUE["dialogue"][2],
    "SearchOut": SEARCH,
    "SavedSearchIn": {"name": _SAVED["name"], "asked": QUESTION},
    "SavedChangeIn": {"name": "Price objections of contacts"},
    "SeenIn": {"upto": 1311},
    "SavedSearchOut": _SAVED,
    "SavedSearchesOut": {"searches": [_SAVED]},
    "SavedAnswerOut": SAVED_ANSWER,
    "CallOut": CALL,
    "CallsOut": CALLS,
    "CallDetailOut": CALL_DETAIL,
    "FacetsOut": FACETS,
    "StatusOut": STATUS,
    "LedgerOut": LEDGER,
    "HealthOut": {"status": "ok"},
    "ReadyOut": {"status": "ready", "missing": []},
    "WebhookOut": {"status": "accepted"},
    "Problem": PROBLEM,
}
"""By the name of their shape in the document."""
