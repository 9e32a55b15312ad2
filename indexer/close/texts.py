"""Texts as Close sends them, kept exactly but for what nothing can hold.

JSON may spell half of a surrogate pair on its own; neither UTF-8 nor a database can
hold that, so it becomes U+FFFD. Everything else stays: NUL, emoji, newlines, and
marks of right-to-left writing.
"""

import re
from typing import TypeGuard

_LONGEST_ID = 200
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """The same text, with U+FFFD for each lone surrogate."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def is_id(value: object) -> TypeGuard[str]:
    """Whether this can be the id of something in Close: printable, not only dots, and short.

    Close's own have 48 characters; what an address has no room for could never be fetched.
    """
    return (
        isinstance(value, str)
        and len(value) <= _LONGEST_ID
        and value.isprintable()
        and bool(value.strip(" ."))
    )
