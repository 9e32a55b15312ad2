"""Switches for everything that goes wrong between Close and those who call it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal, TypeVar

T = TypeVar("T")


@dataclass(kw_only=True)
class Faults:
    """What goes wrong; nothing does until a switch is set.

    Switches named `..._next` count down to zero as they are used up. Refusing
    a deep `_skip` is no fault but a limit: see `Limits.max_skip`.
    """

    seed: int = 0
    """Decides which requests fail by chance and how deliveries are shuffled."""

    only_under: str = ""
    """Only requests whose path contains this text are delayed, limited, failed or cut."""

    delay_s: float = 0.0
    """Every answer waits so many seconds."""

    slow_probability: float = 0.0
    """Every answer waits `slow_s` with this probability, from 0.0 to 1.0, drawn by the seed."""

    slow_s: float = 1.0
    """How long such an answer waits, in seconds."""

    limited_next: int = 0
    """So many of the next requests are answered 429, whatever the rate limits say."""

    limited_probability: float = 0.0
    """Every request is answered so with this probability, from 0.0 to 1.0, drawn by the seed."""

    limited_reset_s: float = 0.59
    """How long such a 429 asks to wait, in seconds."""

    gateway_status: Literal[502, 503, 504] = 503
    """The status of the failures below, which have an empty body as from a gateway."""

    gateway_next: int = 0
    """So many of the next requests fail."""

    gateway_every: int = 0
    """Every request with a number divisible by this fails; zero for none."""

    gateway_probability: float = 0.0
    """Every request fails with this probability, from 0.0 to 1.0, drawn by the seed."""

    cut_next: int = 0
    """So many of the next answers are cut in the middle of their body."""

    cut_probability: float = 0.0
    """Every answer is cut so with this probability, from 0.0 to 1.0, drawn by the seed."""

    cut_as: Literal["connection", "json"] = "connection"
    """A cut answer ends before its content-length, or is whole by its length but half a JSON."""

    page_rows: int | None = None
    """Lists of calls hold at most so many rows, with `has_more` true, whatever `_limit` says."""

    call_after_page_next: int = 0
    """After each of the next so many pages of calls, a new call starts and shifts all others."""

    deleted_after_page_next: int = 0
    """After each of the next so many pages of calls, one of them is deleted: the rest move up."""

    deleted_before_get_next: int = 0
    """So many of the next calls asked for by id are deleted just before they are answered."""

    audio_kept_at: str = ""
    """Audio is redirected to this origin, where `audio_store` serves it; empty: it is served here.

    Such as `http://127.0.0.1:8932`; no slash at the end.
    """

    audio_expired: bool = False
    """All audio is past its retention, and answered 404."""

    hidden_events_next: int = 0
    """So many of the next events stay invisible until `StandIn.show_hidden_events`."""

    deliveries_shuffled: bool = False
    """Webhook deliveries that are due together are sent in a random order."""

    deliveries_doubled: bool = False
    """Every webhook delivery is sent twice."""

    lost_deliveries_next: int = 0
    """So many of the next webhook deliveries are never sent, and not tried again."""

    forged_deliveries_next: int = 0
    """So many of the next webhook deliveries are signed with a wrong key."""

    stale_deliveries_next: int = 0
    """So many of the next webhook deliveries carry a correctly signed time ten minutes ago."""

    _requests: int = field(default=0, init=False, repr=False)
    _random: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = Random(f"faults {self.seed}")

    def touches(self, path: str) -> bool:
        """Tell whether a request to this path can go wrong."""
        return self.only_under in path

    def take(self, switch: str) -> bool:
        """Tell whether a switch named `..._next` is on, and count it down if so."""
        left: int = getattr(self, switch)
        if left <= 0:
            return False
        setattr(self, switch, left - 1)
        return True

    def wait_s(self) -> float:
        """Return how long the answer that comes now waits, in seconds."""
        return self.delay_s + self.slow_s * self._strikes(self.slow_probability)

    def gateway_fails(self) -> bool:
        """Tell whether the request that comes now fails at the gateway."""
        self._requests += 1
        is_kth = self.gateway_every > 0 and self._requests % self.gateway_every == 0
        return self._strikes(self.gateway_probability) or self.take("gateway_next") or is_kth

    def limits(self) -> bool:
        """Tell whether the request that comes now is answered 429."""
        return self._strikes(self.limited_probability) or self.take("limited_next")

    def cuts(self) -> bool:
        """Tell whether the answer that goes out now is cut."""
        return self._strikes(self.cut_probability) or self.take("cut_next")

    def drawn(self, items: Sequence[T]) -> T:
        """Return one of the items, drawn by the seed."""
        return self._random.choice(items)

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in a random order, drawn by the seed."""
        return self._random.sample(items, len(items))

    def _strikes(self, probability: float) -> bool:
        return self._random.random() < probability
