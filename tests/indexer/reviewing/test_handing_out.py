"""Giving a sample's calls out, giving them on, and what is next."""

from collections import Counter
from datetime import timedelta

import pytest

from indexer.papers import Written
from indexer.reviewing import (
    REVIEWS,
    Reviewer,
    assign,
    finish,
    next_of,
    progress,
    queue_of,
    reassign,
    reviews_of,
    save,
    scorecards,
)
from indexer.store.memory import MemoryStore
from models.errors import ActionRefused, PaperNotFound, QueryInvalid
from models.sample import Sample
from models.scorecard import Scorecard
from tests.factories import NOON
from tests.indexer.reviewing.making import a_sample, a_scorecard, answers, given_to

LATER = NOON + timedelta(days=7)


def test_every_call_of_a_sample_has_one_review_that_knows_its_draw(
    store: MemoryStore, sample: Written[Sample], scorecard: Written[Scorecard]
) -> None:
    reviews = given_to(store, sample, scorecard, "Rae", "Sam")
    drawn = {call.call_id: call for call in sample.body.calls}
    assert {one.body.call_id for one in reviews} == set(drawn)
    assert Counter(one.body.reviewer for one in reviews) == {"Rae": 5, "Sam": 5}
    for one in reviews:
        call = drawn[one.body.call_id]
        assert (one.body.stratum, one.body.probability) == (call.stratum, call.probability)
        assert (one.body.user_id, one.body.user_name) == (call.user_id, call.user_name)
        assert (one.within, one.body.scorecard_version) == (sample.id, 1)


def test_assigning_twice_assigns_what_is_left(
    store: MemoryStore, sample: Written[Sample], scorecard: Written[Scorecard]
) -> None:
    ana = Reviewer(name="Ana", user_id="user_ana")
    first = assign(store, sample.id, "discovery", [ana], by="Q", at=NOON)
    assert set(first.nobody) == {"acti_00", "acti_03", "acti_06", "acti_09"}
    assert len(first.reviews) == 6
    second = assign(store, "weekly", scorecard.id, [ana, Reviewer(name="Bo")], by="Q", at=NOON)
    assert {one.body.reviewer for one in second.reviews} == {"Bo"}
    assert (len(second.reviews), second.nobody, second.before) == (4, (), 6)
    third = assign(store, sample.id, scorecard.id, [ana], by="Q", at=NOON)
    assert (third.reviews, third.before) == ((), 10)


def test_assigning_balances_over_what_each_has(
    store: MemoryStore, sample: Written[Sample], scorecard: Written[Scorecard]
) -> None:
    own = Reviewer(name="Rae", user_id="user_ana")
    assign(store, sample.id, scorecard.id, [own], by="Q", at=NOON)
    given_to(store, sample, scorecard, "Rae", "Sam")
    counts = Counter(one.body.reviewer for one in reviews_of(store, sample.id))
    assert counts == {"Rae": 6, "Sam": 4}


@pytest.mark.parametrize("due", [NOON, NOON - timedelta(days=1)])
def test_what_is_due_is_due_later(
    store: MemoryStore, sample: Written[Sample], scorecard: Written[Scorecard], due: object
) -> None:
    with pytest.raises(QueryInvalid, match="future") as refused:
        assign(store, sample.id, scorecard.id, [Reviewer(name="A")], due_at=due, by="Q", at=NOON)  # type: ignore[arg-type]
    assert refused.value.field == "due"


def test_a_sample_has_one_scorecard(
    store: MemoryStore, sample: Written[Sample], scorecard: Written[Scorecard]
) -> None:
    assign(store, sample.id, scorecard.id, [Reviewer(name="Ana Lopez")], by="Q", at=NOON)
    other = a_scorecard(store, "Other")
    with pytest.raises(ActionRefused, match="ask by the scorecard 'Discovery'"):
        given_to(store, sample, other, "Rae")


def test_what_is_not_there_cannot_be_assigned(
    store: MemoryStore, sample: Written[Sample], scorecard: Written[Scorecard]
) -> None:
    for names in (("none", scorecard.id), (sample.id, "none")):
        with pytest.raises(PaperNotFound):
            assign(store, *names, [Reviewer(name="A")], by="Q", at=NOON)


