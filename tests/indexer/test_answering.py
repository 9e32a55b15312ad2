"""Which utterances answer a text, can be a step of a dialogue, or break an absence."""

import math
from collections.abc import Mapping

import numpy as np
import pytest

from indexer.search.answering import (
    _NEAR,
    _SAID,
    _WORD_FOR_WORD,
    _WORDS_WEIGHT,
    GOOD_ENOUGH,
    Asking,
    answering,
    fitting,
)
from indexer.store.contract import Store
from indexer.store.memory import MemoryStore
from models import CallRecord, Kind, Mode, Not, SearchFilter, Side, Step, Term
from tests.factories import EAST, TINY, a_record, a_transcript, an_entry


def a_store(cosines: Mapping[str, float], **fields: object) -> MemoryStore:
    """One call in which these texts are said, in turn, each this close to any question."""
    store = MemoryStore()
    store.remember_embedder(TINY)
    record = a_record(*cosines, **fields)  # type: ignore[arg-type]
    put(store, record, cosines)
    return store


def put(store: MemoryStore, record: CallRecord, cosines: Mapping[str, float]) -> None:
    embedded = [cosines.get(p.text, 0.0) for p in record.passages if p.grain.has_vector]
    vectors = np.array([[c, math.sqrt(1 - c * c), 0] for c in embedded], np.float32)
    store.put(record, vectors, an_entry(record.call.id))


def asking(store: Store, mode: Mode = Mode.HYBRID) -> Asking:
    return Asking(mode=mode, store=store, embed=lambda _: EAST)


def answers(
    store: Store, text: str, mode: Mode = Mode.HYBRID, where: SearchFilter = SearchFilter()
) -> dict[int, float]:
    lines = answering(text, where, asking(store, mode))
    return dict(zip(lines.positions.tolist(), lines.scores.tolist(), strict=True))


def steps(store: Store, step: Step, mode: Mode = Mode.HYBRID) -> dict[int, float]:
    lines = fitting(step, SearchFilter(side=step.side), asking(store, mode))
    return dict(zip(lines.positions.tolist(), lines.scores.tolist(), strict=True))


def approx(scores: dict[int, float]) -> object:
    return pytest.approx(scores, abs=1e-3)


def test_an_answer_is_as_good_as_its_meaning_and_a_share_of_its_words() -> None:
    store = a_store({"the price is fair": 0.8, "a price and a refund": 0.7, "hello to you": 0.2})
    total = store.facts().passages
    price, refund = (math.log(1 + (total - n + 0.5) / (n + 0.5)) for n in (2, 1))
    share = price / (price + refund)
    found = answers(store, "the price of refunds")
    assert found == approx({0: 0.8 + _WORDS_WEIGHT * share, 1: 0.7 + _WORDS_WEIGHT})


def test_by_meaning_alone_words_add_nothing() -> None:
    store = a_store({"the price is fair": 0.8, "a price and a refund": 0.7})
    assert answers(store, "refund", Mode.SEMANTIC) == approx({0: 0.8, 1: 0.7})


def test_by_words_alone_only_what_says_them_answers() -> None:
    store = a_store({"nothing like that": 0.9, "a price and a refund": 0.1, "Refunded.": 0.0})
    assert answers(store, "the refund", Mode.KEYWORD) == approx({1: 1.0, 2: 1.0})


@pytest.mark.parametrize(("cosine", "is_enough"), [(0.61, True), (0.59, False)])
def test_an_answer_is_at_least_three_quarters_as_good_as_the_best(
    cosine: float, is_enough: bool
) -> None:
    assert GOOD_ENOUGH == 0.75
    store = a_store({"this is the best": 0.8, "this is so so": cosine})
    assert (1 in answers(store, "zebra")) is is_enough


def test_words_lift_an_answer_over_the_threshold_however_little_it_means() -> None:
    store = a_store({"this is the best": 0.5, "this is a zebra": 0.2})
    assert answers(store, "zebra") == approx({0: 0.5, 1: 0.2 + _WORDS_WEIGHT})


def test_where_nothing_is_near_and_nothing_said_nothing_answers() -> None:
    store = a_store({"one two three": _NEAR - 0.02, "four five six": -0.5})
    for mode in Mode:
        assert answers(store, "zebra", mode) == {}


