"""The laws of the store contract, held over every engine."""

from typing import Any

import numpy as np
import pytest

from indexer.store.contract import Place, Store
from indexer.vectors import EmbedderId
from models import (
    Grain,
    Lead,
    Outcome,
    SearchFilter,
    Side,
    Transcript,
)
from models.errors import EmbedderMismatch
from tests.contract.storing import found, one_window, put
from tests.factories import (
    EAST,
    NOON,
    NORTH,
    UP,
    a_passage,
    a_record,
    a_transcript,
    an_entry,
    hours,
    said,
    vectors_for,
)


def test_a_call_comes_back_as_it_was_put(store: Store) -> None:
    record = a_record(
        "Is the price fixed for now?",
        "Not quite, it depends on seats.",
        note="Wants a quote",
        lead_id="lead_1",
        lead=Lead(id="lead_1", name="Quillmoor", url="https://app.close.com/lead/lead_1/"),
        outcome_id="outcome_1",
        outcome=Outcome(id="outcome_1", name="Demo booked"),
        voicemail=a_transcript("please call me back", summary_text="A callback."),
    )
    put(store, record)
    assert store.get("acti_1") == record


@pytest.mark.parametrize(
    "text",
    ["a\x00b c d", "שלום מה שלומך היום", "👍👍🏽 very good", "line\nbreak here now", " " * 4],
)
def test_any_text_survives(store: Store, text: str) -> None:
    record = a_record(text, "and some words more")
    put(store, record)
    assert store.get("acti_1") == record


def test_a_call_never_put_is_not_there(store: Store) -> None:
    assert store.get("acti_9") is None
    assert store.vectors("acti_9")[0] == []


def test_putting_a_call_again_replaces_its_passages(store: Store) -> None:
    put(store, one_window("price"), EAST)
    put(store, one_window("renewal"), NORTH)

    [hit] = store.nearest(EAST, grain=Grain.WINDOW, limit=10)

    assert hit.score == pytest.approx(0.0)
    again = store.get("acti_1")
    assert again is not None
    assert [p.text for p in again.passages] == ["renewal"]


def test_putting_twice_equals_putting_once(store: Store) -> None:
    record = a_record("we should talk about the price", "yes we really should")
    put(store, record)
    put(store, record)
    assert store.get("acti_1") == record
    assert len(store.matching("price", limit=10)) == 1
    assert store.facts().passages == len(record.passages)
    assert store.check() == []


def test_a_changed_note_alone_changes_what_words_find(store: Store) -> None:
    put(store, a_record("we talked about the weather", note="zebra"))
    put(store, a_record("we talked about the weather", note="giraffe"))
    assert found(store.matching("zebra", limit=10)) == []
    assert found(store.matching("giraffe", limit=10)) == ["acti_1"]


def test_changed_metadata_shows_and_filters_anew(store: Store) -> None:
    put(store, a_record("the same words as before", disposition="answered"))
    put(store, a_record("the same words as before", disposition="busy"))
    assert store.count(SearchFilter(dispositions=("answered",))) == 0
    assert found(store.matching("words", limit=9, where=SearchFilter(dispositions=("busy",)))) == [
        "acti_1"
    ]


def test_a_removed_call_is_nowhere(store: Store) -> None:
    put(store, one_window("price"), EAST)
    put(store, a_record("the price is right", call_id="acti_2"))
    store.nearest(EAST, grain=Grain.WINDOW, limit=1)  # what was indexed must go too
    store.matching("price", limit=1)

    store.remove(["acti_1", "acti_2", "acti_unknown"])

    assert store.get("acti_1") is None
    assert store.count() == 0
    assert store.nearest(EAST, grain=Grain.WINDOW, limit=10) == []
    assert store.matching("price", limit=10) == []
    assert store.facts().passages == 0


