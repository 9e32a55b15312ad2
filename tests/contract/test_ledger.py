"""The ledger and the cursors of every engine."""

from indexer.store.contract import Store
from models import (
    CallState,
)
from tests.factories import (
    NOON,
    a_record,
    an_entry,
    hours,
    vectors_for,
)


def test_cursors_are_kept_replaced_and_forgotten(store: Store) -> None:
    assert store.cursor("events") is None
    store.set_cursor("events", "a")
    store.set_cursor("events", "b")
    assert store.cursor("events") == "b"
    store.set_cursor("events", None)
    assert store.cursor("events") is None


def test_the_ledger_adds_up_and_says_why(store: Store) -> None:
    store.enter([an_entry("acti_1"), an_entry("acti_2", CallState.FAILED, reason="no id", tries=2)])
    store.enter(
        [
            an_entry("acti_2", CallState.FAILED, reason="no date"),
            an_entry("acti_3", CallState.DELETED),
        ]
    )
    tally = store.tally()
    assert tally.by_state == {CallState.INDEXED: 1, CallState.FAILED: 1, CallState.DELETED: 1}
    assert tally.by_reason == {(CallState.FAILED, "no date"): 1}
    assert (tally.known, tally.existing) == (3, 2)


def test_due_entries_come_longest_due_first(store: Store) -> None:
    waiting = CallState.WAITING
    entries = [
        an_entry("acti_1", waiting, due_at=NOON),
        an_entry("acti_2", waiting, due_at=NOON - hours(1), date_updated=NOON, reason="x", tries=3),
        an_entry("acti_3", waiting, due_at=NOON + hours(1)),
        an_entry("acti_4"),
    ]
    store.enter(entries)
    assert store.due(now=NOON, limit=9) == [entries[1], entries[0]]
    assert store.due(now=NOON, limit=1) == [entries[1]]
    assert store.count_due(now=NOON) == 2
    assert store.entries(["acti_4", "acti_9"]) == {"acti_4": entries[3]}


def test_a_put_writes_its_ledger_entry(store: Store) -> None:
    entry = an_entry(state=CallState.WAITING, reason="no transcript yet", due_at=NOON)
    record = a_record(note="left a message")
    store.put(record, vectors_for(record), entry)
    assert store.entries(["acti_1"]) == {"acti_1": entry}
