"""What a search could be narrowed to: each filter's values under all the others."""

import random
from typing import Any

import pytest

from indexer.facets import facets
from indexer.store.memory import MemoryStore
from models import Facet, FacetCount, Kind, Outcome, SearchFilter, Side
from tests.contract.storing import put
from tests.factories import NOON, a_record, a_transcript, hours

TWO: list[dict[str, Any]] = [
    {"user_id": "user_1", "disposition": "answered", "outcome_id": "outcome_1", "direction": "outbound", "call_method": "power", "note": "it was about a price"},
    {"user_id": "user_2", "disposition": "busy", "outcome_id": "outcome_2", "direction": "inbound", "call_method": "regular", "voicemail": a_transcript("call us back please")},
]  # fmt: skip

CHOSEN: list[tuple[Facet, SearchFilter, set[str]]] = [
    (Facet.USER, SearchFilter(user_ids=("user_1",)), {"user_1", "user_2"}),
    (Facet.DISPOSITION, SearchFilter(dispositions=("busy",)), {"answered", "busy"}),
    (Facet.OUTCOME, SearchFilter(outcome_ids=("outcome_1",)), {"outcome_1", "outcome_2"}),
    (Facet.DIRECTION, SearchFilter(directions=("inbound",)), {"inbound", "outbound"}),
    (Facet.CALL_METHOD, SearchFilter(call_methods=("power",)), {"power", "regular"}),
    (Facet.KIND, SearchFilter(kinds=(Kind.NOTE,)), {"note", "voicemail"}),
]


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore()
    for n, fields in enumerate(TWO):
        put(store, a_record(call_id=f"acti_{n}", date_created=NOON + hours(n), **fields))
    return store


def told(counts: list[FacetCount]) -> dict[str, int]:
    return {count.value: count.calls for count in counts}


@pytest.mark.parametrize(("facet", "where", "values"), CHOSEN)
def test_a_facet_ignores_its_own_filter_and_honours_all_others(
    store: MemoryStore, facet: Facet, where: SearchFilter, values: set[str]
) -> None:
    counted = facets(where, store)
    assert told(counted[facet]) == dict.fromkeys(values, 1)
    [passing] = store.calls(where, limit=9)
    for other in (Facet.USER, Facet.DISPOSITION, Facet.OUTCOME, Facet.DIRECTION):
        if other is not facet:
            one = SearchFilter(call_ids=(passing.call.id,))
            assert counted[other] == store.counts(other, one)


def test_a_side_ignores_itself_and_holds_for_all_others(store: MemoryStore) -> None:
    put(store, a_record("we talk", "they talk too", call_id="acti_9", user_id="user_9"))
    counted = facets(SearchFilter(side=Side.CONTACT), store)
    assert told(counted[Facet.SIDE]) == {"user": 2, "contact": 1}
    assert told(counted[Facet.USER]) == {"user_9": 1}
    assert told(counted[Facet.KIND]) == {"recording": 1}


@pytest.mark.parametrize(
    "where",
    [SearchFilter(until=NOON + hours(1)), SearchFilter(min_duration_s=61), SearchFilter(call_ids=())],
)  # fmt: skip
def test_dates_durations_and_ids_hold_for_every_facet(
    store: MemoryStore, where: SearchFilter
) -> None:
    counted = facets(where, store)
    assert list(counted) == list(Facet)
    assert counted == {facet: store.counts(facet, where) for facet in Facet}
    assert counted != facets(SearchFilter(), store)


def test_what_is_chosen_is_there_without_any_call_and_goes_by_its_name(store: MemoryStore) -> None:
    outcome = Outcome(id="outcome_1", name="Booked")
    fields = TWO[0] | {"user_name": "Maren", "outcome": outcome}
    put(store, a_record(call_id="acti_0", **fields))
    where = SearchFilter(
        user_ids=("user_1", "user_8", "user_8"), outcome_ids=("outcome_1",),
        directions=("inbound",), kinds=(Kind.VOICEMAIL, Kind.SUMMARY), side=Side.CONTACT,
        since=NOON + hours(1), dispositions=("busy",),
    )  # fmt: skip
    counted = facets(where, store)
    assert counted[Facet.USER] == [
        FacetCount(value="user_1", label="Maren", calls=0),
        FacetCount(value="user_8", label="user_8", calls=0),
    ]
    assert counted[Facet.OUTCOME] == [FacetCount(value="outcome_1", label="Booked", calls=0)]
    assert told(counted[Facet.DISPOSITION]) == {"busy": 0}
    assert told(counted[Facet.KIND]) == {"voicemail": 0, "summary": 0}
    assert told(counted[Facet.SIDE]) == {"contact": 0}
    assert counted[Facet.CALL_METHOD] == []


def test_a_chosen_value_without_calls_comes_after_those_with(store: MemoryStore) -> None:
    where = SearchFilter(user_ids=("a_user", "user_2"))
    assert list(told(facets(where, store)[Facet.USER]).items()) == [
        ("user_1", 1), ("user_2", 1), ("a_user", 0),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_a_number_is_what_choosing_that_value_alone_lists(seed: int) -> None:
    rng = random.Random(seed)
    store = MemoryStore()
    for n in range(40):
        user, disposition = rng.choice(["a", "b", "c"]), rng.choice(["answered", "busy"])
        words = rng.choice([(), ("we talk",), ("we talk", "they talk")])
        put(store, a_record(*words, call_id=f"acti_{n:02}", user_id=user, disposition=disposition))
    users = tuple(rng.sample("abc", k=rng.randint(0, 2)))
    side = rng.choice([None, Side.USER, Side.CONTACT])
    counted = facets(SearchFilter(user_ids=users, dispositions=("busy",), side=side), store)
    for count in counted[Facet.USER]:
        alone = SearchFilter(user_ids=(count.value,), dispositions=("busy",), side=side)
        assert count.calls == len(store.calls(alone, limit=99))
    for count in counted[Facet.DISPOSITION]:
        alone = SearchFilter(user_ids=users, dispositions=(count.value,), side=side)
        assert count.calls == len(store.calls(alone, limit=99))
