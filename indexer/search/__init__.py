"""From a question to the moments: what was meant, which calls answer, and where in them.

A question is one of three: words that rank calls (`ranked`), a dialogue, or moments by
themselves (both `spoken`). No words at all list calls, newest first.
"""

from dataclasses import replace

from indexer.embedder import Embedder
from indexer.grammar import Asked, parse
from indexer.search.listing import list_calls, listing, searched
from indexer.search.ranked import best_calls, search_calls
from indexer.search.similar import similar_calls
from indexer.search.spoken import search_dialogue, search_moments
from indexer.search.within import moments_within
from indexer.store.contract import Store
from models import Group, SearchPage, SearchQuery
from models.errors import QueryInvalid

__all__ = ["best_calls", "list_calls", "moments_within", "search", "searched", "similar_calls"]


def search(query: SearchQuery, *, store: Store, embedder: Embedder) -> SearchPage:
    """Answer a question: the best calls and their moments, or a listing if nothing is asked.

    Raises:
        QueryInvalid: the text is not in the grammar, a cursor is of another question, or
            a value is one that nothing could ever have.
    """
    asked = _understood(query)
    if query.where.in_one_turn and asked.said is None:
        raise QueryInvalid("one_turn", 'needs words that must be said: use "quotes" or AND')
    if asked.dialogue is not None:
        understood = replace(query, dialogue=asked.dialogue)
        return search_dialogue(understood, asked.dialogue, store=store, embedder=embedder)
    demanding = replace(query, where=replace(query.where, said=asked.said))
    if not asked.words.strip():
        if query.group is Group.MOMENT:
            raise QueryInvalid("group", "moments answer a question: ask something")
        return listing(demanding, store)
    search_grouped = search_moments if query.group is Group.MOMENT else search_calls
    return search_grouped(demanding, asked.words, store=store, embedder=embedder)


def _understood(query: SearchQuery) -> Asked:
    if query.dialogue is not None:
        return Asked(dialogue=query.dialogue)
    return parse(query.text)
