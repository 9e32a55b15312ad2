"""Estimates: what a random sample's reviews say of all the calls it was drawn from."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response

from api.deps import ServicesDep
from api.exports import EXPORTED, exported
from api.parameters import refusing_repeated
from api.problems import declared
from indexer.estimating import COLUMNS, estimates, rows
from indexer.sampling import SAMPLES
from indexer.wire.sample_estimates import EstimateExport, EstimateParameters, EstimatesOut

router = APIRouter(
    prefix="/samples/{sample_id}/estimates", tags=["review"], responses=declared(401, 422, 503)
)

_ONCE: Final = [Depends(refusing_repeated(EstimateExport))]


@router.get("", dependencies=_ONCE, responses=declared(404, 409))
def show_estimates(
    services: ServicesDep, sample_id: str, asked: Annotated[EstimateParameters, Query()]
) -> EstimatesOut:
    """Estimate pass rate, score and each question for the population, and for each rep.

    A risk queue is refused: its calls were chosen, and say nothing of the others.
    """
    sample = SAMPLES.get(services.store, sample_id)
    return EstimatesOut.of(sample, estimates(services.store, sample, mark=asked.mark))


@router.get(
    "/export",
    dependencies=_ONCE,
    response_class=Response,
    responses={**EXPORTED, **declared(404, 409)},
)
def export_estimates(
    services: ServicesDep, sample_id: str, asked: Annotated[EstimateExport, Query()]
) -> Response:
    """Export every number as a row, for the population and for each rep."""
    sample = SAMPLES.get(services.store, sample_id)
    found = estimates(services.store, sample, mark=asked.mark)
    return exported(rows(found), COLUMNS, asked.format, name=f"estimates-{sample.id}")