def test_nearest_gives_cosines_best_first(store: Store) -> None:
    for call_id, vector in (("acti_a", NORTH), ("acti_b", EAST), ("acti_c", -EAST)):
        put(store, one_window(call_id, call_id), vector)

    hits = store.nearest(EAST, grain=Grain.WINDOW, limit=3)

    assert found(hits) == ["acti_b", "acti_a", "acti_c"]
    assert [hit.score for hit in hits] == pytest.approx([1, 0, -1], abs=1e-4)


def test_nearest_looks_at_one_grain_only(store: Store) -> None:
    put(store, a_record(passages=(a_passage("x", 0, grain=Grain.UTTERANCE), a_passage("y", 1))))
    assert [h.ordinal for h in store.nearest(EAST, grain=Grain.UTTERANCE, limit=5)] == [0]
    assert [h.ordinal for h in store.nearest(EAST, grain=Grain.WINDOW, limit=5)] == [1]
    assert store.nearest(EAST, grain=Grain.WRITTEN, limit=5) == []


def test_a_call_is_found_once_by_its_best_passage(store: Store) -> None:
    record = a_record(passages=(a_passage("far", 0), a_passage("near", 1), a_passage("same", 2)))
    store.put(record, np.stack([NORTH, EAST, EAST]), an_entry())

    [hit] = store.nearest(EAST, grain=Grain.WINDOW, limit=5)

    assert hit.ordinal == 1
    assert hit.score == pytest.approx(1.0)


def test_equal_scores_go_by_call_id(store: Store) -> None:
    for number in (5, 3, 9, 1, 7):
        put(store, one_window("the same", f"acti_{number}"), EAST)
    for limit in (1, 3, 5):
        hits = store.nearest(EAST, grain=Grain.WINDOW, limit=limit)
        assert found(hits) == ["acti_1", "acti_3", "acti_5", "acti_7", "acti_9"][:limit]


def test_the_filter_applies_before_the_limit(store: Store) -> None:
    for number in range(100):
        put(
            store,
            one_window("price talk", f"acti_{number:03}", user_id=f"user_{number % 50}"),
            EAST,
        )
    where = SearchFilter(user_ids=("user_49",))
    assert found(store.nearest(EAST, grain=Grain.WINDOW, limit=2, where=where)) == [
        "acti_049",
        "acti_099",
    ]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (SearchFilter(), "abc"),
        (SearchFilter(dispositions=("busy", "answered")), "ab"),
        (SearchFilter(directions=("inbound",)), "b"),
        (SearchFilter(call_methods=("power",)), "a"),
        (SearchFilter(user_ids=("user_1",)), "a"),
        (SearchFilter(lead_ids=("lead_2",), contact_ids=("cont_2",)), "b"),
        (SearchFilter(lead_ids=("lead_2",), contact_ids=("cont_1",)), ""),
        (SearchFilter(outcome_ids=("outcome_1",)), "b"),
        (SearchFilter(since=NOON + hours(1)), "bc"),
        (SearchFilter(until=NOON + hours(1)), "a"),
        (SearchFilter(min_duration_s=60), "ab"),
        (SearchFilter(max_duration_s=59), "c"),
        (SearchFilter(call_ids=("acti_b", "acti_x")), "b"),
        (SearchFilter(call_ids=()), ""),
        (SearchFilter(dispositions=("tenth-kind",)), "c"),
    ],
)
def test_each_filter_lets_the_right_calls_through(
    store: Store, where: SearchFilter, expected: str
) -> None:
    three: list[tuple[str, dict[str, Any]]] = [
        ("acti_a", {"disposition": "answered", "user_id": "user_1", "call_method": "power", "contact_id": "cont_1"}),
        ("acti_b", {"disposition": "busy", "direction": "inbound", "lead_id": "lead_2", "contact_id": "cont_2", "outcome_id": "outcome_1"}),
        ("acti_c", {"disposition": "tenth-kind", "duration_s": 5}),
    ]  # fmt: skip
    for number, (call_id, fields) in enumerate(three):
        put(
            store,
            a_record(
                "some words about it", call_id=call_id, date_created=NOON + hours(number), **fields
            ),
        )

    ids = {f"acti_{letter}" for letter in expected}
    assert {r.call.id for r in store.calls(where, limit=9)} == ids
    assert set(found(store.matching("words", limit=9, where=where))) == ids
    assert set(found(store.nearest(EAST, grain=Grain.WINDOW, limit=9, where=where))) == ids
    assert store.count(where) == len(ids)


