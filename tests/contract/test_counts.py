"""How many calls have each value of a facet, on every engine."""

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from indexer.store import sqlite
from indexer.store.contract import Store
from indexer.store.embedded import EmbeddedStore
from indexer.store.memory import MemoryStore
from models import CallRecord, Facet, FacetCount, Kind, Outcome, SearchFilter, Side
from tests.contract.storing import put, writing_as_before_0005
from tests.contract.test_congruence import a_random_filter, a_random_record
from tests.factories import NOON, TINY, a_record, a_transcript, hours, said


def told(counts: list[FacetCount]) -> dict[str, int]:
    return {count.value: count.calls for count in counts}


THREE: list[dict[str, Any]] = [
    {"user_id": "user_1", "call_method": "power", "outcome_id": "outcome_1", "note": "Busy"},
    {"user_id": "user_2", "call_method": "power", "direction": "inbound", "disposition": "busy"},
    {"user_id": "user_2", "direction": None, "disposition": "", "duration_s": 5},
]


@pytest.mark.parametrize(
    ("facet", "expected"),
    [
        (Facet.USER, {"user_2": 2, "user_1": 1}),
        (Facet.DISPOSITION, {"answered": 1, "busy": 1}),
        (Facet.OUTCOME, {"outcome_1": 1}),
        (Facet.DIRECTION, {"inbound": 1, "outbound": 1}),
        (Facet.CALL_METHOD, {"power": 2}),
        (Facet.KIND, {"recording": 3, "note": 1}),
        (Facet.SIDE, {"contact": 3, "user": 3}),
    ],
)
def test_each_value_counts_the_calls_that_have_it(
    store: Store, facet: Facet, expected: dict[str, int]
) -> None:
    for number, fields in enumerate(THREE):
        put(store, a_record("hello there", "and you", call_id=f"acti_{number}", **fields))
    assert list(told(store.counts(facet)).items()) == list(expected.items())
    assert store.counts(facet, SearchFilter(call_ids=())) == []


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (SearchFilter(user_ids=("user_2",)), {"user_2": 2}),
        (SearchFilter(user_ids=("user_1", "user_9")), {"user_1": 1}),
        (SearchFilter(dispositions=("busy",)), {"user_2": 1}),
        (SearchFilter(dispositions=("",)), {"user_2": 1}),
        (SearchFilter(since=NOON + hours(1)), {"user_2": 2}),
        (SearchFilter(until=NOON + hours(1)), {"user_1": 1}),
        (SearchFilter(min_duration_s=6), {"user_1": 1, "user_2": 1}),
        (SearchFilter(max_duration_s=5), {"user_2": 1}),
        (SearchFilter(lead_ids=("lead_1",)), {"user_1": 1}),
        (SearchFilter(contact_ids=("cont_2",)), {"user_2": 1}),
        (SearchFilter(call_ids=("acti_2", "acti_9")), {"user_2": 1}),
        (SearchFilter(kinds=(Kind.NOTE,)), {"user_1": 1}),
        (SearchFilter(side=Side.CONTACT), {"user_1": 1, "user_2": 2}),
        (SearchFilter(side=Side.CONTACT, kinds=(Kind.NOTE, Kind.VOICEMAIL)), {}),
    ],
)
def test_only_calls_that_pass_count(
    store: Store, where: SearchFilter, expected: dict[str, int]
) -> None:
    for n, fields in enumerate(THREE):
        ids: dict[str, Any] = {"lead_id": f"lead_{n + 1}", "contact_id": f"cont_{n + 1}"}
        at = NOON + hours(n)
        words = ("hello there", "and you")
        put(store, a_record(*words, call_id=f"acti_{n}", date_created=at, **ids, **fields))
    assert told(store.counts(Facet.USER, where)) == expected


def both_sides_and_a_note(store: Store) -> None:
    unknown = said(Side.UNKNOWN, "hm hm hm", 9.0)
    put(
        store,
        a_record(
            recording=a_transcript("we talk of it", unknown),
            voicemail=a_transcript(said(Side.CONTACT, "they talk of it")),
            note="a note of it",
        ),
    )


