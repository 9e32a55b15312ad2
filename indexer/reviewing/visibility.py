"""Who may see what of a review: those of a calibration are blind until it is closed."""

from dataclasses import dataclass, replace

from indexer.identity import is_same_person
from indexer.papers import Written
from indexer.reviewing.keeping import CALIBRATIONS
from indexer.store.contract import Papers
from models.errors import PaperNotFound
from models.review import Review


def visible(review: Review, who: str | None, *, is_closed: bool) -> bool:
    """Whether somebody may see a review's answers and score.

    A review of a calibration is its reviewer's alone until the calibration `is_closed`;
    everybody may know that it is there, and its state. One of a sample is open to all.
    """
    if review.calibration_id is None or is_closed:
        return True
    return is_same_person(review.reviewer, who)


def is_closed(store: Papers, review: Review) -> bool:
    """Whether what a review belongs to is closed: a calibration can be, a sample is not."""
    if review.calibration_id is None:
        return False
    try:
        return CALIBRATIONS.get(store, review.calibration_id).body.is_closed
    except PaperNotFound:
        return False  # what is gone was never shown to all


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A review as somebody may see it; if it `is_hidden`, without what was answered."""

    written: Written[Review]
    is_hidden: bool

    @property
    def body(self) -> Review:
        """What they may see of it."""
        return self.written.body


class Eyes:
    """What one person may see of reviews; asks each calibration once whether it is closed."""

    def __init__(self, store: Papers, who: str | None) -> None:
        self._store = store
        self._who = who
        self._closed: dict[str | None, bool] = {}

    def can_see(self, review: Review) -> bool:
        """Whether they may see a review's answers and score."""
        of = review.calibration_id
        if of not in self._closed:
            self._closed[of] = is_closed(self._store, review)
        return visible(review, self._who, is_closed=self._closed[of])

    def see(self, written: Written[Review]) -> Seen:
        """A review as they may see it: without its answers, comment and score if they may not."""
        if self.can_see(written.body):
            return Seen(written=written, is_hidden=False)
        return Seen(written=replace(written, body=_blinded(written.body)), is_hidden=True)


def _blinded(review: Review) -> Review:
    """A review as whoever may not see its answers sees it."""
    return replace(
        review, answers=(), comment="", score=None, is_auto_failed=False, appeals=(),
        replacement=None,
    )  # fmt: skip
