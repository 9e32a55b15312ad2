"""Changing which embedder's passages are live: in one transaction, and back again.

Beside the live database lie at most two stores that follow it, in `reindex/`:

    staged/    calls embedded by another embedder, until they are switched to or discarded
    previous/  the passages that were live before, to go back to

What is live and what is previous is said by the live database alone, in two settings
(`lineage`, `previous`) written by the transaction that exchanges the passages. A folder
that they make pointless is cleared away by `settle`, whenever that comes to run.
"""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

from indexer.store.embedded import CACHES_NAME, DATABASE_NAME, open_database
from indexer.store.sqlite import Database
from indexer.store.staged import StagedStore, setting
from models.errors import StoreBroken, StoreBusy, StoreError

FOLDER_NAME: Final = "reindex"
COMPARISON_NAME: Final = "comparison.json"
_STAGED: Final = "staged"
_PREVIOUS: Final = "previous"
_PARTIAL: Final = "previous.partial"
_REMOVED: Final = "removed"

_DIFFERENT_CALLS: Final = """
    SELECT count(*) FROM (
        SELECT * FROM (SELECT row, id FROM main.calls EXCEPT SELECT row, id FROM other.calls)
        UNION ALL
        SELECT * FROM (SELECT row, id FROM other.calls EXCEPT SELECT row, id FROM main.calls)
    )
"""
_EXCHANGE: Final = (
    "DELETE FROM main.passages",
    "INSERT INTO main.passages SELECT * FROM other.passages ORDER BY key",
    """
        UPDATE main.calls SET passages =
            (SELECT passages FROM other.calls o WHERE o.row = main.calls.row)
    """,
    """
        REPLACE INTO main.settings
            SELECT name, value FROM other.settings WHERE name IN ('embedder', 'lineage')
    """,
)
_KEEP_PASSAGES: Final = (
    "INSERT INTO other.passages SELECT * FROM main.passages ORDER BY key",
    "REPLACE INTO other.settings SELECT name, value FROM main.settings WHERE name = 'embedder'",
)


