"""Saved searches: what is kept, and what is new in their answers."""

from dataclasses import replace
from typing import Any

import pytest

from indexer import saved
from indexer.pipeline import index_calls
from indexer.saved import SavedAnswer
from indexer.search import search
from indexer.store.memory import MemoryStore
from indexer.vectors import Vector
from models import CallRecord, Mode, SearchFilter, SearchQuery
from models.errors import QueryInvalid, SavedSearchNotFound, SavedSearchOutdated, SearchNameTaken
from models.saved import SavedSearch
from tests.factories import NOON, a_record, an_entry, hours
from tests.fakes import WordEmbedder

EMBEDDER = WordEmbedder()
PRICE = SearchQuery(text="the price")


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def add(store: MemoryStore, *records: CallRecord) -> None:
    index_calls([(r, an_entry(r.call.id)) for r in records], store=store, embedder=EMBEDDER)


def talk(number: int, text: str = "the price is high", **fields: Any) -> CallRecord:
    return a_record(text, call_id=f"acti_{number:03}", date_created=NOON + hours(number), **fields)


def save(store: MemoryStore, query: SearchQuery = PRICE, name: str = "Prices") -> SavedSearch:
    return saved.save(name, {"q": query.text}, store=store, now=NOON)


def ask(
    store: MemoryStore,
    query: SearchQuery = PRICE,
    *,
    only_new: bool = False,
    **fields: Any,
) -> SavedAnswer:
    [known] = store.saved_searches()
    return saved.answer(
        known, replace(query, **fields), only_new=only_new, store=store, embedder=EMBEDDER
    )


def see(store: MemoryStore, upto: int | None = None) -> None:
    [known] = store.saved_searches()
    saved.see(known.id, upto=upto, store=store, now=NOON + hours(1))


def ids(answer: SavedAnswer) -> list[str]:
    return [found.record.call.id for found in answer.page.calls]


def every_page(store: MemoryStore, query: SearchQuery, limit: int) -> list[SavedAnswer]:
    pages = [ask(store, query, only_new=True, limit=limit)]
    while cursor := pages[-1].page.next_cursor:
        pages.append(ask(store, query, only_new=True, limit=limit, cursor=cursor))
    return pages


LISTING = SearchQuery()
EACH = pytest.mark.parametrize("query", [PRICE, LISTING, replace(PRICE, mode=Mode.KEYWORD)])


@EACH
def test_what_was_there_when_a_search_is_saved_is_not_new(
    store: MemoryStore, query: SearchQuery
) -> None:
    add(store, talk(1), talk(2))
    save(store, query)
    answer = ask(store, query)
    assert (len(ids(answer)), answer.new, answer.new_calls) == (2, 0, ())
    assert ids(ask(store, query, only_new=True)) == []


@EACH
def test_a_call_that_arrives_later_is_new_however_old_it_is(
    store: MemoryStore, query: SearchQuery
) -> None:
    add(store, talk(5))
    save(store, query)
    add(store, talk(0, date_updated=NOON - hours(9000)))
    answer = ask(store, query)
    assert set(ids(answer)) == {"acti_000", "acti_005"}
    assert (answer.new, answer.new_calls) == (1, ("acti_000",))
    assert ids(ask(store, query, only_new=True)) == ["acti_000"]


@EACH
def test_what_was_seen_is_not_new_any_more(store: MemoryStore, query: SearchQuery) -> None:
    save(store, query)
    add(store, talk(1))
    see(store)
    assert ask(store, query).new == 0
    add(store, talk(2))
    assert ask(store, query).new_calls == ("acti_002",)


@EACH
def test_what_arrives_while_answers_are_read_stays_new(
    store: MemoryStore, query: SearchQuery
) -> None:
    save(store, query)
    add(store, talk(1))
    read = ask(store, query)
    add(store, talk(2))
    see(store, read.upto)
    assert ask(store, query).new_calls == ("acti_002",)


def test_what_arrives_during_the_search_itself_stays_new(store: MemoryStore) -> None:
    class Busy(WordEmbedder):
        def embed_query(self, text: str) -> Vector:
            if store.last_arrival() == 1:
                add(store, talk(2))
            return super().embed_query(text)

    made = save(store)
    add(store, talk(1))
    read = saved.answer(made, PRICE, store=store, embedder=Busy())
    see(store, read.upto)
    assert ask(store).new_calls == ("acti_002",)


@EACH
def test_a_late_transcript_is_new(store: MemoryStore, query: SearchQuery) -> None:
    add(store, replace(talk(1), recording=None))
    save(store, query)
    assert ask(store, query).new == 0
    add(store, talk(1))
    assert ask(store, query).new_calls == ("acti_001",)


@EACH
def test_fetching_a_call_again_makes_it_not_new(store: MemoryStore, query: SearchQuery) -> None:
    add(store, talk(1))
    save(store, query)
    add(store, talk(1), talk(1, "the price is low", note="changed"))
    assert ask(store, query).new == 0


