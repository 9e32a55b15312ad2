"""The line index: every utterance by itself, for phrases and for words of single utterances.

Notes, summaries and names are lines of it too, so that a phrase is found wherever it
stands. A cache: indexer/store/tantivy_cache.py.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, assert_never

import numpy as np

from indexer.store.keys import Keys, place_of
from indexer.store.segments import Scores
from indexer.store.tantivy_cache import TantivyCache
from indexer.words import (
    ANALYZER_NAME,
    EXACT_ANALYZER_NAME,
    composed,
    exact_analyzer,
    full_marks,
    index_analyzer,
    term_words,
)
from models import AllOf, AnyOf, CallRecord, Expression, Not, Term

if TYPE_CHECKING:
    import tantivy


class LineIndex(TantivyCache):
    """Finds single lines by their words."""

    format = 1

    def saying(self, expression: Expression, rows: Keys | None) -> Keys:
        """Places of the lines in which an expression holds, in order.

        With `rows`, only lines of calls in those rows are looked for.
        """
        query = self._within(self._query_of(expression), rows)
        searcher = self._opened().searcher()
        if searcher.num_docs == 0:
            return np.zeros(0, np.int64)
        found: list[tuple[float, Any]] = searcher.search(query, searcher.num_docs, count=False).hits
        places = searcher.fast_field_values("place", [address for _, address in found])
        return np.sort(np.array(places, np.int64))

    def search(self, stems: Sequence[str], limit: int, *, rows: Keys | None) -> tuple[Keys, Scores]:
        """The `limit` lines that share the weightiest of these words: places, and scores.

        A score is BM25 as a share of `words.full_marks`, counted over lines.
        """
        from tantivy import Occur, Query

        schema = self._opened().schema
        words = [(Occur.Should, Query.term_query(schema, "forms", stem)) for stem in stems]
        query = self._within(Query.boolean_query(words), rows)
        searcher = self._opened().searcher()
        most = max(1, min(limit, searcher.num_docs))
        found: list[tuple[float, Any]] = searcher.search(query, most, count=False).hits
        places = searcher.fast_field_values("place", [address for _, address in found])
        holding = [searcher.doc_freq("forms", stem) for stem in stems]
        scores = np.array([score for score, _ in found], np.float32)
        return np.array(places, np.int64), scores / full_marks(holding, searcher.num_docs)

    def _within(self, query: "tantivy.Query", rows: Keys | None) -> "tantivy.Query":
        from tantivy import Occur, Query

        if rows is None:
            return query
        within = Query.term_set_query(self._opened().schema, "row", rows.tolist())
        unscored = Query.const_score_query(within, 0.0)
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, unscored)])

    def _query_of(self, expression: Expression) -> "tantivy.Query":
        from tantivy import Occur, Query

        match expression:
            case Term():
                return self._query_of_term(expression)
            case AllOf(()):
                return Query.all_query()
            case AllOf(parts):
                queries = [(Occur.Must, self._query_of(part)) for part in parts]
            case AnyOf(parts):
                queries = [(Occur.Should, self._query_of(part)) for part in parts]
            case Not(part):
                everything = (Occur.Must, Query.all_query())
                queries = [everything, (Occur.MustNot, self._query_of(part))]
            case _:
                assert_never(expression)
        return Query.boolean_query(queries)

    def _query_of_term(self, term: Term) -> "tantivy.Query":
        from tantivy import Query

        schema, field = self._opened().schema, "exact" if term.exact else "forms"
        words = term_words(term)
        if len(words) == 1:
            query = Query.term_query(schema, field, words[0])
        else:
            query = Query.phrase_query(schema, field, words)  # type: ignore[arg-type]
        return Query.const_score_query(query, 1.0)

    def _schema(self) -> "tantivy.Schema":
        from tantivy import SchemaBuilder

        schema = SchemaBuilder()
        schema.add_unsigned_field("place", fast=True)
        schema.add_unsigned_field("row", indexed=True, fast=True)
        schema.add_text_field("exact", tokenizer_name=EXACT_ANALYZER_NAME, index_option="position")
        schema.add_text_field("forms", tokenizer_name=ANALYZER_NAME, index_option="position")
        return schema.build()

    def _analyzers(self) -> "dict[str, tantivy.TextAnalyzer]":
        return {ANALYZER_NAME: index_analyzer(), EXACT_ANALYZER_NAME: exact_analyzer()}


def documents_of(row: int, record: CallRecord) -> "Iterator[tantivy.Document]":
    """The lines of a call, as tantivy takes them."""
    from tantivy import Document

    for line in record.lines():
        document = Document(exact=composed(line.text), forms=composed(line.text))
        document.add_unsigned("place", place_of(row, line.kind, line.position))
        document.add_unsigned("row", row)
        yield document
