"""Hints: calls that somebody says have changed, kept until a sync asks Close about them."""

import threading
from typing import Final

_MOST: Final = 10_000


class Hints:
    """A set of call ids that never grows too large. Used by several threads at once.

    Hints are no data: a lost one costs time and nothing else, for Close's event log
    tells the same. So when there are too many, the set is emptied, and whoever
    takes from it is told to read the log instead.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._call_ids: dict[str, None] = {}
        self._has_overflowed = False
        self._changed = threading.Condition()

    def add(self, call_id: str) -> None:
        """Note that something happened to a call."""
        with self._changed:
            self._call_ids[call_id] = None
            if len(self._call_ids) > self._most:
                self._call_ids.clear()
                self._has_overflowed = True
            self._changed.notify_all()

    def take(self) -> tuple[list[str], bool]:
        """Every call hinted at since the last time, and whether there were too many to keep."""
        with self._changed:
            taken, has_overflowed = list(self._call_ids), self._has_overflowed
            self._call_ids.clear()
            self._has_overflowed = False
            return taken, has_overflowed

    def __bool__(self) -> bool:
        """Whether there is anything to take."""
        return bool(self._call_ids) or self._has_overflowed
