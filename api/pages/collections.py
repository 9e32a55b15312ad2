"""Collections: moments kept together as a playlist, each with what people say of it."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from api.deps import NowDep, ServicesDep, require_same_origin
from api.identity import MaybeWho
from api.pages.collection_shapes import AddForm, Playing, second_of
from api.pages.forms import fields_of
from api.pages.rendering import render
from api.pages.searching import how_much
from indexer import collections
from indexer.bootstrap import Services
from indexer.collections import COLLECTIONS, moments_of
from indexer.wire.collections import CollectionsOut
from models.errors import CallNotFound, CallsiftError, PaperNameTaken, QueryInvalid

router = APIRouter(prefix="/collections", include_in_schema=False)

_OURS: Final = [Depends(require_same_origin)]
Fields = Annotated[dict[str, str], Depends(fields_of)]


@router.get("")
def list_collections(request: Request, services: ServicesDep) -> Response:
    """Show every collection, and a form to begin one."""
    return _list(request, services)


@router.post("", dependencies=_OURS)
def begin_collection(
    request: Request, services: ServicesDep, now: NowDep, who: MaybeWho, fields: Fields
) -> Response:
    """Begin a collection, and show it."""
    try:
        made = collections.begin(
            fields.get("name", ""), fields.get("description", ""), store=services.store,
            by=who, at=now,
        )  # fmt: skip
    except (QueryInvalid, PaperNameTaken) as error:
        return _list(request, services, fields=fields, error=error)
    return _to(made.id)


@router.get("/add")
def ask_where(
    request: Request,
    services: ServicesDep,
    call_id: str,
    kind: str = "recording",
    first: str = "",
    last: str = "",
    quote: str = "",
) -> Response:
    """Ask which moment of a call is to be kept, and where."""
    fields = {"call_id": call_id, "kind": kind, "first": first, "last": last, "quote": quote}
    return _add_form(request, services, fields)


@router.post("/add", dependencies=_OURS)
def add_moment(
    request: Request, services: ServicesDep, now: NowDep, who: MaybeWho, fields: Fields
) -> Response:
    """Keep a moment in a collection, which may be begun for it, and show that."""
    try:
        return _to(_added(fields, services, who, now))
    except (QueryInvalid, PaperNameTaken) as error:
        return _add_form(request, services, fields, error)


@router.get("/{collection_id}")
def show_collection(request: Request, services: ServicesDep, collection_id: str) -> Response:
    """Show a collection as a playlist."""
    known = COLLECTIONS.get(services.store, collection_id)
    return render(
        request,
        "collection.html",
        collection=known.body,
        kept=known,
        playlist=[Playing.of(moment) for moment in moments_of(known.body, services.store)],
        searched=how_much(services.store),
    )


@router.post("/{collection_id}/change", dependencies=_OURS)
def change_collection(
    services: ServicesDep, now: NowDep, who: MaybeWho, collection_id: str, fields: Fields
) -> Response:
    """Give a collection another name or description."""
    collections.change(
        collection_id, name=fields.get("name"), description=fields.get("description"),
        store=services.store, by=who, at=now,
    )  # fmt: skip
    return _to(collection_id)


@router.post("/{collection_id}/delete", dependencies=_OURS)
def delete_collection(services: ServicesDep, collection_id: str) -> Response:
    """Delete a collection."""
    collections.delete(collection_id, store=services.store)
    return RedirectResponse("/collections", status_code=303)


@router.post("/{collection_id}/items/{item_id}/change", dependencies=_OURS)
def change_item(
    services: ServicesDep,
    now: NowDep,
    who: MaybeWho,
    collection_id: str,
    item_id: str,
    fields: Fields,
) -> Response:
    """Give a moment another title, or another place."""
    place = fields.get("place")
    collections.change_item(
        collection_id, item_id, title=fields.get("title"),
        place=None if place is None else _number(place, "place"),
        store=services.store, by=who, at=now,
    )  # fmt: skip
    return _to(collection_id, item_id)


@router.post("/{collection_id}/items/{item_id}/remove", dependencies=_OURS)
def remove_item(
    services: ServicesDep, now: NowDep, who: MaybeWho, collection_id: str, item_id: str
) -> Response:
    """Take a moment out of a collection."""
    collections.remove_item(collection_id, item_id, store=services.store, by=who, at=now)
    return _to(collection_id)


@router.post("/{collection_id}/items/{item_id}/comment", dependencies=_OURS)
def comment_item(
    services: ServicesDep,
    now: NowDep,
    who: MaybeWho,
    collection_id: str,
    item_id: str,
    fields: Fields,
) -> Response:
    """Say something of a moment."""
    collections.comment(
        collection_id, item_id, fields.get("text", ""), at_s=second_of(fields.get("at", "")),
        store=services.store, by=who, at=now,
    )  # fmt: skip
    return _to(collection_id, item_id)


@router.post("/{collection_id}/items/{item_id}/comments/{comment_id}/remove", dependencies=_OURS)
def remove_comment(
    services: ServicesDep,
    now: NowDep,
    who: MaybeWho,
    collection_id: str,
    item_id: str,
    comment_id: str,
) -> Response:
    """Take a comment back."""
    collections.remove_comment(
        collection_id, item_id, comment_id, store=services.store, by=who, at=now
    )
    return _to(collection_id, item_id)


def _added(fields: dict[str, str], services: Services, who: str | None, now: datetime) -> str:
    """The collection that a moment is now kept in.

    Raises:
        QueryInvalid, PaperNameTaken: a field is wrong; then nothing was kept or begun.
    """
    form, store, name = AddForm.of(fields), services.store, fields.get("new", "").strip()
    if not name and not form.collection_id:
        raise QueryInvalid("collection", "choose one, or name a new one")
    wanted = form.wanted()
    if name:
        collections.check(wanted, store)
        form = form.into(collections.begin(name, store=store, by=who, at=now).id)
    kept, _ = collections.add_item(
        form.collection_id, wanted, title=form.title, remark=form.comment or None, store=store,
        by=who, at=now,
    )  # fmt: skip
    return kept.id


def _add_form(
    request: Request,
    services: Services,
    fields: dict[str, str],
    error: CallsiftError | None = None,
) -> Response:
    form, store = AddForm.of(fields), services.store
    record = store.get(form.call_id)
    if record is None:
        raise CallNotFound(form.call_id)
    return render(
        request,
        "collection-add.html",
        status=200 if error is None else _status(error),
        form=form,
        record=record,
        utterances=record.utterances(form.kind),
        collections=CollectionsOut.of(COLLECTIONS.all(store)).collections,
        new=fields.get("new", ""),
        problem=_told(error),
        searched=how_much(store),
    )


def _list(
    request: Request,
    services: Services,
    *,
    fields: dict[str, str] | None = None,
    error: CallsiftError | None = None,
) -> Response:
    store = services.store
    return render(
        request,
        "collections.html",
        status=200 if error is None else _status(error),
        collections=CollectionsOut.of(COLLECTIONS.all(store)).collections,
        fields=fields or {},
        problem=_told(error),
        searched=how_much(store),
    )


def _to(collection_id: str, item_id: str = "") -> Response:
    place = f"#{item_id}" if item_id else ""
    return RedirectResponse(f"/collections/{collection_id}{place}", status_code=303)


def _number(text: str, field: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise QueryInvalid(field, "must be a whole number") from None


def _status(error: CallsiftError) -> int:
    return 409 if isinstance(error, PaperNameTaken) else 422


def _told(error: CallsiftError | None) -> str:
    text = str(error) if error else ""
    return f"{text[:1].upper()}{text[1:]}." if text else ""