@EACH
def test_a_call_that_is_gone_again_is_not_new(store: MemoryStore, query: SearchQuery) -> None:
    save(store, query)
    add(store, talk(1), talk(2))
    store.remove(["acti_001"])
    answer = ask(store, query, only_new=True)
    assert (ids(answer), answer.new) == (["acti_002"], 1)


def test_a_filter_holds_for_what_is_new(store: MemoryStore) -> None:
    query = replace(PRICE, where=SearchFilter(dispositions=("busy",)))
    save(store, query)
    add(store, talk(1), talk(2, disposition="busy"))
    for asked in (query, replace(query, text="")):
        assert ask(store, asked).new_calls == ("acti_002",)
        assert ask(store, asked).new == 1
        assert ids(ask(store, asked, only_new=True)) == ["acti_002"]


def test_of_a_listing_by_what_was_not_said_only_what_passes_is_new(store: MemoryStore) -> None:
    query = SearchQuery(text="NOT weather")
    add(store, talk(1))
    save(store, query)
    add(store, *(talk(n, "nice weather") for n in (2, 3, 4)), talk(5), talk(6))
    first = ask(store, query, only_new=True, limit=1)
    second = ask(store, query, only_new=True, limit=1, cursor=first.page.next_cursor)
    assert (ids(first), ids(second)) == (["acti_006"], ["acti_005"])
    whole = ask(store, query)
    assert [page.new for page in (first, second, whole)] == [2, 2, 2]
    assert whole.new_calls == ("acti_006", "acti_005")


def test_new_answers_keep_their_place_and_score_among_all(store: MemoryStore) -> None:
    add(store, talk(1), talk(2))
    save(store)
    add(store, talk(3, "nice weather"), talk(4, "the price"))
    whole = search(PRICE, store=store, embedder=EMBEDDER)
    new = ask(store, only_new=True).page.calls
    assert list(new) == [f for f in whole.calls if f.record.call.id in ("acti_003", "acti_004")]
    assert [found.rank for found in new] == [1, 4]


def test_new_calls_below_the_best_hundred_are_not_told_of(store: MemoryStore) -> None:
    add(store, *(talk(n) for n in range(99)))
    save(store)
    add(store, talk(100, "the price was mentioned"), talk(101, "nice weather"))
    answer = ask(store, only_new=True)
    assert (ids(answer), answer.new) == (["acti_100"], 1)
    everything = ask(store, limit=101)
    assert (len(ids(everything)), everything.new_calls) == (101, ("acti_100",))
    assert ask(store, LISTING).new == 2


def test_later_pages_of_what_is_new_end_at_the_best_hundred_too(store: MemoryStore) -> None:
    add(store, *(talk(n) for n in range(98)))
    save(store)
    add(store, *(talk(n, "the price was mentioned") for n in (98, 99)), talk(100, "nice weather"))
    pages = every_page(store, PRICE, limit=1)
    assert [ids(page) for page in pages] == [["acti_098"], ["acti_099"]]


