"""More like this: calls like a call, or like one thing that was said in it."""

from dataclasses import replace

from indexer.embedder import Embedder
from indexer.search.listing import check_words_of_close
from indexer.search.ranked import ranked_page
from indexer.store.contract import Store
from indexer.vectors import Vector, normalise
from models import CallRecord, Grain, Kind, Mode, SearchPage, SearchQuery
from models.errors import CallNotFound, QueryInvalid


def similar_calls(
    call_id: str,
    utterance: int | None,
    query: SearchQuery,
    *,
    kind: Kind = Kind.RECORDING,
    store: Store,
    embedder: Embedder,
) -> SearchPage:
    """Other calls like this one, or like what was said in one utterance of it, best first.

    A whole call is compared by the mean of the vectors of its windows and written texts,
    an utterance by its meaning and its words. `query` brings filter, page size and cursor;
    that of the page has as text what was compared, nothing for a whole call.

    Raises:
        CallNotFound: no such call is stored.
        QueryInvalid: it has no such utterance, or nothing that could be compared; or as
            `indexer.search.search`.
    """
    record = store.get(call_id)
    if record is None:
        raise CallNotFound(call_id)
    check_words_of_close(query.where, store)
    query = replace(query, where=replace(query.where, except_ids=(call_id,)))
    if utterance is None:
        query = replace(query, mode=Mode.SEMANTIC, text=f"call {call_id}")
        page = ranked_page(query, "", _centre(record, store), store=store)
        return replace(page, query=replace(page.query, text=""))
    text = _text_of(record, kind, utterance)
    query = replace(query, text=f"call {call_id} {kind} {utterance}")
    vector = None if query.mode is Mode.KEYWORD else embedder.embed_query(text)
    page = ranked_page(query, text, vector, store=store)
    return replace(page, query=replace(page.query, text=text))


def _centre(record: CallRecord, store: Store) -> Vector:
    ordinals, vectors = store.vectors(record.call.id)
    grains = {passage.ordinal: passage.grain for passage in record.passages}
    wide = [n for n, ordinal in enumerate(ordinals) if grains[ordinal] is not Grain.UTTERANCE]
    if not wide:
        raise QueryInvalid("call_id", "has no words: there is nothing that others could be like")
    return normalise(vectors[wide].mean(axis=0))


def _text_of(record: CallRecord, kind: Kind, utterance: int) -> str:
    said = record.utterances(kind)
    if not 0 <= utterance < len(said) or not said[utterance].text.strip():
        raise QueryInvalid("utterance", f"the {kind} has no utterance {utterance} with words")
    return said[utterance].text
