"""Comparisons: one group of calls against another, and before against after."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Response, status

from api.deps import NowDep, ReadinessDep, ServicesDep, require_same_origin
from api.exports import EXPORTED, exported
from api.identity import MaybeWho
from api.parameters import refuse_parameters, refusing_repeated
from api.problems import declared
from api.readiness import Readiness
from indexer.bootstrap import Services
from indexer.comparing import (
    COMPARISON_COLUMNS,
    INTERVENTIONS,
    TRACKER,
    EffectPlan,
    compare,
    comparison_plot,
    comparison_rows,
    effect_of,
    interventions,
    plan_of,
    require_metric,
)
from indexer.plots import SVG, drawn
from indexer.search import searched
from indexer.wire.comparisons import (
    CompareBody,
    CompareExport,
    CompareParameters,
    ComparisonOut,
    PlotParameters,
)
from indexer.wire.filters import WhereIn
from indexer.wire.interventions import (
    EffectOut,
    EffectParameters,
    InterventionChangeIn,
    InterventionIn,
    InterventionOut,
    InterventionsOut,
)
from models.comparison import Comparison, ComparisonPlan

router = APIRouter(prefix="/compare", tags=["coaching"], responses=declared(401, 422, 503))

_WRITING: Final = [Depends(refuse_parameters), Depends(require_same_origin)]
_PLANS: Final = "/interventions"
_PLOTTED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The plot.", "content": {SVG: {"schema": {"type": "string"}}}}
}


@router.get("", dependencies=[Depends(refusing_repeated(CompareParameters))])
def compare_groups(
    services: ServicesDep,
    readiness: ReadinessDep,
    now: NowDep,
    asked: Annotated[CompareParameters, Query()],
) -> ComparisonOut:
    """Compare groups of calls by their metrics, each number with its interval.

    No group comes before another unless every difference is more than chance.
    """
    return _answer(asked.plan(now=now), services, readiness)


@router.post("", dependencies=[Depends(refuse_parameters)])
def compare_groups_of_a_body(
    services: ServicesDep, readiness: ReadinessDep, now: NowDep, body: CompareBody
) -> ComparisonOut:
    """Compare groups of calls by their metrics, any filters against any others."""
    return _answer(body.plan(now=now), services, readiness)


@router.get(
    "/export",
    dependencies=[Depends(refusing_repeated(CompareExport))],
    response_class=Response,
    responses=EXPORTED,
)
def export_comparison(
    services: ServicesDep,
    readiness: ReadinessDep,
    now: NowDep,
    asked: Annotated[CompareExport, Query()],
) -> Response:
    """Export a comparison: a row for each group and metric, then one for each two groups."""
    found = _compared(asked.plan(now=now), services, readiness)
    return exported(comparison_rows(found), COMPARISON_COLUMNS, asked.format, name="comparison")


@router.get(
    "/plot.svg",
    dependencies=[Depends(refusing_repeated(PlotParameters))],
    response_class=Response,
    responses=_PLOTTED,
)
def plot_comparison(
    services: ServicesDep,
    readiness: ReadinessDep,
    now: NowDep,
    asked: Annotated[PlotParameters, Query()],
) -> Response:
    """Draw a comparison by one metric: each group's mean with its interval, weeks as a trend."""
    found = _compared(asked.plan(now=now), services, readiness)
    drawing = drawn(comparison_plot(found), theme=asked.theme, width=asked.width)
    return Response(drawing, media_type=SVG, headers={"Cache-Control": "private, max-age=60"})


@router.get(
    "/effect",
    dependencies=[Depends(refusing_repeated(EffectParameters))],
    responses=declared(404),
)
def find_effect(
    services: ServicesDep,
    readiness: ReadinessDep,
    now: NowDep,
    asked: Annotated[EffectParameters, Query()],
) -> EffectOut:
    """Find out what changed in coached reps beyond what changed in their peers.

    Difference in differences, rep by rep, with a permutation test of who was coached.
    """
    return _effect(asked.plan(store=services.store, now=now), services, readiness, now)


