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
    assert {(g.state, g.reason, g.calls) for g in tally.groups} == {
        (CallState.INDEXED, "because", 1),
        (CallState.FAILED, "no date", 1),
        (CallState.DELETED, "because", 1),
    }
    assert (tally.known, tally.existing, tally.count(CallState.FAILED)) == (3, 2, 1)


def test_a_group_tells_the_longest_wait_and_the_next_try(store: Store) -> None:
    waiting = CallState.WAITING
    store.enter(
        [
            an_entry("acti_1", waiting, since=NOON, due_at=NOON + hours(2)),
            an_entry("acti_2", waiting, since=NOON - hours(5), due_at=NOON + hours(3)),
            an_entry("acti_3", waiting, since=NOON, due_at=None),
            an_entry("acti_4"),
        ]
    )
    [group] = store.tally().of(waiting)
    assert (group.calls, group.since, group.due_at) == (3, NOON - hours(5), NOON + hours(2))
    [indexed] = store.tally().of(CallState.INDEXED)
    assert indexed.due_at is None


def test_calls_not_seen_lately_are_named_but_not_those_gone_or_never_seen(store: Store) -> None:
    unseen = [an_entry(f"acti_{n}", seen_at=NOON - hours(n)) for n in range(1, 4)]
    store.enter(
        [
            *unseen,
            an_entry("acti_4", seen_at=NOON),
            an_entry("acti_5", CallState.DELETED, seen_at=NOON - hours(1)),
            an_entry("acti_6", seen_at=None),
        ]
    )
    assert store.unseen(since=NOON, limit=9) == unseen
    assert store.unseen(since=NOON, limit=1) == unseen[:1]
    assert store.unseen(since=NOON, limit=9, after="acti_1") == unseen[1:]


def test_calls_in_a_state_come_longest_standing_first(store: Store) -> None:
    failed = CallState.FAILED
    store.enter(
        [
            an_entry("acti_3", failed, since=NOON),
            an_entry("acti_1", failed, since=NOON),
            an_entry("acti_2", failed, since=NOON - hours(1)),
            an_entry("acti_4"),
        ]
    )
    first = store.standing(failed, limit=2)
    assert [e.call_id for e in first] == ["acti_2", "acti_1"]
    assert [e.call_id for e in store.standing(failed, limit=2, after=first[-1])] == ["acti_3"]


def test_due_entries_come_latest_first(store: Store) -> None:
    waiting = CallState.WAITING
    entries = [
        an_entry("acti_1", waiting, due_at=NOON),
        an_entry("acti_2", waiting, due_at=NOON - hours(1), date_updated=NOON, reason="x", tries=3),
        an_entry("acti_3", waiting, due_at=NOON + hours(1)),
        an_entry("acti_4"),
    ]
    store.enter(entries)
    assert store.due(now=NOON, limit=9) == [entries[0], entries[1]]
    assert store.due(now=NOON, limit=1) == [entries[0]]
    assert store.count_due(now=NOON) == 2
    assert store.entries(["acti_4", "acti_9"]) == {"acti_4": entries[3]}


def test_a_put_writes_its_ledger_entry(store: Store) -> None:
    entry = an_entry(state=CallState.WAITING, reason="no transcript yet", due_at=NOON)
    record = a_record(note="left a message")
    store.put(record, vectors_for(record), entry)
    assert store.entries(["acti_1"]) == {"acti_1": entry}


def test_a_removal_writes_its_ledger_entries(store: Store) -> None:
    record = a_record("hello there you")
    store.put(record, vectors_for(record), an_entry())
    gone = an_entry(state=CallState.DELETED, reason="gone")
    store.remove(["acti_1"], [gone])
    assert store.get("acti_1") is None
    assert store.entries(["acti_1"]) == {"acti_1": gone}
