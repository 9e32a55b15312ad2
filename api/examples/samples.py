"""Examples of samples."""

from typing import Any, Final

_ASKED: Final[dict[str, Any]] = {
    "seed": "2026-W38",
    "per_rep": 4,
    "strata": ["duration"],
    "min_duration": 60,
    "where": {"since": "30d"},
}

_COUNTED: Final[dict[str, Any]] = {
    "looked_at": 4,
    "excluded": {"voicemail": 0, "no_transcript": 1, "too_short": 0, "no_rep": 0, "reviewed": 0},
    "eligible": 3,
    "drawn": 3,
    "shortfall": 1,
}

_STRATA: Final[dict[str, Any]] = {
    "fields": ["rep", "duration"],
    "quotas": [
        {
            "key": ["user_Q2cXzqvWKpW2mFvHLXb9Yt"],
            "label": "Ben Ortiz",
            "population": 3,
            "wanted": 4,
            "drawn": 3,
            "shortfall": 1,
        }
    ],
    "strata": [
        {
            "key": ["user_Q2cXzqvWKpW2mFvHLXb9Yt", "(several)"],
            "label": "Ben Ortiz / (several)",
            "population": 3,
            "wanted": 4,
            "drawn": 3,
            "shortfall": 1,
            "probability": 1.0,
            "cells": [
                {
                    "key": ["user_Q2cXzqvWKpW2mFvHLXb9Yt", "60-299 s"],
                    "label": "Ben Ortiz / 60-299 s",
                    "population": 2,
                    "drawn": 2,
                },
                {
                    "key": ["user_Q2cXzqvWKpW2mFvHLXb9Yt", "300-899 s"],
                    "label": "Ben Ortiz / 300-899 s",
                    "population": 1,
                    "drawn": 1,
                },
            ],
        }
    ],
}

_FACTS: Final[dict[str, Any]] = {
    "id": "9bb72dc55d0a4cfcbf643b7dae9946d7",
    "name": "Week 38",
    "drawn_at": "2026-03-11T12:00:00Z",
    "drawn_by": "Quinn",
    "plan": {
        "where": {"since": "30d"},
        "seed": "2026-W38",
        "sort": "random",
        "strata": ["rep", "duration"],
        "size": None,
        "per_stratum": None,
        "share": None,
        "per_rep": 4,
        "min_duration": 60,
        "duration_edges": [60, 300, 900],
        "with_transcript": True,
        "exclude": ["reviewed"],
        "trackers": [],
        "metrics": [],
    },
    "population": "f91adffd9186a25e1315627351460c4b7cb167c81890167c8403d0b8942b8167",
    "manifest": "943be343d3bd0c3b5ebc9b1fab69aec8fbc34df9aca1817d860f53bd008f43ef",
    "control_of": None,
    "progress": {"open": 0, "done": 0, "replaced": 0, "reviewers": []},
    **_COUNTED,
}

_WARNING: Final = (
    "14 calls of each rep do not tell reps apart: a rep's own rate is off by up to 26%,"
    " and it takes 385 calls of each to show a difference of 10%"
)

