"""What calls measure, and calls in outline, on every engine."""

from dataclasses import replace

from indexer.store.contract import Store
from models import Kind, SearchFilter
from tests.contract.storing import put
from tests.factories import a_record

TALK = {"talk_ratio": 0.5, "patience": None}


def test_a_call_is_unmeasured_until_it_is_measured_by_these_formulas(store: Store) -> None:
    for call_id in ("c", "a", "b"):
        put(store, a_record("hello there", call_id=call_id))
    assert store.unmeasured(formulas="1", limit=2) == ["a", "b"]
    store.measure({"a": TALK, "b": {}, "nobody": TALK}, formulas="1")
    assert store.unmeasured(formulas="1", limit=9) == ["c"]
    assert store.unmeasured(formulas="2", limit=9) == ["a", "b", "c"]


def test_outlines_have_the_figures_of_these_formulas_only(store: Store) -> None:
    put(store, a_record("hello there", call_id="a"))
    store.measure({"a": TALK}, formulas="1")
    [measured], [stale] = store.outlines(formulas="1"), store.outlines(formulas="2")
    assert measured.figures == TALK
    assert stale == replace(measured, figures=None)


def test_an_outline_says_what_the_call_says(store: Store) -> None:
    record = a_record(
        "hello there", user_id="user_1", user_name="Ana", lead_id="lead_1", contact_id="cont_1",
        direction="outbound", disposition="answered", call_method="power", outcome_id="outcome_1",
        playbook_id="playbook_1", duration_s=61,
    )  # fmt: skip
    put(store, record)
    [outline] = store.outlines(formulas="")
    for name in ("id", "activity_at", "user_id", "user_name", "lead_id", "contact_id", "direction"):
        assert getattr(outline, name) == getattr(record.call, name) is not None
    for name in ("disposition", "call_method", "outcome_id", "playbook_id", "duration_s"):
        assert getattr(outline, name) == getattr(record.call, name) is not None
    assert outline.spoken == {Kind.RECORDING}


def test_outlines_are_those_of_the_calls_that_pass_by_id(store: Store) -> None:
    for call_id, user in (("c", "user_1"), ("a", "user_1"), ("b", "user_2")):
        put(store, a_record("hello", call_id=call_id, user_id=user))
    found = store.outlines(SearchFilter(user_ids=("user_1",)), formulas="")
    assert [outline.id for outline in found] == ["a", "c"]


def test_a_call_whose_words_change_is_to_be_measured_again(store: Store) -> None:
    put(store, a_record("hello there", call_id="a"))
    store.measure({"a": TALK}, formulas="1")
    put(store, a_record("hello there", call_id="a", disposition="busy"))
    assert store.unmeasured(formulas="1", limit=9) == []
    put(store, a_record("good morning", call_id="a", disposition="busy"))
    assert store.unmeasured(formulas="1", limit=9) == ["a"]


def test_a_call_that_is_removed_takes_its_figures_along(store: Store) -> None:
    put(store, a_record("hello there", call_id="a"))
    store.measure({"a": TALK}, formulas="1")
    store.remove(["a"])
    assert store.outlines(formulas="1") == []
    put(store, a_record("hello there", call_id="a"))
    assert store.unmeasured(formulas="1", limit=9) == ["a"]
