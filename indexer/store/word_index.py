"""The word index: tantivy's BM25 over what was said, wholly and by each side.

A cache like the meaning index, in a folder of its own. Several processes may
read it; whichever finds it behind the database and gets the lock catches it up.
"""

import json
import shutil
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock, Timeout

from indexer.store.faiss_index import Scores, Seen
from indexer.store.keys import Keys
from indexer.words import ANALYZER_NAME, composed, full_marks, index_analyzer
from models import Side

if TYPE_CHECKING:
    import tantivy

_FORMAT = 3
_WRITER_BYTES = 64 * 1024 * 1024
_NAMES = "names"
_FIELDS: dict[Side | None, str] = {None: "said", Side.USER: "user", Side.CONTACT: "contact"}


@dataclass(frozen=True, slots=True)
class WordsOf:
    """A passage for the word index: its words, each side's share of them, its call's names."""

    key: int
    row: int
    names: str
    said: str = ""
    user: str = ""
    contact: str = ""

    def document(self) -> "tantivy.Document":
        """As tantivy takes it."""
        from tantivy import Document

        document = Document(
            names=composed(self.names),
            said=composed(self.said),
            user=composed(self.user),
            contact=composed(self.contact),
        )
        document.add_unsigned("key", self.key)
        document.add_unsigned("row", self.row)
        return document


class WordIndex:
    """Finds passages by their words."""

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

    def update(self, *, removed_rows: Sequence[int], added: Iterable[WordsOf], seen: Seen) -> bool:
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

    def search(
        self,
        stems: Sequence[str],
        limit: int,
        *,
        side: Side | None,
        by_name: bool,
        rows: Keys | None,
    ) -> tuple[Keys, Scores]:
        """The `limit` passages that share the weightiest of these words: keys, and scores.

        A score is BM25 as a share of `words.full_marks`. With `by_name` the names of a
        call count too; with `rows`, only passages of calls in those rows are found.
        """
        from tantivy import Occur, Query

        index = self._opened()
        schema = index.schema
        fields = (_FIELDS[side], _NAMES) if by_name else (_FIELDS[side],)
        words = [
            (Occur.Should, Query.term_query(schema, field, stem))
            for stem in stems
            for field in fields
        ]
        query = Query.boolean_query(words)
        if rows is not None:
            within = Query.term_set_query(schema, "row", rows.tolist())
            unscored = Query.const_score_query(within, 0.0)
            query = Query.boolean_query([(Occur.Must, query), (Occur.Must, unscored)])
        searcher = index.searcher()
        # tantivy makes room for as many as it is asked for, however few there are.
        most = max(1, min(limit, searcher.num_docs))
        found: list[tuple[float, Any]] = searcher.search(query, most, count=False).hits
        keys = searcher.fast_field_values("key", [address for _, address in found])
        holding = [searcher.doc_freq(_FIELDS[side], stem) for stem in stems]
        scores = np.array([score for score, _ in found], np.float32)
        return np.array(keys, np.int64), scores / full_marks(holding, searcher.num_docs)

    def _write(self, removed_rows: Sequence[int], added: Iterable[WordsOf]) -> None:
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
        for words in added:
            writer.add_document(words.document())
        writer.commit()
        writer.wait_merging_threads()

    def _open(self) -> "tantivy.Index":
        from tantivy import Index, SchemaBuilder

        schema = SchemaBuilder()
        schema.add_unsigned_field("key", fast=True)
        schema.add_unsigned_field("row", indexed=True, fast=True)
        for field in (*_FIELDS.values(), _NAMES):
            schema.add_text_field(field, tokenizer_name=ANALYZER_NAME, index_option="position")
        self._folder.mkdir(parents=True, exist_ok=True)
        index = Index(schema.build(), path=str(self._folder))
        index.register_tokenizer(ANALYZER_NAME, index_analyzer())
        return index

    def _opened(self) -> "tantivy.Index":
        assert self._index is not None, "load() comes first"
        return self._index

    def _read_state(self) -> Seen:
        try:
            state = json.loads(self._state.read_text("utf-8"))
            if state["format"] != _FORMAT:
                return Seen()
            return Seen(int(state["row"]), int(state["removal"]))
        except (OSError, ValueError, KeyError, TypeError):
            return Seen()

    def _write_state(self, seen: Seen) -> None:
        partial = self._state.with_suffix(".partial")
        state = {"format": _FORMAT, "row": seen.row, "removal": seen.removal}
        partial.write_text(json.dumps(state), "utf-8")
        partial.replace(self._state)
