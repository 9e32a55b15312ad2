"""Assembly: settings in, services out. The only file that picks engines."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from indexer.embedder import Embedder, SentenceTransformerEmbedder
from indexer.hints import Hints
from indexer.settings import Settings
from indexer.store.contract import Store
from indexer.store.embedded import DATABASE_NAME, EmbeddedStore
from models.errors import StoreBroken, StoreBusy

if TYPE_CHECKING:
    # httpx takes a fifth of a second to import: only what talks to Close waits for it.
    from indexer.close import Close, FileWebhookKeys

_LOCK_NAME: Final = "callsift.lock"
_COPY_NAME: Final = "reindex"
_WEBHOOK_KEYS_NAME: Final = "close-webhooks.json"
_PATIENT_TRIES: Final = 6
_BUSY_TIMEOUT_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a command or a server works with."""

    settings: Settings
    store: Store
    embedder: Embedder
    hints: Hints = field(default_factory=Hints)

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
    def writing(self) -> Iterator[None]:
        """Be the only process that writes calls here. The lock ends with the process.

        Raises:
            StoreBusy: another one is.
        """
        folder = self.settings.data_dir
        lock = FileLock(folder / _LOCK_NAME, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise StoreBusy(
                f"another callsift is writing to {folder}: wait until it is done, or stop it"
            ) from None
        except OSError as error:
            raise StoreBroken(f"cannot write to {folder}: {error.strerror}") from error
        try:
            yield
        finally:
            lock.release()

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
    embedder = SentenceTransformerEmbedder(
        settings.embedding_model, device=settings.embedding_device
    )
    return Services(settings=settings, store=EmbeddedStore(settings.data_dir), embedder=embedder)


@contextmanager
def renewal(services: Services) -> Iterator[Services]:
    """Services over a copy of the data, its calls yet to be embedded.

    When the block ends well the copy takes the data's place, in one transaction:
    until then, and if anything goes wrong, the data are as they were. The services
    given are closed at the end, as what they had open is no more.

    Raises:
        StoreBusy: another process is writing.
    """
    store, data_dir = services.store, services.settings.data_dir
    assert isinstance(store, EmbeddedStore)
    folder = data_dir / _COPY_NAME
    with services.writing():
        shutil.rmtree(folder, ignore_errors=True)  # left by a run that was killed
        try:
            copy = store.copied_to(folder)
            try:
                yield replace(services, store=copy)
            finally:
                copy.close()
                store.close()
            _take_place(folder, data_dir)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _take_place(folder: Path, data_dir: Path) -> None:
    """Write a copy over the data. Its caches are made anew when they are next needed."""
    try:
        with (
            closing(sqlite3.connect(folder / DATABASE_NAME)) as copy,
            closing(sqlite3.connect(data_dir / DATABASE_NAME, timeout=_BUSY_TIMEOUT_S)) as data,
        ):
            copy.backup(data)
    except sqlite3.Error as error:
        raise StoreBroken(f"the data in {data_dir} could not be replaced: {error}") from error


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