@router.get(_PLANS, dependencies=[Depends(refuse_parameters)])
def list_interventions(services: ServicesDep) -> InterventionsOut:
    """List every coaching plan, the one begun last first."""
    found = interventions(services.store)
    return InterventionsOut(interventions=[InterventionOut.of(one) for one in found])


@router.post(
    _PLANS,
    status_code=status.HTTP_201_CREATED,
    dependencies=_WRITING,
    responses=declared(403, 404, 409),
)
def make_intervention(
    services: ServicesDep,
    now: NowDep,
    name: MaybeWho,
    body: InterventionIn,
    response: Response,
) -> InterventionOut:
    """Write down a coaching plan: who is coached since when, and which number is to move."""
    wanted = body.intervention(services.store)
    plan = plan_of(wanted, body.where.where(now=now))
    require_metric(plan.metric, store=services.store)
    made = INTERVENTIONS.add(services.store, wanted, by=name, at=now)
    response.headers["Location"] = f"/v1/compare{_PLANS}/{made.id}"
    return InterventionOut.of(made)


@router.get(
    _PLANS + "/{intervention_id}",
    dependencies=[Depends(refuse_parameters)],
    responses=declared(404),
)
def show_intervention(services: ServicesDep, intervention_id: str) -> InterventionOut:
    """Show one coaching plan."""
    return InterventionOut.of(INTERVENTIONS.get(services.store, intervention_id))


@router.patch(
    _PLANS + "/{intervention_id}", dependencies=_WRITING, responses=declared(403, 404, 409)
)
def change_intervention(
    services: ServicesDep,
    now: NowDep,
    name: MaybeWho,
    intervention_id: str,
    body: InterventionChangeIn,
) -> InterventionOut:
    """Change a coaching plan, but for who is coached and since when: that is what happened."""
    known = INTERVENTIONS.get(services.store, intervention_id)
    given = {field: getattr(body, field) for field in body.model_fields_set}
    wanted = replace(known.body, **given)
    return InterventionOut.of(INTERVENTIONS.change(services.store, known, wanted, by=name, at=now))


@router.delete(
    _PLANS + "/{intervention_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=_WRITING,
    responses=declared(403, 404),
)
def delete_intervention(services: ServicesDep, intervention_id: str) -> None:
    """Delete a coaching plan. No call is touched."""
    known = INTERVENTIONS.get(services.store, intervention_id)
    INTERVENTIONS.discard(services.store, [known.id])


@router.get(
    _PLANS + "/{intervention_id}/effect",
    dependencies=[Depends(refuse_parameters)],
    responses=declared(404),
)
def find_effect_of_intervention(
    services: ServicesDep, readiness: ReadinessDep, now: NowDep, intervention_id: str
) -> EffectOut:
    """Find out what a coaching plan has changed so far."""
    body = INTERVENTIONS.get(services.store, intervention_id).body
    where = WhereIn.model_validate(body.where).where(now=now)
    return _effect(plan_of(body, where), services, readiness, now)


def _answer(plan: ComparisonPlan, services: Services, readiness: Readiness) -> ComparisonOut:
    found = _compared(plan, services, readiness)
    return ComparisonOut.of(found, searched(services.store))


def _compared(plan: ComparisonPlan, services: Services, readiness: Readiness) -> Comparison:
    _require_ready(plan.metrics, readiness)
    return compare(plan, store=services.store, embedder=services.embedder)


def _effect(plan: EffectPlan, services: Services, readiness: Readiness, now: datetime) -> EffectOut:
    _require_ready([plan.metric], readiness)
    found = effect_of(plan, store=services.store, embedder=services.embedder, now=now)
    return EffectOut.of(found)


def _require_ready(metrics: Iterable[str], readiness: Readiness) -> None:
    """Wait for the embedder only where it is needed: trackers may have examples."""
    if any(metric.startswith(TRACKER) for metric in metrics):
        readiness.require()
