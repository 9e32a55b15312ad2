"""Calibrations as they are kept: begun, changed, closed; and the reviews within them."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from indexer.calibrating.drawing import Chosen, stored_of
from indexer.calibrating.reporting import Report, report
from indexer.papers import Written
from indexer.reviewing.assigning import CallToReview, Reviewer, is_own_call
from indexer.reviewing.keeping import CALIBRATIONS, REVIEWS, SCORECARDS, reviews_of
from indexer.reviewing.visibility import visible
from indexer.store.contract import Papers, Store
from models.calibration import Calibration
from models.errors import ActionRefused, QueryInvalid
from models.paper import Draft
from models.review import Review, ReviewState
from models.saved import name_from, name_key
from models.scorecard import Scorecard


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far one reviewer is: `own` calls are theirs, and not for them to review."""

    reviewer: str
    done: int
    open: int
    own: int


def begin(
    name: str,
    chosen: Chosen,
    reviewers: Sequence[Reviewer],
    scorecard: Written[Scorecard],
    *,
    store: Papers,
    by: str,
    at: datetime,
) -> Written[Calibration]:
    """Begin a calibration: each reviewer is given each call, but for their own.

    Raises:
        QueryInvalid: nobody could agree on it.
        PaperNameTaken: another has its name.
    """
    reviewers = [_known(one) for one in reviewers]
    calibration = Calibration(
        name=name,
        call_ids=tuple(call.call_id for call in chosen.calls),
        reviewers=tuple(one.name for one in reviewers),
        scorecard_id=scorecard.id,
        scorecard_version=scorecard.version,
        user_ids={one.name: one.user_id for one in reviewers if one.user_id is not None},
        draw=chosen.draw,
    )
    calibration_id = uuid.uuid4().hex
    drafts = _assigned(calibration_id, calibration, reviewers, chosen.calls)
    if not drafts:
        raise QueryInvalid("reviewers", "every call is the reviewers' own: nobody could review")
    made = store.write(
        [CALIBRATIONS.new(calibration, paper_id=calibration_id), *drafts], by=by, at=at
    )
    return CALIBRATIONS.read(made)[0]


def change(
    known: Written[Calibration],
    *,
    name: str | None = None,
    reviewers: Sequence[Reviewer] | None = None,
    store: Store,
    by: str,
    at: datetime,
) -> Written[Calibration]:
    """Give a calibration another name, other reviewers, or both.

    Who is new is given each call; who is left out loses what they have not finished.

    Raises:
        ActionRefused: it is closed, or somebody who is left out has finished a review.
        PaperChanged: somebody else changed it meanwhile.
    """
    body = known.body if name is None else replace(known.body, name=name)
    added: list[Draft] = []
    gone: list[str] = []
    if reviewers is not None:
        _require_open(known)
        reviewers = [_known(one) for one in reviewers]
        body = replace(
            body,
            reviewers=tuple(one.name for one in reviewers),
            user_ids={one.name: one.user_id for one in reviewers if one.user_id is not None},
        )
        gone = _left_out(known, reviewers, store)
        before = {name_key(one) for one in known.body.reviewers}
        new = [one for one in reviewers if name_key(one.name) not in before]
        added = _assigned(known.id, body, new, stored_of(known.body.call_ids, store))
    if body == known.body:
        return known
    made = store.write([CALIBRATIONS.next(known, body), *added], by=by, at=at)
    REVIEWS.discard(store, gone)
    return CALIBRATIONS.read(made)[0]


def close(
    known: Written[Calibration], *, store: Papers, by: str, at: datetime
) -> Written[Calibration]:
    """Close a calibration: everybody may see the answers now, and they count as they are now.

    Reviews that are not finished are left out of it for good.

    Raises:
        ActionRefused: it is closed, or nothing in it is finished.
        PaperChanged: somebody else changed it meanwhile.
    """
    _require_open(known)
    reviews = reviews_of(store, known.id)
    if not any(one.body.state is ReviewState.DONE for one in reviews):
        told = f"nobody has finished a review in {known.body.name!r}: there is nothing to show"
        raise ActionRefused(told)
    frozen = {one.id: one.version for one in reviews}
    body = replace(known.body, closed_at=at, closed_by=by, frozen=frozen)
    return CALIBRATIONS.change(store, known, body, by=by, at=at)


