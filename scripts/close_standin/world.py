"""What a stand-in for Close starts with: one organization's records, as Close shapes them."""

from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]
"""One JSON object with Close's own field names (see Close's API documentation)."""


@dataclass(frozen=True, kw_only=True)
class World:
    """An organization as it is when the stand-in starts.

    Calls are complete: every field of Close's Calls page, both transcripts
    included (null where there is none). The stand-in decides what a request
    may see of them.
    """

    organization: Record
    users: list[Record] = field(default_factory=list)
    leads: list[Record] = field(default_factory=list)
    contacts: list[Record] = field(default_factory=list)
    outcomes: list[Record] = field(default_factory=list)
    calls: list[Record] = field(default_factory=list)
