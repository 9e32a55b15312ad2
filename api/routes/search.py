"""Search: a question in, calls and their moments out."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query

from api.deps import NowDep, ServicesDep, WhenReady
from api.examples.calls import QUESTIONS
from api.parameters import SearchBody, SearchParameters, refuse_parameters, refuse_repeated
from api.problems import declared
from indexer.search import search
from indexer.wire import SearchOut

router = APIRouter(tags=["search"], responses=declared(401, 422, 503))


@router.get("/search", dependencies=[Depends(refuse_repeated), WhenReady])
def search_calls(
    services: ServicesDep, now: NowDep, asked: Annotated[SearchParameters, Query()]
) -> SearchOut:
    """Find the calls, and the moments in them, that answer a question; best first.

    An answer is a call with its best moments; with `group=moment` one moment with its call;
    where a dialogue is asked for, a call in which it happens, its moments the steps in order.

    Names that take several values repeat: `disposition=busy&disposition=no-answer`.
    """
    query = asked.query(now=now)
    return SearchOut.of(search(query, store=services.store, embedder=services.embedder))


@router.post("/search", dependencies=[Depends(refuse_parameters), WhenReady])
def search_calls_by_body(
    services: ServicesDep,
    now: NowDep,
    asked: Annotated[SearchBody, Body(openapi_examples=QUESTIONS)],
) -> SearchOut:
    """The same with a JSON body, for questions too long for an address, or a dialogue in steps.

    Names that take several values take a list, or a single value. The `query` of an answer
    is such a body: changed in one place, it asks for something else in the same way.
    """
    return search_calls(services, now, asked)
