"""Collections: moments kept together, in an order, with what people say of them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from models.errors import QueryInvalid
from models.passage import Kind
from models.saved import name_from

MOST_ITEMS: Final = 500
LONGEST_DESCRIPTION: Final = 2000
LONGEST_TITLE: Final = 200
LONGEST_COMMENT: Final = 4000
MOST_COMMENTS: Final = 200
"""Comments on one item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody said of an item; `at_s` is the second of the call that it is about."""

    id: str
    text: str
    by: str | None
    at: datetime
    at_s: float | None = None

    def __post_init__(self) -> None:
        """Refuse what says nothing.

        Raises:
            QueryInvalid: the text is empty or too long, or the second is before the call.
        """
        _require_text(self.text, "text", LONGEST_COMMENT)
        if self.at_s is not None and not self.at_s >= 0:
            raise QueryInvalid("at_s", "must not be before the call")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A moment that is kept: utterances from `first` to `last`, both included, or a second.

    `quote` is what was said there, or that part of it which was chosen, in the words of the
    transcript when it was kept; empty where nothing is known to have been said.
    """

    id: str
    call_id: str
    kind: Kind
    quote: str
    added_by: str | None
    added_at: datetime
    first: int | None = None
    last: int | None = None
    at_s: float | None = None
    title: str = ""
    comments: tuple[Comment, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a moment that is nowhere.

        Raises:
            QueryInvalid: it has neither utterances nor a second, or its title is too long.
        """
        if (self.first is None) != (self.last is None) or (
            self.first is None and self.at_s is None
        ):
            raise QueryInvalid("first", "say which utterances, or which second (at_s)")
        _require_line(self.title, "title", LONGEST_TITLE)
        if len(self.comments) > MOST_COMMENTS:
            raise QueryInvalid("comments", f"there may be at most {MOST_COMMENTS}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Moments under a name, in the order they are to be heard in."""

    name: str
    description: str = ""
    items: tuple[Item, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be kept.

        Raises:
            QueryInvalid: the name cannot be one, or there is too much.
        """
        if name_from(self.name) != self.name:
            raise QueryInvalid("name", "must have no blanks around it")
        if len(self.description) > LONGEST_DESCRIPTION:
            raise QueryInvalid("description", f"must have at most {LONGEST_DESCRIPTION} characters")
        if len(self.items) > MOST_ITEMS:
            raise QueryInvalid("items", f"a collection holds at most {MOST_ITEMS}: begin another")

    def item(self, item_id: str) -> Item | None:
        """The item of an id, if it is here."""
        return next((item for item in self.items if item.id == item_id), None)

    def with_item(self, changed: Item) -> "Collection":
        """The same with an item in place of the one of its id."""
        items = (changed if item.id == changed.id else item for item in self.items)
        return replace(self, items=tuple(items))


def _require_text(text: str, field: str, longest: int) -> None:
    if not text.strip():
        raise QueryInvalid(field, "must not be empty")
    if len(text) > longest:
        raise QueryInvalid(field, f"must have at most {longest} characters")


def _require_line(text: str, field: str, longest: int) -> None:
    if len(text) > longest:
        raise QueryInvalid(field, f"must have at most {longest} characters")
    if not text.isprintable():
        raise QueryInvalid(field, "must be of printable characters, on one line")
