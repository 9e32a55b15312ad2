"""Saved searches and arrivals of every engine."""

import random
import threading
from pathlib import Path
from typing import Any

import pytest

from indexer.store import sqlite
from indexer.store.contract import Store
from indexer.store.embedded import EmbeddedStore
from indexer.store.memory import MemoryStore
from models import CallState
from models.errors import SavedSearchNotFound, SearchNameTaken
from models.saved import SavedSearch
from tests.contract.storing import put, writing_as_before_0005
from tests.factories import NOON, TINY, a_record, a_transcript, an_entry, hours

ASKED = {
    "q": "the price \u2014 too high",
    "since": "30d",
    "disposition": ["answered"],
    "side": None,
}


def a_search(search_id: str = "1", **fields: Any) -> SavedSearch:
    usual: dict[str, Any] = {"name": f"Search {search_id}", "asked": ASKED, "created_at": NOON}
    return SavedSearch(id=search_id, **(usual | fields))


def arrived(store: Store, after: int = 0) -> list[str]:
    return store.arrived(after=after, upto=store.last_arrival())


def test_a_search_comes_back_as_it_was_saved(store: Store) -> None:
    search = a_search(created_by="user_1", seen_at=NOON + hours(1), seen_upto=7)
    store.save_search(search)
    assert store.saved_search("1") == search
    assert store.saved_search("2") is None


def test_searches_come_by_name_whatever_the_case(store: Store) -> None:
    assert store.saved_searches() == []
    for number, name in enumerate(["beta", "Alpha", "\u00c4pfel", "Zulu"]):
        store.save_search(a_search(str(number), name=name))
    assert [s.name for s in store.saved_searches()] == ["Alpha", "beta", "Zulu", "\u00c4pfel"]


@pytest.mark.parametrize("other", ["Prices", "PRICES", "prices"])
def test_no_two_searches_have_one_name(store: Store, other: str) -> None:
    first = a_search("1", name="Prices")
    store.save_search(first)
    store.save_search(a_search("2", name="Objections"))
    with pytest.raises(SearchNameTaken):
        store.save_search(a_search("3", name=other))
    with pytest.raises(SearchNameTaken):
        store.change_search("2", name=other, asked={})
    assert [s.name for s in store.saved_searches()] == ["Objections", "Prices"]
    assert store.saved_search("1") == first


def test_a_changed_search_keeps_what_was_seen_and_may_keep_its_name(store: Store) -> None:
    store.save_search(a_search(name="Prices", seen_at=NOON, seen_upto=3))
    store.change_search("1", name="prices", asked={"q": "cost"})
    changed = a_search(name="prices", asked={"q": "cost"}, seen_at=NOON, seen_upto=3)
    assert store.saved_search("1") == changed
    store.save_search(a_search("2", name="Other"))
    with pytest.raises(SearchNameTaken):
        store.save_search(a_search("3", name="Prices"))


def test_what_was_seen_never_goes_back(store: Store) -> None:
    store.save_search(a_search())
    store.see_search("1", upto=5, at=NOON + hours(2))
    store.see_search("1", upto=3, at=NOON)
    assert store.saved_search("1") == a_search(seen_at=NOON + hours(2), seen_upto=5)


def test_a_deleted_search_is_gone_and_its_name_free(store: Store) -> None:
    store.save_search(a_search("1", name="Prices"))
    store.forget_search("1")
    assert store.saved_searches() == []
    store.save_search(a_search("2", name="Prices"))
    assert store.saved_search("1") is None


def test_what_is_not_there_cannot_be_changed_seen_or_deleted(store: Store) -> None:
    store.save_search(a_search("1"))
    with pytest.raises(SavedSearchNotFound):
        store.change_search("2", name="x", asked={})
    with pytest.raises(SavedSearchNotFound):
        store.see_search("2", upto=1, at=NOON)
    with pytest.raises(SavedSearchNotFound):
        store.forget_search("2")
    assert store.saved_searches() == [a_search("1")]


def test_calls_arrive_in_the_order_they_are_put_whatever_their_date(store: Store) -> None:
    assert (store.last_arrival(), arrived(store)) == (0, [])
    put(store, a_record("hello there", call_id="acti_b"))
    put(store, a_record("hello there", call_id="acti_a", date_created=NOON - hours(9000)))
    assert arrived(store) == ["acti_b", "acti_a"]
    assert arrived(store, after=1) == ["acti_a"]
    assert store.arrived(after=0, upto=1) == ["acti_b"]
    assert arrived(store, after=2) == []


def test_a_late_transcript_is_an_arrival(store: Store) -> None:
    put(store, a_record(note="left a message"))
    put(store, a_record("hello there", call_id="acti_2"))
    seen = store.last_arrival()
    put(store, a_record("so that was it", note="left a message"))
    assert arrived(store, after=seen) == ["acti_1"]
    assert arrived(store) == ["acti_2", "acti_1"]


