"""What counts of a call, read line by line."""

import pytest

from indexer.heard import heard_lines, hears, says_any
from indexer.lines import NO_TIME
from models import AllOf, Kind, Lead, Not, SearchFilter, Side, Term
from tests.factories import a_record, a_transcript, said

RECORD = a_record(
    recording=a_transcript(
        said(Side.USER, "one", 0.0), said(Side.USER, " ", 2.0), said(Side.USER, "two?", 3.0),
        said(Side.CONTACT, "three", None),
    ),
    voicemail=a_transcript("four", summary_text="five"),
    note="six",
    lead=Lead(id="lead_1", name="seven"),
)  # fmt: skip


def test_every_line_is_heard_with_its_turn_and_its_time() -> None:
    lines = list(heard_lines(RECORD, SearchFilter()))
    assert {line.text for line in lines} == {"one", "two?", "three", "four", "five", "six", "seven"}
    spoken = [
        (n.text, n.position, n.turn, n.start_ms, n.end_ms)
        for n in lines
        if n.kind is Kind.RECORDING
    ]
    assert spoken == [
        ("one", 0, 0, 0, 2000),
        ("two?", 2, 0, 3000, 5000),
        ("three", 3, 1, NO_TIME, NO_TIME),
    ]


@pytest.mark.parametrize(
    ("where", "texts"),
    [
        (SearchFilter(side=Side.USER), {"one", "two?", "four"}),
        (SearchFilter(side=Side.CONTACT), {"three"}),
        (SearchFilter(asked=True), {"two?"}),
        (SearchFilter(kinds=(Kind.NOTE, Kind.VOICEMAIL)), {"four", "six"}),
        (SearchFilter(kinds=(Kind.NOTE,), side=Side.USER), set()),
    ],
)
def test_only_what_counts_is_heard(where: SearchFilter, texts: set[str]) -> None:
    assert {line.text for line in heard_lines(RECORD, where)} == texts


def test_within_a_turn_each_turn_is_heard_by_itself() -> None:
    both = AllOf((Term("one", exact=True), Term("two", exact=True)))
    across = AllOf((Term("two", exact=True), Term("three", exact=True)))
    for said_, expected in ((both, True), (across, False), (Not(both), True)):
        where = SearchFilter(said=said_, in_one_turn=True)
        assert hears(heard_lines(RECORD, where), where) is expected


def test_where_nothing_counts_even_an_absence_is_not_heard() -> None:
    where = SearchFilter(said=Not(Term("zebra", exact=True)), asked=True, side=Side.CONTACT)
    assert not hears(heard_lines(RECORD, where), where)


def test_one_of_many_words_is_enough_for_a_mark() -> None:
    demanded = [Term("zebra", exact=True), Term("refund", exact=False)]
    assert says_any("They refunded us", demanded)
    assert not says_any("They paid us", demanded)
    assert not says_any("They refunded us", [])
