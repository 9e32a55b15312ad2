"""Saved searches: questions under a name, and what is new in their answers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Response, status
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.deps import NowDep, ServicesDep, WhenReady, require_same_origin
from api.parameters import SavedParameters, SearchBody, refuse_parameters, refuse_repeated
from api.problems import declared, problems_in
from indexer import saved
from indexer.bootstrap import Services
from indexer.wire import (
    SavedAnswerOut,
    SavedChangeIn,
    SavedSearchesOut,
    SavedSearchIn,
    SavedSearchOut,
    SeenIn,
)
from models import SearchQuery
from models.errors import QueryInvalid, SavedSearchOutdated

router = APIRouter(prefix="/searches", tags=["searches"], responses=declared(401, 422, 503))

_WRITING: Final = [Depends(refuse_parameters), Depends(require_same_origin)]


@router.get("", dependencies=[Depends(refuse_parameters)])
def list_searches(services: ServicesDep) -> SavedSearchesOut:
    """List every saved search, by name."""
    return SavedSearchesOut.of(services.store.saved_searches())


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=[*_WRITING, WhenReady],
    responses=declared(403, 409),
)
def save_search(
    services: ServicesDep, now: NowDep, body: SavedSearchIn, response: Response
) -> SavedSearchOut:
    """Save a question under a name. It is refused where `POST /v1/search` would refuse it."""
    asked = _answerable(body.asked, services, now)
    made = saved.save(body.name, asked, store=services.store, now=now)
    response.headers["Location"] = f"/v1/searches/{made.id}"
    return SavedSearchOut.of(made)


@router.get("/{search_id}", dependencies=[Depends(refuse_parameters)], responses=declared(404))
def show_search(services: ServicesDep, search_id: str) -> SavedSearchOut:
    """Show one saved search."""
    return SavedSearchOut.of(saved.by_id(search_id, services.store))


@router.patch(
    "/{search_id}", dependencies=[*_WRITING, WhenReady], responses=declared(403, 404, 409)
)
def change_search(
    services: ServicesDep, now: NowDep, search_id: str, body: SavedChangeIn
) -> SavedSearchOut:
    """Change a saved search's name, question, or both. What was seen of it stays seen."""
    asked = None if body.asked is None else _answerable(body.asked, services, now)
    changed = saved.change(search_id, name=body.name, asked=asked, store=services.store)
    return SavedSearchOut.of(changed)


@router.delete(
    "/{search_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=_WRITING,
    responses=declared(403, 404),
)
def delete_search(services: ServicesDep, search_id: str) -> None:
    """Delete a saved search."""
    services.store.forget_search(search_id)


@router.get(
    "/{search_id}/results",
    dependencies=[Depends(refuse_repeated), WhenReady],
    responses=declared(404, 409),
)
def run_search(
    services: ServicesDep,
    now: NowDep,
    search_id: str,
    page: Annotated[SavedParameters, Query()],
) -> SavedAnswerOut:
    """Ask a saved question, and say what is new in the answers."""
    search = saved.by_id(search_id, services.store)
    try:
        _, query = _question(search.asked, now)
    except (QueryInvalid, RequestValidationError) as error:
        raise SavedSearchOutdated(search.name, _told(error)) from error
    answer = saved.answer(
        search,
        replace(query, limit=page.limit, cursor=page.cursor),
        only_new=page.new,
        store=services.store,
        embedder=services.embedder,
    )
    return SavedAnswerOut.of_saved(answer)


@router.post("/{search_id}/seen", dependencies=_WRITING, responses=declared(403, 404))
def mark_seen(
    services: ServicesDep, now: NowDep, search_id: str, body: SeenIn | None = None
) -> SavedSearchOut:
    """Mark a saved search's answers as seen: only what arrives later is new then."""
    upto = body.upto if body else None
    return SavedSearchOut.of(saved.see(search_id, upto=upto, store=services.store, now=now))


def _answerable(asked: Mapping[str, Any], services: Services, now: datetime) -> dict[str, Any]:
    """A question as it is kept.

    Raises:
        RequestValidationError, QueryInvalid: a search would refuse it.
    """
    kept, query = _question(asked, now)
    saved.require_answerable(query, store=services.store, embedder=services.embedder)
    return kept


def _question(asked: Mapping[str, Any], now: datetime) -> tuple[dict[str, Any], SearchQuery]:
    """A question as it is kept, and what it means now.

    Raises:
        RequestValidationError, QueryInvalid: it cannot be asked.
    """
    paging = [name for name in ("limit", "cursor") if name in asked]
    if paging:
        told = "is given whenever it is asked, and not saved"
        raise RequestValidationError(
            [{"type": "refused", "loc": ("body", name), "msg": told} for name in paging]
        )
    try:
        read = SearchBody.model_validate(asked)
    except ValidationError as error:
        raise RequestValidationError(
            [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        ) from error
    return read.model_dump(mode="json", exclude_unset=True), read.query(now=now)


def _told(error: QueryInvalid | RequestValidationError) -> str:
    if isinstance(error, QueryInvalid):
        return str(error)
    return "; ".join(f"{one.field}: {one.problem}" for one in problems_in(error))
