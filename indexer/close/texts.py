"""Texts as Close sends them, kept exactly but for what nothing can hold.

JSON may spell half of a surrogate pair on its own; neither UTF-8 nor a database can
hold that, so it becomes U+FFFD. Everything else stays: NUL, emoji, newlines, and
marks of right-to-left writing.
"""

import re
from typing import TypeGuard

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """The same text, with U+FFFD for each lone surrogate."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def is_id(value: object) -> TypeGuard[str]:
    """Whether this can be the id of something in Close: any printable text, and not only dots."""
    return isinstance(value, str) and value.isprintable() and bool(value.strip(" ."))
