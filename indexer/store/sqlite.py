"""The SQLite file: connections, transactions, migrations. Knows no noun of ours."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from models.errors import StoreBroken, StoreBusy, StoreTooNew

_BUSY_TIMEOUT_S = 30.0
_OLDEST_SQLITE = (3, 38, 0)  # STRICT tables, and ->>


class Database:
    """One SQLite file in WAL mode: a connection a thread, one writer at a time.

    Readers never wait. Each write is one transaction that either happens or
    does not, also when the process is killed in the middle.
    """

    def __init__(self, path: Path, functions: Mapping[str, Callable[[str], int | None]]) -> None:
        """Open the file, making it or bringing its schema up to date.

        `functions` of one text are known to SQL by their names.
        """
        self.path = path
        self._functions = functions
        self._local = threading.local()
        self._opened: dict[threading.Thread, sqlite3.Connection] = {}
        self._opening = threading.Lock()
        self._writing = threading.Lock()
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            raise StoreBroken(
                f"this Python brings SQLite {sqlite3.sqlite_version}, and Callsift needs "
                f"{'.'.join(map(str, _OLDEST_SQLITE))}: use a newer Python"
            )
        with _explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            migrate(self)

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        known: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if known is None:
            known = self._local.connection = self._connect()
        return known

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection, with SQLite's errors told as ours."""
        with _explained(self.path):
            yield self.connection

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Several reads of one state of the data."""
        with _explained(self.path), _transaction(self.connection, "BEGIN"):
            yield self.connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end, rolled back on any error."""
        with (
            self._writing,
            _explained(self.path),
            _transaction(self.connection, "BEGIN IMMEDIATE"),
        ):
            yield self.connection

    @contextmanager
    def attached(self, path: Path) -> Iterator[None]:
        """Another file of this kind, known to this thread's SQL as `other`."""
        with _explained(path):
            self.connection.execute("ATTACH ? AS other", (str(path),))
        try:
            yield
        finally:
            self.connection.execute("DETACH other")

    def shrink_log(self) -> None:
        """Give the room of the write-ahead log back, unless somebody is reading."""
        with _explained(self.path):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every thread's connection."""
        while self._opened:
            self._opened.popitem()[1].close()
        self._local = threading.local()

    def _connect(self) -> sqlite3.Connection:
        # Autocommit: transactions are begun and ended here, in sight.
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        with self._opening:
            self._close_of_ended_threads()
            self._opened[threading.current_thread()] = connection
        for name, function in self._functions.items():
            connection.create_function(name, 1, function, deterministic=True)
        connection.execute("PRAGMA journal_mode = WAL")
        # A power cut may lose the last commits of a WAL in this mode, never half of
        # one; a sync sees what is missing and fetches it again.
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _close_of_ended_threads(self) -> None:
        """A server's threads come and go: their connections must not pile up."""
        for thread in [thread for thread in self._opened if not thread.is_alive()]:
            self._opened.pop(thread).close()


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk makes SQLite roll back by itself
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """SQLite's and the file system's errors as ours, with what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreBusy(f"another process is writing to {path}: try again later") from error
        raise StoreBroken(f"cannot use {path}: {error}. Is the disk full or read-only?") from error
    except sqlite3.DatabaseError as error:
        raise StoreBroken(f"cannot use {path}: {error}") from error
    except OSError as error:
        raise StoreBroken(f"cannot use {path}: {error.strerror}") from error


def migrate(database: Database) -> None:
    """Bring the schema up to date, one transaction a step.

    Raises:
        StoreTooNew: a newer Callsift has written this file.
    """
    steps = _steps()
    newest = max(steps)
    found = schema_version(database.connection)
    if found > newest:
        raise StoreTooNew(
            f"{database.path} has schema {found}; this Callsift knows {newest}. "
            f"Install the newer Callsift that wrote it, or set another CALLSIFT_DATA_DIR"
        )
    for number in range(found + 1, newest + 1):
        with _transaction(database.connection, "BEGIN IMMEDIATE"):
            if schema_version(database.connection) < number:  # another process may have been first
                _run(database.connection, steps[number])
                database.connection.execute(f"PRAGMA user_version = {number}")


def schema_version(connection: sqlite3.Connection) -> int:
    """The number of the last migration that ran."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _steps() -> dict[int, str]:
    files = resources.files("indexer.store.migrations").iterdir()
    return {int(f.name[:4]): f.read_text("utf-8") for f in files if f.name.endswith(".sql")}


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Run statements one by one: `executescript` would commit our transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
