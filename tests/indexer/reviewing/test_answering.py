"""Answering a scorecard: drafts, quotes, and the end of a review."""

import pytest

from indexer.papers import Written
from indexer.reviewing import (
    REVIEWS,
    SCORECARDS,
    GivenAnswer,
    GivenQuote,
    finish,
    reviewed_call_ids,
    save,
    scorecards,
)
from indexer.store.memory import MemoryStore
from models import Kind
from models.errors import ActionRefused, PaperChanged, QueryInvalid
from models.review import Review, ReviewState
from models.sample import Sample
from models.scorecard import Scorecard
from tests.factories import NOON, a_record, an_entry, vectors_for
from tests.indexer.reviewing.making import answers, given_to


@pytest.fixture
def review(
    store: MemoryStore, sample: Written[Sample], scorecard: Written[Scorecard]
) -> Written[Review]:
    return given_to(store, sample, scorecard, "Rae")[0]


def quoting(*quotes: GivenQuote) -> list[GivenAnswer]:
    return [GivenAnswer(question_id="notice", value=1, quotes=quotes)]


def test_every_save_is_a_version_and_a_finished_review_has_its_score(
    store: MemoryStore, review: Written[Review]
) -> None:
    draft = save(store, review.id, answers()[:1], comment="so far", by="rae", at=NOON)
    assert (draft.version, draft.body.state, draft.body.score) == (2, ReviewState.OPEN, None)
    assert reviewed_call_ids(store) == frozenset()
    done = finish(store, review.id, answers(), by="Rae", at=NOON)
    assert (done.version, done.body.state, done.body.finished_at) == (3, ReviewState.DONE, NOON)
    assert done.body.score == pytest.approx(100 * (1 * 1 + 2 * 0.5) / 3)
    assert done.body.comment == "so far"
    assert REVIEWS.get(store, review.id, version=2).body.answers == draft.body.answers
    assert reviewed_call_ids(store) == {review.body.call_id}


def test_saving_the_same_again_is_no_version(store: MemoryStore, review: Written[Review]) -> None:
    first = save(store, review.id, answers(), comment="", by="Rae", at=NOON)
    assert save(store, review.id, answers(), comment="", by="Rae", at=NOON) == first


def test_a_quote_has_the_stored_words_and_nobody_elses(
    store: MemoryStore, review: Written[Review]
) -> None:
    there = GivenQuote(kind=Kind.RECORDING, first=0, last=1)
    saved = save(store, review.id, quoting(there), comment="", by="Rae", at=NOON)
    [quote] = saved.body.answers[0].quotes
    assert (quote.text, quote.start_s) == ("this call is recorded\nthat is fine", 0.0)
    made_up = GivenQuote(kind=Kind.RECORDING, first=2, last=2, text="I guarantee it")
    with pytest.raises(QueryInvalid, match="other words"):
        save(store, review.id, quoting(made_up), comment="", by="Rae", at=NOON)


def test_a_quote_outlives_a_new_transcript(store: MemoryStore, review: Written[Review]) -> None:
    there = GivenQuote(kind=Kind.RECORDING, first=0, last=0)
    before = save(store, review.id, quoting(there), comment="", by="Rae", at=NOON)
    other = a_record("quite other words", call_id=review.body.call_id)
    store.put(other, vectors_for(other), an_entry(other.call.id))
    after = save(store, review.id, quoting(there), comment="later", by="Rae", at=NOON)
    assert after.body.answers[0].quotes == before.body.answers[0].quotes