def discard(known: Written[Calibration], *, store: Papers) -> None:
    """Delete a calibration, and every review in it."""
    REVIEWS.discard(store, [one.id for one in reviews_of(store, known.id)])
    CALIBRATIONS.discard(store, [known.id])


def reviews_in(known: Written[Calibration], *, store: Papers) -> list[Written[Review]]:
    """The reviews of a calibration as they are, or as they were when it was closed."""
    found = reviews_of(store, known.id)
    frozen = known.body.frozen
    if not known.body.is_closed:
        return found
    return [
        one if one.version == frozen[one.id] else REVIEWS.get(store, one.id, version=frozen[one.id])
        for one in found
        if one.id in frozen
    ]


def seen_in(
    known: Written[Calibration], *, store: Papers, who: str | None
) -> list[Written[Review]]:
    """Those of its reviews that somebody may see: their own, until it is closed."""
    return [
        one
        for one in reviews_in(known, store=store)
        if visible(one.body, who, is_closed=known.body.is_closed)
    ]


def report_of(known: Written[Calibration], *, store: Papers) -> Report:
    """What a closed calibration says.

    Raises:
        ActionRefused: it is open, and nobody may see what others answered.
    """
    if not known.body.is_closed:
        told = f"{known.body.name!r} is open: what reviewers answered is shown once it is closed"
        raise ActionRefused(told)
    return report(known.body, scorecard_of(known, store=store), reviews_in(known, store=store))


def scorecard_of(known: Written[Calibration], *, store: Papers) -> Scorecard:
    """What its reviewers are asked."""
    body = known.body
    return SCORECARDS.get(store, body.scorecard_id, version=body.scorecard_version).body


def standing(known: Written[Calibration], reviews: Iterable[Written[Review]]) -> list[Standing]:
    """How far each reviewer is."""
    states: dict[str, list[ReviewState]] = {}
    for one in reviews:
        states.setdefault(name_key(one.body.reviewer), []).append(one.body.state)
    told = []
    for reviewer in known.body.reviewers:
        theirs = states.get(name_key(reviewer), [])
        told.append(
            Standing(
                reviewer=reviewer,
                done=theirs.count(ReviewState.DONE),
                open=theirs.count(ReviewState.OPEN),
                own=len(known.body.call_ids) - len(theirs),
            )
        )
    return told


def _assigned(
    calibration_id: str,
    calibration: Calibration,
    reviewers: Sequence[Reviewer],
    calls: Iterable[CallToReview],
) -> list[Draft]:
    return [
        REVIEWS.new(
            Review(
                call_id=call.call_id,
                user_id=call.user_id,
                user_name=call.user_name,
                reviewer=reviewer.name,
                reviewer_user_id=reviewer.user_id,
                scorecard_id=calibration.scorecard_id,
                scorecard_version=calibration.scorecard_version,
                calibration_id=calibration_id,
            ),
            within=calibration_id,
        )
        for call in calls
        for reviewer in reviewers
        if not is_own_call(reviewer, call.user_id, call.user_name)
    ]


def _left_out(
    known: Written[Calibration], reviewers: Sequence[Reviewer], store: Papers
) -> list[str]:
    """The reviews of those who are not among these any more.

    Raises:
        ActionRefused: one of them is finished.
    """
    stay = {name_key(one.name) for one in reviewers}
    theirs = [one for one in reviews_of(store, known.id) if name_key(one.body.reviewer) not in stay]
    done = [one for one in theirs if one.body.state is ReviewState.DONE]
    if done:
        told = f"{done[0].body.reviewer!r} has finished reviews here, which count: leave them in"
        raise ActionRefused(told)
    return [one.id for one in theirs]


def _require_open(known: Written[Calibration]) -> None:
    if known.body.closed_at is not None:
        told = f"{known.body.name!r} was closed by {known.body.closed_by}: it stays as it is"
        raise ActionRefused(told)


def _known(reviewer: Reviewer) -> Reviewer:
    return replace(reviewer, name=name_from(reviewer.name))
