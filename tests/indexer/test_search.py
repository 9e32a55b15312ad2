"""Search from end to end over a small store: pages, cursors, listings, refusals."""

from dataclasses import replace
from pathlib import Path

import pytest

from indexer import cursors
from indexer.pipeline import index_calls
from indexer.search import list_calls, search
from indexer.store.embedded import EmbeddedStore
from indexer.store.memory import MemoryStore
from models import (
    CallRecord,
    CallState,
    Kind,
    Mode,
    SearchFilter,
    SearchPage,
    SearchQuery,
    Side,
)
from models.errors import QueryInvalid
from tests.factories import NOON, a_record, an_entry, hours
from tests.fakes import WordEmbedder

EMBEDDER = WordEmbedder()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def add(store: MemoryStore, *records: CallRecord) -> None:
    index_calls([(r, an_entry(r.call.id)) for r in records], store=store, embedder=EMBEDDER)


def ask(store: MemoryStore, text: str = "", **fields: object) -> SearchPage:
    return search(SearchQuery(text=text, **fields), store=store, embedder=EMBEDDER)  # type: ignore[arg-type]


def ids(page: SearchPage) -> list[str]:
    return [found.record.call.id for found in page.calls]


def many(count: int) -> list[CallRecord]:
    return [
        a_record(
            f"the price talk {n % 3}",
            "fine by me then",
            call_id=f"acti_{n:02}",
            date_created=NOON + hours(n),
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("mode", Mode)
def test_the_call_that_answers_comes_first_with_its_moment(store: MemoryStore, mode: Mode) -> None:
    add(
        store,
        a_record("nice weather today", call_id="acti_a"),
        a_record("hi", "the price is high", call_id="acti_b"),
    )
    first = ask(store, "price", mode=mode).calls[0]
    assert (first.rank, first.record.call.id) == (1, "acti_b")
    assert any(quote.matched for quote in first.moments[0].quotes)
    assert first.score is not None


def test_a_hybrid_score_is_meaning_and_a_little_for_words(store: MemoryStore) -> None:
    add(store, a_record("price"), a_record("zebra", call_id="acti_2"))
    [best, *_] = ask(store, "price", explain=True).calls
    assert best.explanation is not None
    meaning, words = best.explanation.meaning, best.explanation.words
    assert best.record.call.id == "acti_1"
    assert meaning > 0.9
    assert words > 0.5
    assert best.score == pytest.approx(meaning + 0.12 * words, abs=1e-5)


@pytest.mark.parametrize("mode", Mode)
def test_pages_follow_each_other_without_gap_or_repeat(store: MemoryStore, mode: Mode) -> None:
    add(store, *many(23))
    whole = ids(ask(store, "price talk 1", mode=mode, limit=100))
    assert len(whole) == 23
    paged: list[str] = []
    ranks: list[int] = []
    cursor = None
    while True:
        page = ask(store, "price talk 1", mode=mode, limit=4, cursor=cursor)
        paged += ids(page)
        ranks += [found.rank for found in page.calls]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert paged == whole
    assert ranks == list(range(1, 24))


def test_nothing_asked_lists_newest_first(store: MemoryStore) -> None:
    add(store, *many(5))
    page = ask(store, "  ", limit=3)
    assert ids(page) == ["acti_04", "acti_03", "acti_02"]
    assert [(c.score, c.moments) for c in page.calls] == [(None, ())] * 3
    last = ask(store, "  ", limit=3, cursor=page.next_cursor)
    assert [(c.rank, c.record.call.id) for c in last.calls] == [(4, "acti_01"), (5, "acti_00")]
    assert last.next_cursor is None


def test_a_page_that_ends_exactly_has_no_next(store: MemoryStore) -> None:
    add(store, *many(4))
    assert ask(store, limit=4).next_cursor is None
    assert ask(store, "price", limit=4).next_cursor is None


@pytest.mark.parametrize("text", ["", "price"])
def test_a_cursor_of_another_question_is_refused(store: MemoryStore, text: str) -> None:
    add(store, *many(5))
    cursor = ask(store, text, limit=2).next_cursor
    with pytest.raises(QueryInvalid, match="another question") as refusal:
        ask(store, text, limit=2, cursor=cursor, where=SearchFilter(side=Side.USER))
    assert refusal.value.field == "cursor"


@pytest.mark.parametrize("cursor", ["", "x", "🙂", "bnVsbA", "W10", "WzEsMl0", "A" * 5000])
@pytest.mark.parametrize("text", ["", "price"])
def test_what_is_no_cursor_is_refused(store: MemoryStore, text: str, cursor: str) -> None:
    with pytest.raises(QueryInvalid, match="cursor"):
        ask(store, text, cursor=cursor)


def a_forged_cursor(query: SearchQuery, *place: object) -> str:
    return cursors.write(cursors.fingerprint(query), list(place))


@pytest.mark.parametrize(
    "place",
    [
        (-1, 0.5, "acti_1", "", "", None, None),
        (1, float("nan"), "acti_1", "", "", None, None),
        (1, float("inf"), "acti_1", "", "", None, None),
        (1, 0.5, "acti_1", "", "", 10**30, None),
    ],
)
def test_a_forged_place_is_refused(store: MemoryStore, place: tuple[object, ...]) -> None:
    query = SearchQuery(text="price")
    with pytest.raises(QueryInvalid, match="no place"):
        ask(store, "price", cursor=a_forged_cursor(query, *place))


def test_a_cursor_beyond_the_end_finds_nothing_and_costs_nothing(tmp_path: Path) -> None:
    engine = EmbeddedStore(tmp_path)
    record = a_record("the price is high")
    index_calls([(record, an_entry())], store=engine, embedder=EMBEDDER)
    query = SearchQuery(
        text="price",
        cursor=a_forged_cursor(SearchQuery(text="price"), 10**12, 0.0, "z", "", "", None, None),
    )
    assert search(query, store=engine, embedder=EMBEDDER).calls == ()
    engine.close()


@pytest.mark.parametrize("field", ["dispositions", "directions", "call_methods"])
def test_a_value_nothing_could_have_is_refused_by_name(store: MemoryStore, field: str) -> None:
    with pytest.raises(QueryInvalid, match="'anwsered' is none of") as refusal:
        ask(store, "price", where=SearchFilter(**{field: ("anwsered",)}))  # type: ignore[arg-type]
    assert refusal.value.field == field.removesuffix("s")


def test_a_ninth_disposition_can_be_asked_for_once_a_call_has_it(store: MemoryStore) -> None:
    add(store, a_record("hello there you", disposition="ai-answered"))
    assert ids(ask(store, where=SearchFilter(dispositions=("ai-answered",)))) == ["acti_1"]


def test_filters_hold_for_every_mode(store: MemoryStore) -> None:
    add(store, *many(5))
    where = SearchFilter(since=NOON + hours(3))
    for mode in Mode:
        assert set(ids(ask(store, "price", mode=mode, where=where))) == {"acti_03", "acti_04"}


def test_a_note_can_be_searched_alone(store: MemoryStore) -> None:
    add(
        store,
        a_record("price", note="zebra", call_id="acti_a"),
        a_record("zebra", call_id="acti_b"),
    )
    page = ask(store, "zebra", where=SearchFilter(kinds=(Kind.NOTE,)))
    assert ids(page) == ["acti_a"]
    assert [m.kind for m in page.calls[0].moments] == [Kind.NOTE]


def test_every_answer_says_how_much_was_searched(store: MemoryStore) -> None:
    add(store, *many(3))
    store.enter(
        [
            an_entry("acti_w", CallState.WAITING),
            an_entry("acti_f", CallState.FAILED),
            an_entry("acti_d", CallState.DELETED),
        ]
    )
    searched = ask(store, "price").searched
    assert (searched.calls, searched.of, searched.waiting, searched.failed) == (3, 5, 1, 1)


def test_an_empty_store_answers_with_nothing(store: MemoryStore) -> None:
    for text in ("", "price"):
        page = ask(store, text)
        assert (page.calls, page.next_cursor, page.searched.of) == ((), None, 0)


def test_equal_calls_keep_their_order_from_page_to_page(store: MemoryStore) -> None:
    add(store, *(a_record("please call me back", call_id=f"acti_{n:02}") for n in range(30)))
    first = ask(store, "call back", limit=7)
    second = ask(store, "call back", limit=7, cursor=first.next_cursor)
    assert ids(first) + ids(second) == [f"acti_{n:02}" for n in range(14)]


def test_a_listing_pages_by_time_then_id(store: MemoryStore) -> None:
    add(store, *(replace_time(r) for r in many(5)))
    first = list_calls(SearchFilter(), limit=2, cursor=None, store=store)
    second = list_calls(SearchFilter(), limit=9, cursor=first.next_cursor, store=store)
    listed = [r.call.id for page in (first, second) for r in page.records]
    assert listed == [f"acti_{n:02}" for n in (4, 3, 2, 1, 0)]


def replace_time(record: CallRecord) -> CallRecord:
    return replace(record, call=replace(record.call, activity_at=NOON))


def test_a_stop_word_question_and_an_emoji_are_answered(store: MemoryStore) -> None:
    add(store, *many(2))
    for text in ("who is it", "👍", "\x00", "a" * 2000):
        assert len(ids(ask(store, text))) == 2


@pytest.mark.parametrize("text", ["", "price talk"])
def test_an_age_that_moves_on_between_pages_keeps_the_window_of_the_first(
    store: MemoryStore, text: str
) -> None:
    add(store, *many(6))
    first = ask(store, text, limit=2, where=SearchFilter(since=NOON + hours(2)))
    later = SearchFilter(since=NOON + hours(2.5))  # what `30d` has become
    second = ask(store, text, limit=9, where=later, cursor=first.next_cursor)
    assert {*ids(first), *ids(second)} == {f"acti_{n:02}" for n in range(2, 6)}
    assert second.query.where.since == (NOON + hours(2) if text else NOON + hours(2.5))


@pytest.mark.parametrize("text", ["", "price"])
def test_a_forged_call_id_no_database_holds_is_refused(store: MemoryStore, text: str) -> None:
    query = SearchQuery(text=text)
    listing = [1, 0, "\ud800", None, None]
    ranking = [1, 0.5, "\ud800", 1.0, 1.0, None, None]
    with pytest.raises(QueryInvalid, match="cursor"):
        ask(store, text, cursor=a_forged_cursor(query, *(ranking if text else listing)))


def test_a_call_found_by_its_name_alone_has_no_words_to_show(store: MemoryStore) -> None:
    add(store, a_record("hello there you", user_name="Zebra"))
    [found] = ask(store, "zebra", mode=Mode.KEYWORD).calls
    assert found.moments == ()


def test_a_better_call_between_pages_brings_none_of_those_shown_again(store: MemoryStore) -> None:
    add(store, *many(9))
    first = ask(store, "alpha beta", limit=4)
    add(store, a_record("alpha beta alpha", call_id="acti_zz"))
    rest = ask(store, "alpha beta", limit=100, cursor=first.next_cursor)
    assert not set(ids(first)) & set(ids(rest))
    assert {*ids(first), *ids(rest)} >= {f"acti_{n:02}" for n in range(9)}