def test_a_reviewer_who_left_keeps_what_is_done_and_leaves_the_rest_to_others(
    store: MemoryStore, sample: Written[Sample], scorecard: Written[Scorecard]
) -> None:
    given_to(store, sample, scorecard, "Rae", "Sam", "Tom")
    before = Counter(one.body.reviewer for one in reviews_of(store, sample.id))
    mine = queue_of(store, "Rae")
    done = finish(store, mine[0].id, answers(), by="Rae", at=NOON)
    draft = save(store, mine[1].id, answers()[:1], comment="hm", by="Rae", at=NOON)
    handed = reassign(store, "rae", by="Q", at=NOON)
    assert len(handed.reviews) == before["Rae"] - 1
    assert REVIEWS.get(store, done.id) == done
    counts = Counter(one.body.reviewer for one in reviews_of(store, sample.id))
    assert counts["Rae"] == 1
    assert abs(counts["Sam"] - counts["Tom"]) <= 1
    moved = REVIEWS.get(store, draft.id)
    assert (moved.body.answers, moved.body.comment, moved.written_by) == ((), "", "Q")
    assert REVIEWS.get(store, draft.id, version=draft.version).body.answers
    assert next_of(store, "Rae") is None


def test_calls_that_only_the_one_who_left_may_review_stay_and_are_told(
    store: MemoryStore, sample: Written[Sample], scorecard: Written[Scorecard]
) -> None:
    ana = Reviewer(name="Ana Lopez", user_id="user_ana")
    given_to(store, sample, scorecard, "Rae", ana)
    hers = {one.body.call_id for one in queue_of(store, "Rae")}
    handed = reassign(store, "Rae", by="Q", at=NOON)
    of_ana = {call.call_id for call in sample.body.calls if call.user_id == "user_ana"}
    assert set(handed.nobody) == hers & of_ana
    assert {one.body.call_id for one in queue_of(store, "Rae")} == hers & of_ana


def test_a_leaver_needs_somebody_who_takes_over(
    store: MemoryStore, sample: Written[Sample], scorecard: Written[Scorecard]
) -> None:
    given_to(store, sample, scorecard, "Rae")
    with pytest.raises(ActionRefused, match="nobody but Rae"):
        reassign(store, "Rae", by="Q", at=NOON)
    with pytest.raises(QueryInvalid, match="the one who leaves"):
        reassign(store, "Rae", [Reviewer(name="RAE")], by="Q", at=NOON)
    with pytest.raises(PaperNotFound):
        reassign(store, "Rae", sample_wanted="none", by="Q", at=NOON)
    handed = reassign(store, "Rae", [Reviewer(name="New")], sample_wanted="Weekly", by="Q", at=NOON)
    assert len(handed.reviews) == 10
    assert reassign(store, "Nobody", by="Q", at=NOON).reviews == ()


def test_what_is_due_first_is_next(store: MemoryStore, scorecard: Written[Scorecard]) -> None:
    late, soon, some_time = (a_sample(store, name=name) for name in ("Late", "Soon", "Some"))
    rae = [Reviewer(name="Rae")]
    for sample, due in ((some_time, None), (late, LATER + timedelta(days=1)), (soon, LATER)):
        assign(store, sample.id, scorecard.id, rae, due_at=due, by="Q", at=NOON)
    assert [one.within for one in queue_of(store, "RAE")] == [
        *[soon.id] * 10, *[late.id] * 10, *[some_time.id] * 10,
    ]  # fmt: skip
    first = next_of(store, "Rae", sample_id=late.id)
    assert first is not None
    assert first.within == late.id


def test_progress_counts_each_reviewer(
    store: MemoryStore, sample: Written[Sample], scorecard: Written[Scorecard]
) -> None:
    given_to(store, sample, scorecard, "Rae", "Sam")
    finish(store, queue_of(store, "Sam")[0].id, answers(), by="Sam", at=NOON)
    told = progress(store, sample.id)
    assert (told.open, told.done, told.to_do) == (9, 1, 10)
    assert [(one.reviewer, one.open, one.done) for one in told.reviewers] == [
        ("Rae", 5, 0), ("Sam", 4, 1),
    ]  # fmt: skip


def test_a_scorecard_that_is_asked_by_is_not_removed(
    store: MemoryStore, sample: Written[Sample], scorecard: Written[Scorecard]
) -> None:
    given_to(store, sample, scorecard, "Rae")
    with pytest.raises(ActionRefused, match="10 reviews would lose their questions"):
        scorecards.remove(store, scorecard.id)
    other = a_scorecard(store, "Other")
    scorecards.remove(store, other.id)
    with pytest.raises(PaperNotFound):
        scorecards.remove(store, other.id)
