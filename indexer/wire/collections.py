"""The wire shapes of collections."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from indexer.collections import KeptMoment, Standing, Wanted, moments_of
from indexer.exporting import Format
from indexer.papers import Written
from indexer.store.contract import Store
from indexer.wire.calls import UtteranceOut, close_url
from indexer.wire.filters import Count, Value
from indexer.wire.places import page_of
from models import Kind
from models.collection import (
    LONGEST_COMMENT,
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    Collection,
    Comment,
)
from models.saved import LONGEST_NAME

_STRICT: Final = ConfigDict(extra="forbid", hide_input_in_errors=True)
_NAME = f"What people call it: 1 to {LONGEST_NAME} printable characters, no other's name."
_VERSION = "Change this version only: refused (409) if there is a newer one."
_SECOND = "A second from the start of the audio."

Version = Annotated[Count | None, Field(ge=1, description=_VERSION)]
Second = Annotated[FiniteFloat | None, Field(ge=0, description=_SECOND)]
Description = Annotated[str, Field(max_length=LONGEST_DESCRIPTION, description="What it is for.")]
Title = Annotated[
    str, Field(max_length=LONGEST_TITLE, description="What the moment shows, in a few words.")
]
CommentText = Annotated[
    str, Field(min_length=1, max_length=LONGEST_COMMENT, description="What is said of it.")
]


class CollectionIn(BaseModel):
    """A collection to begin."""

    model_config = _STRICT

    name: str = Field(description=_NAME)
    description: Description = ""


class CollectionChangeIn(BaseModel):
    """What to change of a collection; what is left out stays."""

    model_config = _STRICT

    name: str | None = Field(None, description=_NAME)
    description: Description | None = None
    version: Version = None


class CollectionItemIn(BaseModel):
    """A moment to keep: utterances of a transcript, or a second of its audio."""

    model_config = _STRICT

    call_id: Value = Field(description="The call.")
    kind: Literal["recording", "voicemail"] = Field(
        "recording", description="The transcript that the moment is of."
    )
    first: Count | None = Field(None, ge=0, description="Its first utterance, from 0.")
    last: Count | None = Field(
        None, ge=0, description="Its last utterance, which is included; `first` if left out."
    )
    at_s: Second = None
    quote: str | None = Field(
        None,
        min_length=1,
        max_length=20_000,
        description="What of the words is meant, exactly as it is said there: refused otherwise."
        " Without it, all of them.",
    )
    title: Title = ""
    comment: CommentText | None = None
    version: Version = None

    def wanted(self) -> Wanted:
        """The moment it stands for."""
        return Wanted(
            call_id=self.call_id, kind=Kind(self.kind), first=self.first, last=self.last,
            at_s=self.at_s, quote=self.quote,
        )  # fmt: skip


class CollectionItemChangeIn(BaseModel):
    """Another title for a moment, or another place; what is left out stays."""

    model_config = _STRICT

    title: Title | None = None
    place: Count | None = Field(None, ge=1, description="Where in the collection, from 1.")
    version: Version = None


class CollectionCommentIn(BaseModel):
    """Something to say of a moment."""

    model_config = _STRICT

    text: CommentText
    at_s: Second = None


class CollectionExportIn(BaseModel):
    """How items are written."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    form: Format = Field(Format.CSV, alias="format", description="`csv` or `ndjson`.")


class CollectionCommentOut(BaseModel):
    """What somebody said of a moment."""

    id: str
    text: str = Field(description="What was said of it.")
    at_s: float | None = Field(description=_SECOND)
    by: str | None = Field(description="Who said it; null where that is not known.")
    at: datetime = Field(description="When, in UTC.")

    @classmethod
    def of(cls, comment: Comment) -> "CollectionCommentOut":
        """A comment."""
        return cls(
            id=comment.id, text=comment.text, at_s=comment.at_s, by=comment.by, at=comment.at
        )


