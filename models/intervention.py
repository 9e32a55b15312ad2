"""Coaching interventions: what somebody set out to change, in whom, and since when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from models.errors import QueryInvalid
from models.saved import name_from

MOST_WEEKS: Final = 52
"""Weeks before and after an intervention that may be looked at, each."""


class Wanted(StrEnum):
    """Which way a number is to move."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """A coaching plan: reps are coached from a day on, so that a number moves.

    `user_ids` are the coached reps, as they were when it was written down: a team that
    changes later changes nothing. `peers` are those they are held against; none means
    every other rep. `behaviour` says what they are to do, in words; `target` is the number
    hoped for, in the metric's unit. `where` narrows the calls, as people typed it
    (`indexer.wire.WhereIn`).
    """

    name: str
    metric: str
    user_ids: tuple[str, ...]
    started_on: date
    peers: tuple[str, ...] = ()
    weeks_before: int = 4
    weeks_after: int = 4
    behaviour: str = ""
    wanted: Wanted | None = None
    target: float | None = None
    next_check_on: date | None = None
    where: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what no effect could be found of."""
        object.__setattr__(self, "name", name_from(self.name))
        check_who(self.user_ids, self.peers)
        check_weeks(self.weeks_before, self.weeks_after)
        if self.next_check_on is not None and self.next_check_on < self.started_on:
            raise QueryInvalid("next_check_on", "must not be before the start")


def check_who(coached: tuple[str, ...], peers: tuple[str, ...]) -> None:
    """Refuse reps of whom nothing can be found out.

    Raises:
        QueryInvalid: nobody is coached, or a coached rep is among the peers.
    """
    if not coached:
        raise QueryInvalid("coached", "must name at least one rep, or a team")
    both = sorted(set(coached) & set(peers))
    if both:
        raise QueryInvalid(
            "peers", f"must not hold a coached rep, and hold {', '.join(map(repr, both))}"
        )


def check_weeks(before: int, after: int) -> None:
    """Refuse stretches of time that cannot be compared.

    Raises:
        QueryInvalid: one is no week, or longer than a year.
    """
    for name, weeks in (("weeks_before", before), ("weeks_after", after)):
        if not 1 <= weeks <= MOST_WEEKS:
            raise QueryInvalid(name, f"must be 1 to {MOST_WEEKS}")