@pytest.mark.parametrize("limit", [1, 3, 7, 50, 100])
@EACH
def test_pages_of_what_is_new_follow_without_gap_or_repeat(
    store: MemoryStore, query: SearchQuery, limit: int
) -> None:
    add(store, *(talk(n) for n in range(0, 40, 2)))
    save(store, query)
    add(store, *(talk(n) for n in range(1, 40, 2)))
    pages = every_page(store, query, limit)
    together = [call_id for page in pages for call_id in ids(page)]
    answers = search(replace(query, limit=100), store=store, embedder=EMBEDDER)
    expected = [f.record.call.id for f in answers.calls if int(f.record.call.id[5:]) % 2]
    assert together == expected
    assert [page.new for page in pages] == [20] * len(pages)
    assert len(pages) == -(-20 // limit)
    assert all(page.new_calls == tuple(ids(page)) for page in pages)


# By words a new call shifts every score a little: search's own pages then may repeat a call.
@pytest.mark.parametrize("query", [replace(PRICE, mode=Mode.SEMANTIC), LISTING])
def test_what_happens_between_two_pages_of_what_is_new_disturbs_neither(
    store: MemoryStore, query: SearchQuery
) -> None:
    save(store, query)
    add(store, *(talk(n) for n in range(10)))
    first = ask(store, query, only_new=True, limit=4)
    add(store, talk(50, "the price"), talk(-1, "the price is a thing of the past"))
    see(store, first.upto)
    shown = set(ids(first))
    store.remove([next(f"acti_{n:03}" for n in range(10) if f"acti_{n:03}" not in shown)])
    second = ask(store, query, only_new=True, limit=9, cursor=first.page.next_cursor)
    assert len(ids(second)) == 5
    assert shown.isdisjoint(ids(second))
    assert {"acti_050", "acti_-01"}.isdisjoint(ids(second))
    assert (second.new, second.upto, second.page.next_cursor) == (10, first.upto, None)


def test_a_page_of_all_answers_says_which_of_them_are_new(store: MemoryStore) -> None:
    add(store, talk(1), talk(2))
    save(store, LISTING)
    add(store, talk(3), talk(4), talk(0))
    first = ask(store, LISTING, limit=3)
    assert (first.new, first.new_calls) == (3, ("acti_004", "acti_003"))
    second = ask(store, LISTING, limit=3, cursor=first.page.next_cursor)
    assert (second.new, second.new_calls) == (3, ("acti_000",))


def test_an_empty_page_of_a_listing_still_counts_every_new_call(store: MemoryStore) -> None:
    save(store, LISTING)
    add(store, *(talk(n) for n in range(saved.BEST + 2)))
    first = ask(store, LISTING, limit=saved.BEST + 1)
    store.remove(["acti_000"])
    second = ask(store, LISTING, cursor=first.page.next_cursor)
    assert (ids(second), second.new) == ([], saved.BEST + 1)


@pytest.mark.parametrize("only_new", [True, False])
def test_a_cursor_of_another_question_is_refused(store: MemoryStore, *, only_new: bool) -> None:
    save(store)
    add(store, *(talk(n) for n in range(5)))
    cursor = ask(store, only_new=only_new, limit=2).page.next_cursor
    assert cursor
    with pytest.raises(QueryInvalid, match="cursor"):
        ask(store, only_new=not only_new, cursor=cursor)
    with pytest.raises(QueryInvalid, match="cursor"):
        ask(store, replace(PRICE, text="weather"), only_new=only_new, cursor=cursor)


def test_an_empty_store_has_nothing_new(store: MemoryStore) -> None:
    save(store)
    for only_new in (True, False):
        answer = ask(store, only_new=only_new)
        assert (ids(answer), answer.new, answer.upto) == ([], 0, 0)


def test_a_question_is_answerable_where_a_search_would_answer_it(store: MemoryStore) -> None:
    for limit in (1, 1000):
        query = replace(PRICE, limit=limit, cursor="of another question")
        saved.require_answerable(query, store=store, embedder=EMBEDDER)
    misspelt = replace(PRICE, where=SearchFilter(dispositions=("anwsered",)))
    with pytest.raises(QueryInvalid, match="disposition"):
        saved.require_answerable(misspelt, store=store, embedder=EMBEDDER)


def test_a_question_that_cannot_be_answered_any_more_is_told(store: MemoryStore) -> None:
    save(store)
    misspelt = replace(PRICE, where=SearchFilter(dispositions=("of old",)))
    with pytest.raises(SavedSearchOutdated, match=r"'Prices'.*'of old' is none of"):
        ask(store, misspelt)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("  Prices ", "Prices"), ("Preiseinwände 2026 — €", "Preiseinwände 2026 — €"), ("e\u0301", "é"), ("x" * 100, "x" * 100)],
)  # fmt: skip
def test_a_name_is_kept_as_it_is_but_for_blanks_around_it(
    store: MemoryStore, given: str, kept: str
) -> None:
    assert save(store, name=given).name == kept
    assert saved.by_name(given.upper(), store).name == kept


@pytest.mark.parametrize(
    "name", ["", "  ", "a\nb", "a\tb", "\x1b[1m", "x" * 101, "\ud800", "\u202e"]
)
def test_what_is_no_name_is_refused(store: MemoryStore, name: str) -> None:
    with pytest.raises(QueryInvalid) as refused:
        save(store, name=name)
    assert refused.value.field == "name"
    assert store.saved_searches() == []


def test_a_name_is_taken_once(store: MemoryStore) -> None:
    first = save(store)
    with pytest.raises(SearchNameTaken):
        save(store, name="PRICES")
    assert store.saved_searches() == [first]


def test_a_change_keeps_what_is_not_given(store: MemoryStore) -> None:
    made = save(store)
    add(store, talk(1))
    see(store)
    renamed = saved.change(made.id, name=" Costs ", store=store)
    assert (renamed.name, renamed.asked, renamed.seen_upto) == ("Costs", made.asked, 1)
    asked = saved.change(made.id, asked={"q": "weather"}, store=store)
    assert asked == replace(renamed, asked={"q": "weather"})


def test_a_change_to_what_is_no_name_changes_nothing(store: MemoryStore) -> None:
    made = save(store)
    with pytest.raises(QueryInvalid):
        saved.change(made.id, name=" ", asked={}, store=store)
    assert store.saved_searches() == [made]


def test_nothing_can_be_seen_that_has_not_arrived(store: MemoryStore) -> None:
    made = save(store)
    with pytest.raises(QueryInvalid, match="upto"):
        saved.see(made.id, upto=1, store=store, now=NOON)
    assert store.saved_searches() == [made]


def test_a_search_that_is_not_there_is_not_found(store: MemoryStore) -> None:
    with pytest.raises(SavedSearchNotFound):
        saved.by_id("none", store)
    with pytest.raises(SavedSearchNotFound):
        saved.by_name("none", store)
    with pytest.raises(SavedSearchNotFound):
        saved.see("none", upto=None, store=store, now=NOON)
    with pytest.raises(SavedSearchNotFound):
        saved.change("none", name="x", store=store)
