"""Close's rate limits: per key and per organization, for each group of endpoints."""

import math
from dataclasses import dataclass
from datetime import datetime

from scripts.close_standin.clock import Clock
from scripts.close_standin.limits import Limits


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What a caller may still ask for in this window."""

    limit: int
    remaining: int
    reset_s: float
    is_exceeded: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """The headers that tell the caller; the reset is decimal and never rounds to zero."""
        reset = f"{math.ceil(self.reset_s * 1000) / 1000:.3f}"
        told = {"RateLimit": f"limit={self.limit}, remaining={self.remaining}, reset={reset}"}
        if self.is_exceeded:
            told["retry-after"] = str(math.ceil(self.reset_s))
        return told


@dataclass
class _Window:
    started_at: datetime
    spent: int = 0


def endpoint_group(method: str, path: str) -> str:
    """Name the group that a request is counted in: what it is about, and whether it writes."""
    parts = [part for part in path.removeprefix("/api/v1").split("/") if part]
    about = parts[:2] if parts[:1] == ["activity"] else parts[:1]
    return f"{'read' if method in {'GET', 'HEAD'} else 'write'} {'/'.join(about)}"


class RateLimiter:
    """Counts requests in windows that start with the first request after the last one."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock = clock
        self._limits = limits
        self._windows: dict[tuple[str, str], _Window] = {}

    def spend(self, key: str, group: str) -> Allowance:
        """Count one request and say what is left, of whichever limit is closest.

        A request beyond a limit is not counted.
        """
        limit = self._limits.requests_per_window
        ours, all_keys = self._window(key, group), self._window("organization", group)
        left = (
            self._left(ours, limit),
            self._left(all_keys, limit * self._limits.organization_share),
        )
        closest = min(left, key=lambda allowance: allowance.remaining)
        if closest.remaining < 0:
            return Allowance(
                limit=closest.limit, remaining=0, reset_s=closest.reset_s, is_exceeded=True
            )
        ours.spent += 1
        all_keys.spent += 1
        return closest

    def _left(self, window: _Window, limit: int) -> Allowance:
        """Return what would be left after one more request; below zero there is no more."""
        age_s = (self._clock.now() - window.started_at).total_seconds()
        reset_s = self._limits.window_s - age_s
        return Allowance(limit=limit, remaining=limit - window.spent - 1, reset_s=reset_s)

    def _window(self, key: str, group: str) -> _Window:
        now = self._clock.now()
        window = self._windows.get((key, group))
        if window is None or not self._is_open(window, now):
            window = self._windows[key, group] = _Window(started_at=now)
        return window

    def _is_open(self, window: _Window, now: datetime) -> bool:
        age_s = (now - window.started_at).total_seconds()
        return 0 <= age_s < self._limits.window_s
