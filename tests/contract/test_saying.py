"""What must be said, and where: one law at a time, over every engine."""

from dataclasses import replace

import numpy as np
import pytest

from indexer.lines import NO_TIME, Lines
from indexer.store.contract import Store
from indexer.vectors import Vector
from models import (
    AllOf,
    AnyOf,
    CallRecord,
    End,
    Expression,
    Grain,
    Kind,
    Lead,
    Not,
    Part,
    SearchFilter,
    Side,
    Term,
)
from tests.contract.storing import found, put
from tests.factories import EAST, a_call, a_passage, a_record, a_transcript, an_entry, said


def phrase(text: str) -> Term:
    return Term(text, exact=True)


def word(text: str) -> Term:
    return Term(text, exact=False)


def passing(store: Store, said: Expression | None = None, **fields: object) -> list[str]:
    """The calls that pass, by listing them; counting and matching agree."""
    where = SearchFilter(said=said, **fields)  # type: ignore[arg-type]
    listed = sorted(record.call.id for record in store.calls(where, limit=99))
    assert store.count(where) == len(listed)
    assert set(found(store.nearest(EAST, grain=Grain.UTTERANCE, limit=99, where=where))) <= {
        *listed
    }
    return listed


def rows(lines: Lines, store: Store) -> list[tuple[str, int, int, int]]:
    """Call, transcript, position and turn of each line."""
    ids = store.ids_of(lines.calls)
    columns = (lines.kinds, lines.positions, lines.turns)
    rest = zip(*(column.tolist() for column in columns), strict=True)
    return [(ids[call], *row) for call, row in zip(lines.calls.tolist(), rest, strict=True)]


def everywhere() -> CallRecord:
    """A call that says one word of its own in each place there is."""
    return a_record(
        call_id="acti_1",
        recording=a_transcript("alpha is here", summary_text="bravo in short"),
        voicemail=a_transcript("charlie calls", summary_text="delta in short"),
        note="echo noted",
        user_name="Foxtrot",
        phone="+4930123",
        lead_id="lead_1",
        lead=Lead(id="lead_1", name="Golf"),
    )


@pytest.mark.parametrize("text", ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "4930123"])  # fmt: skip
def test_a_phrase_is_found_wherever_it_stands(store: Store, text: str) -> None:
    put(store, everywhere())
    put(store, a_record("nothing of it", call_id="acti_2"))
    assert passing(store, phrase(text)) == ["acti_1"]
    assert passing(store, Not(phrase(text))) == ["acti_2"]


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (Kind.RECORDING, {"alpha"}),
        (Kind.VOICEMAIL, {"charlie"}),
        (Kind.NOTE, {"echo"}),
        (Kind.SUMMARY, {"bravo", "delta"}),
    ],
)
def test_kinds_choose_where_a_phrase_may_stand(store: Store, kind: Kind, texts: set[str]) -> None:
    put(store, everywhere())
    every = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf")
    assert {text for text in every if passing(store, phrase(text), kinds=(kind,))} == texts


def test_with_a_side_only_what_was_said_aloud_counts(store: Store) -> None:
    put(store, everywhere())
    assert passing(store, phrase("alpha"), side=Side.USER) == ["acti_1"]
    for text in ("bravo", "delta", "echo", "foxtrot", "golf"):
        assert passing(store, phrase(text), side=Side.USER) == []


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        ("the annual plan", True),
        ("ANNUAL-PLAN", True),
        ("annual, plan!", True),
        ("Annuäl plan", True),
        ("annual plans", False),
        ("plan annual", False),
        ("annual big plan", False),
        ("annualplan", False),
        ("planning", False),
    ],
)
def test_a_phrase_is_its_very_words_in_a_row(store: Store, text: str, is_said: bool) -> None:
    put(store, a_record(f"we want {text} from you"))
    assert bool(passing(store, phrase("annual plan"))) is is_said


def test_a_phrase_does_not_reach_from_one_utterance_into_the_next(store: Store) -> None:
    put(store, a_record("our annual", "plan is good", note="annual", user_name="plan"))
    assert passing(store, phrase("annual plan")) == []


def test_a_word_is_said_in_any_of_its_forms_and_a_phrase_is_not(store: Store) -> None:
    put(store, a_record("they were refunded at once"))
    assert passing(store, word("refund")) == ["acti_1"]
    assert passing(store, phrase("refund")) == []


def test_a_word_of_two_parts_is_both_in_a_row(store: Store) -> None:
    put(store, a_record("a follow-up on co-pays", call_id="acti_1"))
    put(store, a_record("follow it up", call_id="acti_2"))
    assert passing(store, word("follow-up")) == ["acti_1"]
    assert passing(store, word("co-pay")) == ["acti_1"]


