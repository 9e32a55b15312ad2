"""Coach: a rep's or a team's numbers with trends, and the moments behind them."""

from collections import Counter
from datetime import date
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from api.deps import NowDep, ServicesDep, require_same_origin
from api.identity import MaybeWho
from api.pages.address import Address, read
from api.pages.coached import AGES, OTHERS, CoachParameters, Way, coached, who_of
from api.pages.forms import fields_of
from api.pages.links import call_path, place
from api.pages.rendering import render
from api.pages.searching import how_much
from indexer.comparing import INTERVENTIONS, estimated, number, plan_of, require_metric
from indexer.metrics import METRICS
from indexer.teams import TEAMS, members, reps, teams, user_ids_of
from models import EVERYTHING, Kind
from models.errors import QueryInvalid
from models.intervention import Intervention, Wanted
from models.team import Team

router = APIRouter(prefix="/coach", include_in_schema=False)

_OURS: Final = [Depends(require_same_origin)]

Fields = Annotated[dict[str, str], Depends(fields_of)]


@router.get("")
def show_coach(request: Request, services: ServicesDep, now: NowDep) -> Response:
    """Show the numbers of a rep or a team; or, where nobody is chosen, whom there is."""
    asked = read(CoachParameters, Address.of(request))
    who, everybody = who_of(asked, services), reps(services.store)
    return render(
        request,
        "coach.html",
        asked=asked,
        shown=None if who is None else coached(who, asked, services, now),
        reps=everybody,
        names=Counter(rep.name for rep in everybody),
        teams=[(team, members(team.body, services.store)) for team in teams(services.store)],
        ages=AGES,
        ways={Way.BOTH: "Both directions", Way.INBOUND: "Inbound", Way.OUTBOUND: "Outbound"},
        metrics=METRICS,
        others=OTHERS,
        estimated=estimated,
        number=number,
        spot_url=lambda spot: (
            f"{call_path(spot.record.call.id)}#{place(Kind.RECORDING, 0, spot.utterance)}"
        ),
        today=now.date(),
        searched=how_much(services.store),
    )


@router.post("/plans", dependencies=_OURS)
def make_plan(services: ServicesDep, now: NowDep, name: MaybeWho, fields: Fields) -> Response:
    """Write down a coaching plan for a rep or a team."""
    store = services.store
    who = who_of(CoachParameters.model_validate(_who(fields)), services)
    if who is None:
        raise QueryInvalid("coached", "must name a rep or a team")
    body = Intervention(
        name=fields.get("name", ""),
        metric=fields.get("metric", ""),
        user_ids=who.user_ids,
        started_on=_day(fields, "started_on") or now.date(),
        behaviour=fields.get("behaviour", ""),
        wanted=Wanted(fields["wanted"]) if fields.get("wanted") in set(Wanted) else None,
        target=_target(fields),
        next_check_on=_day(fields, "next_check_on"),
    )
    require_metric(plan_of(body, EVERYTHING).metric, store=store)
    INTERVENTIONS.add(store, body, by=name, at=now)
    return _to(fields, "plans")


@router.post("/plans/{plan_id}/delete", dependencies=_OURS)
def delete_plan(services: ServicesDep, plan_id: str, fields: Fields) -> Response:
    """Delete a coaching plan."""
    INTERVENTIONS.discard(services.store, [INTERVENTIONS.get(services.store, plan_id).id])
    return _to(fields, "plans")


@router.post("/teams", dependencies=_OURS)
def make_team(services: ServicesDep, now: NowDep, name: MaybeWho, fields: Fields) -> Response:
    """Make a team, or give one of that name other reps; a line for each rep."""
    store = services.store
    lines = [line for line in fields.get("reps", "").splitlines() if line.strip()]
    wanted = Team(name=fields.get("name", ""), user_ids=user_ids_of(lines, store, field="reps"))
    known = fields.get("team")
    if known:
        TEAMS.change(store, TEAMS.get(store, known), wanted, by=name, at=now)
    else:
        TEAMS.add(store, wanted, by=name, at=now)
    return RedirectResponse("/coach#teams", status_code=303)


@router.post("/teams/{team_id}/delete", dependencies=_OURS)
def delete_team(services: ServicesDep, team_id: str) -> Response:
    """Delete a team. No call is touched."""
    TEAMS.discard(services.store, [TEAMS.get(services.store, team_id).id])
    return RedirectResponse("/coach#teams", status_code=303)


def _who(fields: dict[str, str]) -> dict[str, str]:
    return {name: fields[name] for name in ("rep", "team") if fields.get(name)}


def _day(fields: dict[str, str], name: str) -> date | None:
    text = fields.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise QueryInvalid(name, "must be a day, such as 2026-03-02") from None


def _target(fields: dict[str, str]) -> float | None:
    """The number hoped for, in the metric's unit: a share is typed in per cent."""
    text = fields.get("target", "").strip().rstrip("%")
    if not text:
        return None
    metric = METRICS.get(fields.get("metric", ""))
    try:
        target = float(text.replace(",", "."))
    except ValueError:
        raise QueryInvalid("target", "must be a number") from None
    return target / 100 if metric is not None and metric.bounds[1] == 1 else target


def _to(fields: dict[str, str], fragment: str) -> Response:
    """Back to whom it was about."""
    return RedirectResponse(f"/coach?{urlencode(_who(fields))}#{fragment}", status_code=303)
