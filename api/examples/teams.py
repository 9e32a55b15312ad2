"""Examples of teams."""

from typing import Any, Final

_REPS: Final = [
    {
        "user_id": "user_2qYf3iOoy9eD992Aq62C68pJo9YDdB4nI3MLldo2NED",
        "name": "Ana Bell",
        "calls": 61,
    },
    {"user_id": "user_9krjADQgjuo8vPr0JLxrMKyftpb7WN1nh7PLxuMOsAd", "name": "Bo Lind", "calls": 48},
]

_TEAM: Final = {
    "id": "41f6aebd310b4644bb1807bffa32cdaf",
    "version": 2,
    "name": "East",
    "reps": _REPS,
    "created_at": "2026-03-02T09:15:00Z",
    "created_by": "Dana Reyes",
    "changed_at": "2026-03-04T16:40:00Z",
    "changed_by": "Dana Reyes",
}

EXAMPLES: Final[dict[str, Any]] = {
    "TeamIn": {"name": "East", "user_ids": ["Ana Bell", "Bo Lind"]},
    "TeamOut": _TEAM,
    "TeamsOut": {"teams": [_TEAM]},
    "RepsOut": {"reps": _REPS},
}
