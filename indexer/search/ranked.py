"""Calls ranked by a text, each with its best moments."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from indexer.embedder import Embedder
from indexer.feedback import TEACHERS, sharpened, unsharpened
from indexer.heard import says_any
from indexer.moments import moments_of
from indexer.ranking import RankedCall, Ranking, Vectors, rank
from indexer.search.listing import check_words_of_close, searched
from indexer.search.paging import RankPlace
from indexer.store.contract import Store
from indexer.vectors import Vector
from indexer.words import query_stems, query_terms
from models import CallRecord, FoundCall, Mode, SearchFilter, SearchPage, SearchQuery


def search_calls(query: SearchQuery, text: str, *, store: Store, embedder: Embedder) -> SearchPage:
    """The calls that pass, best first by `text`.

    Raises:
        QueryInvalid: see `indexer.search.search`.
    """
    check_words_of_close(query.where, store)
    vector = None if query.mode is Mode.KEYWORD else embedder.embed_query(text)
    return ranked_page(query, text, vector, store=store)


def ranked_page(
    query: SearchQuery, text: str, vector: Vector | None, *, store: Store
) -> SearchPage:
    """A page of the calls that pass, best first by a text and its vector."""
    place = RankPlace.read(query)
    query = replace(query, where=place.window.of(query.where))
    needed = place.shown + query.limit + 1
    ranking, teachers = _ranking(query, text, vector, place.teachers, needed, store)
    rest = [call for call in ranking.calls if place.is_before(call)]
    page = rest[: query.limit]
    more = len(rest) > len(page)
    found = _found(query, text, vector, page, place.shown, store)
    if query.explain:
        found = _explained(found, query, text, ranking, teachers, store)
    return SearchPage(
        query=query,
        searched=searched(store),
        calls=tuple(found),
        total=store.count(query.where) if query.where.said is not None else None,
        next_cursor=place.after(page, teachers).write(query) if more else None,
    )


def best_calls(
    query: SearchQuery, text: str, *, needed: int, store: Store, embedder: Embedder
) -> list[str]:
    """The ids of the `needed` best calls as `search_calls` ranks them.

    Their moments are most of the work of a page, and are not looked for.
    """
    vector = None if query.mode is Mode.KEYWORD else embedder.embed_query(text)
    ranking, _ = _ranking(query, text, vector, (), needed, store)
    return [call.call_id for call in ranking.calls[:needed]]


def _ranking(
    query: SearchQuery,
    text: str,
    vector: Vector | None,
    teachers: tuple[str, ...],
    needed: int,
    store: Store,
) -> tuple[Ranking, tuple[str, ...]]:
    """A ranking by a text and its vector, and who taught it: these calls, or its best ones."""
    vectors = unsharpened(vector) if vector is not None else {}
    if vector is not None and query.mode is Mode.HYBRID:
        teachers = teachers or _teachers(text, vectors, query.where, store)
        vectors = sharpened(vector, teachers, query.where, store)
    ranking = rank(text, vectors, mode=query.mode, where=query.where, needed=needed, store=store)
    return ranking, teachers


def _teachers(text: str, vectors: Vectors, where: SearchFilter, store: Store) -> tuple[str, ...]:
    """The best calls by the question as it is: what it is sharpened by."""
    best = rank(text, vectors, mode=Mode.HYBRID, where=where, needed=TEACHERS, store=store)
    return tuple(call.call_id for call in best.calls[:TEACHERS])


def _found(
    query: SearchQuery,
    text: str,
    vector: Vector | None,
    page: Sequence[RankedCall],
    shown: int,
    store: Store,
) -> Iterator[FoundCall]:
    """The calls of a page with their moments; one removed meanwhile is left out."""
    wanted = [] if query.mode is Mode.SEMANTIC else query_stems(text)
    for rank_, ranked in enumerate(page, shown + 1):
        record = store.get(ranked.call_id)
        if record is not None:
            moments, total = moments_of(
                record, cosines=cosines_of(record, vector, store), wanted=wanted,
                mode=query.mode, where=query.where,
            )  # fmt: skip
            yield FoundCall(
                rank=rank_, score=ranked.score, record=record, moments=moments, moments_total=total
            )


def _explained(
    found: Iterable[FoundCall],
    query: SearchQuery,
    text: str,
    ranking: Ranking,
    teachers: tuple[str, ...],
    store: Store,
) -> Iterator[FoundCall]:
    for call in found:
        explanation = ranking.explained(
            call.record.call.id,
            found_words=_found_words(query, text, call.record, store),
            learned_from=teachers,
        )
        if query.mode is not Mode.HYBRID:
            explanation = replace(explanation, words_add=0.0)
        yield replace(call, explanation=explanation)


def _found_words(
    query: SearchQuery, text: str, record: CallRecord, store: Store
) -> tuple[str, ...]:
    """Words of the question that the call's best passage by words holds, or its names."""
    if query.mode is Mode.SEMANTIC:
        return ()
    only = replace(query.where, call_ids=(record.call.id,))
    best = [hit.ordinal for hit in store.matching(text, limit=1, where=only)]
    passages = [p for p in record.passages if best == [p.ordinal]]
    names = "" if query.where.is_of_speech or query.where.kinds else record.names()
    held = " ".join([names, *(record.text_of(p, query.where.side) for p in passages)])
    return tuple(term.text for term in query_terms(text) if says_any(held, [term]))


def cosines_of(record: CallRecord, vector: Vector | None, store: Store) -> dict[int, float]:
    """The cosine of each embedded passage of a call with a vector, by ordinal; none without."""
    if vector is None:
        return {}
    ordinals, vectors = store.vectors(record.call.id)
    return dict(zip(ordinals, (vectors @ vector).tolist(), strict=True)) if ordinals else {}
