"""Estimates of samples that are kept: what counts as the answer, and what is refused."""

import pytest

from indexer.estimating import estimates
from indexer.reviewing import REVIEWS, Reviewer, appeal, decide, finish, replace_call
from indexer.store.memory import MemoryStore
from models.errors import ActionRefused
from models.review import ReplaceReason, ReviewState
from models.sample import SampleSort
from tests.factories import NOON
from tests.indexer.estimating.making import item
from tests.indexer.reviewing.making import a_sample, a_scorecard, answers, given_to, with_calls


@pytest.fixture
def store() -> MemoryStore:
    return with_calls(MemoryStore())


def test_an_appeal_that_is_upheld_changes_the_number(store: MemoryStore) -> None:
    sample, card = a_sample(store), a_scorecard(store)
    reviews = given_to(store, sample, card, "Quinn")
    for review in reviews:
        finish(store, review.id, answers(notice=1, needs=5), by="Quinn", at=NOON)
    assert item(estimates(store, sample), "pass").whole.estimate.value == 1
    appeal(store, reviews[0].id, reason="It was not said.", by="Ana Lopez", at=NOON)
    decide(
        store, reviews[0].id, 1, is_upheld=True, decision="True.",
        changes=[answers(notice=0)[0]], by="Uma", at=NOON,
    )  # fmt: skip
    found = estimates(store, sample)
    assert item(found, "pass").whole.estimate.value == pytest.approx(0.9)
    assert item(found, "auto_fail").whole.estimate.value == pytest.approx(0.1)


def test_a_call_that_was_replaced_counts_by_its_substitute(store: MemoryStore) -> None:
    sample, card = a_sample(store, drawn=8), a_scorecard(store)
    first, *others = given_to(store, sample, card, "Quinn")
    replaced = replace_call(
        store, first.id, reason=ReplaceReason.WRONG_LANGUAGE, text="", by="Quinn", at=NOON
    )
    open_ones = [one for one in REVIEWS.all(store) if one.body.state is ReviewState.OPEN]
    assert len(open_ones) == len(others) + 1
    for review in open_ones:
        finish(store, review.id, answers(needs=5), by="Quinn", at=NOON)
    found = estimates(store, sample)
    assert replaced is not None
    assert (found.done, found.open, found.replaced, found.drawn) == (8, 0, 1, 8)
    assert item(found, "score").whole.estimate.n == 8


def test_a_risk_queue_speaks_for_nothing_but_itself(store: MemoryStore) -> None:
    queue = a_sample(store, sort=SampleSort.RISK)
    with pytest.raises(ActionRefused, match="is a risk queue: its calls were chosen"):
        estimates(store, queue)


def test_calls_added_later_change_no_estimate(store: MemoryStore) -> None:
    sample, card = a_sample(store), a_scorecard(store)
    for n, review in enumerate(given_to(store, sample, card, Reviewer(name="Quinn"))):
        finish(store, review.id, answers(needs=1 + n % 5), by="Quinn", at=NOON)
    before = estimates(store, sample)
    with_calls(store, 40)
    assert estimates(store, sample) == before
