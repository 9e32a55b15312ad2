"""One call's page: every moment of it that answers, and the calls beside it in the answer."""

import pytest

from indexer.search import best_calls, moments_within, search
from indexer.store.memory import MemoryStore
from models import Kind, Mode, SearchFilter, SearchQuery, Side
from models.errors import QueryInvalid
from tests.factories import a_record, a_transcript, said
from tests.fakes import WordEmbedder
from tests.indexer.test_search import EMBEDDER, add

LINES = ("the price is high", "we could lower the price", "who decides", "price, price, price")


def places(
    store: MemoryStore, text: str, call_id: str = "acti_1", **fields: object
) -> list[object]:
    """Where a call answers: the index of each moment's utterance, or its kind if it is written."""
    record = store.get(call_id)
    assert record is not None
    query = SearchQuery(text=text, **fields)  # type: ignore[arg-type]
    moments = moments_within(record, query, store=store, embedder=EMBEDDER)
    return [
        next((quote.index for quote in moment.quotes if quote.matched), moment.kind)
        for moment in moments
    ]


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    turns = [said(Side.USER if n % 2 else Side.CONTACT, text, 9.0 * n) for n, text in enumerate(LINES)]  # fmt: skip
    add(
        store,
        a_record(call_id="acti_1", recording=a_transcript(*turns), note="the price was named"),
        a_record("hello there", "nothing else", call_id="acti_2"),
    )
    return store


def test_every_mention_is_there_in_the_order_of_the_call(store: MemoryStore) -> None:
    assert places(store, '"price"') == [0, 1, 3, Kind.NOTE]


def test_only_words_that_count_are(store: MemoryStore) -> None:
    assert places(store, '"price"', where=SearchFilter(side=Side.USER)) == [1, 3]


def test_a_dialogue_has_every_one_of_its_steps_once(store: MemoryStore) -> None:
    assert places(store, 'contact: "price" -> user: "price"') == [0, 1, 3]


def test_a_call_that_does_not_pass_has_none(store: MemoryStore) -> None:
    for text in ('"price" -decides', '"elsewhere"', "zebra -price", ""):
        assert places(store, text) == []
    assert places(store, "price", call_id="acti_2", mode=Mode.KEYWORD) == []


def test_what_cannot_be_asked_is_refused(store: MemoryStore) -> None:
    with pytest.raises(QueryInvalid):
        places(store, '"price')
    with pytest.raises(QueryInvalid):
        places(store, "price", where=SearchFilter(dispositions=("mistyped",)))


@pytest.mark.parametrize("mode", Mode)
def test_the_best_calls_are_those_of_a_search(mode: Mode) -> None:
    store = MemoryStore()
    words = "price discount renewal refund cancel contract decide budget".split()
    for n in range(30):
        add(store, a_record(" ".join(words[n % 8 : n % 8 + 3]), words[n % 5], call_id=f"acti_{n:02}"))  # fmt: skip
    query = SearchQuery(text="price of a contract", mode=mode, limit=12)
    embedder = WordEmbedder()
    page = search(query, store=store, embedder=embedder)
    ids = best_calls(query, query.text, needed=12, store=store, embedder=embedder)
    assert ids == [found.record.call.id for found in page.calls]
