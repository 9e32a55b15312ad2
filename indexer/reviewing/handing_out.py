"""Giving the calls of a sample to reviewers, and giving on what somebody leaves behind."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from indexer.identity import is_same_person
from indexer.papers import Written
from indexer.reviewing.assigning import CallToReview, Reviewer, assigned, require_reviewers
from indexer.reviewing.keeping import REVIEWS, SCORECARDS, reviews_of
from indexer.sampling import SAMPLES
from indexer.store.contract import Papers
from models.errors import ActionRefused, QueryInvalid
from models.review import Review, ReviewState
from models.sample import DrawnCall
from models.saved import name_key
from models.scorecard import Scorecard

_OURS: Final = uuid.UUID("5a1f6f0c-3c1e-4d7e-9a55-0d5f6f9b8a10")
"""Ids of reviews are made from it, so that two people who assign at once cannot do it twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """What became of calls that were to be given out.

    `nobody` are calls that are everybody's own: they wait for another reviewer. `before` is
    how many had been given out already.
    """

    reviews: tuple[Written[Review], ...]
    nobody: tuple[str, ...]
    before: int = 0


def review_id(sample_id: str, call_id: str) -> str:
    """The id of the review of a call in a sample: there is one at most."""
    return uuid.uuid5(_OURS, f"{sample_id} {call_id}").hex


def assign(
    store: Papers,
    sample_wanted: str,
    scorecard_wanted: str,
    reviewers: Sequence[Reviewer],
    *,
    due_at: datetime | None = None,
    by: str | None,
    at: datetime,
) -> HandedOut:
    """Give the calls of a sample that nobody has yet to reviewers.

    The sample and the scorecard are named by their id or their name.
    Reviewers are asked by the scorecard as it now is. Done twice, the second time gives out what is
    left, so a reviewer can be added for calls that were everybody's own.

    Raises:
        PaperNotFound: there is no such sample or scorecard.
        PaperChanged: somebody else gave some of these out at the same moment.
        ActionRefused: the sample's reviews ask by another scorecard.
        QueryInvalid: nobody is named, somebody twice, or the due date is past.
    """
    sample, scorecard = SAMPLES.find(store, sample_wanted), SCORECARDS.find(store, scorecard_wanted)
    require_reviewers(reviewers)
    _require_later(due_at, at)
    there = reviews_of(store, sample.id)
    if others := {one.body.scorecard_id for one in there} - {scorecard.id}:
        name = SCORECARDS.get(store, others.pop()).body.name
        raise ActionRefused(
            f"the reviews of this sample ask by the scorecard {name!r}: answers to two"
            " scorecards cannot be put together, so assign by that one"
        )
    had = {one.body.call_id for one in there}
    left = [call for call in sample.body.calls if call.call_id not in had]
    given = assigned(
        [_to_review(call) for call in left], reviewers,
        seed=sample.body.plan.seed, loads=loads_in(there),
    )  # fmt: skip
    drafts = [
        REVIEWS.new(
            review_of(sample.id, call, given[call.call_id], scorecard, due_at=due_at),
            paper_id=review_id(sample.id, call.call_id),
            within=sample.id,
        )
        for call in left
        if call.call_id in given
    ]
    written = REVIEWS.read(store.write(drafts, by=by, at=at)) if drafts else []
    return HandedOut(
        reviews=tuple(written),
        nobody=tuple(call.call_id for call in left if call.call_id not in given),
        before=len(sample.body.calls) - len(left),
    )


def reassign(
    store: Papers,
    leaving: str,
    reviewers: Sequence[Reviewer] = (),
    *,
    sample_wanted: str | None = None,
    by: str | None,
    at: datetime,
) -> HandedOut:
    """Give the open reviews of somebody who left to others; those that are done stay theirs.

    Without `reviewers` they go to the others who review the same sample. Answers that were
    begun are somebody else's judgement: the review starts anew, and its versions keep them.

    Raises:
        PaperNotFound: there is no such sample.
        PaperChanged: one was answered at the same moment.
        ActionRefused: nobody else reviews the sample.
        QueryInvalid: the one who leaves is among those named, or somebody twice.
    """
    if reviewers:
        require_reviewers(reviewers)
    if any(is_same_person(one.name, leaving) for one in reviewers):
        raise QueryInvalid("reviewers", f"{leaving!r} is the one who leaves")
    if sample_wanted is None:
        sample_ids = _samples_of(store, leaving)
    else:
        sample_ids = [SAMPLES.find(store, sample_wanted).id]
    handed = [_handed_on(store, one, leaving, reviewers) for one in sample_ids]
    drafts = [REVIEWS.next(known, body) for moved, _ in handed for known, body in moved]
    written = REVIEWS.read(store.write(drafts, by=by, at=at)) if drafts else []
    return HandedOut(
        reviews=tuple(written), nobody=tuple(call for _, nobody in handed for call in nobody)
    )


