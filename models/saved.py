"""A saved search: a question under a name, and how far its answers have been seen."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from models.errors import QueryInvalid

LONGEST_NAME: Final = 100
"""Characters a name may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A question that is asked again and again.

    `asked` is the question as `POST /v1/search` takes it, but for `limit` and `cursor`,
    and as it was typed: `30d` stays thirty days before each asking. `seen_at` is when
    somebody last marked its answers as seen, `seen_upto` the last arrival that this
    covered: when the search was saved, all there were.
    """

    id: str
    name: str
    asked: Mapping[str, Any]
    created_at: datetime
    created_by: str | None = None
    seen_at: datetime | None = None
    seen_upto: int = 0


def name_from(text: str) -> str:
    """A name as it is kept: composed, without blanks around it.

    Raises:
        QueryInvalid: it is empty, too long, or holds what cannot be printed on one line.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not name:
        raise QueryInvalid("name", "must not be empty")
    if len(name) > LONGEST_NAME:
        raise QueryInvalid("name", f"must have at most {LONGEST_NAME} characters")
    if not name.isprintable():
        raise QueryInvalid("name", "must be of printable characters, on one line")
    return name


def name_key(name: str) -> str:
    """What two names have in common that differ only in case: no two searches may."""
    return unicodedata.normalize("NFC", name.casefold())