def test_meaning_of_one_side_counts_passages_it_said_alone(store: Store) -> None:
    record = a_record(
        passages=(
            a_passage("both", 0),
            a_passage("ours", 1, side=Side.USER),
            a_passage("theirs", 2, side=Side.CONTACT),
        )
    )
    store.put(record, np.stack([EAST, NORTH, UP]), an_entry())
    [hit] = store.nearest(EAST, grain=Grain.WINDOW, limit=5, where=SearchFilter(side=Side.CONTACT))
    assert hit.ordinal == 2


def test_a_listing_by_side_keeps_calls_in_which_that_side_spoke(store: Store) -> None:
    put(store, a_record("only we talk here", call_id="acti_a"))
    put(store, a_record("we talk", "they answer us", call_id="acti_b"))
    only_space = a_transcript("we talk", said(Side.CONTACT, "  ", 4.0))
    put(store, a_record(call_id="acti_c", recording=only_space))
    assert [r.call.id for r in store.calls(SearchFilter(side=Side.CONTACT), limit=9)] == ["acti_b"]


def test_calls_are_listed_newest_first_page_by_page(store: Store) -> None:
    times = [3, 1, 2, 2, 2]
    for number, hour in enumerate(times):
        put(
            store,
            a_record("hello there you", call_id=f"acti_{number}", date_created=NOON + hours(hour)),
        )
    listed: list[str] = []
    after = None
    while page := store.calls(limit=2, after=after):
        listed += [record.call.id for record in page]
        after = Place(activity_at=page[-1].call.activity_at, call_id=page[-1].call.id)
    assert listed == ["acti_0", "acti_4", "acti_3", "acti_2", "acti_1"]


def test_a_renamed_lead_is_renamed_for_all_its_calls(store: Store) -> None:
    for call_id, name in (("acti_a", "Old"), ("acti_b", "New")):
        put(
            store,
            a_record(
                "hello you there",
                call_id=call_id,
                lead_id="lead_1",
                lead=Lead(id="lead_1", name=name),
            ),
        )
    first = store.get("acti_a")
    assert first is not None
    assert first.lead == Lead(id="lead_1", name="New")


def test_vectors_come_back_by_ordinal(store: Store) -> None:
    record = a_record("one two three", "four five six")
    put(store, record)
    ordinals, vectors = store.vectors("acti_1")
    assert ordinals == [p.ordinal for p in record.passages if p.grain.has_vector]
    np.testing.assert_allclose(vectors, vectors_for(record), atol=1e-3)


def test_another_embedder_is_refused(store: Store) -> None:
    with pytest.raises(EmbedderMismatch, match="tiny"):
        store.remember_embedder(EmbedderId(name="other", revision="1", dimensions=3))


def test_vectors_of_other_dimensions_are_refused_and_nothing_changes(store: Store) -> None:
    record = one_window("price")
    with pytest.raises(EmbedderMismatch):
        store.put(record, np.ones((1, 4), np.float32), an_entry())
    assert store.get("acti_1") is None
    assert store.tally().known == 0


def test_a_call_without_any_words_is_kept(store: Store) -> None:
    record = a_record(recording=Transcript())
    put(store, record)
    assert store.get("acti_1") == record
    assert store.count() == 1


def test_texts_that_some_call_has_a_vector_for_are_known(store: Store) -> None:
    record = a_record("is the price right", "a bit steep for us")
    store.put(record, vectors_for(record), an_entry())
    ordinals, stored = store.vectors("acti_1")
    text = record.passages[ordinals[0]].text

    known = store.embedded([text, text, "said by nobody"])

    assert known.keys() == {text}
    np.testing.assert_array_equal(known[text], stored[0])
    store.remove(["acti_1"])
    assert store.embedded([text]) == {}
    assert store.embedded([]) == {}
