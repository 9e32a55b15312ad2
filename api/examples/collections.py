"""Examples of collections."""

from typing import Any, Final

from api.examples.calls import CALL

_QUOTE: Final = "Honestly, that is more than we can spend this quarter."

_LINE: Final[dict[str, Any]] = {
    "id": "9d2b6f1c83ea47059c5d1e7fa2b04c68",
    "version": 3,
    "name": "Price objections, handled well",
    "description": "For the Monday session: what happens after the price is named.",
    "size": 1,
    "created_by": "Dana Quill",
    "created_at": "2026-03-12T15:20:00Z",
    "changed_by": "Maren Tolvik",
    "changed_at": "2026-03-13T08:05:41Z",
}

_COMMENT: Final[dict[str, Any]] = {
    "id": "f3a1c0d9b2e84755a6c1d0e8f7b92534",
    "text": "Listen to the pause before the answer.",
    "at_s": 203.9,
    "by": "Dana Quill",
    "at": "2026-03-13T08:05:41Z",
}

_ITEM: Final[dict[str, Any]] = {
    "id": "51c7e2a9d0f64b38917f2d3c4e5a6b70",
    "place": 1,
    "call_id": CALL["id"],
    "kind": "recording",
    "first": 32,
    "last": 32,
    "at_s": None,
    "start_s": 204.6,
    "quote": _QUOTE,
    "standing": "there",
    "utterances": [
        {
            "index": 32,
            "speaker": "Kester Vaughnley",
            "side": "contact",
            "start_s": 204.6,
            "end_s": 210.2,
            "text": _QUOTE,
        }
    ],
    "title": "The price is named",
    "comments": [_COMMENT],
    "added_by": "Dana Quill",
    "added_at": "2026-03-12T15:24:30Z",
    "path": f"/calls/{CALL['id']}#t=204.6",
    "close_url": CALL["close_url"],
    "activity_at": CALL["activity_at"],
    "user_name": CALL["user_name"],
    "lead_name": CALL["lead_name"],
}

EXAMPLES: Final[dict[str, Any]] = {
    "CollectionIn": {"name": _LINE["name"], "description": _LINE["description"]},
    "CollectionChangeIn": {"name": "Price objections", "version": 3},
    "CollectionItemIn": {
        "call_id": CALL["id"], "kind": "recording", "first": 32, "last": 32, "quote": _QUOTE,
        "title": "The price is named", "comment": "Listen to the pause before the answer.",
    },
    "CollectionItemChangeIn": {"title": "The price is named", "place": 1},
    "CollectionCommentIn": {"text": _COMMENT["text"], "at_s": _COMMENT["at_s"]},
    "CollectionOut": _LINE | {"items": [_ITEM]},
    "CollectionsOut": {"collections": [_LINE]},
}  # fmt: skip
