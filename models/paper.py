"""Papers: what people make here, kept in every version."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A version of a paper that is to be written.

    `after` is the version it was made from, 0 for a paper that is new. `name`, where a
    paper has one, is no other paper's of its kind, whatever the case. `within` is the id of
    the paper it belongs to, if it does: that of a new paper counts, and never changes.
    `body` is JSON.
    """

    kind: str
    id: str
    body: str
    after: int = 0
    name: str | None = None
    within: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One version of a paper, from 1; who wrote it and when, and who began the paper and when."""

    kind: str
    id: str
    version: int
    body: str
    name: str | None
    within: str | None
    created_at: datetime
    created_by: str | None
    written_at: datetime
    written_by: str | None
