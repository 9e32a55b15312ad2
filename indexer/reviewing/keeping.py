"""Where scorecards and reviews are kept, and what is counted of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from indexer.papers import Folder, Written
from indexer.store.contract import Papers
from models.calibration import Calibration
from models.errors import PaperChanged
from models.review import Review, ReviewState
from models.scorecard import Scorecard

Noun = TypeVar("Noun")

SCORECARDS: Final = Folder("scorecard", Scorecard)
REVIEWS: Final = Folder("review", Review)
"""Each is kept within the sample or the calibration that it is of."""
CALIBRATIONS: Final = Folder("calibration", Calibration)
"""Here rather than with what is done with them, for whoever reads a review asks for these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerProgress:
    """How far one reviewer is."""

    reviewer: str
    open: int
    done: int
    replaced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the reviews of a sample are; calls that nobody was given are not counted."""

    open: int
    done: int
    replaced: int
    reviewers: tuple[ReviewerProgress, ...]
    """By name."""

    @property
    def to_do(self) -> int:
        """The reviews that are to be done in all: a replaced one is done by its substitute."""
        return self.open + self.done


def reviews_of(store: Papers, sample_id: str) -> list[Written[Review]]:
    """The reviews of a sample or a calibration, those first assigned first."""
    return REVIEWS.all(store, within=sample_id)


def progress(store: Papers, sample_id: str) -> Progress:
    """How far the reviews of a sample or a calibration are."""
    return progress_in(one.body for one in reviews_of(store, sample_id))


def progress_in(reviews: Iterable[Review]) -> Progress:
    """How far some reviews are."""
    states: dict[str, Counter[ReviewState]] = {}
    for review in reviews:
        states.setdefault(review.reviewer, Counter())[review.state] += 1
    rows = tuple(
        ReviewerProgress(
            reviewer=name,
            open=counts[ReviewState.OPEN],
            done=counts[ReviewState.DONE],
            replaced=counts[ReviewState.REPLACED],
        )
        for name, counts in sorted(states.items(), key=lambda one: (one[0].casefold(), one[0]))
    )
    return Progress(
        open=sum(row.open for row in rows),
        done=sum(row.done for row in rows),
        replaced=sum(row.replaced for row in rows),
        reviewers=rows,
    )


def reviewed_call_ids(store: Papers) -> frozenset[str]:
    """The calls of which a review was ever finished, in a sample or in a calibration."""
    return frozenset(
        one.body.call_id for one in REVIEWS.all(store) if one.body.state is ReviewState.DONE
    )


def at_version(
    folder: Folder[Noun], store: Papers, paper_id: str, version: int | None
) -> Written[Noun]:
    """A paper as it stands, for somebody who changes it; None takes whatever version that is.

    Raises:
        PaperNotFound: there is none.
        PaperChanged: somebody wrote a newer one than `version`.
    """
    known = folder.get(store, paper_id)
    if version is not None and known.version != version:
        raise PaperChanged(folder.kind, paper_id)
    return known
