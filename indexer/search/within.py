"""Every moment of one call that answers a question: what its page shows."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from indexer.embedder import Embedder
from indexer.grammar import parse
from indexer.moments import moments_of
from indexer.search.listing import check_words_of_close
from indexer.search.ranked import cosines_of
from indexer.search.spoken import search_dialogue
from indexer.store.contract import Store
from indexer.words import query_stems
from models import CallRecord, Group, Mode, Moment, SearchQuery

MOST: Final = 500
"""Moments that are looked for; no call of a length people speak has as many."""


def moments_within(
    record: CallRecord, query: SearchQuery, *, store: Store, embedder: Embedder
) -> tuple[Moment, ...]:
    """Every moment of a call that answers a question, in the order of the call.

    None where nothing is asked, or where the call does not pass the question's filter.

    Raises:
        QueryInvalid: as `indexer.search.search`.
    """
    asked = parse(query.text)
    where = replace(query.where, call_ids=(record.call.id,), said=asked.said)
    check_words_of_close(where, store)
    if asked.dialogue is not None:
        within = replace(query, where=where, group=Group.MOMENT, limit=MOST, cursor=None)
        page = search_dialogue(within, asked.dialogue, store=store, embedder=embedder)
        return _in_order(moment for found in page.calls for moment in found.moments)
    if not asked.words.strip() or not store.count(where):
        return ()
    vector = None if query.mode is Mode.KEYWORD else embedder.embed_query(asked.words)
    moments, _ = moments_of(
        record, cosines=cosines_of(record, vector, store),
        wanted=[] if query.mode is Mode.SEMANTIC else query_stems(asked.words),
        mode=query.mode, where=where, most=MOST,
    )  # fmt: skip
    return _in_order(moments)


def _in_order(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """Moments in the order of their call, each place once."""
    first = {
        (m.kind, next((q.index for q in m.quotes if q.matched), -1), m.text): m for m in moments
    }
    ordered = sorted(first.items(), key=lambda one: (not one[1].quotes, one[0][0], one[0][1]))
    return tuple(moment for _, moment in ordered)
