"""Collections: moments kept together, with comments."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response, status
from starlette.responses import StreamingResponse

from api.deps import NowDep, ServicesDep, require_same_origin
from api.exports import EXPORTED, exported
from api.identity import MaybeWho
from api.parameters import refuse_parameters, refusing_repeated
from api.problems import declared
from indexer import collections
from indexer.collections import COLLECTIONS
from indexer.wire.collection_rows import COLUMNS, rows_of
from indexer.wire.collections import (
    CollectionChangeIn,
    CollectionCommentIn,
    CollectionExportIn,
    CollectionIn,
    CollectionItemChangeIn,
    CollectionItemIn,
    CollectionOut,
    CollectionsOut,
)

router = APIRouter(prefix="/collections", tags=["coaching"], responses=declared(401, 422, 503))

_WRITING: Final = [Depends(refuse_parameters), Depends(require_same_origin)]


@router.get("", dependencies=[Depends(refuse_parameters)])
def list_collections(services: ServicesDep) -> CollectionsOut:
    """List every collection, the one that was begun last first."""
    return CollectionsOut.of(COLLECTIONS.all(services.store))


@router.post(
    "", status_code=status.HTTP_201_CREATED, dependencies=_WRITING, responses=declared(403, 409)
)
def begin_collection(
    services: ServicesDep, now: NowDep, who: MaybeWho, body: CollectionIn, response: Response
) -> CollectionOut:
    """Begin a collection without moments."""
    made = collections.begin(body.name, body.description, store=services.store, by=who, at=now)
    response.headers["Location"] = f"/v1/collections/{made.id}"
    return CollectionOut.of_kept(made, services.store)


@router.get("/{collection_id}", dependencies=[Depends(refuse_parameters)], responses=declared(404))
def show_collection(services: ServicesDep, collection_id: str) -> CollectionOut:
    """Show a collection with its moments, each beside its call as it is now."""
    return CollectionOut.of_kept(COLLECTIONS.get(services.store, collection_id), services.store)


@router.patch("/{collection_id}", dependencies=_WRITING, responses=declared(403, 404, 409))
def change_collection(
    services: ServicesDep,
    now: NowDep,
    who: MaybeWho,
    collection_id: str,
    body: CollectionChangeIn,
) -> CollectionOut:
    """Give a collection another name or description."""
    kept = collections.change(
        collection_id, name=body.name, description=body.description, version=body.version,
        store=services.store, by=who, at=now,
    )  # fmt: skip
    return CollectionOut.of_kept(kept, services.store)


@router.delete(
    "/{collection_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=_WRITING,
    responses=declared(403, 404),
)
def delete_collection(services: ServicesDep, collection_id: str) -> None:
    """Delete a collection, with every version of it. No call is touched."""
    collections.delete(collection_id, store=services.store)


@router.get(
    "/{collection_id}/export",
    response_class=StreamingResponse,
    dependencies=[Depends(refusing_repeated(CollectionExportIn))],
    responses=declared(404) | EXPORTED,
)
def export_collection(
    services: ServicesDep, collection_id: str, asked: Annotated[CollectionExportIn, Query()]
) -> StreamingResponse:
    """Stream a collection's moments as rows."""
    known = COLLECTIONS.get(services.store, collection_id)
    return exported(rows_of(known, services.store), COLUMNS, asked.form, name="collection")


@router.post(
    "/{collection_id}/items",
    status_code=status.HTTP_201_CREATED,
    dependencies=_WRITING,
    responses=declared(403, 404, 409),
)
def add_item(
    services: ServicesDep,
    now: NowDep,
    who: MaybeWho,
    collection_id: str,
    body: CollectionItemIn,
    response: Response,
) -> CollectionOut:
    """Keep a moment at the end of a collection, with its words as they stand in the call."""
    kept, _ = collections.add_item(
        collection_id, body.wanted(), title=body.title, remark=body.comment,
        version=body.version, store=services.store, by=who, at=now,
    )  # fmt: skip
    response.headers["Location"] = f"/v1/collections/{kept.id}"
    return CollectionOut.of_kept(kept, services.store)


@router.patch(
    "/{collection_id}/items/{item_id}", dependencies=_WRITING, responses=declared(403, 404, 409)
)
def change_item(
    services: ServicesDep,
    now: NowDep,
    who: MaybeWho,
    collection_id: str,
    item_id: str,
    body: CollectionItemChangeIn,
) -> CollectionOut:
    """Give a moment another title, or another place."""
    kept = collections.change_item(
        collection_id, item_id, title=body.title, place=body.place, version=body.version,
        store=services.store, by=who, at=now,
    )  # fmt: skip
    return CollectionOut.of_kept(kept, services.store)


@router.delete(
    "/{collection_id}/items/{item_id}",
    dependencies=_WRITING,
    responses=declared(403, 404, 409),
)
def remove_item(
    services: ServicesDep, now: NowDep, who: MaybeWho, collection_id: str, item_id: str
) -> CollectionOut:
    """Take a moment out of a collection, with its comments."""
    kept = collections.remove_item(collection_id, item_id, store=services.store, by=who, at=now)
    return CollectionOut.of_kept(kept, services.store)


@router.post(
    "/{collection_id}/items/{item_id}/comments",
    status_code=status.HTTP_201_CREATED,
    dependencies=_WRITING,
    responses=declared(403, 404, 409),
)
def add_comment(
    services: ServicesDep,
    now: NowDep,
    who: MaybeWho,
    collection_id: str,
    item_id: str,
    body: CollectionCommentIn,
) -> CollectionOut:
    """Say something of a moment, at a second of the call if one is given."""
    kept, _ = collections.comment(
        collection_id, item_id, body.text, at_s=body.at_s, store=services.store, by=who, at=now
    )
    return CollectionOut.of_kept(kept, services.store)


@router.delete(
    "/{collection_id}/items/{item_id}/comments/{comment_id}",
    dependencies=_WRITING,
    responses=declared(403, 404, 409),
)
def remove_comment(
    services: ServicesDep,
    now: NowDep,
    who: MaybeWho,
    collection_id: str,
    item_id: str,
    comment_id: str,
) -> CollectionOut:
    """Take a comment back."""
    kept = collections.remove_comment(
        collection_id, item_id, comment_id, store=services.store, by=who, at=now
    )
    return CollectionOut.of_kept(kept, services.store)