def haggling() -> CallRecord:
    return a_record(
        call_id="acti_1",
        recording=a_transcript(
            said(Side.USER, "the price", 0.0),
            said(Side.USER, "is it fair?", 2.0),
            said(Side.CONTACT, "a discount", 10.0),
            said(Side.USER, "one boiler", 20.0),
            said(Side.CONTACT, "the refund", None),
        ),
    )


@pytest.mark.parametrize(
    ("expression", "fields", "passes"),
    [
        (AllOf((word("price"), word("discount"))), {}, True),
        (AllOf((word("price"), word("discount"))), {"in_one_turn": True}, False),
        (AllOf((word("price"), word("fair"))), {"in_one_turn": True}, True),
        (AllOf((word("price"), word("boiler"))), {"in_one_turn": True}, False),
        (AllOf((word("price"), word("boiler"))), {"side": Side.USER}, True),
        (AllOf((word("price"), word("discount"))), {"side": Side.USER}, False),
        (AnyOf((word("zebra"), word("discount"))), {"side": Side.CONTACT}, True),
        (Not(word("discount")), {"side": Side.USER}, True),
        (Not(word("discount")), {"side": Side.CONTACT}, False),
        (Not(word("discount")), {"in_one_turn": True}, True),
        (AllOf((word("price"), Not(word("fair")))), {"in_one_turn": True}, False),
        (word("fair"), {"asked": True}, True),
        (word("price"), {"asked": True}, False),
        (word("price"), {"part": Part(End.FIRST, 10)}, True),
        (word("discount"), {"part": Part(End.FIRST, 10)}, False),
        (word("discount"), {"part": Part(End.FIRST, 11)}, True),
        (word("discount"), {"part": Part(End.LAST, 10)}, False),
        (word("discount"), {"part": Part(End.LAST, 11)}, True),
        (word("boiler"), {"part": Part(End.LAST, 1, is_percent=True)}, True),
        (word("refund"), {"part": Part(End.LAST, 100, is_percent=True)}, False),
        (Not(word("price")), {"part": Part(End.LAST, 5)}, True),
        (AllOf(()), {"part": Part(End.FIRST, 1)}, True),
    ],
)
def test_what_is_demanded_must_hold_of_the_words_that_count(
    store: Store, expression: Expression, fields: dict[str, object], passes: bool
) -> None:
    put(store, haggling())
    assert bool(passing(store, expression, **fields)) is passes


@pytest.mark.parametrize(
    ("fields", "passes"),
    [
        ({"part": Part(End.FIRST, 1)}, True),
        ({"asked": True}, True),
        ({"asked": True, "side": Side.CONTACT}, False),
        ({"part": Part(End.FIRST, 10), "side": Side.CONTACT}, False),
        ({"part": Part(End.FIRST, 11), "side": Side.CONTACT}, True),
        ({"kinds": (Kind.VOICEMAIL,), "asked": True}, False),
        ({"asked": True, "part": Part(End.LAST, 10)}, False),
    ],
)
def test_a_call_passes_only_if_some_of_its_words_count(
    store: Store, fields: dict[str, object], passes: bool
) -> None:
    put(store, haggling())
    assert bool(passing(store, None, **fields)) is passes


def test_a_call_without_times_has_no_first_minute(store: Store) -> None:
    put(store, a_record(recording=a_transcript(said(Side.USER, "the price here"))))
    assert passing(store, part=Part(End.FIRST, 60)) == []
    assert passing(store, word("price")) == ["acti_1"]


def test_a_note_is_a_turn_of_its_own(store: Store) -> None:
    put(store, a_record("the price", note="price and discount", user_name="Boiler"))
    both = AllOf((word("price"), word("discount")))
    assert passing(store, both, in_one_turn=True) == ["acti_1"]
    assert passing(store, AllOf((word("price"), word("boiler"))), in_one_turn=True) == []


def test_a_turn_of_the_recording_is_none_of_the_voicemail(store: Store) -> None:
    put(store, a_record(recording=a_transcript("the price"), voicemail=a_transcript("a discount")))
    assert passing(store, AllOf((word("price"), word("discount"))), in_one_turn=True) == []


def test_calls_that_are_excepted_do_not_pass(store: Store) -> None:
    for number in (1, 2, 3):
        put(store, a_record("the price here", call_id=f"acti_{number}"))
    assert passing(store, word("price"), except_ids=("acti_2", "acti_9")) == ["acti_1", "acti_3"]
    assert passing(store, word("price"), call_ids=("acti_2",), except_ids=("acti_2",)) == []