def review_of(
    sample_id: str,
    call: DrawnCall,
    reviewer: Reviewer,
    scorecard: Written[Scorecard],
    *,
    due_at: datetime | None,
) -> Review:
    """The review of a call of a sample, as it is begun."""
    return Review(
        call_id=call.call_id,
        user_id=call.user_id,
        user_name=call.user_name,
        reviewer=reviewer.name,
        reviewer_user_id=reviewer.user_id,
        scorecard_id=scorecard.id,
        scorecard_version=scorecard.version,
        sample_id=sample_id,
        stratum=call.stratum,
        probability=call.probability,
        due_at=due_at,
    )


def loads_in(reviews: Iterable[Written[Review]]) -> Counter[str]:
    """How many reviews each has to do, or has done, by `name_key`."""
    return Counter(
        name_key(one.body.reviewer) for one in reviews if one.body.state is not ReviewState.REPLACED
    )


def reviewers_in(reviews: Iterable[Written[Review]]) -> list[Reviewer]:
    """Who has reviews among these, each once."""
    found: dict[str, Reviewer] = {}
    for one in reviews:
        review = one.body
        known = found.get(name_key(review.reviewer))
        if known is None or known.user_id is None:
            found[name_key(review.reviewer)] = Reviewer(
                name=known.name if known else review.reviewer, user_id=review.reviewer_user_id
            )
    return list(found.values())


def _handed_on(
    store: Papers, sample_id: str, leaving: str, reviewers: Sequence[Reviewer]
) -> tuple[list[tuple[Written[Review], Review]], list[str]]:
    """The reviews that somebody else takes over, as they then are; and the calls nobody can."""
    there = reviews_of(store, sample_id)
    others = reviewers or [
        one for one in reviewers_in(there) if not is_same_person(one.name, leaving)
    ]
    open_ = {one.body.call_id: one for one in there if _is_open_of(one.body, leaving)}
    if open_ and not others:
        raise ActionRefused(f"nobody but {leaving} reviews this sample: name who takes over")
    sample = SAMPLES.get(store, sample_id)
    given = assigned(
        [
            CallToReview(call_id=one.body.call_id, user_id=one.body.user_id,
                         user_name=one.body.user_name)
            for one in open_.values()
        ],
        others, seed=sample.body.plan.seed, loads=loads_in(there),
    )  # fmt: skip
    moved = [(open_[call_id], handed_to(open_[call_id].body, to)) for call_id, to in given.items()]
    return moved, [call_id for call_id in open_ if call_id not in given]


def handed_to(review: Review, reviewer: Reviewer) -> Review:
    """A review as somebody else starts it."""
    return replace(
        review, reviewer=reviewer.name, reviewer_user_id=reviewer.user_id, answers=(), comment=""
    )


def _samples_of(store: Papers, reviewer: str) -> list[str]:
    found = (one.body for one in REVIEWS.all(store) if _is_open_of(one.body, reviewer))
    return list(dict.fromkeys(one.sample_id for one in found if one.sample_id is not None))


def _is_open_of(review: Review, reviewer: str) -> bool:
    return (
        review.state is ReviewState.OPEN
        and review.sample_id is not None
        and is_same_person(review.reviewer, reviewer)
    )


def _to_review(call: DrawnCall) -> CallToReview:
    return CallToReview(call_id=call.call_id, user_id=call.user_id, user_name=call.user_name)


def _require_later(due_at: datetime | None, at: datetime) -> None:
    if due_at is not None and due_at <= at:
        raise QueryInvalid("due", "must be in the future")
