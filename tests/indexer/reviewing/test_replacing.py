"""A call that cannot be reviewed, and the next of its stratum in its place."""

import pytest

from indexer.coverage import replacements
from indexer.papers import Written
from indexer.reviewing import (
    REVIEWS,
    Reviewer,
    finish,
    progress,
    queue_of,
    replace_call,
    reviews_of,
)
from indexer.store.memory import MemoryStore
from models.errors import ActionRefused, PaperChanged, QueryInvalid
from models.review import ReplaceReason, Review, ReviewState
from models.sample import Sample
from models.scorecard import Scorecard
from tests.factories import NOON
from tests.indexer.reviewing.making import answers, given_to

WRONG = ReplaceReason.WRONG_LANGUAGE


@pytest.fixture
def review(
    store: MemoryStore, sample: Written[Sample], scorecard: Written[Scorecard]
) -> Written[Review]:
    return given_to(store, sample, scorecard, "Rae", "Sam")[0]


def test_a_substitute_of_the_same_stratum_comes_with_who_and_why(
    store: MemoryStore, sample: Written[Sample], review: Written[Review]
) -> None:
    who = review.body.reviewer
    done = replace_call(store, review.id, reason=WRONG, text=" all  Dutch ", by=who, at=NOON)
    gone, new = done.review.body, done.substitute
    assert new is not None
    assert gone.state is ReviewState.REPLACED
    assert gone.replacement is not None
    assert (gone.replacement.reason, gone.replacement.text) == (WRONG, "all Dutch")
    assert (gone.replacement.by, gone.replacement.at) == (who, NOON)
    assert gone.replacement.substitute == new.body.call_id
    assert new.body.call_id not in {call.call_id for call in sample.body.calls}
    assert (new.body.substitute_for, new.body.reviewer) == (gone.call_id, who)
    assert (new.body.stratum, new.body.probability) == (gone.stratum, gone.probability)
    assert (new.within, new.version, new.body.state) == (sample.id, 1, ReviewState.OPEN)
    told = progress(store, sample.id)
    assert (told.open, told.replaced, told.to_do) == (10, 1, 10)


def test_a_stratum_without_another_call_says_so(
    store: MemoryStore, sample: Written[Sample], review: Written[Review]
) -> None:
    for _ in range(2):  # twelve are eligible, ten were drawn
        one = queue_of(store, "Rae")[0]
        assert replace_call(store, one.id, reason=WRONG, by="Rae", at=NOON).substitute
    last = queue_of(store, "Rae")[0]
    done = replace_call(store, last.id, reason=WRONG, by="Rae", at=NOON)
    assert done.substitute is None
    assert done.review.body.replacement is not None
    assert done.review.body.replacement.substitute is None
    assert progress(store, sample.id).open == 9
    [rae, sam] = replacements(reviews_of(store, sample.id))
    assert (rae.replaced, rae.without_substitute, dict(rae.reasons)) == (3, 1, {WRONG: 3})
    assert (sam.reviewer, sam.replaced) == ("Sam", 0)


def test_a_substitute_is_nobodys_own(
    store: MemoryStore, sample: Written[Sample], scorecard: Written[Scorecard]
) -> None:
    """The two left are calls of Bo and Cy: acti_10 and acti_11."""
    bo = Reviewer(name="Bo", user_id="user_bo")
    cy = Reviewer(name="Cy Young")
    given_to(store, sample, scorecard, bo, cy)
    substitutes = {}
    for who in ("Bo", "Cy Young"):
        done = replace_call(
            store, queue_of(store, who)[0].id, reason=ReplaceReason.TECHNICAL, by=who, at=NOON
        )
        assert done.substitute is not None
        substitutes[done.substitute.body.call_id] = done.substitute.body.reviewer
    assert substitutes == {"acti_10": "Cy Young", "acti_11": "Bo"}


def test_a_substitute_that_is_gone_is_passed_over(
    store: MemoryStore, review: Written[Review]
) -> None:
    store.remove(["acti_10"])
    done = replace_call(store, review.id, reason=WRONG, by=review.body.reviewer, at=NOON)
    assert done.substitute is not None
    assert done.substitute.body.call_id == "acti_11"


def test_a_finished_or_replaced_review_is_not_replaced(
    store: MemoryStore, review: Written[Review]
) -> None:
    who = review.body.reviewer
    other = queue_of(store, who)[1]
    finish(store, other.id, answers(), by=who, at=NOON)
    with pytest.raises(ActionRefused, match="a finished review is not replaced"):
        replace_call(store, other.id, reason=WRONG, by=who, at=NOON)
    replace_call(store, review.id, reason=WRONG, by=who, at=NOON)
    with pytest.raises(ActionRefused, match="already"):
        replace_call(store, review.id, reason=WRONG, by=who, at=NOON)
    with pytest.raises(ActionRefused, match="replaced by another"):
        finish(store, review.id, answers(), by=who, at=NOON)


def test_who_replaces_what_and_why_is_checked(
    store: MemoryStore, sample: Written[Sample], review: Written[Review]
) -> None:
    who = review.body.reviewer
    with pytest.raises(ActionRefused, match="only they can replace it"):
        replace_call(store, review.id, reason=WRONG, by="Somebody", at=NOON)
    with pytest.raises(QueryInvalid, match="say what the other reason is"):
        replace_call(store, review.id, reason=ReplaceReason.OTHER, text=" ", by=who, at=NOON)
    with pytest.raises(PaperChanged):
        replace_call(store, review.id, reason=WRONG, by=who, at=NOON, version=7)
    assert REVIEWS.get(store, review.id) == review
    assert len(reviews_of(store, sample.id)) == 10
