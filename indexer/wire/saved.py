"""The wire shapes of saved searches."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from indexer.saved import SavedAnswer
from indexer.wire.answers import SearchOut
from models.saved import LONGEST_NAME, SavedSearch

_NAME = f"What people call it: 1 to {LONGEST_NAME} printable characters, no other search's name."
_ASKED = (
    "The question as `POST /v1/search` takes it, without `limit` and `cursor`. An age such as"
    " `30d` is kept as it is, and counted back from each asking."
)


class SavedSearchIn(BaseModel):
    """A question to save."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str = Field(description=_NAME)
    asked: dict[str, Any] = Field(description=_ASKED)


class SavedChangeIn(BaseModel):
    """What to change of a saved search; what is left out stays."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str | None = Field(None, description=_NAME)
    asked: dict[str, Any] | None = Field(None, description=_ASKED)


class SeenIn(BaseModel):
    """What was seen."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    upto: int | None = Field(
        None,
        ge=0,
        strict=True,
        description="`upto` of the answers that were read; what has arrived since stays new."
        " Without it, whatever is here now is seen.",
    )


class SavedSearchOut(BaseModel):
    """A question under a name."""

    id: str
    name: str
    asked: dict[str, Any] = Field(description=_ASKED)
    created_at: datetime = Field(description="In UTC.")
    created_by: str | None = Field(description="Who saved it; null where that is not known.")
    seen_at: datetime | None = Field(
        description="When its answers were last marked as seen, in UTC; null if they never were,"
        " and then what has arrived since it was saved is new."
    )

    @classmethod
    def of(cls, search: SavedSearch) -> "SavedSearchOut":
        """A saved search."""
        return cls(
            id=search.id, name=search.name, asked=dict(search.asked),
            created_at=search.created_at, created_by=search.created_by, seen_at=search.seen_at,
        )  # fmt: skip


class SavedSearchesOut(BaseModel):
    """Every saved search, by name."""

    searches: list[SavedSearchOut]

    @classmethod
    def of(cls, searches: Iterable[SavedSearch]) -> "SavedSearchesOut":
        """Saved searches."""
        return cls(searches=[SavedSearchOut.of(search) for search in searches])


class NewsOut(BaseModel):
    """A saved search, and what is new in its answers since it was last seen."""

    id: str
    name: str
    seen_at: datetime | None = Field(description="When it was last marked as seen, in UTC.")
    new: int = Field(
        description="New answers, on all pages. A call is new if it, or its first transcript,"
        " arrived here since the search was last marked as seen (or saved, if it never was),"
        " whenever the call took place. With a text, those among the best 100 answers count;"
        " without one, all."
    )
    new_calls: list[str] = Field(description="The ids of the calls on this page that are new.")
    upto: int = Field(description="Marks these answers as seen, and nothing that came later.")

    @classmethod
    def of(cls, answer: SavedAnswer) -> "NewsOut":
        """What is new in an answer."""
        saved = answer.saved
        return cls(
            id=saved.id, name=saved.name, seen_at=saved.seen_at,
            new=answer.new, new_calls=list(answer.new_calls), upto=answer.upto,
        )  # fmt: skip


class SavedAnswerOut(SearchOut):
    """A page of a saved search's answers, best first."""

    saved: NewsOut

    @classmethod
    def of_saved(cls, answer: SavedAnswer) -> "SavedAnswerOut":
        """A page of answers with what is new in them."""
        return cls(**dict(SearchOut.of(answer.page)), saved=NewsOut.of(answer))
