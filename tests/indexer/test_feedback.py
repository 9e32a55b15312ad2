"""A question learns from its two best calls, under its own filter, the same on every page."""

import numpy as np
import pytest

from indexer.feedback import sharpened, unsharpened
from indexer.pipeline import index_calls
from indexer.search import search
from indexer.store.memory import MemoryStore
from indexer.vectors import normalise
from models import EVERYTHING, CallRecord, Grain, Mode, SearchFilter, SearchPage, SearchQuery
from tests.factories import a_record, an_entry
from tests.fakes import WordEmbedder

EMBEDDER = WordEmbedder()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def add(store: MemoryStore, *records: CallRecord) -> None:
    index_calls([(r, an_entry(r.call.id)) for r in records], store=store, embedder=EMBEDDER)


def ask(store: MemoryStore, text: str, **fields: object) -> SearchPage:
    query = SearchQuery(text=text, **fields)  # type: ignore[arg-type]
    return search(query, store=store, embedder=EMBEDDER)


def teach(store: MemoryStore) -> None:
    """Two calls answer "price" in words that a third, which has no word of it, uses too."""
    add(
        store,
        a_record("price budget quote", call_id="acti_1"),
        a_record("price budget quote", call_id="acti_2"),
        a_record("budget quote invoice", call_id="acti_3"),
        a_record("zebra truck crew", call_id="acti_4"),
    )


def test_the_best_passages_of_the_teachers_draw_the_question(store: MemoryStore) -> None:
    teach(store)
    vector = EMBEDDER.embed_query("price")
    drawn = sharpened(vector, ["acti_1"], EVERYTHING, store)
    passage = store.embedded(["price budget quote"])["price budget quote"]
    expected = normalise(vector + 0.5 * passage)
    for grain in (Grain.UTTERANCE, Grain.WINDOW, Grain.WRITTEN):
        assert drawn[grain] == pytest.approx(expected, abs=1e-3)


def test_a_call_that_speaks_like_the_best_ones_is_found_by_hybrid_alone(
    store: MemoryStore,
) -> None:
    teach(store)
    alike = SearchFilter(call_ids=("acti_1", "acti_2", "acti_3"))
    learned = ask(store, "price", where=alike).calls[2]
    unlearned = ask(store, "price", where=alike, mode=Mode.SEMANTIC).calls[2]
    assert learned.record.call.id == unlearned.record.call.id == "acti_3"
    assert learned.score is not None
    assert unlearned.score is not None
    assert learned.score > unlearned.score + 0.1


def test_calls_that_a_filter_leaves_out_teach_nothing(store: MemoryStore) -> None:
    teach(store)
    where = SearchFilter(call_ids=("acti_3", "acti_4"))
    [first, *_] = ask(store, "price", where=where, explain=True).calls
    assert first.explanation is not None
    assert set(first.explanation.learned_from) <= {"acti_3", "acti_4"}


def test_later_pages_learn_from_the_calls_the_first_one_did(store: MemoryStore) -> None:
    teach(store)
    first = ask(store, "price", limit=2)
    add(store, *(a_record("price zebra", call_id=f"acti_0{n}") for n in range(2)))
    second = ask(store, "price", limit=2, cursor=first.next_cursor, explain=True)
    for call in second.calls:
        assert call.explanation is not None
        assert call.explanation.learned_from == ("acti_1", "acti_2")


def test_a_teacher_that_is_gone_teaches_nothing(store: MemoryStore) -> None:
    teach(store)
    vector = EMBEDDER.embed_query("price")
    assert np.array_equal(
        sharpened(vector, ["acti_9"], EVERYTHING, store)[Grain.UTTERANCE],
        unsharpened(vector)[Grain.UTTERANCE],
    )