def test_lines_that_say_something_are_told_with_turn_and_time(store: Store) -> None:
    put(store, haggling())
    lines = store.lines_saying(AnyOf((word("price"), word("boiler"), word("refund"))))
    assert rows(lines, store) == [("acti_1", 0, 0, 0), ("acti_1", 0, 3, 2), ("acti_1", 0, 4, 3)]
    assert lines.starts_ms.tolist() == [0, 20_000, NO_TIME]
    assert lines.ends_ms.tolist() == [2_000, 22_000, NO_TIME]
    assert lines.scores.tolist() == [1.0, 1.0, 1.0]


def test_of_lines_an_expression_holds_in_each_by_itself(store: Store) -> None:
    put(store, haggling())
    assert rows(store.lines_saying(AllOf((word("price"), word("fair")))), store) == []
    assert [p for *_, p, _ in rows(store.lines_saying(Not(word("the"))), store)] == [1, 2, 3]
    assert len(store.lines_saying(AllOf(()))) == 5


def test_lines_are_utterances_of_calls_that_pass_and_words_that_count(store: Store) -> None:
    put(store, everywhere())
    put(store, replace(haggling(), call=a_call("acti_2")))
    any_of_it = AnyOf((word("alpha"), word("bravo"), word("charlie"), word("echo"), word("price")))
    assert rows(store.lines_saying(any_of_it), store) == [("acti_1", 0, 0, 0), ("acti_1", 1, 0, 0), ("acti_2", 0, 0, 0)]  # fmt: skip
    where = SearchFilter(said=word("echo"), kinds=(Kind.VOICEMAIL, Kind.NOTE))
    assert rows(store.lines_saying(any_of_it, where=where), store) == [("acti_1", 1, 0, 0)]
    assert len(store.lines_saying(any_of_it, where=SearchFilter(call_ids=()))) == 0


def tilted(cosine: float) -> Vector:
    return np.array([cosine, np.sqrt(1 - cosine**2), 0], np.float32)


def test_lines_near_are_those_close_enough_each_with_its_best_cosine(store: Store) -> None:
    transcript = a_transcript("one two three", "four five six", "seven eight nine", "ten")
    spoken = [
        a_passage(
            "x", n, grain=Grain.UTTERANCE, first=at, last=at, side=transcript.utterances[at].side
        )
        for n, at in enumerate((0, 1, 1, 2))
    ]
    window = a_passage("w", 4, first=0, last=3)
    record = a_record(recording=transcript, passages=(*spoken, window))
    vectors = np.stack([tilted(0.9), tilted(0.2), tilted(0.6), tilted(0.45), tilted(1.0)])
    store.put(record, vectors, an_entry())

    lines = store.lines_near(EAST, at_least=0.5)

    assert rows(lines, store) == [("acti_1", 0, 0, 0), ("acti_1", 0, 1, 1)]
    assert lines.scores.tolist() == pytest.approx([0.9, 0.6], abs=1e-3)
    theirs = SearchFilter(side=Side.CONTACT)
    assert rows(store.lines_near(EAST, at_least=0.5, where=theirs), store) == [("acti_1", 0, 1, 1)]
    assert len(store.lines_near(EAST, at_least=0.95)) == 0


def test_a_call_put_again_or_removed_says_what_it_says_now(store: Store) -> None:
    put(store, a_record("the price here", call_id="acti_1"), EAST)
    put(store, a_record("the price there", call_id="acti_2"), EAST)
    numbers = store.lines_saying(word("price")).calls
    assert len(store.lines_near(EAST, at_least=0.5)) == 2
    put(store, a_record("a boiler", "of ours here", call_id="acti_1"), EAST)
    assert passing(store, word("price")) == ["acti_2"]
    store.remove(["acti_2"])
    assert passing(store, word("price")) == []
    assert rows(store.lines_saying(word("boiler")), store) == [("acti_1", 0, 0, 0)]
    assert {c for c, *_ in rows(store.lines_near(EAST, at_least=0.5), store)} == {"acti_1"}
    assert "acti_2" not in store.ids_of(numbers).values()


def test_an_empty_store_says_nothing(store: Store) -> None:
    where = SearchFilter(said=Not(word("price")), part=Part(End.FIRST, 5), in_one_turn=True)
    assert passing(store, word("price")) == []
    assert store.count(where) == 0
    assert len(store.lines_saying(Not(word("price")))) == 0
    assert len(store.lines_near(EAST, at_least=0.0)) == 0
