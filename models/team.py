"""Teams: reps who are looked at together."""

from dataclasses import dataclass
from typing import Final

from models.errors import QueryInvalid
from models.saved import name_from

MOST_REPS: Final = 1000
"""Reps a team may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A named group of Close users, by their ids. A rep may be in several teams."""

    name: str
    user_ids: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a team without a name, without reps, or with one of them twice."""
        object.__setattr__(self, "name", name_from(self.name))
        if not self.user_ids:
            raise QueryInvalid("user_ids", "must name at least one rep")
        if len(self.user_ids) > MOST_REPS:
            raise QueryInvalid("user_ids", f"must name at most {MOST_REPS} reps")
        if not all(user_id.strip() for user_id in self.user_ids):
            raise QueryInvalid("user_ids", "must not be empty")
        twice = [u for n, u in enumerate(self.user_ids) if u in self.user_ids[:n]]
        if twice:
            raise QueryInvalid("user_ids", f"name {twice[0]!r} more than once")
