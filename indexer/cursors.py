"""Cursors of search pages: opaque to callers, and of no use with another question."""

import base64
import hashlib
import json
from dataclasses import asdict
from typing import Any

from models import SearchQuery
from models.errors import QueryInvalid

_NO_CURSOR = "not a cursor: pass `next_cursor` of the page before"


def fingerprint(query: SearchQuery) -> str:
    """Tells one question from another, whatever its page or page size."""
    asked = [query.text, query.mode, sorted(asdict(query.where).items())]
    return hashlib.sha256(json.dumps(asked, default=str).encode()).hexdigest()[:16]


def write(question: str, place: list[Any]) -> str:
    """A cursor to a place in the answers to a question."""
    return base64.urlsafe_b64encode(json.dumps([question, *place]).encode()).decode().rstrip("=")


def read(cursor: str, question: str, *, types: tuple[type, ...]) -> list[Any]:
    """The place a cursor of this question stands for, its values of these types.

    Raises:
        QueryInvalid: it is no cursor of ours, or of another question.
    """
    try:
        asked, *place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError) as error:
        raise QueryInvalid("cursor", _NO_CURSOR) from error
    if asked != question:
        raise QueryInvalid("cursor", "belongs to another question: keep text and filters the same")
    values: list[Any] = place
    if [type(value) for value in values] != list(types):
        raise QueryInvalid("cursor", _NO_CURSOR)
    return values