@pytest.mark.parametrize(
    ("where", "kinds", "sides"),
    [
        (SearchFilter(), {"note", "recording", "voicemail"}, {"user", "contact"}),
        (SearchFilter(side=Side.CONTACT), {"voicemail"}, {"contact"}),
        (SearchFilter(side=Side.UNKNOWN), {"recording"}, set()),
        (SearchFilter(kinds=(Kind.RECORDING, Kind.NOTE)), {"recording", "note"}, {"user"}),
        (SearchFilter(kinds=(Kind.NOTE,)), {"note"}, set()),
        (SearchFilter(side=Side.USER, kinds=(Kind.VOICEMAIL,)), set(), set()),
    ],
)
def test_kinds_and_sides_count_where_the_other_is_right(
    store: Store, where: SearchFilter, kinds: set[str], sides: set[str]
) -> None:
    both_sides_and_a_note(store)
    assert told(store.counts(Facet.KIND, where)) == dict.fromkeys(kinds, 1)
    assert told(store.counts(Facet.SIDE, where)) == dict.fromkeys(sides, 1)


def test_most_calls_come_first_then_labels_then_values(store: Store) -> None:
    names = {"user_1": "Zoe", "user_2": "Amir", "user_3": "Amir", "user_4": None, "user_5": "Zoe"}
    for number, user in enumerate(["user_5", "user_3", "user_2", "user_1", "user_4", "user_1"]):
        call_id = f"acti_{number}"
        put(store, a_record("hello", call_id=call_id, user_id=user, user_name=names[user]))
    assert [(c.label, c.value) for c in store.counts(Facet.USER)] == [
        ("Zoe", "user_1"), ("Amir", "user_2"), ("Amir", "user_3"), ("Zoe", "user_5"), ("user_4", "user_4"),
    ]  # fmt: skip


def test_a_user_goes_by_the_name_of_the_newest_call_that_has_one(store: Store) -> None:
    names = ["Old", "New, of the lesser id", "New", None, ""]
    ages = [0, 2, 2, 3, 4]
    for n, (name, age) in enumerate(zip(names, ages, strict=True)):
        at = NOON + hours(age)
        put(store, a_record(call_id=f"acti_{n}", user_id="user_1", user_name=name, date_created=at))
    before = SearchFilter(until=NOON + hours(1))
    assert store.counts(Facet.USER, before) == [FacetCount(value="user_1", label="New", calls=1)]
    store.remove(["acti_2"])
    assert [c.label for c in store.counts(Facet.USER)] == ["New, of the lesser id"]


def test_an_outcome_goes_by_its_name_as_last_known(store: Store) -> None:
    def with_outcome(call_id: str, outcome: Outcome | None) -> CallRecord:
        return a_record(call_id=call_id, outcome_id="outcome_1", outcome=outcome)

    put(store, with_outcome("acti_1", None))
    assert [c.label for c in store.counts(Facet.OUTCOME)] == ["outcome_1"]
    put(store, with_outcome("acti_2", Outcome(id="outcome_1", name="Booked")))
    store.remove(["acti_2"])
    assert store.counts(Facet.OUTCOME) == [FacetCount(value="outcome_1", label="Booked", calls=1)]
    put(store, with_outcome("acti_2", Outcome(id="outcome_1", name="")))
    assert [c.label for c in store.counts(Facet.OUTCOME)] == ["outcome_1"]


def test_what_changes_and_goes_is_counted_anew(store: Store) -> None:
    put(store, a_record("the same words", disposition="answered", user_id="user_1"))
    put(store, a_record("the same words", disposition="busy", user_id="user_1"))
    assert told(store.counts(Facet.DISPOSITION)) == {"busy": 1}
    put(store, a_record("other words", "of both", user_id="user_1", date_created=NOON + hours(1)))
    assert told(store.counts(Facet.SIDE)) == {"user": 1, "contact": 1}
    assert store.counts(Facet.USER, SearchFilter(until=NOON + hours(1))) == []
    store.remove(["acti_1"])
    assert [store.counts(facet) for facet in Facet] == [[]] * len(Facet)


