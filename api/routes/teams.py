"""Teams: reps who are looked at together."""

from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Depends, Response, status

from api.deps import NowDep, ServicesDep, require_same_origin
from api.identity import MaybeWho
from api.parameters import refuse_parameters
from api.problems import declared
from indexer import teams
from indexer.papers import Written
from indexer.store.contract import Store
from indexer.teams import TEAMS
from indexer.wire.teams import RepsOut, TeamChangeIn, TeamIn, TeamOut, TeamsOut
from models.team import Team

router = APIRouter(prefix="/teams", tags=["coaching"], responses=declared(401, 422, 503))

_WRITING: Final = [Depends(refuse_parameters), Depends(require_same_origin)]


@router.get("", dependencies=[Depends(refuse_parameters)])
def list_teams(services: ServicesDep) -> TeamsOut:
    """List every team, by name."""
    return TeamsOut(teams=[_out(team, services.store) for team in teams.teams(services.store)])


@router.get("/reps", dependencies=[Depends(refuse_parameters)])
def list_reps(services: ServicesDep) -> RepsOut:
    """List every rep of whom a call is stored: those a team can be made of."""
    return RepsOut.of(teams.reps(services.store))


@router.post(
    "", status_code=status.HTTP_201_CREATED, dependencies=_WRITING, responses=declared(403, 409)
)
def make_team(
    services: ServicesDep, now: NowDep, name: MaybeWho, body: TeamIn, response: Response
) -> TeamOut:
    """Make a team of reps. A rep may be in several."""
    store = services.store
    team = Team(name=body.name, user_ids=teams.user_ids_of(body.user_ids, store, field="user_ids"))
    made = TEAMS.add(store, team, by=name, at=now)
    response.headers["Location"] = f"/v1/teams/{made.id}"
    return _out(made, store)


@router.get("/{team_id}", dependencies=[Depends(refuse_parameters)], responses=declared(404))
def show_team(services: ServicesDep, team_id: str) -> TeamOut:
    """Show one team."""
    return _out(TEAMS.get(services.store, team_id), services.store)


@router.patch("/{team_id}", dependencies=_WRITING, responses=declared(403, 404, 409))
def change_team(
    services: ServicesDep, now: NowDep, name: MaybeWho, team_id: str, body: TeamChangeIn
) -> TeamOut:
    """Change a team's name, its reps, or both. Comparisons made from now on take it as it is."""
    store = services.store
    known = TEAMS.get(store, team_id)
    wanted = known.body
    if body.name is not None:
        wanted = replace(wanted, name=body.name)
    if body.user_ids is not None:
        wanted = replace(wanted, user_ids=teams.changed_members(known.body, body.user_ids, store))
    return _out(TEAMS.change(store, known, wanted, by=name, at=now), store)


@router.delete(
    "/{team_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=_WRITING,
    responses=declared(403, 404),
)
def delete_team(services: ServicesDep, team_id: str) -> None:
    """Delete a team. No call is touched."""
    TEAMS.discard(services.store, [TEAMS.get(services.store, team_id).id])


def _out(team: Written[Team], store: Store) -> TeamOut:
    return TeamOut.of(team, teams.members(team.body, store))