EXAMPLES: Final[dict[str, Any]] = {
    "SampleIn": {"name": "Week 38", **_ASKED},
    "PreviewIn": _ASKED,
    "SampleOut": {
        **_FACTS,
        **_STRATA,
        "calls": [
            {
                "call_id": "acti_1mGvJt6XsKo9AyHb2NfPwQ",
                "user_id": "user_Q2cXzqvWKpW2mFvHLXb9Yt",
                "user_name": "Ben Ortiz",
                "key": ["user_Q2cXzqvWKpW2mFvHLXb9Yt", "60-299 s"],
                "stratum": 0,
                "probability": 1.0,
                "why": None,
            },
            {
                "call_id": "acti_8Yk3pWq1RzB7nLc5TdFhUe",
                "user_id": "user_Q2cXzqvWKpW2mFvHLXb9Yt",
                "user_name": "Ben Ortiz",
                "key": ["user_Q2cXzqvWKpW2mFvHLXb9Yt", "300-899 s"],
                "stratum": 0,
                "probability": 1.0,
                "why": None,
            },
            {
                "call_id": "acti_4AAXvMjG9yQ0VxSjZaLGjT",
                "user_id": "user_Q2cXzqvWKpW2mFvHLXb9Yt",
                "user_name": "Ben Ortiz",
                "key": ["user_Q2cXzqvWKpW2mFvHLXb9Yt", "60-299 s"],
                "stratum": 0,
                "probability": 1.0,
                "why": None,
            },
        ],
    },
    "SamplesOut": {"samples": [_FACTS]},
    "PreviewOut": {**_COUNTED, **_STRATA},
    "ManifestOut": {
        "algorithm": "draw@1",
        "calls": [
            {
                "id": "acti_1mGvJt6XsKo9AyHb2NfPwQ",
                "key": ["user_Q2cXzqvWKpW2mFvHLXb9Yt", "60-299 s"],
                "probability": "3/3",
                "rep": "user_Q2cXzqvWKpW2mFvHLXb9Yt",
                "stratum": 0,
            },
            {
                "id": "acti_8Yk3pWq1RzB7nLc5TdFhUe",
                "key": ["user_Q2cXzqvWKpW2mFvHLXb9Yt", "300-899 s"],
                "probability": "3/3",
                "rep": "user_Q2cXzqvWKpW2mFvHLXb9Yt",
                "stratum": 0,
            },
            {
                "id": "acti_4AAXvMjG9yQ0VxSjZaLGjT",
                "key": ["user_Q2cXzqvWKpW2mFvHLXb9Yt", "60-299 s"],
                "probability": "3/3",
                "rep": "user_Q2cXzqvWKpW2mFvHLXb9Yt",
                "stratum": 0,
            },
        ],
        "excluded": {
            "no_rep": 0,
            "no_transcript": 1,
            "reviewed": 0,
            "too_short": 0,
            "voicemail": 0,
        },
        "looked_at": 4,
        "plan": {
            "min_duration_s": 60,
            "per_rep": 4,
            "seed": "2026-W38",
            "strata": ["rep", "duration"],
            "where": {"since": "30d"},
        },
        "population": "f91adffd9186a25e1315627351460c4b7cb167c81890167c8403d0b8942b8167",
        "quotas": [
            {"drawn": 3, "key": ["user_Q2cXzqvWKpW2mFvHLXb9Yt"], "population": 3, "wanted": 4}
        ],
        "strata": [
            {
                "cells": [
                    {
                        "drawn": 2,
                        "key": ["user_Q2cXzqvWKpW2mFvHLXb9Yt", "60-299 s"],
                        "population": 2,
                    },
                    {
                        "drawn": 1,
                        "key": ["user_Q2cXzqvWKpW2mFvHLXb9Yt", "300-899 s"],
                        "population": 1,
                    },
                ],
                "drawn": 3,
                "key": ["user_Q2cXzqvWKpW2mFvHLXb9Yt", "(several)"],
                "population": 3,
                "wanted": 4,
            }
        ],
    },
    "VerifiedOut": {
        "is_same": True,
        "manifest": "943be343d3bd0c3b5ebc9b1fab69aec8fbc34df9aca1817d860f53bd008f43ef",
        "problems": [],
        "today": {"eligible": 3, "added": 0, "left": {}, "moved": 0, "drawn_again": 3},
    },
    "PlannedOut": {
        "population": 1000,
        "margin": 0.05,
        "level": 0.95,
        "rate": 0.5,
        "size": 278,
        "reps": 20,
        "per_rep": 14,
        "margin_per_rep": 0.2619112043058993,
        "difference": 0.1,
        "to_tell_apart": 385,
        "rare": 0.02,
        "to_see_rare": 138,
        "warnings": [_WARNING],
    },
}