def test_a_late_voicemail_is_an_arrival_and_one_without_words_is_none(store: Store) -> None:
    put(store, a_record(note="no answer"))
    put(store, a_record(note="no answer", voicemail=a_transcript(" ", summary_text="silence")))
    assert store.last_arrival() == 1
    put(store, a_record(note="no answer", voicemail=a_transcript("call me back")))
    assert arrived(store, after=1) == ["acti_1"]


def test_putting_a_call_again_is_no_arrival_whatever_has_changed(store: Store) -> None:
    put(store, a_record("hello there"))
    put(store, a_record("hello there"))
    put(store, a_record("hello there", note="a note", disposition="busy"))
    put(store, a_record("other words", "of two sides"))
    put(store, a_record("other words", voicemail=a_transcript("and a voicemail")))
    store.enter([an_entry(state=CallState.FAILED)])
    put(store, a_record("other words"))
    assert store.last_arrival() == 1


def test_a_transcript_that_goes_and_comes_back_is_no_arrival(store: Store) -> None:
    put(store, a_record("hello there"))
    put(store, a_record(note="nothing else"))
    put(store, a_record("hello there"))
    assert store.last_arrival() == 1


def test_a_call_that_is_removed_has_not_arrived_and_arrives_anew(store: Store) -> None:
    put(store, a_record("hello there"))
    put(store, a_record("hello there", call_id="acti_2"))
    seen = store.last_arrival()
    store.remove(["acti_2", "acti_none"], [an_entry("acti_2", CallState.DELETED)])
    assert arrived(store) == ["acti_1"]
    assert store.last_arrival() == seen
    put(store, a_record("hello there", call_id="acti_2"))
    assert arrived(store, after=seen) == ["acti_2"]


@pytest.mark.parametrize("seed", range(4))
def test_the_engine_agrees_with_the_oracle_on_what_arrives(tmp_path: Path, seed: int) -> None:
    rng, oracle, engine = random.Random(seed), MemoryStore(), EmbeddedStore(tmp_path)
    for store in (oracle, engine):
        store.remember_embedder(TINY)
    for step in range(60):
        call_id = f"acti_{rng.randrange(6)}"
        texts = rng.sample(["hello there", "and you", "the price"], rng.randrange(3))
        record = a_record(*texts, call_id=call_id, note=rng.choice([None, "a note"]))
        for store in (oracle, engine):
            if step % 5:
                put(store, record)
            else:
                store.remove([call_id])
        after = rng.randrange(step + 1)
        print(f"{seed=} {step=} {call_id=} {texts=} {after=}")
        assert engine.last_arrival() == oracle.last_arrival()
        assert arrived(engine, after) == arrived(oracle, after)
    engine.close()


def test_of_two_processes_that_save_one_name_one_is_refused(tmp_path: Path) -> None:
    stores = [EmbeddedStore(tmp_path) for _ in range(2)]
    begin, refused = threading.Barrier(8), []

    def save(number: int) -> None:
        begin.wait()
        try:
            stores[number % 2].save_search(a_search(str(number), name="Prices"))
        except SearchNameTaken as error:
            refused.append(error.name)

    threads = [threading.Thread(target=save, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["Prices"] * 7
    assert [s.name for s in stores[0].saved_searches()] == ["Prices"]
    for store in stores:
        store.close()


def test_searches_and_arrivals_last(tmp_path: Path) -> None:
    first = EmbeddedStore(tmp_path)
    first.remember_embedder(TINY)
    first.save_search(a_search())
    put(first, a_record("hello there"))
    first.remove(["acti_1"])
    first.close()
    again = EmbeddedStore(tmp_path)
    assert again.saved_searches() == [a_search()]
    assert again.last_arrival() == 1
    again.close()


def test_the_calls_of_an_older_version_have_arrived_in_the_order_they_were_put(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = {number: step for number, step in sqlite._steps().items() if number < 4}
    with monkeypatch.context() as patched:
        patched.setattr(sqlite, "_steps", lambda: steps)
        writing_as_before_0005(patched)
        old = EmbeddedStore(tmp_path)
        old.remember_embedder(TINY)
        put(old, a_record("hello there", call_id="acti_b"))
        put(old, a_record(call_id="acti_a", note="no answer"))
        put(old, a_record(call_id="acti_c", voicemail=a_transcript("call me back")))
        old.close()
    store = EmbeddedStore(tmp_path)
    assert arrived(store) == ["acti_b", "acti_a", "acti_c"]
    for call_id in ("acti_a", "acti_b", "acti_c"):
        put(store, a_record("hello there", "again", call_id=call_id))
    assert arrived(store, after=3) == ["acti_a"]
    store.close()
