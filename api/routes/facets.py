"""Facets: what a search could be narrowed to."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.deps import NowDep, ServicesDep
from api.parameters import FilterParameters, refuse_repeated
from api.problems import declared
from indexer.facets import facets
from indexer.wire import FacetsOut

router = APIRouter(tags=["calls"], responses=declared(401, 422, 503))


@router.get("/facets", dependencies=[Depends(refuse_repeated)])
def count_facets(
    services: ServicesDep, now: NowDep, asked: Annotated[FilterParameters, Query()]
) -> FacetsOut:
    """Count the calls that have each value of a filter, under all the other filters."""
    where = asked.where(now=now)
    return FacetsOut.of(facets(where, services.store), calls=services.store.count(where))
