"""A cache in tantivy of what the database says: made, opened, caught up, locked.

Each kind of cache is a folder of its own. Several processes may read it; whichever finds
it behind the database and gets the lock catches it up.
"""

import json
import shutil
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from filelock import FileLock, Timeout

from indexer.store.faiss_index import Seen

if TYPE_CHECKING:
    import tantivy

_WRITER_BYTES = 64 * 1024 * 1024


class TantivyCache(ABC):
    """Documents of calls, each with the `row` of its call."""

    format: ClassVar[int]
    """Counts up when the documents change: what was written before is made anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._state = folder / "callsift.json"
        self._catching_up = threading.Lock()
        self._index: tantivy.Index | None = None
        self.seen = Seen()

    def load(self, *, up_to: Seen) -> None:
        """Open what was saved of data no newer than `up_to`; else begin anew."""
        self.seen = self._read_state()
        if self.seen == Seen() or self.seen.is_ahead_of(up_to):
            self.seen = Seen()
            shutil.rmtree(self._folder, ignore_errors=True)
        try:
            self._index = self._open()
        except (ValueError, OSError):  # cut short or of another version: a cache is made anew
            shutil.rmtree(self._folder, ignore_errors=True)
            self.seen = Seen()
            self._index = self._open()

    @property
    def is_loaded(self) -> bool:
        """Whether `load` has been called."""
        return self._index is not None

    def __len__(self) -> int:
        return self._opened().searcher().num_docs

    def refresh(self) -> None:
        """See what another process may have written."""
        self.seen = self._read_state()
        self._opened().reload()

    def update(
        self, *, removed_rows: Sequence[int], added: Iterable["tantivy.Document"], seen: Seen
    ) -> bool:
        """Catch up with the database; False when another process is doing just that."""
        with self._catching_up:
            try:
                with FileLock(self._folder.with_suffix(".lock"), timeout=0):
                    self._write(removed_rows, added)
                    self._write_state(seen)
            except Timeout:
                self.refresh()
                return False
        self._opened().reload()
        self.seen = seen
        return True

    @abstractmethod
    def _schema(self) -> "tantivy.Schema":
        """The fields of a document, `row` among them."""

    @abstractmethod
    def _analyzers(self) -> "dict[str, tantivy.TextAnalyzer]":
        """The analyzers its fields name."""

    def _open(self) -> "tantivy.Index":
        from tantivy import Index

        self._folder.mkdir(parents=True, exist_ok=True)
        index = Index(self._schema(), path=str(self._folder))
        for name, analyzer in self._analyzers().items():
            index.register_tokenizer(name, analyzer)
        return index

    def _write(self, removed_rows: Sequence[int], added: Iterable["tantivy.Document"]) -> None:
        from tantivy import FieldType, Query

        index = self._opened()
        writer = index.writer(_WRITER_BYTES, 1)
        # By query: deleting by term takes a number for a signed one, and deletes nothing.
        writer.delete_documents_by_query(
            Query.term_set_query(index.schema, "row", list(removed_rows))
        )
        # What is newer than the state was written just before a crash.
        unknown = (self.seen.row + 1, 2**63)
        writer.delete_documents_by_query(
            Query.range_query(index.schema, "row", FieldType.Unsigned, *unknown)
        )
        for document in added:
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def _opened(self) -> "tantivy.Index":
        assert self._index is not None, "load() comes first"
        return self._index

    def _read_state(self) -> Seen:
        try:
            state = json.loads(self._state.read_text("utf-8"))
            if state["format"] != self.format:
                return Seen()
            return Seen(int(state["row"]), int(state["removal"]))
        except (OSError, ValueError, KeyError, TypeError):
            return Seen()

    def _write_state(self, seen: Seen) -> None:
        partial = self._state.with_suffix(".partial")
        state = {"format": self.format, "row": seen.row, "removal": seen.removal}
        partial.write_text(json.dumps(state), "utf-8")
        partial.replace(self._state)
