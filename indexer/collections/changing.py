"""Changing collections: each change is a new version, written only on the newest.

A change can be held to the version that somebody saw (`version`); without one it is made
on whatever is newest, and once more if somebody was quicker, as none of them undoes another.
"""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from indexer.collections.quoting import Wanted, quote
from indexer.papers import Folder, Written
from indexer.store.contract import Papers, Store
from models.collection import Collection, Comment, Item
from models.errors import PaperChanged, PaperNotFound, QueryInvalid
from models.saved import name_from

COLLECTIONS: Final = Folder("collection", Collection)

_TRIES: Final = 3

Kept = Written[Collection]


def begin(name: str, description: str = "", *, store: Papers, by: str | None, at: datetime) -> Kept:
    """Begin an empty collection.

    Raises:
        QueryInvalid: the name cannot be one.
        PaperNameTaken: another one has it.
    """
    body = Collection(name=name_from(name), description=description.strip())
    return COLLECTIONS.add(store, body, by=by, at=at)


def change(
    collection_id: str,
    *,
    name: str | None = None,
    description: str | None = None,
    version: int | None = None,
    store: Papers,
    by: str | None,
    at: datetime,
) -> Kept:
    """Give a collection a name or a description; None leaves it.

    Raises:
        PaperNotFound, PaperChanged, PaperNameTaken, QueryInvalid: as for any change.
    """

    def changed(collection: Collection) -> Collection:
        if name is not None:
            collection = replace(collection, name=name_from(name))
        if description is not None:
            collection = replace(collection, description=description.strip())
        return collection

    return _write(collection_id, changed, version, store, by, at)


def delete(collection_id: str, *, store: Papers) -> None:
    """Delete a collection, with every version of it.

    Raises:
        PaperNotFound: there is none.
    """
    COLLECTIONS.discard(store, [COLLECTIONS.get(store, collection_id).id])


def add_item(
    collection_id: str,
    wanted: Wanted,
    *,
    title: str = "",
    remark: str | None = None,
    version: int | None = None,
    store: Store,
    by: str | None,
    at: datetime,
) -> tuple[Kept, Item]:
    """Keep a moment at the end of a collection, with a first comment if there is a remark.

    Raises:
        CallNotFound, QueryInvalid: there is no such moment, or something else is said there.
        PaperNotFound, PaperChanged: as for any change.
    """
    quoted = quote(wanted, store)
    first = () if remark is None else (_comment(remark, wanted.at_s, by, at),)
    item = Item(
        id=uuid.uuid4().hex, call_id=wanted.call_id, kind=wanted.kind, quote=quoted.quote,
        added_by=by, added_at=at, first=quoted.first, last=quoted.last, at_s=wanted.at_s,
        title=title.strip(), comments=first,
    )  # fmt: skip
    kept = _write(
        collection_id, lambda c: replace(c, items=(*c.items, item)), version, store, by, at
    )
    return kept, item


def change_item(
    collection_id: str,
    item_id: str,
    *,
    title: str | None = None,
    place: int | None = None,
    version: int | None = None,
    store: Papers,
    by: str | None,
    at: datetime,
) -> Kept:
    """Give a moment a title, or a place counted from 1; None leaves either.

    The other moments keep their order.

    Raises:
        QueryInvalid: there is no such place.
        PaperNotFound, PaperChanged: as for any change of an item.
    """

    def changed(collection: Collection) -> Collection:
        item = _item(collection, item_id)
        if title is not None:
            item = replace(item, title=title.strip())
        return _placed(collection.with_item(item), item, place)

    return _write(collection_id, changed, version, store, by, at)


def remove_item(
    collection_id: str,
    item_id: str,
    *,
    version: int | None = None,
    store: Papers,
    by: str | None,
    at: datetime,
) -> Kept:
    """Take a moment out, with its comments; raises as for any change of an item."""

    def without(collection: Collection) -> Collection:
        gone = _item(collection, item_id)
        return replace(collection, items=tuple(i for i in collection.items if i.id != gone.id))

    return _write(collection_id, without, version, store, by, at)


def comment(
    collection_id: str,
    item_id: str,
    text: str,
    *,
    at_s: float | None = None,
    store: Papers,
    by: str | None,
    at: datetime,
) -> tuple[Kept, Comment]:
    """Say something of a moment.

    Raises:
        QueryInvalid: it says nothing, or too much.
        PaperNotFound, PaperChanged: as for any change of an item.
    """
    made = _comment(text, at_s, by, at)

    def commented(collection: Collection) -> Collection:
        item = _item(collection, item_id)
        return collection.with_item(replace(item, comments=(*item.comments, made)))

    return _write(collection_id, commented, None, store, by, at), made


def remove_comment(
    collection_id: str,
    item_id: str,
    comment_id: str,
    *,
    store: Papers,
    by: str | None,
    at: datetime,
) -> Kept:
    """Take a comment back; raises as for any change of an item, and if there is none."""

    def without(collection: Collection) -> Collection:
        item = _item(collection, item_id)
        rest = tuple(c for c in item.comments if c.id != comment_id)
        if len(rest) == len(item.comments):
            raise PaperNotFound("comment", comment_id)
        return collection.with_item(replace(item, comments=rest))

    return _write(collection_id, without, None, store, by, at)


def _write(
    collection_id: str,
    changed: Callable[[Collection], Collection],
    version: int | None,
    store: Papers,
    by: str | None,
    at: datetime,
) -> Kept:
    for last in (False,) * (_TRIES - 1) + (True,):
        known = COLLECTIONS.get(store, collection_id)
        if version is not None and version != known.version:
            raise PaperChanged(COLLECTIONS.kind, collection_id)
        try:
            return COLLECTIONS.change(store, known, changed(known.body), by=by, at=at)
        except PaperChanged:
            if last or version is not None:
                raise
    raise AssertionError


def _placed(collection: Collection, item: Item, place: int | None) -> Collection:
    if place is None:
        return collection
    if not 1 <= place <= len(collection.items):
        raise QueryInvalid("place", f"must be between 1 and {len(collection.items)}")
    rest = [other for other in collection.items if other.id != item.id]
    return replace(collection, items=(*rest[: place - 1], item, *rest[place - 1 :]))


def _item(collection: Collection, item_id: str) -> Item:
    found = collection.item(item_id)
    if found is None:
        raise PaperNotFound("item", item_id)
    return found


def _comment(text: str, at_s: float | None, by: str | None, at: datetime) -> Comment:
    return Comment(id=uuid.uuid4().hex, text=text.strip(), by=by, at=at, at_s=at_s)
