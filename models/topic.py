"""Topics: what calls are about, found in the words themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from models.errors import QueryInvalid
from models.passage import Kind
from models.saved import name_from

FEWEST_TOPICS: Final = 2
MOST_TOPICS: Final = 50
LONGEST_SEED: Final = 100


class Step(StrEnum):
    """What a trend is counted by."""

    WEEK = "week"
    """ISO weeks, from Monday."""
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsAsked:
    """What topics are looked for: with the calls, all that decides which are found.

    `where` says in which calls, and in which of their words, as people typed it
    (`indexer.wire.WhereIn`). `k` is how many topics, None for as many as the words bear,
    `step` what the trend is counted by, None for what suits the time they span.
    """

    where: Mapping[str, Any]
    k: int | None = None
    seed: str = "0"
    step: Step | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be asked.

        Raises:
            QueryInvalid: `k` is out of range, or the seed or name is no text of one line.
        """
        if self.k is not None and not FEWEST_TOPICS <= self.k <= MOST_TOPICS:
            raise QueryInvalid("k", f"must be between {FEWEST_TOPICS} and {MOST_TOPICS}")
        if not self.seed or len(self.seed) > LONGEST_SEED or not self.seed.isprintable():
            raise QueryInvalid("seed", f"must have 1 to {LONGEST_SEED} printable characters")
        if self.name is not None and name_from(self.name) != self.name:
            raise QueryInvalid("name", "must be as `name_from` writes it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An utterance of a transcript, with a mark that tells whether its words have changed."""

    call_id: str
    kind: Kind
    utterance: int
    mark: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A week or month, by its first day (UTC), and how many calls were looked at in it."""

    start: date
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic: passages that are near to each other.

    Numbers count from 1, that of most calls first. `words` are the most telling first,
    `stability` is how well it is found again in halves of the calls, from 0 to 1 (Hennig
    2007). `by_period` has, for each period of the analysis, how many calls touch it.
    """

    number: int
    words: tuple[str, ...]
    example: Place
    passages: int
    calls: int
    stability: float
    by_period: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicAnalysis:
    """Topics as they were found at one time; quotes nobody, but for the words of topics.

    Of the `selected` calls those `read` were looked at, all of them unless there are more
    passages than are compared; `calls` are those of them with `passages` long enough.
    `other` passages are near no topic, of `other_calls`.
    """

    asked: TopicsAsked
    embedder: str
    seconds: float
    selected: int
    read: int
    calls: int
    passages: int
    short: int
    other: int
    other_calls: int
    step: Step
    periods: tuple[Period, ...]
    topics: tuple[Topic, ...]
    until: datetime | None = None
    """The moment that ages such as `30d` were counted back from."""

    @property
    def name(self) -> str | None:
        """What people call it."""
        return self.asked.name

    @property
    def k(self) -> int:
        """How many topics were found."""
        return len(self.topics)

    def topic(self, number: int) -> Topic | None:
        """The topic of a number, if there is one."""
        return self.topics[number - 1] if 0 < number <= len(self.topics) else None


class Member(NamedTuple):
    """A passage of a topic: its call among those of `TopicMembers`, and how near it is.

    `mark` is that of a `Place`, `nearness` the cosine of the angle to the topic's centre.
    """

    call: int
    kind: Kind
    utterance: int
    mark: int
    nearness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMembers:
    """The passages of every topic of an analysis, the nearest to its centre first."""

    calls: tuple[str, ...]
    topics: tuple[tuple[Member, ...], ...]
