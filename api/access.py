"""Who may ask: whoever has a key of this server, or has signed in with one."""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

SESSION_COOKIE: Final = "callsift_session"
SESSION_S: Final = 12 * 3600
"""How long a sign-in lasts, in seconds."""

_MOST_SESSIONS: Final = 10_000


class Access:
    """The keys of a server, and the sessions begun with them. Used by several threads at once.

    Sessions are held in memory: a restart ends them all, and so does a change of keys.
    """

    def __init__(
        self, keys: Iterable[str] = (), *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._keys = tuple(_digest(key.encode()) for key in keys)
        self._clock = clock
        self._ends: dict[bytes, float] = {}
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether no key is asked for."""
        return not self._keys

    def is_key(self, given: bytes) -> bool:
        """Whether this is one of the keys; how long it takes to say so tells nothing."""
        digest = _digest(given)
        return sum(hmac.compare_digest(digest, known) for known in self._keys) > 0

    def begin(self) -> str:
        """A new session's id, for somebody who gave a key."""
        session = secrets.token_urlsafe(32)
        with self._lock:
            self._forget_ended()
            self._ends[_digest(session.encode())] = self._clock() + SESSION_S
        return session

    def is_session(self, given: str) -> bool:
        """Whether this is the id of a session that has not ended."""
        with self._lock:
            return self._ends.get(_digest(given.encode()), float("-inf")) > self._clock()

    def end(self, session: str) -> None:
        """End a session, if there is one of this id."""
        with self._lock:
            self._ends.pop(_digest(session.encode()), None)

    def _forget_ended(self) -> None:
        now = self._clock()
        self._ends = {key: end for key, end in self._ends.items() if end > now}
        while len(self._ends) >= _MOST_SESSIONS:  # the oldest comes first
            self._ends.pop(next(iter(self._ends)))


def _digest(secret: bytes) -> bytes:
    """Equally long for every secret, so that comparing does not tell how long it is."""
    return hashlib.sha256(secret).digest()
