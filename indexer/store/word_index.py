"""The word index: tantivy's BM25 over what was said, wholly and by each side.

A cache like the meaning index: indexer/store/tantivy_cache.py.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.store.keys import Keys, key_of, key_of_names
from indexer.store.segments import Scores
from indexer.store.tantivy_cache import TantivyCache
from indexer.words import ANALYZER_NAME, composed, full_marks, index_analyzer
from models import CallRecord, Side

if TYPE_CHECKING:
    import tantivy

_NAMES = "names"
_FIELDS: dict[Side | None, str] = {None: "said", Side.USER: "user", Side.CONTACT: "contact"}


class WordIndex(TantivyCache):
    """Finds passages by their words."""

    format = 3

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

    def _schema(self) -> "tantivy.Schema":
        from tantivy import SchemaBuilder

        schema = SchemaBuilder()
        schema.add_unsigned_field("key", fast=True)
        schema.add_unsigned_field("row", indexed=True, fast=True)
        for field in (*_FIELDS.values(), _NAMES):
            schema.add_text_field(field, tokenizer_name=ANALYZER_NAME, index_option="position")
        return schema.build()

    def _analyzers(self) -> "dict[str, tantivy.TextAnalyzer]":
        return {ANALYZER_NAME: index_analyzer()}


def documents_of(row: int, record: CallRecord) -> "Iterator[tantivy.Document]":
    """The passages of a call that have words, as tantivy takes them, or its names alone."""
    from tantivy import Document

    names = composed(record.names())
    worded = [passage for passage in record.passages if passage.grain.has_words]
    for passage in worded:
        document = Document(
            names=names,
            said=composed(passage.text),
            user=composed(record.text_of(passage, Side.USER)),
            contact=composed(record.text_of(passage, Side.CONTACT)),
        )
        document.add_unsigned("key", key_of(row, passage))
        document.add_unsigned("row", row)
        yield document
    if not worded:
        document = Document(names=names)
        document.add_unsigned("key", key_of_names(row))
        document.add_unsigned("row", row)
        yield document
