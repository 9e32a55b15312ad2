"""Scorecards: what reviewers are asked of a call."""

from typing import Final

from fastapi import APIRouter, Depends, Response, status

from api.deps import NowDep, ServicesDep, require_same_origin
from api.identity import MaybeWho
from api.parameters import refuse_parameters
from api.problems import declared
from indexer.reviewing import SCORECARDS, at_version, scorecards
from indexer.wire.scorecards import (
    ScorecardChangeIn,
    ScorecardIn,
    ScorecardOut,
    ScorecardsOut,
    ScorecardVersionsOut,
)

router = APIRouter(prefix="/scorecards", tags=["review"], responses=declared(401, 422, 503))

_READING: Final = [Depends(refuse_parameters)]
_WRITING: Final = [*_READING, Depends(require_same_origin)]


@router.get("", dependencies=_READING)
def list_scorecards(services: ServicesDep) -> ScorecardsOut:
    """List every scorecard as it stands, those first made first."""
    return ScorecardsOut.of(SCORECARDS.all(services.store))


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=_WRITING,
    responses=declared(403, 409),
)
def add_scorecard(
    services: ServicesDep, now: NowDep, who: MaybeWho, body: ScorecardIn, response: Response
) -> ScorecardOut:
    """Make a scorecard."""
    made = scorecards.made(body.name, body.given())
    written = SCORECARDS.add(services.store, made, by=who, at=now)
    response.headers["Location"] = f"/v1/scorecards/{written.id}"
    return ScorecardOut.of(written)


@router.get("/{scorecard_id}", dependencies=_READING, responses=declared(404))
def show_scorecard(services: ServicesDep, scorecard_id: str) -> ScorecardOut:
    """Show a scorecard as it stands."""
    return ScorecardOut.of(SCORECARDS.get(services.store, scorecard_id))


@router.get("/{scorecard_id}/versions", dependencies=_READING, responses=declared(404))
def list_scorecard_versions(services: ServicesDep, scorecard_id: str) -> ScorecardVersionsOut:
    """List every version of a scorecard: reviews name the one they were asked by."""
    return ScorecardVersionsOut.of(SCORECARDS.versions(services.store, scorecard_id))


@router.patch("/{scorecard_id}", dependencies=_WRITING, responses=declared(403, 404, 409))
def change_scorecard(
    services: ServicesDep, now: NowDep, who: MaybeWho, scorecard_id: str, body: ScorecardChangeIn
) -> ScorecardOut:
    """Write a scorecard's next version. Reviews that were assigned before keep theirs."""
    known = at_version(SCORECARDS, services.store, scorecard_id, body.version)
    changed = scorecards.change(
        services.store, known, name=body.name, sections=body.given(), by=who, at=now
    )
    return ScorecardOut.of(changed)


@router.delete(
    "/{scorecard_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=_WRITING,
    responses=declared(403, 404, 409),
)
def delete_scorecard(services: ServicesDep, scorecard_id: str) -> None:
    """Delete a scorecard that no review asks by."""
    scorecards.remove(services.store, scorecard_id)
