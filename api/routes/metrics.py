"""Metrics: what calls measure, and by which formulas."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.deps import NowDep, ServicesDep
from api.exports import EXPORTED, exported
from api.parameters import refuse_parameters, refusing_repeated
from api.problems import declared
from indexer.measuring.summary import COLUMNS, measured_call, rows, summarise
from indexer.metrics import METRICS
from indexer.search import searched
from indexer.wire.metrics import (
    CallMetricsOut,
    FormulasOut,
    MetricsExport,
    MetricsOut,
    MetricsParameters,
)

router = APIRouter(tags=["coaching"], responses=declared(401, 422, 503))


@router.get("/metrics", dependencies=[Depends(refusing_repeated(MetricsParameters))])
def sum_up_metrics(
    services: ServicesDep, now: NowDep, asked: Annotated[MetricsParameters, Query()]
) -> MetricsOut:
    """Sum up what calls measure: means with their intervals, medians and quartiles."""
    found = summarise(asked.where(now=now), asked.type, services.store)
    return MetricsOut.of(found, searched(services.store))


@router.get("/metrics/formulas", dependencies=[Depends(refuse_parameters)])
def list_formulas() -> FormulasOut:
    """List every metric: its definition, version and source."""
    return FormulasOut.of(METRICS.values())


@router.get(
    "/metrics/export",
    dependencies=[Depends(refusing_repeated(MetricsExport))],
    response_class=Response,
    responses=EXPORTED,
)
def export_metrics(
    services: ServicesDep, now: NowDep, asked: Annotated[MetricsExport, Query()]
) -> Response:
    """Export what each call measures: a row a call, its facts and a column for each metric."""
    found = rows(asked.where(now=now), services.store)
    return exported(found, COLUMNS, asked.format, name="metrics")


@router.get(
    "/calls/{call_id}/metrics",
    dependencies=[Depends(refuse_parameters)],
    responses=declared(404),
)
def measure_call(services: ServicesDep, call_id: str) -> CallMetricsOut:
    """Show what one call measures."""
    return CallMetricsOut.of(measured_call(call_id, services.store))
