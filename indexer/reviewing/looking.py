"""Reviews as somebody may see them: found by sample, reviewer and state, and what is next."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from indexer import cursors
from indexer.identity import is_same_person
from indexer.papers import Written
from indexer.reviewing.keeping import REVIEWS
from indexer.reviewing.visibility import Eyes, Seen, is_closed
from indexer.store.contract import Papers
from models.review import Review, ReviewState

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which reviews; None asks for any."""

    sample_id: str | None = None
    calibration_id: str | None = None
    reviewer: str | None = None
    state: ReviewState | None = None
    call_id: str | None = None
    has_open_appeal: bool = False

    def takes(self, review: Review) -> bool:
        """Whether a review is one of them."""
        return (
            self.sample_id in (None, review.sample_id)
            and self.calibration_id in (None, review.calibration_id)
            and (self.reviewer is None or is_same_person(self.reviewer, review.reviewer))
            and self.state in (None, review.state)
            and self.call_id in (None, review.call_id)
            and (not self.has_open_appeal or any(a.is_upheld is None for a in review.appeals))
        )


def found(store: Papers, wanted: Wanted) -> list[Written[Review]]:
    """Reviews, those first assigned first, whole: only for eyes that may see them."""
    within = wanted.sample_id or wanted.calibration_id
    return [one for one in REVIEWS.all(store, within=within) if wanted.takes(one.body)]


def listed(
    store: Papers, wanted: Wanted, *, who: str | None, limit: int, cursor: str | None = None
) -> tuple[list[Seen], str | None]:
    """A page of reviews as this person may see them, and the cursor of the next.

    Raises:
        QueryInvalid: the cursor belongs to other reviews, or is none.
    """
    eyes, everything, start = Eyes(store, who), found(store, wanted), 0
    if cursor is not None:
        [last] = cursors.read(cursor, repr(wanted), types=(str,))
        ends = (n + 1 for n, one in enumerate(everything) if one.id == last)
        start = next(ends, len(everything))
    page = everything[start : start + limit]
    is_last = start + limit >= len(everything)
    next_cursor = None if is_last else cursors.write(repr(wanted), [page[-1].id])
    return [eyes.see(one) for one in page], next_cursor


def shown(store: Papers, review_id: str, *, who: str | None, version: int | None = None) -> Seen:
    """One review as this person may see it.

    Raises:
        PaperNotFound: there is none, or no such version.
    """
    return Eyes(store, who).see(REVIEWS.get(store, review_id, version=version))


def versions_shown(store: Papers, review_id: str, *, who: str | None) -> list[Seen]:
    """Every version of a review as this person may see it: of a blind one, only the last.

    Raises:
        PaperNotFound: there is no such review.
    """
    eyes, versions = Eyes(store, who), REVIEWS.versions(store, review_id)
    if eyes.can_see(versions[-1].body):
        return [eyes.see(one) for one in versions]
    return [eyes.see(versions[-1])]


def queue_of(store: Papers, who: str, *, sample_id: str | None = None) -> list[Written[Review]]:
    """What somebody has to review: what is due first comes first, then what was given first."""
    theirs = found(store, Wanted(reviewer=who, state=ReviewState.OPEN, sample_id=sample_id))
    calibrations = {one.body.calibration_id: one.body for one in theirs}
    closed = {of for of, review in calibrations.items() if is_closed(store, review)}
    return sorted(
        (one for one in theirs if one.body.calibration_id not in closed),
        key=lambda one: one.body.due_at or _NEVER,
    )


def next_of(store: Papers, who: str, *, sample_id: str | None = None) -> Written[Review] | None:
    """What somebody is to review next; None when all is done."""
    return next(iter(queue_of(store, who, sample_id=sample_id)), None)
