"""Blindness: what others see of a calibration's reviews until it is closed."""

from dataclasses import replace

import pytest

from indexer.papers import Written
from indexer.reviewing import (
    CALIBRATIONS,
    REVIEWS,
    Eyes,
    Wanted,
    finish,
    found,
    listed,
    queue_of,
    save,
    shown,
    versions_shown,
    visible,
)
from indexer.reviewing.exporting import rows_of
from indexer.store.memory import MemoryStore
from models.calibration import Calibration
from models.errors import ActionRefused
from models.review import Review
from models.scorecard import Scorecard
from tests.factories import NOON
from tests.indexer.reviewing.making import answers


@pytest.fixture
def calibration(store: MemoryStore, scorecard: Written[Scorecard]) -> Written[Calibration]:
    body = Calibration(
        name="March", call_ids=("acti_00",), reviewers=("Rae", "Sam"), scorecard_id=scorecard.id,
        scorecard_version=1,
    )  # fmt: skip
    return CALIBRATIONS.add(store, body, by="Q", at=NOON)


@pytest.fixture
def blind(store: MemoryStore, calibration: Written[Calibration]) -> Written[Review]:
    """Rae's review, finished."""
    begun = Review(
        call_id="acti_00", user_id=None, user_name=None, reviewer="Rae",
        scorecard_id=calibration.body.scorecard_id, scorecard_version=1,
        calibration_id=calibration.id,
    )  # fmt: skip
    one = REVIEWS.add(store, begun, by="Q", at=NOON, within=calibration.id)
    save(store, one.id, answers()[:1], comment="secret", by="Rae", at=NOON)
    return finish(store, one.id, answers(), by="Rae", at=NOON)


def test_only_the_reviewer_sees_the_answers_of_a_calibration_that_is_open(
    store: MemoryStore, blind: Written[Review]
) -> None:
    for who in ("Sam", "Quinn", None):
        seen = shown(store, blind.id, who=who)
        assert seen.is_hidden
        assert (seen.body.answers, seen.body.comment, seen.body.score) == ((), "", None)
        assert (seen.body.state, seen.body.reviewer) == (blind.body.state, "Rae")
        [only] = versions_shown(store, blind.id, who=who)
        assert only == seen
        assert shown(store, blind.id, who=who, version=2).body.answers == ()
        [row], _ = listed(store, Wanted(), who=who, limit=9)
        assert row == seen
        eyes = Eyes(store, who)
        assert list(rows_of(store, [eyes.see(one).written for one in found(store, Wanted())])) == []
    own = shown(store, blind.id, who="RAE")
    assert (own.is_hidden, own.body) == (False, blind.body)
    assert len(versions_shown(store, blind.id, who="Rae")) == 3


def test_a_closed_calibration_hides_nothing_and_takes_no_answers(
    store: MemoryStore, blind: Written[Review], calibration: Written[Calibration]
) -> None:
    other = REVIEWS.add(
        store, replace(REVIEWS.get(store, blind.id, version=1).body, reviewer="Sam"),
        by="Q", at=NOON, within=calibration.id,
    )  # fmt: skip
    assert [one.id for one in queue_of(store, "Sam")] == [other.id]
    closed = replace(calibration.body, closed_at=NOON, closed_by="Q")
    CALIBRATIONS.change(store, calibration, closed, by="Q", at=NOON)
    assert shown(store, blind.id, who=None).body == blind.body
    assert queue_of(store, "Sam") == []
    with pytest.raises(ActionRefused, match="the calibration is closed"):
        save(store, other.id, answers(), comment="", by="Sam", at=NOON)


def test_what_was_blind_stays_so_when_its_calibration_is_gone(
    store: MemoryStore, blind: Written[Review], calibration: Written[Calibration]
) -> None:
    CALIBRATIONS.discard(store, [calibration.id])
    assert shown(store, blind.id, who="Sam").is_hidden


def test_reviews_of_samples_are_open_to_all() -> None:
    review = Review(
        call_id="c", user_id=None, user_name=None, reviewer="Rae", scorecard_id="s",
        scorecard_version=1, sample_id="sample",
    )  # fmt: skip
    assert visible(review, None, is_closed=False)
