"""Replacing a call that cannot be reviewed by the next of its stratum, with who and why."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from indexer.identity import is_same_person
from indexer.papers import Written
from indexer.reviewing.answering import require_theirs
from indexer.reviewing.assigning import Reviewer, is_own_call
from indexer.reviewing.handing_out import loads_in, review_id, reviewers_in
from indexer.reviewing.keeping import REVIEWS, at_version, reviews_of
from indexer.sampling import POPULATIONS, SAMPLES, substitutes
from indexer.store.contract import Store
from models.errors import ActionRefused, PaperChanged, QueryInvalid
from models.review import Replacement, ReplaceReason, Review, ReviewState
from models.sample import Eligible
from models.saved import name_key

LONGEST_TEXT: Final = 1000
"""Characters that may be said of a reason."""

_TRIES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A review whose call was taken out, and the one that came in its place, if any could."""

    review: Written[Review]
    substitute: Written[Review] | None


def replace_call(
    store: Store,
    wanted: str,
    *,
    reason: ReplaceReason,
    text: str = "",
    by: str,
    at: datetime,
    version: int | None = None,
) -> Replaced:
    """Take a call out of its sample, and give the next of its stratum to the same reviewer.

    To another reviewer of the sample if it is the reviewer's own call. Both are written at
    once. Where the stratum has no other call the review is taken out alone.

    Raises:
        PaperNotFound: there is no such review.
        PaperChanged: it is no longer at `version`.
        ActionRefused: it is not theirs, no longer open, or of no sample.
        QueryInvalid: the reason is `other`, and nothing is said of it.
    """
    said = _said(reason, text)
    for _ in range(_TRIES):
        known = at_version(REVIEWS, store, wanted, version)
        _require_replaceable(known.body, by)
        chosen = _substitute(store, known)
        taken_out = replace(
            known.body,
            state=ReviewState.REPLACED,
            replacement=Replacement(
                reason=reason, by=by, at=at, text=said,
                substitute=chosen.call_id if chosen else None,
            ),
        )  # fmt: skip
        drafts = [REVIEWS.next(known, taken_out)]
        if chosen is not None:
            new_id = review_id(known.within or "", chosen.call_id)
            drafts.append(REVIEWS.new(chosen, paper_id=new_id, within=known.within))
        try:
            written = REVIEWS.read(store.write(drafts, by=by, at=at))
        except PaperChanged as error:
            if error.paper_id == wanted:
                raise
            continue  # another reviewer was given that substitute just now: the next, then
        return Replaced(review=written[0], substitute=written[1] if chosen else None)
    raise ActionRefused("others replace calls of this sample at this moment: try again")


def _substitute(store: Store, known: Written[Review]) -> Review | None:
    """The review of the next call of the stratum, with the reviewer it is for."""
    review = known.body
    assert known.within is not None
    assert review.stratum is not None
    there = reviews_of(store, known.within)
    same = Reviewer(name=review.reviewer, user_id=review.reviewer_user_id)
    loads = loads_in(there)
    others = sorted(
        (one for one in reviewers_in(there) if not is_same_person(one.name, same.name)),
        key=lambda one: (loads[name_key(one.name)], name_key(one.name)),
    )
    taken = {one.body.call_id for one in there}
    for call in _in_order(store, known.within, review, taken):
        for reviewer in (same, *others):
            if not is_own_call(reviewer, call.user_id, call.user_name):
                return _begun(review, call, reviewer)
    return None


def _in_order(
    store: Store, sample_id: str, review: Review, reviewed: Collection[str]
) -> Iterator[Eligible]:
    """Calls of a review's stratum that are in nobody's hands, in the order of the draw."""
    sample = SAMPLES.get(store, sample_id).body
    population = POPULATIONS.get(store, sample.population).body
    by_id = {call.call_id: call for call in population.calls}
    taken = {call.call_id for call in sample.calls} | set(reviewed)
    assert review.stratum is not None
    while call_id := substitutes(
        sample, population, review.stratum, taken, instead_of=review.call_id
    ):
        taken.add(call_id)
        if store.get(call_id) is not None:
            yield by_id[call_id]


def _begun(review: Review, call: Eligible, reviewer: Reviewer) -> Review:
    """The review of a substitute, by the scorecard that the other was to be answered by."""
    return Review(
        call_id=call.call_id,
        user_id=call.user_id,
        user_name=call.user_name,
        reviewer=reviewer.name,
        reviewer_user_id=reviewer.user_id,
        scorecard_id=review.scorecard_id,
        scorecard_version=review.scorecard_version,
        sample_id=review.sample_id,
        stratum=review.stratum,
        probability=review.probability,
        substitute_for=review.call_id,
        due_at=review.due_at,
    )


def _require_replaceable(review: Review, by: str) -> None:
    require_theirs(review, by, "replace")
    if review.sample_id is None:
        raise ActionRefused("everybody reviews the same calls in a calibration: none is replaced")
    if review.state is ReviewState.DONE:
        raise ActionRefused("a finished review is not replaced: its call was reviewed")
    if review.state is ReviewState.REPLACED:
        raise ActionRefused("this call was replaced by another already")


def _said(reason: ReplaceReason, text: str) -> str:
    said = " ".join(text.split())
    if reason is ReplaceReason.OTHER and not said:
        raise QueryInvalid("text", "say what the other reason is")
    if len(said) > LONGEST_TEXT:
        raise QueryInvalid("text", f"may have at most {LONGEST_TEXT:,} characters")
    return said