def test_a_text_without_words_is_answered_by_meaning_only() -> None:
    store = a_store({"this is the best": 0.5})
    assert answers(store, "👍") == approx({0: 0.5})
    assert answers(store, "👍", Mode.KEYWORD) == {}


def test_stop_words_tell_only_where_there_is_nothing_else() -> None:
    store = a_store({"who is it": 0.0, "the zebra": 0.0})
    assert answers(store, "who is it", Mode.KEYWORD) == approx({0: 1.0})
    assert answers(store, "who is the zebra", Mode.KEYWORD) == approx({1: 1.0})


def test_what_is_demanded_is_answered_by_every_mention_however_far_from_the_text() -> None:
    store = a_store({"this is the best": 0.9, "a zebra there": 0.0, "Zebra!": 0.0})
    where = SearchFilter(said=Term("zebra", exact=True))
    for mode in Mode:
        assert answers(store, "best", mode, where).keys() == {1, 2}
    refused = SearchFilter(said=Not(Term("giraffe", exact=False)))
    assert answers(store, "best", where=refused).keys() == {0}


def test_only_words_that_count_answer() -> None:
    spoken = {"this is ours": 0.9, "this is theirs": 0.4}
    store = a_store(spoken, note="this is theirs", voicemail=a_transcript("this is theirs"))
    assert answers(store, "zebra", where=SearchFilter(side=Side.CONTACT)).keys() == {1}
    voicemail = answering("zebra", SearchFilter(kinds=(Kind.VOICEMAIL,)), asking(store))
    assert (voicemail.kinds.tolist(), voicemail.positions.tolist()) == ([1], [0])


def test_an_empty_store_answers_nothing() -> None:
    store = MemoryStore()
    for mode in Mode:
        assert answers(store, "zebra", mode) == {}
        assert steps(store, Step(text="zebra"), mode) == {}
    assert steps(store, Step(said=Term("zebra", exact=True))) == {}


def test_a_step_can_be_whatever_is_near_or_says_every_telling_word() -> None:
    store = a_store(
        {"this is the best": 0.8, "this is far off": _NEAR + 0.05, "nothing at all": _NEAR - 0.05, "a zebra refund": 0.0, "a zebra alone": 0.0}
    )  # fmt: skip
    found = steps(store, Step(text="zebras refunded"))
    assert found == approx({0: 0.8, 1: _NEAR + 0.05, 3: _WORD_FOR_WORD})
    assert steps(store, Step(text="zebras refunded"), Mode.SEMANTIC).keys() == {0, 1}
    assert steps(store, Step(text="zebras refunded"), Mode.KEYWORD).keys() == {3}


@pytest.mark.parametrize(
    ("best", "other", "breaking"),
    [
        (_SAID + 0.02, _SAID - 0.02, {0}),
        (_SAID - 0.02, 0.0, set()),
        (0.9, GOOD_ENOUGH * 0.9 + 0.02, {0, 1}),
        (0.9, GOOD_ENOUGH * 0.9 - 0.02, {0}),
    ],
)
def test_an_absence_is_broken_only_by_what_means_much(
    best: float, other: float, breaking: set[int]
) -> None:
    store = a_store({"this is the best": best, "this is so so": other, "hello to you": 0.0})
    assert steps(store, Step(text="zebra", never=True)).keys() == breaking


def test_an_absence_is_broken_by_what_says_every_telling_word() -> None:
    store = a_store({"a zebra there": 0.0, "a zebra refund": 0.0})
    assert steps(store, Step(text="zebra refund", never=True)).keys() == {1}


def test_a_step_that_demands_words_and_asks_for_meaning_needs_both() -> None:
    store = a_store({"this is the best": 0.8, "a zebra there": 0.7, "Zebra.": 0.0})
    zebra = Term("zebra", exact=True)
    assert steps(store, Step(text="best", said=zebra)) == approx({1: 0.7})
    assert steps(store, Step(said=zebra)) == approx({1: 1.0, 2: 1.0})
    assert steps(store, Step(text="best", said=Not(zebra))).keys() == {0}


def test_a_long_text_is_said_by_an_utterance_that_says_every_word_of_it() -> None:
    text = " ".join(f"zebra{n}" for n in range(200))
    store = a_store({text: 0.0, "something else here": 0.0})
    assert steps(store, Step(text=text), Mode.KEYWORD).keys() == {0}
