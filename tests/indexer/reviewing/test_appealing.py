"""Appeals: who may, who decides, and that the old answers stay."""

import pytest

from indexer.papers import Written
from indexer.reviewing import (
    REVIEWS,
    GivenAnswer,
    GivenQuote,
    appeal,
    decide,
    finish,
    is_decided_by_reviewer,
)
from indexer.store.memory import MemoryStore
from models import Kind
from models.errors import ActionRefused, PaperChanged, QueryInvalid
from models.review import Review
from models.sample import Sample
from models.scorecard import Scorecard
from tests.factories import NOON
from tests.indexer.reviewing.making import answers, given_to

YES = [GivenAnswer(question_id="notice", value=1)]


@pytest.fixture
def review(
    store: MemoryStore, sample: Written[Sample], scorecard: Written[Scorecard]
) -> Written[Review]:
    """Failed for its notice, which Ana Lopez, whose call it is, says she gave."""
    begun = next(
        one
        for one in given_to(store, sample, scorecard, "Rae")
        if one.body.user_name == "Ana Lopez"
    )
    quoted = GivenAnswer(
        question_id="needs", value=3, quotes=(GivenQuote(kind=Kind.RECORDING, first=0, last=0),)
    )
    given = [answers(notice=0)[0], quoted, answers()[2]]
    done = finish(store, begun.id, given, by="Rae", at=NOON)
    assert done.body.score == 0.0
    return appeal(store, done.id, reason="I said so", question_id="notice", by="Ana Lopez", at=NOON)


def test_an_upheld_appeal_makes_a_new_version_and_keeps_the_old(
    store: MemoryStore, review: Written[Review]
) -> None:
    decided = decide(
        store,
        review.id,
        1,
        is_upheld=True,
        decision="It is there",
        changes=YES,
        by="Quinn",
        at=NOON,
    )
    [one] = decided.body.appeals
    assert (one.is_upheld, one.decided_by, one.decision) == (True, "Quinn", "It is there")
    assert is_decided_by_reviewer(decided.body, one) is False
    assert decided.body.score == pytest.approx(100 * (1 + 2 * 0.5) / 3)
    assert not decided.body.is_auto_failed
    assert decided.body.answers[1:] == review.body.answers[1:]
    before = REVIEWS.get(store, review.id, version=review.version).body
    assert (before.score, before.answers[0].value) == (0.0, 0)


def test_a_rejected_appeal_changes_nothing_but_itself(
    store: MemoryStore, review: Written[Review]
) -> None:
    decided = decide(store, review.id, 1, is_upheld=False, decision="No", by="Rae", at=NOON)
    assert (decided.body.answers, decided.body.score) == (review.body.answers, 0.0)
    assert is_decided_by_reviewer(decided.body, decided.body.appeals[0]) is True
    with pytest.raises(ActionRefused, match="Rae decided this appeal already"):
        decide(store, review.id, 1, is_upheld=False, decision="No", by="Quinn", at=NOON)


def test_neither_who_appealed_nor_whose_call_it_is_decides(
    store: MemoryStore, review: Written[Review]
) -> None:
    with pytest.raises(ActionRefused, match="whoever appealed does not decide"):
        decide(
            store, review.id, 1, is_upheld=True, decision="!", changes=YES, by="ana lopez", at=NOON
        )
    second = appeal(store, review.id, reason="Me too", by="Kit", at=NOON)
    with pytest.raises(ActionRefused, match="their own call"):
        decide(
            store, second.id, 2, is_upheld=True, decision="!", changes=YES, by="Ana Lopez", at=NOON
        )


def test_upheld_and_changed_belong_together(store: MemoryStore, review: Written[Review]) -> None:
    with pytest.raises(QueryInvalid, match="say which answers change"):
        decide(store, review.id, 1, is_upheld=True, decision="Yes", by="Quinn", at=NOON)
    same = [GivenAnswer(question_id="notice", value=0)]
    with pytest.raises(QueryInvalid, match="say which answers change"):
        decide(store, review.id, 1, is_upheld=True, decision="Yes", changes=same, by="Q", at=NOON)
    with pytest.raises(QueryInvalid, match="only if the appeal is upheld"):
        decide(store, review.id, 1, is_upheld=False, decision="No", changes=YES, by="Q", at=NOON)
    unanswered = [GivenAnswer(question_id="notice", comment="?")]
    with pytest.raises(QueryInvalid, match="needs an answer"):
        decide(
            store, review.id, 1, is_upheld=True, decision="?", changes=unanswered, by="Q", at=NOON
        )
    with pytest.raises(QueryInvalid, match="must be said"):
        decide(store, review.id, 1, is_upheld=True, decision=" ", changes=YES, by="Q", at=NOON)
    with pytest.raises(PaperChanged):
        decide(
            store,
            review.id,
            1,
            is_upheld=True,
            decision="Yes",
            changes=YES,
            by="Q",
            at=NOON,
            version=1,
        )
    assert REVIEWS.get(store, review.id) == review


@pytest.mark.parametrize("number", [0, -1, 2])
def test_an_appeal_that_is_not_there_is_not_decided(
    store: MemoryStore, review: Written[Review], number: int
) -> None:
    with pytest.raises(QueryInvalid, match="has 1 appeals"):
        decide(store, review.id, number, is_upheld=False, decision="No", by="Quinn", at=NOON)


def test_only_a_finished_review_is_appealed_against_once_with_a_reason(
    store: MemoryStore, review: Written[Review]
) -> None:
    begun = next(one for one in REVIEWS.all(store) if one.body.state == "open")
    with pytest.raises(ActionRefused, match="not finished"):
        appeal(store, begun.id, reason="!", by="Kit", at=NOON)
    with pytest.raises(ActionRefused, match="already"):
        appeal(store, review.id, reason="Again", question_id="notice", by="ANA LOPEZ", at=NOON)
    for reason, question, told in (
        ("", None, "must be said"),
        ("x" * 2001, None, "at most 2,000"),
        ("!", "weather", "no question 'weather'"),
    ):
        with pytest.raises(QueryInvalid, match=told):
            appeal(store, review.id, reason=reason, question_id=question, by="Kit", at=NOON)
