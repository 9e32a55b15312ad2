"""Assembly: settings in, services out. The only file that picks engines."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from indexer.embedder import DEFAULT_MODEL, Embedder, SentenceTransformerEmbedder
from indexer.hints import Hints
from indexer.settings import Settings
from indexer.store.contract import Store
from indexer.store.embedded import EmbeddedStore
from indexer.store.staging import FOLDER_NAME, Staging, forget_removed
from models.errors import StoreBroken, StoreBusy, StoreError

if TYPE_CHECKING:
    # httpx takes a fifth of a second to import: only what talks to Close waits for it.
    from indexer.close import Close, FileWebhookKeys

_LOCK_NAME: Final = "callsift.lock"
_REINDEX_LOCK_NAME: Final = "reindex.lock"
_MOMENT_S: Final = 5.0
"""A writer holds that lock for a moment, to have calls forgotten."""
_WEBHOOK_KEYS_NAME: Final = "close-webhooks.json"
_PATIENT_TRIES: Final = 6

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a command or a server works with."""

    settings: Settings
    store: Store
    embedder: Embedder
    hints: Hints = field(default_factory=Hints)
    embedder_of: Callable[[str], Embedder] = SentenceTransformerEmbedder
    """The embedder of a model's name or folder; nothing is loaded before it is asked."""

    def ready(self) -> None:
        """Load the embedder, and hold the store to it.

        Raises:
            EmbedderUnavailable: its weights cannot be loaded.
            EmbedderMismatch: the store holds vectors of another.
        """
        self.store.remember_embedder(self.embedder.identity)

    def close_client(
        self, *, tries: int = _PATIENT_TRIES, sleep: Callable[[float], None] = time.sleep
    ) -> "Close":
        """Close, with the credentials that are set; each request is tried so often.

        Raises:
            SettingsInvalid: there are no credentials.
        """
        from indexer.close import Close
        from indexer.credentials import credentials

        return Close(
            base_url=self.settings.close_base_url,
            auth=credentials(self.settings),
            tries=tries,
            sleep=sleep,
        )

    @property
    def webhook_keys(self) -> "FileWebhookKeys":
        """What verifies the deliveries of our subscriptions in Close."""
        from indexer.close import FileWebhookKeys

        return FileWebhookKeys(self.settings.data_dir / _WEBHOOK_KEYS_NAME)

    @contextmanager
    def writing(self, *, patience_s: float = 0.0) -> Iterator[None]:
        """Be the only process that writes calls here. The lock ends with the process.

        Raises:
            StoreBusy: another one is, and still was after so many seconds.
        """
        folder = self.settings.data_dir
        busy = f"another callsift is writing to {folder}: wait until it is done, or stop it"
        with _locked(folder / _LOCK_NAME, busy, patience_s):
            try:
                yield
            finally:
                _forget_removed(folder)

    @contextmanager
    def staging(self) -> Iterator[Staging]:
        """What lies beside the data for `reindex`, for this process alone.

        Raises:
            StoreBusy: another process reindexes.
        """
        folder = self.settings.data_dir
        busy = f"another `callsift reindex` is running on {folder}: wait for it, or stop it"
        with _locked(folder / _REINDEX_LOCK_NAME, busy, _MOMENT_S):
            staging = Staging(folder)
            try:
                yield staging
            finally:
                staging.close()

    def close(self) -> None:
        """Let go of the data."""
        self.store.close()


def build(settings: Settings) -> Services:
    """Open the data directory, made if need be; no network is loaded or asked yet.

    Raises:
        StoreError: the data cannot be used.
    """
    os.umask(0o077)  # customers' words are for their owner's eyes only
    _make_private(settings.data_dir)
    store = EmbeddedStore(settings.data_dir)
    embedder_of = partial(
        SentenceTransformerEmbedder,
        device=settings.embedding_device,
        runtime=settings.embedding_runtime,
    )
    embedder = embedder_of(settings.embedding_model or _remembered_by(store) or DEFAULT_MODEL)
    return Services(settings=settings, store=store, embedder=embedder, embedder_of=embedder_of)


def _remembered_by(store: Store) -> str | None:
    """The model that the stored calls were embedded with."""
    embedder = store.facts().embedder
    return embedder.name if embedder else None


@contextmanager
def _locked(file: Path, busy: str, patience_s: float = 0.0) -> Iterator[None]:
    lock = FileLock(file, timeout=patience_s)
    try:
        lock.acquire()
    except Timeout:
        raise StoreBusy(busy) from None
    except OSError as error:
        raise StoreBroken(f"cannot write to {file.parent}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


def _forget_removed(folder: Path) -> None:
    """Have what lies beside the data forget calls that were removed, unless it is being made.

    It is then brought level at its end, and here after the next time somebody writes.
    """
    if not (folder / FOLDER_NAME).exists():
        return
    try:
        with _locked(folder / _REINDEX_LOCK_NAME, "it is being made"):
            forget_removed(folder)
    except StoreBusy:
        return
    except StoreError as error:
        _log.warning("what `callsift reindex` keeps may hold calls that are gone: %s", error)


def _make_private(folder: Path) -> None:
    """Make the data directory: customers' words are for its owner's eyes only."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StoreBroken(
            f"cannot make the data directory {folder}: {error.strerror}. "
            f"Set CALLSIFT_DATA_DIR to a folder you may write to"
        ) from error
