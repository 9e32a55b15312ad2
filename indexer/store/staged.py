"""A store beside the live one: the same calls, cut and embedded by another embedder."""

from collections.abc import Sequence
from pathlib import Path

from indexer.store import ledger, rows
from indexer.store.embedded import EmbeddedStore
from indexer.store.sqlite import Database
from indexer.vectors import Vectors
from models import CallRecord, LedgerEntry

_VERSION = "version"
_BUILT = "built"


class StagedStore(EmbeddedStore):
    """A store in a folder of its own that follows the live one, call by call.

    Each call has here the row it has there. A row is never used again, and a call whose
    words change gets a new one: so what stands in the same row are the same words. Rows
    are put in rising order, which lets the search indexes read on (docs/adr/0002).
    """

    def __init__(self, folder: Path, live: Database) -> None:
        """Open the folder, made if need be; `live` is the database it follows."""
        super().__init__(folder)
        self._live = live
        self._row_of_call: dict[str, int] = {}

    @property
    def path(self) -> Path:
        """Its database."""
        return self._database.path

    @property
    def version(self) -> str | None:
        """The version of Callsift that began it: another may cut calls in another way."""
        return setting(self._database, _VERSION)

    @property
    def is_built(self) -> bool:
        """Whether every call was embedded once, and only what came later may be missing."""
        return setting(self._database, _BUILT) is not None

    @property
    def lineage(self) -> str:
        """Which data these are."""
        found = setting(self._database, "lineage")
        assert found is not None
        return found

    def call_ids(self) -> list[str]:
        """Every call that is here."""
        with self._database.reading() as db:
            return [call_id for (call_id,) in db.execute("SELECT id FROM calls")]

    def missing(self) -> list[int]:
        """The live rows that are not here, in rising order."""
        return sorted(_rows_of(self._live) - _rows_of(self._database))

    def take(self, live_rows: Sequence[int]) -> list[CallRecord]:
        """The live calls in these rows, to be put here next; those gone meanwhile are left out."""
        with self._live.snapshot() as db:
            found = {
                row: record
                for row in live_rows
                for record in rows.read_records(db, "WHERE c.row = ?", [row], passages=False)
            }
        self._row_of_call = {record.call.id: row for row, record in found.items()}
        return list(found.values())

    def put(self, record: CallRecord, vectors: Vectors, entry: LedgerEntry) -> None:
        """Store a call that was taken, in its live row."""
        self._refuse_strangers(vectors)
        row = self._row_of_call[record.call.id]
        with self._database.writing() as db:
            old = db.execute("SELECT row FROM calls WHERE id = ?", (record.call.id,)).fetchone()
            if old == (row,):
                return
            if old is not None:
                rows.delete_call(db, old[0])
            rows.insert_names(db, record)
            rows.insert_call(db, record, row)
            rows.insert_words(db, row, record, vectors)
            ledger.enter(db, [entry])

    def forget_removed(self) -> int:
        """Forget what the live store holds no more; how many calls that were comes back."""
        here = _rows_of(self._database)  # before the live rows are read: those only grow
        gone = sorted(here - _rows_of(self._live))
        if gone:
            with self._database.writing() as db:
                for row in gone:
                    rows.delete_call(db, row)
        return len(gone)

    def mark_begun(self, version: str) -> None:
        """Remember which version of Callsift cuts the calls here."""
        self._remember(_VERSION, version)

    def mark_built(self) -> None:
        """Remember that every call was embedded once."""
        self._remember(_BUILT, "yes")

    def _remember(self, name: str, value: str) -> None:
        with self._database.writing() as db:
            db.execute("REPLACE INTO settings VALUES (?, ?)", (name, value))


def setting(database: Database, name: str) -> str | None:
    """What a database remembers under a name."""
    with database.reading() as db:
        found = db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return str(found[0]) if found else None


def _rows_of(database: Database) -> set[int]:
    with database.reading() as db:
        return {row for (row,) in db.execute("SELECT row FROM calls")}