class CollectionItemOut(BaseModel):
    """A moment that is kept."""

    id: str
    place: int = Field(description="Where in the collection, from 1.")
    call_id: str
    kind: Kind = Field(description="The transcript it is of.")
    first: int | None = Field(description="Its first utterance, from 0; null if it has none.")
    last: int | None = Field(description="Its last utterance, which is included.")
    at_s: float | None = Field(description=f"{_SECOND} Null where utterances were chosen.")
    start_s: float | None = Field(description="The second it begins at, if that is known.")
    quote: str = Field(description="What was said, exactly as it stood when it was kept.")
    standing: Standing = Field(
        description="`there`: it is still said there; `changed`: the words there have changed"
        " since; `gone`: the call is no longer stored."
    )
    utterances: list[UtteranceOut] = Field(
        description="What is said there now; none unless `standing` is `there`."
    )
    title: str = Field(description="What the moment shows, in a few words; may be empty.")
    comments: list[CollectionCommentOut] = Field(description="In the order they were made.")
    added_by: str | None = Field(description="Who kept it; null where that is not known.")
    added_at: datetime = Field(description="When, in UTC.")
    path: str = Field(description="Its place on this server's pages, to the second.")
    close_url: str | None = Field(description="Opens the call's lead in Close.")
    activity_at: datetime | None = Field(
        description="When the call happened, in UTC; null if the call is gone."
    )
    user_name: str | None = Field(description="The rep's name.")
    lead_name: str | None = Field(description="The lead's name.")

    @classmethod
    def of(cls, moment: KeptMoment) -> "CollectionItemOut":
        """A kept moment."""
        item, record = moment.item, moment.record
        call, lead = (record.call, record.lead) if record else (None, None)
        return cls(
            id=item.id, place=moment.place, call_id=item.call_id, kind=item.kind,
            first=item.first, last=item.last, at_s=item.at_s, start_s=moment.start_s,
            quote=item.quote, standing=moment.standing, title=item.title,
            utterances=[
                UtteranceOut.of(n, u) for n, u in enumerate(moment.utterances, item.first or 0)
            ],
            comments=[CollectionCommentOut.of(comment) for comment in item.comments],
            added_by=item.added_by, added_at=item.added_at,
            path=page_of(item.call_id, item.kind, start_s=moment.start_s, utterance=item.first),
            close_url=close_url(record) if record else None,
            activity_at=call.activity_at if call else None,
            user_name=call.user_name if call else None, lead_name=lead.name if lead else None,
        )  # fmt: skip


class CollectionLineOut(BaseModel):
    """A collection in brief."""

    id: str
    version: int = Field(description="Counts its changes, from 1.")
    name: str = Field(description="What people call it.")
    description: str = Field(description="What it is for; may be empty.")
    size: int = Field(description="How many moments it holds.")
    created_by: str | None = Field(description="Who began it; null where that is not known.")
    created_at: datetime = Field(description="In UTC.")
    changed_by: str | None = Field(description="Who changed it last.")
    changed_at: datetime = Field(description="In UTC.")

    @classmethod
    def of(cls, kept: Written[Collection]) -> "CollectionLineOut":
        """A collection."""
        return cls(**_line(kept))


class CollectionOut(CollectionLineOut):
    """A collection with its moments, in order."""

    items: list[CollectionItemOut]

    @classmethod
    def of_kept(cls, kept: Written[Collection], store: Store) -> "CollectionOut":
        """A collection, its moments beside their calls as they are now."""
        items = [CollectionItemOut.of(moment) for moment in moments_of(kept.body, store)]
        return cls(**_line(kept), items=items)


class CollectionsOut(BaseModel):
    """Every collection, the one that was begun last first."""

    collections: list[CollectionLineOut]

    @classmethod
    def of(cls, kept: Iterable[Written[Collection]]) -> "CollectionsOut":
        """Collections."""
        newest = sorted(kept, key=lambda one: one.created_at, reverse=True)
        return cls(collections=[CollectionLineOut.of(one) for one in newest])


def _line(kept: Written[Collection]) -> dict[str, Any]:
    return {
        "id": kept.id, "version": kept.version, "name": kept.body.name,
        "description": kept.body.description, "size": len(kept.body.items),
        "created_by": kept.created_by, "created_at": kept.created_at,
        "changed_by": kept.written_by, "changed_at": kept.written_at,
    }  # fmt: skip
