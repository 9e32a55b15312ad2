"""Cursors of search pages: opaque to callers, and of no use with another question."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from models import SearchQuery
from models.errors import QueryInvalid

_NO_CURSOR = "not a cursor: pass `next_cursor` of the page before"


def fingerprint(query: SearchQuery) -> str:
    """Tells one question from another, whatever its page or page size.

    The window of time does not count: `30d` is another moment for each page, so a
    cursor carries the window of the first. Nor do calls named one by one: which are
    new, say, may change between two pages.
    """
    where = replace(query.where, since=None, until=None, call_ids=None)
    asked = [query.text, query.mode, query.group, repr(where), repr(query.dialogue)]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


def write(question: str, place: list[Any]) -> str:
    """A cursor to a place in the answers to a question."""
    return base64.urlsafe_b64encode(json.dumps([question, *place]).encode()).decode().rstrip("=")


Types = type | tuple[type, ...]


def read(cursor: str, question: str, *, types: Sequence[Types]) -> list[Any]:
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
    # True is an int to Python, and no number of ours.
    fits = len(values) == len(types) and not any(isinstance(value, bool) for value in values)
    fits = fits and all(value.isprintable() for value in values if isinstance(value, str))
    if not fits or not all(map(isinstance, values, types)):
        raise QueryInvalid("cursor", _NO_CURSOR)
    return values
