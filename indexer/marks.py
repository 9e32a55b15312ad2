"""Marks: how far each reading of Close has come. The store keeps them, by these names."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, Literal

from indexer.store.contract import Store
from indexer.when import utc_now
from models.errors import CallsiftError, StoreError

HISTORY: Final = "history"
"""`begun`, then how far back the history is drained (ISO), then `done`."""
HISTORY_BEGAN: Final = "history_began"
"""When the walk through the history that is under way, or was the last, began (ISO)."""
LAST_COMPARED: Final = "last_compared"
"""When the last walk that came to its end began (ISO): then all calls were compared."""
EVENTS: Final = "events"
"""Every event up to this moment (ISO) has been read."""
EVENTS_READ: Final = "events_read"
"""Events that will be read again with the overlap, and need not be acted on again (JSON)."""
RULES: Final = "rules"
"""The rules of exclusion that the stored calls were last held to (JSON)."""
LAST_SYNC: Final = "last_sync"
"""When the last sync that left nothing due began (ISO)."""
PROBLEM: Final = "problem"
"""Why the last sync failed, and when (JSON); nothing once one has ended well."""

WorkerState = Literal["off", "idle", "syncing", "elsewhere"]
"""What a server does about its calls: nothing, it is level, it works, or another process does."""

_log = logging.getLogger(__name__)


def moment(store: Store, mark: str) -> datetime | None:
    """A mark that is a moment."""
    stored = store.cursor(mark)
    return datetime.fromisoformat(stored) if stored else None


@contextmanager
def remembering_problems(store: Store, now: Callable[[], datetime] = utc_now) -> Iterator[None]:
    """Keep in the store why what is done in this block failed, or that it went well."""
    try:
        yield
    except CallsiftError as error:
        _set_problem(store, json.dumps({"at": now().isoformat(), "what": str(error)}))
        raise
    _set_problem(store, None)


def _set_problem(store: Store, problem: str | None) -> None:
    try:
        if store.cursor(PROBLEM) != problem:
            store.set_cursor(PROBLEM, problem)
    except StoreError as error:  # the disk may be what the problem is
        _log.warning("the problem cannot be noted: %s", error)
