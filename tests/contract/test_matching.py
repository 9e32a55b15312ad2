"""Finding by words, on every engine."""

from typing import Any

import pytest

from indexer.store.contract import Store
from models import (
    CallRecord,
    Grain,
    Kind,
    Lead,
    Outcome,
    SearchFilter,
    Side,
)
from tests.contract.storing import found, put
from tests.factories import (
    EAST,
    a_record,
    a_transcript,
)


def test_equal_words_go_by_call_id(store: Store) -> None:
    for number in range(150, 100, -1):
        put(store, a_record("please call me back", call_id=f"acti_{number}"))
    assert found(store.matching("call back", limit=3)) == ["acti_101", "acti_102", "acti_103"]


def test_the_filter_applies_before_the_limit_for_words(store: Store) -> None:
    for number in range(100):
        put(
            store,
            a_record(
                "price talk of ours", call_id=f"acti_{number:03}", user_id=f"user_{number % 50}"
            ),
        )
    where = SearchFilter(user_ids=("user_49",))
    assert found(store.matching("price", limit=2, where=where)) == ["acti_049", "acti_099"]


def test_words_of_one_side_are_found_by_that_side_only(store: Store) -> None:
    put(store, a_record("our price is fair enough", "we use a competitor today"))
    assert store.matching("price", limit=9, where=SearchFilter(side=Side.CONTACT)) == []
    assert len(store.matching("price", limit=9, where=SearchFilter(side=Side.USER))) == 1
    assert len(store.matching("competitor", limit=9, where=SearchFilter(side=Side.CONTACT))) == 1


def test_kinds_choose_which_words_count(store: Store) -> None:
    put(store, a_record("the budget was discussed", note="ask about zebras", call_id="acti_a"))
    put(store, a_record(call_id="acti_b", voicemail=a_transcript("zebras on the line today")))
    notes = SearchFilter(kinds=(Kind.NOTE,))
    voicemails = SearchFilter(kinds=(Kind.VOICEMAIL, Kind.SUMMARY))
    assert found(store.matching("zebras", limit=9, where=notes)) == ["acti_a"]
    assert found(store.matching("zebras", limit=9, where=voicemails)) == ["acti_b"]
    assert found(store.matching("budget", limit=9, where=notes)) == []
    assert found(store.nearest(EAST, grain=Grain.WRITTEN, limit=9, where=notes)) == ["acti_a"]
    assert [r.call.id for r in store.calls(notes, limit=9)] == ["acti_a"]
    assert [r.call.id for r in store.calls(voicemails, limit=9)] == ["acti_b"]


@pytest.mark.parametrize("query", ["", "?!", "   ", "zebra"])
def test_no_shared_word_is_no_hit(store: Store, query: str) -> None:
    put(store, a_record("the price is right"))
    assert store.matching(query, limit=5) == []


def test_a_question_of_stop_words_only_still_finds(store: Store) -> None:
    put(store, a_record("who is it then"))
    assert found(store.matching("who is it", limit=5)) == ["acti_1"]


def test_words_match_by_stem_without_case_or_accents(store: Store) -> None:
    put(store, a_record("Prices at the CAFÉ were rising"))
    assert found(store.matching("cafe price", limit=5)) == ["acti_1"]


@pytest.mark.parametrize("query", ["\u00e9clair", "e\u0301clair", "eclair"])
@pytest.mark.parametrize("said", ["\u00e9clair", "e\u0301clair"])
def test_an_accent_is_the_same_joined_or_apart(store: Store, said: str, query: str) -> None:
    put(store, a_record(f"one {said} to go please"))
    assert found(store.matching(query, limit=5)) == ["acti_1"]


def test_a_rare_word_outweighs_a_common_one(store: Store) -> None:
    for number in range(8):
        put(store, a_record("the invoice came again today", call_id=f"acti_{number}"))
    put(store, a_record("the zebra came again today", call_id="acti_z"))
    assert found(store.matching("invoice zebra", limit=3))[0] == "acti_z"


def named(**fields: Any) -> CallRecord:
    lead = Lead(id="lead_1", name="Quillmoor Paving")
    outcome = Outcome(id="outcome_1", name="Demo booked")
    names: dict[str, Any] = {
        "lead_id": "lead_1",
        "lead": lead,
        "outcome_id": "outcome_1",
        "outcome": outcome,
    }
    return a_record(**(names | {"user_name": "Maren", "phone": "+12025550143"} | fields))


@pytest.mark.parametrize("name", ["quillmoor", "Demo booked", "maren", "+12025550143"])
def test_a_call_is_found_by_its_names(store: Store, name: str) -> None:
    put(store, named(recording=a_transcript("hello there you")))
    put(store, named(call_id="acti_2", disposition="no-answer"))
    put(store, a_record("somebody else here", call_id="acti_3"))
    hits = {hit.call_id: hit.ordinal for hit in store.matching(name, limit=9)}
    assert hits.keys() == {"acti_1", "acti_2"}
    assert hits["acti_2"] is None


@pytest.mark.parametrize(
    "where", [SearchFilter(side=Side.USER), SearchFilter(kinds=(Kind.RECORDING,))]
)
def test_names_are_nobodys_words_and_of_no_kind(store: Store, where: SearchFilter) -> None:
    put(store, named(recording=a_transcript("hello there you")))
    assert store.matching("quillmoor", limit=9, where=where) == []
    assert found(store.matching("hello", limit=9, where=where)) == ["acti_1"]


def test_a_call_is_found_by_its_leads_new_name(store: Store) -> None:
    put(store, named(recording=a_transcript("hello there you")))
    store.matching("quillmoor", limit=9)
    put(
        store,
        named(recording=a_transcript("hello there you"), lead=Lead(id="lead_1", name="Harbor")),
    )
    assert found(store.matching("harbor", limit=9)) == ["acti_1"]
    assert store.matching("quillmoor", limit=9) == []


def test_sharing_only_a_common_word_scores_far_below_one(store: Store) -> None:
    for number in range(20):
        put(store, a_record("put the invoice there please", call_id=f"acti_{number:02}"))
    put(store, a_record("gatekeepers guard the chimney", call_id="acti_z"))
    [common] = store.matching("put gatekeepers chimney", limit=2)[1:]
    assert common.score < 0.2
    [telling] = store.matching("gatekeepers", limit=1)
    assert telling.score == pytest.approx(1.0, abs=0.15)