class Staging:
    """The folder `reindex/` of a data directory, for one process at a time."""

    def __init__(self, data_dir: Path) -> None:
        """Open it, and put in order what a process that was killed has left."""
        self.folder = data_dir / FOLDER_NAME
        self._live = open_database(data_dir)
        self._live_caches = data_dir / CACHES_NAME
        self.settle()

    @property
    def comparison(self) -> Path:
        """Where the last comparison is kept."""
        return self.folder / COMPARISON_NAME

    def staged(self) -> StagedStore | None:
        """What was embedded by another embedder, whole or not, if anything was."""
        return self._opened(_STAGED)

    def begin(self, version: str) -> StagedStore:
        """An empty staged store of this version of Callsift, in place of any there was."""
        self.discard()
        staged = StagedStore(self.folder / _STAGED, self._live)
        staged.mark_begun(version)
        return staged

    def previous(self) -> StagedStore | None:
        """What was live before the last switch, if that was kept."""
        return self._opened(_PREVIOUS)

    def discard(self) -> bool:
        """Clear what is staged away, if anything is, and its comparison."""
        was_there = (self.folder / _STAGED).exists()
        self._clear(_STAGED)
        self.comparison.unlink(missing_ok=True)
        return was_there

    def switch(self, source: StagedStore) -> None:
        """Make a store's passages the live ones, and keep those that were; closes the store.

        Until the one transaction of this commits, nothing has changed; from then on
        everything has, also if the process is killed at that moment.

        Raises:
            StoreBusy: the calls of the store are not those that are live.
            StoreBroken: there is no room, say; nothing has changed.
        """
        source.close()
        kept = self._keep()
        with self._live.attached(source.path), self._live.writing() as db:
            if db.execute(_DIFFERENT_CALLS).fetchone()[0]:
                raise StoreBusy("calls were written meanwhile: run it again")
            for statement in _EXCHANGE:
                db.execute(statement)
            db.execute("DELETE FROM settings WHERE name = 'previous'")
            if kept is not None:
                db.execute("INSERT INTO settings VALUES ('previous', ?)", (kept,))
        with suppress(StoreError):  # what is left to clear away is so the next time
            self._live.shrink_log()  # on disk before anything is cleared away
            self.settle()

    def live_bytes(self) -> int:
        """Disk that the live data take, their search indexes included."""
        return _size_of(self._live.path) + _size_of(self._live_caches)

    def staged_bytes(self) -> int:
        """Disk that what is staged takes, its search indexes included."""
        return _size_of(self.folder / _STAGED)

    def free_bytes(self) -> int:
        """Disk that is free where the data are."""
        return shutil.disk_usage(self._live.path.parent).free

    def settle(self) -> None:
        """Clear away what neither is staged nor can be gone back to."""
        if not self.folder.exists():
            return
        _remove(self.folder / _REMOVED)
        lineage, kept = setting(self._live, "lineage"), setting(self._live, "previous")
        for name in (_STAGED, _PREVIOUS):
            found = self._lineage_of(name)
            if found is not None and found == lineage:
                self._adopt_caches(self.folder / name / CACHES_NAME / found)
            if found in (None, lineage) or (name == _PREVIOUS and found != kept):
                self._clear(name)
        if kept is not None and self._lineage_of(_PARTIAL) == kept:
            self._clear(_PREVIOUS)
            (self.folder / _PARTIAL).rename(self.folder / _PREVIOUS)
        else:
            self._clear(_PARTIAL)

    def close(self) -> None:
        """Let go of the live data."""
        self._live.close()

    def _opened(self, name: str) -> StagedStore | None:
        if self._lineage_of(name) is None:
            return None
        return StagedStore(self.folder / name, self._live)

    def _lineage_of(self, name: str) -> str | None:
        """Which data a folder holds; None if it holds none."""
        if not (self.folder / name / DATABASE_NAME).is_file():
            return None
        database = open_database(self.folder / name)
        try:
            return setting(database, "lineage")
        finally:
            database.close()

    def _keep(self) -> str | None:
        """Copy the live passages aside, for a way back; their lineage there comes back.

        Only what depends on the embedder is kept: no transcript, no ledger.
        """
        if setting(self._live, "embedder") is None:
            return None
        self._clear(_PARTIAL)
        kept = open_database(self.folder / _PARTIAL)
        columns = ", ".join(_written_columns(kept))
        with self._live.attached(kept.path), self._live.writing() as db:
            db.execute(f"INSERT INTO other.calls ({columns}) SELECT {columns} FROM main.calls")
            for statement in _KEEP_PASSAGES:
                db.execute(statement)
        lineage = setting(kept, "lineage")
        kept.shrink_log()
        kept.close()
        return lineage

    def _clear(self, name: str) -> None:
        """Remove a folder; from the first step on it is no more, however far the rest comes."""
        if (self.folder / name).exists():
            removed = self.folder / _REMOVED
            _remove(removed)
            (self.folder / name).rename(removed)
            _remove(removed)

    def _adopt_caches(self, caches: Path) -> None:
        """Spare the live store what the staged one has indexed: each row is the same there."""
        target = self._live_caches / caches.name
        if caches.is_dir() and not target.exists():
            with suppress(OSError):  # caches are made anew
                self._live_caches.mkdir(exist_ok=True)
                caches.rename(target)


def forget_removed(data_dir: Path) -> None:
    """Have the stores in `reindex/` forget what the live one holds no more."""
    staging = Staging(data_dir)
    try:
        for store in (staging.staged(), staging.previous()):
            if store is not None:
                has_changed = store.forget_removed()
                store.close()
                if has_changed:
                    shutil.rmtree(store.path.parent / CACHES_NAME, ignore_errors=True)
    finally:
        staging.close()


def _written_columns(database: Database) -> list[str]:
    """The columns of a call that are not computed from others."""
    with database.reading() as db:
        found = db.execute("SELECT name FROM pragma_table_xinfo('calls') WHERE hidden = 0")
        return [name for (name,) in found]


def _size_of(path: Path) -> int:
    """Bytes of a database with its log, or of a folder with all in it."""
    files = path.rglob("*") if path.is_dir() else path.parent.glob(f"{path.name}*")
    sizes = []
    for file in files:
        with suppress(OSError):  # gone this moment
            sizes.append(file.stat().st_size)
    return sum(sizes)


def _remove(folder: Path) -> None:
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise StoreBroken(f"cannot remove {folder}: {error.strerror}") from error