def a_call_to_count(rng: random.Random, number: int) -> CallRecord:
    outcome_id = rng.choice([None, "", "outcome_1", "outcome_2", "outcome_3"])
    name = rng.choice(["", "Booked", "Lost", "Quote"])
    record = a_random_record(rng, number)
    call = replace(
        record.call,
        user_name=rng.choice([None, "", "Amir", "Zoë", "zoe", "Ömer"]),
        outcome_id=outcome_id,
        contact_id=rng.choice([None, "cont_1", "cont_2"]),
        direction=rng.choice([None, "inbound", "outbound"]),
        call_method=rng.choice([None, "", "regular", "power"]),
        activity_at=record.call.activity_at + timedelta(microseconds=rng.randint(0, 2)),
    )
    known = outcome_id and rng.random() < 0.5
    outcome = Outcome(id=outcome_id, name=name) if outcome_id and known else None
    return replace(record, call=call, outcome=outcome)


def a_filter_to_count_by(rng: random.Random) -> SearchFilter:
    fields: dict[str, object] = {
        "outcome_ids": tuple(rng.sample(["", "outcome_1", "outcome_2"], k=2)),
        "contact_ids": ("cont_1",),
        "directions": (rng.choice(["inbound", "outbound"]),),
        "call_methods": tuple(rng.sample(["", "regular", "power"], k=2)),
        "side": Side.UNKNOWN,
    }
    chosen = rng.sample(sorted(fields), k=rng.choice([0, 0, 1, 2]))
    where = replace(a_random_filter(rng, 60), **{name: fields[name] for name in chosen})  # type: ignore[arg-type]
    # Here leads are renamed by other calls, and a call is found by its lead's name of then.
    return replace(where, kinds=where.kinds or tuple(Kind)) if where.said else where


FIELDS = {
    Facet.USER: "user_ids",
    Facet.DISPOSITION: "dispositions",
    Facet.OUTCOME: "outcome_ids",
    Facet.DIRECTION: "directions",
    Facet.CALL_METHOD: "call_methods",
    Facet.KIND: "kinds",
}


def narrowed(where: SearchFilter, facet: Facet, value: str) -> SearchFilter:
    if facet is Facet.SIDE:
        return replace(where, side=Side(value))
    one = (Kind(value),) if facet is Facet.KIND else (value,)
    return replace(where, **{FIELDS[facet]: one})  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(6))
def test_engines_count_alike_and_as_count_does(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    oracle, engine = MemoryStore(), EmbeddedStore(tmp_path)
    records: dict[int, CallRecord] = {}
    for store in (oracle, engine):
        store.remember_embedder(TINY)
    for round_ in range(3):
        for number in rng.sample(range(60), k=40):
            again = a_call_to_count(rng, number)
            if number in records and rng.random() < 0.5:  # the same words: metadata change alone
                again = replace(records[number], call=replace(again.call, note=records[number].call.note, user_name=records[number].call.user_name))  # fmt: skip
            records[number] = again
            put(oracle, again)
            put(engine, again)
        gone = [f"acti_{rng.randrange(60):03}" for _ in range(rng.randint(0, 10))]
        for store in (oracle, engine):
            store.remove(gone)
        for question in range(40):
            where = a_filter_to_count_by(rng)
            print(f"{seed=} {round_=} {question=} {where}")
            agree(oracle, engine, where)
    engine.close()


def agree(oracle: MemoryStore, engine: EmbeddedStore, where: SearchFilter) -> None:
    assert engine.count(where) == oracle.count(where)
    for facet in Facet:
        truth = oracle.counts(facet, where)
        assert engine.counts(facet, where) == truth
        for count in truth:
            assert count.calls == oracle.count(narrowed(where, facet, count.value)) > 0


def test_a_store_of_an_older_version_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = {number: step for number, step in sqlite._steps().items() if number < 3}
    with monkeypatch.context() as patched:
        patched.setattr(sqlite, "_steps", lambda: steps)
        writing_as_before_0005(patched)
        old = EmbeddedStore(tmp_path)
        assert old.facts().schema_version == 2
        old.remember_embedder(TINY)
        both_sides_and_a_note(old)
        put(old, a_record("hello there", call_id="acti_2", user_id="user_1", user_name="Maren"))
        old.close()
    store = EmbeddedStore(tmp_path)
    put(store, a_record("hello there", call_id="acti_3", user_id="user_1"))
    assert store.counts(Facet.USER) == [FacetCount(value="user_1", label="Maren", calls=2)]
    assert told(store.counts(Facet.SIDE)) == {"user": 3, "contact": 1}
    assert store.count() == 3
    store.close()
