"""Saved searches: which there are, what is new in each, and saving one."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from api.deps import NowDep, ReadinessDep, ServicesDep, require_same_origin
from api.pages.address import Address, read
from api.pages.answers import Answer
from api.pages.filters import Link, told
from api.pages.forms import fields_of
from api.pages.questions import Question
from api.pages.rendering import render
from api.pages.searching import how_much
from api.pages.words import worded
from api.parameters import SavedParameters, SearchBody, SearchParameters
from indexer import saved
from indexer.bootstrap import Services
from indexer.grammar import Asked, parse
from indexer.saved import SavedAnswer
from models import SearchQuery
from models.errors import QueryInvalid, SavedSearchOutdated
from models.saved import SavedSearch

router = APIRouter(prefix="/searches", include_in_schema=False)

_WORDED: Final = ("side", "kind", "disposition", "direction", "call_method", "mode", "group")
_OURS: Final = [Depends(require_same_origin)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A saved search as the list shows it; `why` says why it cannot be asked any more."""

    saved: SavedSearch
    link: Link | None
    """The question in words, and where its answers are; None if no address can ask it."""
    answer: SavedAnswer | None
    why: str = ""


@router.get("")
def list_searches(
    request: Request, services: ServicesDep, readiness: ReadinessDep, now: NowDep
) -> Response:
    """List every saved search with the number of its new calls."""
    readiness.require()
    return render(
        request,
        "searches.html",
        searches=[_kept(one, services, now) for one in services.store.saved_searches()],
        question=Question(address=Address()),
        searched=how_much(services.store),
    )


@router.post("", dependencies=_OURS)
def save_search(
    services: ServicesDep,
    readiness: ReadinessDep,
    now: NowDep,
    fields: Annotated[dict[str, str], Depends(fields_of)],
) -> Response:
    """Save what a search page was asked, under a name."""
    address = Address(tuple(parse_qsl(fields.get("asked", ""))))
    asked = read(SearchParameters, address)
    readiness.require()
    saved.require_answerable(asked.query(now=now), store=services.store, embedder=services.embedder)
    kept = asked.model_dump(mode="json", exclude_unset=True, exclude={"limit", "cursor"})
    saved.save(fields.get("name", ""), kept, store=services.store, now=now)
    return _to_the_list()


@router.get("/{search_id}")
def show_new(
    request: Request, services: ServicesDep, readiness: ReadinessDep, now: NowDep, search_id: str
) -> Response:
    """Show what is new in the answers of a saved search."""
    address = Address.of(request)
    asked = read(SavedParameters, address)
    readiness.require()
    search = saved.by_id(search_id, services.store)
    query = replace(_query(search, now), limit=asked.limit, cursor=asked.cursor)
    answer = saved.answer(
        search, query, only_new=True, store=services.store, embedder=services.embedder
    )
    understood = Asked(dialogue=query.dialogue) if query.dialogue else parse(query.text)
    return render(
        request,
        "news.html",
        answer=Answer.of(answer.page, address, understood, path=f"/searches/{search.id}"),
        news=answer,
        kept=_link(search),
        question=Question(address=Address()),
        searched=answer.page.searched,
    )


@router.post("/{search_id}/seen", dependencies=_OURS)
def mark_seen(
    services: ServicesDep,
    now: NowDep,
    search_id: str,
    upto: Annotated[int, Query(ge=0)],
) -> Response:
    """Mark as seen what had arrived when the list was made."""
    saved.see(search_id, upto=upto, store=services.store, now=now)
    return _to_the_list()


@router.post("/{search_id}/delete", dependencies=_OURS)
def delete_search(services: ServicesDep, search_id: str) -> Response:
    """Delete a saved search."""
    services.store.forget_search(search_id)
    return _to_the_list()


def _to_the_list() -> Response:
    return RedirectResponse("/searches", status_code=303)


def _kept(search: SavedSearch, services: Services, now: datetime) -> Kept:
    try:
        query = replace(_query(search, now), limit=1)
        answer = saved.answer(search, query, store=services.store, embedder=services.embedder)
    except SavedSearchOutdated as error:
        return Kept(saved=search, link=_link(search), answer=None, why=error.why)
    return Kept(saved=search, link=_link(search), answer=answer)


def _query(search: SavedSearch, now: datetime) -> SearchQuery:
    """What a saved question means now.

    Raises:
        SavedSearchOutdated: nothing any more.
    """
    try:
        return SearchBody.model_validate(search.asked).query(now=now)
    except (QueryInvalid, RequestValidationError, ValidationError) as error:
        why = str(error) if isinstance(error, QueryInvalid) else "one of its parameters is wrong"
        raise SavedSearchOutdated(search.name, why) from error


def _link(search: SavedSearch) -> Link | None:
    if "dialogue" in search.asked:
        return None
    values = {n: v if isinstance(v, list) else [v] for n, v in search.asked.items()}
    pairs = [(n, _written(v)) for n, several in values.items() for v in several if v is not None]
    address = Address(tuple(pairs))
    words = [value for name, value in pairs if name == "q" and value.strip()]
    filters = [
        told(name, value, worded(value) if name in _WORDED else None)
        for name, value in pairs
        if name not in ("q", "explain") and value != "false"
    ]
    return Link(label=" · ".join([*words, *filters]) or "All calls", url=address.at("/"))


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
