"""Getting ready to search in the background, so that the server answers at once.

Ready means that one search was answered from end to end: the embedder is loaded
and bound to the store, and the indexes are level with the database.
"""

import logging
import threading
from collections.abc import Callable
from typing import Final

from indexer.bootstrap import Services
from indexer.search import search
from models import SearchQuery
from models.errors import CallsiftError

logger = logging.getLogger(__name__)

_RETRY_S: Final = 30.0
_STOP_S: Final = 10.0  # a network on its way cannot be stopped, and nobody waits longer


class NotReady(CallsiftError):
    """The server cannot search yet; `missing` names what it waits for."""

    def __init__(self, missing: tuple[str, ...], why: str = "") -> None:
        reason = why or "still loading"
        super().__init__(f"not ready to search, missing {', '.join(missing)}: {reason}")
        self.missing = missing


class Readiness:
    """Whether the server can search, and what is missing if not."""

    def __init__(self, services: Services, *, retry_s: float = _RETRY_S) -> None:
        self._services = services
        self._retry_s = retry_s
        self._missing: tuple[str, ...] = ("embedder", "indexes")
        self._why = ""
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._prepare, name="readiness", daemon=True)

    def start(self) -> None:
        """Begin to load what a search needs."""
        self._thread.start()

    def stop(self) -> None:
        """Try no more; a load under way is waited for, 10 seconds at most."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_S)

    def wait(self, timeout_s: float) -> bool:
        """Wait until ready; False if that took longer than `timeout_s` seconds."""
        return self._ready.wait(timeout_s)

    def require(self) -> None:
        """Pass if a search can be answered.

        Raises:
            NotReady: it cannot, yet.
        """
        if self._missing:
            raise NotReady(self._missing, self._why)

    def missing(self) -> tuple[str, ...]:
        """What is missing now: of `database`, `embedder` and `indexes`."""
        try:
            stored = self._services.store.facts().embedder
        except CallsiftError:
            return ("database", *self._missing)
        if not self._missing and stored not in (None, self._services.embedder.identity):
            return ("embedder",)  # the calls were embedded again by another meanwhile
        return self._missing

    def _prepare(self) -> None:
        steps = (("embedder", self._services.ready), ("indexes", self._try_a_search))
        while not all(self._done(name, step) for name, step in steps):
            if self._stopping.wait(self._retry_s):
                return
        self._ready.set()

    def _done(self, name: str, step: Callable[[], None]) -> bool:
        if name not in self._missing:
            return True
        try:
            step()
        except CallsiftError as error:
            return self._put_off(name, str(error))
        except Exception as error:  # noqa: BLE001 - the thread must live on to try again
            return self._put_off(name, f"unexpected {type(error).__name__}")
        self._missing = tuple(other for other in self._missing if other != name)
        self._why = ""
        return True

    def _put_off(self, name: str, why: str) -> bool:
        if why != self._why:
            logger.warning("no %s yet, trying again every %g s: %s", name, self._retry_s, why)
        self._why = why
        return False

    def _try_a_search(self) -> None:
        query = SearchQuery(text="hello", limit=1)
        search(query, store=self._services.store, embedder=self._services.embedder)