@pytest.mark.parametrize(
    ("quote", "told"),
    [
        (GivenQuote(kind=Kind.RECORDING, first=0, last=4), "has 4 utterances"),
        (GivenQuote(kind=Kind.RECORDING, first=2, last=1), "to the same or a later one"),
        (GivenQuote(kind=Kind.RECORDING, first=-1, last=1), "to the same or a later one"),
        (GivenQuote(kind=Kind.VOICEMAIL, first=0, last=0), "no voicemail"),
        (GivenQuote(kind=Kind.NOTE, first=0, last=0), "no note"),
    ],
)
def test_what_nobody_said_cannot_be_quoted(
    store: MemoryStore, review: Written[Review], quote: GivenQuote, told: str
) -> None:
    with pytest.raises(QueryInvalid, match=told) as refused:
        save(store, review.id, quoting(quote), comment="", by="Rae", at=NOON)
    assert refused.value.field == "quotes"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (GivenAnswer(question_id="needs", value=0), "from 1 to 5, not by 0"),
        (GivenAnswer(question_id="needs", value=6), "from 1 to 5, not by 6"),
        (GivenAnswer(question_id="notice", value=2), r"yes \(1\) or no \(0\)"),
        (GivenAnswer(question_id="notice", is_na=True), "always applies"),
        (GivenAnswer(question_id="price", value=1, is_na=True), "choose one"),
        (GivenAnswer(question_id="weather", value=1), "no question 'weather'"),
    ],
)
def test_what_is_no_answer_is_refused(
    store: MemoryStore, review: Written[Review], given: GivenAnswer, told: str
) -> None:
    with pytest.raises(QueryInvalid, match=told):
        save(store, review.id, [given], comment="", by="Rae", at=NOON)
    assert REVIEWS.get(store, review.id).version == 1


def test_an_answer_given_twice_is_refused(store: MemoryStore, review: Written[Review]) -> None:
    with pytest.raises(QueryInvalid, match="twice"):
        save(store, review.id, [*answers(), *answers()], comment="", by="Rae", at=NOON)


def test_a_comment_may_come_before_the_answer_and_the_review_then_is_not_finished(
    store: MemoryStore, review: Written[Review]
) -> None:
    open_ = GivenAnswer(question_id="needs", comment="listen again")
    given = [answers()[0], open_, answers()[2]]
    save(store, review.id, given, comment="", by="Rae", at=NOON)
    with pytest.raises(QueryInvalid, match=r"one question is not answered yet: 'Explored needs\?'"):
        finish(store, review.id, by="Rae", at=NOON)
    with pytest.raises(QueryInvalid, match="3 questions are not answered"):
        finish(store, review.id, [], by="Rae", at=NOON)
    assert REVIEWS.get(store, review.id).body.state is ReviewState.OPEN


def test_only_the_reviewer_answers(store: MemoryStore, review: Written[Review]) -> None:
    with pytest.raises(ActionRefused, match="this review is Rae's"):
        save(store, review.id, answers(), comment="", by="Sam", at=NOON)
    with pytest.raises(ActionRefused, match="only they can answer it"):
        finish(store, review.id, answers(), by="Sam", at=NOON)


def test_a_finished_review_is_not_answered_again(
    store: MemoryStore, review: Written[Review]
) -> None:
    done = finish(store, review.id, answers(), by="Rae", at=NOON)
    for again in (save, finish):
        with pytest.raises(ActionRefused, match="finished: its answers change by an appeal only"):
            again(store, review.id, answers(notice=0), comment="", by="Rae", at=NOON)
    assert REVIEWS.get(store, review.id) == done


def test_of_two_tabs_the_second_is_told_that_something_changed(
    store: MemoryStore, review: Written[Review]
) -> None:
    first = save(store, review.id, answers(), comment="", by="Rae", at=NOON, version=1)
    with pytest.raises(PaperChanged):
        save(store, review.id, [], comment="", by="Rae", at=NOON, version=1)
    with pytest.raises(PaperChanged):
        finish(store, review.id, answers(needs=1), by="Rae", at=NOON, version=1)
    assert REVIEWS.get(store, review.id) == first


def test_a_scorecard_changed_in_mid_week_is_answered_as_it_was_assigned(
    store: MemoryStore, review: Written[Review], scorecard: Written[Scorecard]
) -> None:
    sections = [
        scorecards.GivenSection(name="Only", questions=(scorecards.GivenQuestion(text="New?"),))
    ]
    scorecards.change(store, scorecard, sections=sections, by="Q", at=NOON)
    done = finish(store, review.id, answers(), by="Rae", at=NOON)
    assert done.body.scorecard_version == 1
    assert {one.question_id for one in done.body.answers} == {"notice", "needs", "price"}
    assert SCORECARDS.get(store, scorecard.id).version == 2
