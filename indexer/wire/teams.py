"""The wire shapes of teams."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from indexer.papers import Written
from indexer.teams import Rep
from indexer.wire.filters import Values
from models.saved import LONGEST_NAME
from models.team import Team

_NAME = f"What people call it: 1 to {LONGEST_NAME} printable characters, no other team's name."
_REPS = "Close users, by id or by name: those of whom a call is stored here. At least one."

Members = Annotated[Values, Field(min_length=1, description=_REPS)]


class TeamIn(BaseModel):
    """A team to make."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str = Field(description=_NAME)
    user_ids: Members


class TeamChangeIn(BaseModel):
    """What to change of a team; what is left out stays."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str | None = Field(None, description=_NAME)
    user_ids: Members | None = Field(None, description=f"All of its reps from now on. {_REPS}")


class RepOut(BaseModel):
    """A Close user."""

    user_id: str = Field(description="Their id.")
    name: str = Field(description="As on their newest call; their id where no call has a name.")
    calls: int = Field(description="How many of their calls are stored here.")

    @classmethod
    def of(cls, rep: Rep) -> "RepOut":
        """A rep."""
        return cls(user_id=rep.user_id, name=rep.name, calls=rep.calls)


class TeamOut(BaseModel):
    """A named group of reps, as it stands."""

    id: str = Field(description="Ours; it never changes.")
    version: int = Field(description="From 1; each change makes the next.")
    name: str = Field(description=_NAME)
    reps: list[RepOut] = Field(description="Who is in it, by name.")
    created_at: datetime = Field(description="In UTC.")
    created_by: str | None = Field(description="Who made it; null where that is not known.")
    changed_at: datetime = Field(description="When this version was written, in UTC.")
    changed_by: str | None = Field(description="Who wrote this version.")

    @classmethod
    def of(cls, team: Written[Team], reps: Iterable[Rep]) -> "TeamOut":
        """A team and its reps."""
        return cls(
            id=team.id, version=team.version, name=team.body.name,
            reps=[RepOut.of(rep) for rep in reps],
            created_at=team.created_at, created_by=team.created_by,
            changed_at=team.written_at, changed_by=team.written_by,
        )  # fmt: skip


class TeamsOut(BaseModel):
    """Every team, by name."""

    teams: list[TeamOut] = Field(description="By name.")


class RepsOut(BaseModel):
    """Every rep of whom a call is stored."""

    reps: list[RepOut] = Field(description="By name.")

    @classmethod
    def of(cls, reps: Iterable[Rep]) -> "RepsOut":
        """Reps."""
        return cls(reps=[RepOut.of(rep) for rep in reps])
