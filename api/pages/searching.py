"""The search page: a question, the filters, and the calls that answer, or why none do."""

from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from api.deps import NowDep, ReadinessDep, ServicesDep, WorkerDep
from api.pages.address import Address, read
from api.pages.answers import Answer
from api.pages.filters import FILTERS, Filters
from api.pages.questions import Fault, Question
from api.pages.rendering import render, wants_counts
from api.parameters import SearchParameters
from api.problems import Problem
from indexer.bootstrap import Services
from indexer.grammar import Asked, parse
from indexer.search import search, searched
from indexer.store.contract import Store
from models import Group, Searched, SearchFilter
from models.errors import CallsiftError

router = APIRouter(include_in_schema=False)


@router.get("/")
def show_search(
    request: Request,
    services: ServicesDep,
    readiness: ReadinessDep,
    worker: WorkerDep,
    now: NowDep,
) -> Response:
    """Search, or list the newest calls where nothing is asked."""
    address = Address.of(request)
    query = read(SearchParameters, address).query(now=now)
    asked = parse(query.text)
    if query.text.strip():
        readiness.require()
    ranks = bool(asked.words.strip()) or asked.dialogue is not None
    if not ranks:  # a form still says `moment` when its question is taken back
        query = replace(query, group=Group.CALL)
    page = search(query, store=services.store, embedder=services.embedder)
    where = replace(query.where, said=asked.said)
    return render(
        request,
        "search.html",
        question=Question(address=address, ranks=ranks),
        filters=Filters.of(address, where, services.store, counts=wants_counts(request)),
        answer=Answer.of(page, address, asked),
        searched=page.searched,
        syncs_itself=worker is not None,
        problem=None,
        fault=None,
        no_filters=address.without(*FILTERS, "cursor").at("/"),
    )


def show_refusal(request: Request, problem: Problem, services: Services, now: datetime) -> Response:
    """The search page with what is wrong where the answer would be."""
    address = Address.of(request)
    store = services.store
    return render(
        request,
        "search.html",
        status=problem.status,
        question=Question(address=address),
        filters=Filters.of(address, _where(address, now, store), store),
        answer=None,
        searched=how_much(store),
        syncs_itself=False,
        problem=problem,
        fault=Fault.of(problem, address.one("q")),
        no_filters=address.without(*FILTERS, "cursor").at("/"),
    )


def how_much(store: Store) -> Searched | None:
    """How much could be searched; None where even that cannot be told."""
    try:
        return searched(store)
    except CallsiftError:
        return None


def understood(text: str) -> Asked:
    """A question as it is understood; as no question where it is not."""
    try:
        return parse(text)
    except CallsiftError:
        return Asked()


def _where(address: Address, now: datetime, store: Store) -> SearchFilter | None:
    """The filter of an address, to count by; None where it is what is wrong."""
    try:
        where = read(SearchParameters, address).where(now=now)
        where = replace(where, said=understood(address.one("q")).said)
        store.count(where)
    except (CallsiftError, RequestValidationError):
        return None
    return where
