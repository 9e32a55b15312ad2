"""Windows of time over lists that are sorted by time."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """A window of time, given by any of four comparisons; none of them is all of time."""

    gte: datetime | None = None
    gt: datetime | None = None
    lt: datetime | None = None
    lte: datetime | None = None

    def span(self, items: Sequence[T], when: Callable[[T], datetime]) -> tuple[int, int]:
        """Return where the window starts and stops among `items`, which ascend by `when`."""
        start, stop = 0, len(items)
        if self.gte is not None:
            start = max(start, bisect_left(items, self.gte, key=when))
        if self.gt is not None:
            start = max(start, bisect_right(items, self.gt, key=when))
        if self.lt is not None:
            stop = min(stop, bisect_left(items, self.lt, key=when))
        if self.lte is not None:
            stop = min(stop, bisect_right(items, self.lte, key=when))
        return start, max(start, stop)


ALL_TIME: Final = Bounds()
"""No bounds at all."""
