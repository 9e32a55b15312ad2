"""The wire shapes of trackers: what they are made of, and what can be asked of them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from indexer.exporting import Format
from indexer.papers import Written
from indexer.tracking import Spoken
from indexer.wire.dialogues import SpokenBy
from indexer.wire.filters import Count, WhereIn
from models import LONGEST_TEXT, Kind, Side
from models.saved import LONGEST_NAME
from models.tracker import (
    DEFAULT_THRESHOLD,
    LONGEST_EXAMPLE,
    MOST_EXAMPLES,
    By,
    Order,
    Tracker,
    Verdict,
)

_NAME: Final = f"What people call it: 1 to {LONGEST_NAME} printable characters, no other tracker's."
_PHRASES: Final = (
    "What an utterance must say to be a hit, as the search box has it:"
    ' `"too expensive" OR pricing`, `(cancel OR refund) -card`. Bare words must all be said.'
)
_EXAMPLES: Final = (
    f"Sentences, up to {MOST_EXAMPLES}: an utterance that means something near one is a hit."
)
_THRESHOLD: Final = (
    "How near: the cosine from which on it is a hit, over 0 up to 1. It belongs to the embedder."
)
_SIDE: Final = "Only what this side says: ours (`user`) or theirs (`contact`). Null: anyone."
_PART: Final = (
    "Only what is said in this part of the call: `first 60s`, `last 10%`. Null: anywhere."
)
_QUESTION: Final = "True: only what is said as a question."
_ABOUT: Final = "What is meant and what is not, for colleagues who label hits. It finds nothing."

Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Example = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_EXAMPLE)]
Examples = Annotated[tuple[Example, ...], Field(max_length=MOST_EXAMPLES)]
PartOf = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Threshold = Annotated[float, Field(allow_inf_nan=False)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class TrackerIn(_Body):
    """A tracker: phrases, example sentences, or both; an utterance that fits either is a hit."""

    name: str = Field(description=_NAME)
    phrases: Text = Field("", description=_PHRASES)
    examples: Examples = Field((), description=_EXAMPLES)
    threshold: Threshold = Field(DEFAULT_THRESHOLD, description=_THRESHOLD)
    side: SpokenBy | None = Field(None, description=_SIDE)
    part: PartOf | None = Field(None, description=_PART)
    question: bool = Field(default=False, description=_QUESTION)
    about: Text = Field("", description=_ABOUT)

    def tracker(self) -> Tracker:
        """The noun.

        Raises:
            QueryInvalid: it could find nothing.
        """
        return Tracker(**_read(self.model_dump()))


class TrackerChangeIn(_Body):
    """What to change of a tracker; what is left out stays. A change is a new version."""

    name: str | None = Field(None, description=_NAME)
    phrases: Text | None = Field(None, description=_PHRASES)
    examples: Examples | None = Field(None, description=_EXAMPLES)
    threshold: Threshold | None = Field(None, description=_THRESHOLD)
    side: SpokenBy | None = Field(None, description=_SIDE)
    part: PartOf | None = Field(None, description=_PART)
    question: bool | None = Field(None, description=_QUESTION)
    about: Text | None = Field(None, description=_ABOUT)
    version: Count | None = Field(
        None,
        ge=1,
        description="The version that was read: refused if somebody wrote a newer one meanwhile.",
    )

    def of(self, known: Tracker) -> Tracker:
        """A tracker with these changes. Null stands for nothing where nothing can be meant.

        Raises:
            QueryInvalid: it could find nothing.
        """
        given = _read(self.model_dump(exclude_unset=True, exclude={"version"}))
        kept = {name for name, value in given.items() if value is None} - {"side", "part"}
        return replace(known, **{name: v for name, v in given.items() if name not in kept})


class TrackerPreviewIn(TrackerIn):
    """A tracker that is tried, and not kept."""

    name: str = Field("A trial", description="Nobody sees it.")
    where: WhereIn | None = Field(None, description="In which calls, and words; else in all.")
    limit: Count = Field(10, ge=0, le=100, description="Hits to show, 0 to 100.")

    def tracker(self) -> Tracker:
        """The noun; raises as of one that is kept."""
        return Tracker(**_read(self.model_dump(exclude={"where", "limit"})))


class TrackerAskedIn(WhereIn):
    """Which version of a tracker is asked, and of which calls and words."""

    version: Count | None = Field(None, ge=1, description="An older version; else the newest.")
    threshold: Threshold | None = Field(
        None, description="In place of the version's own: what it would find then."
    )


Limit = Annotated[Count, Field(ge=1, le=100, description="On a page, 1 to 100.")]
Cursor = Annotated[
    str | None,
    Field(min_length=1, max_length=1000, description="`next_cursor` of the page before."),
]


class TrackerHitsIn(TrackerAskedIn):
    """Which hits, and which page of them."""

    order: Order = Field(
        Order.NEW,
        description="The newest calls first, or the nearest to an example (`best`: who says a"
        " phrase comes before all), or the least near (`weakest`).",
    )
    limit: Limit = 20
    cursor: Cursor = None


class TrackerExportIn(TrackerAskedIn):
    """Which hits, and how they are written."""

    form: Format = Field(Format.CSV, alias="format", description="`csv` or `ndjson`.")


class TrackerCallsIn(TrackerAskedIn):
    """Which calls, and which page of them."""

    without: bool = Field(
        default=False, description="True: the calls that could have a hit, and have none."
    )
    limit: Limit = 20
    cursor: Cursor = None


class TrackerCountsIn(TrackerAskedIn):
    """What hits are counted by."""

    by: By = Field(By.WEEK, description="ISO weeks in UTC, or whose calls they are (`rep`).")


class TrackerLabelsIn(TrackerAskedIn):
    """How many hits are to be labelled next."""

    limit: Annotated[Count, Field(ge=1, le=50, description="Hits to label, 1 to 50.")] = 10


class TrackerDiffIn(WhereIn):
    """Which versions are held against each other, and in which calls and words."""

    earlier: Count | None = Field(
        None, ge=1, alias="from", description="A version; else the one before `to`."
    )
    later: Count | None = Field(None, ge=1, alias="to", description="A version; else the newest.")
    limit: Annotated[Count, Field(ge=0, le=50, description="Hits to show of each sort.")] = 5


class LabelIn(_Body):
    """What somebody who read a hit says of it."""

    call_id: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        description="The call it is in."
    )
    kind: Kind = Field(Kind.RECORDING, description="`recording` or `voicemail`.")
    utterance: Count = Field(ge=0, description="Its place in the transcript, from 0.")
    verdict: Verdict = Field(
        description="Whether it is what the tracker is meant to find: `yes`, `no` or `unsure`."
    )

    def spoken(self) -> Spoken:
        """The utterance it is said of."""
        return Spoken(call_id=self.call_id, kind=self.kind, position=self.utterance)


class TrackerOut(BaseModel):
    """A version of a tracker."""

    id: str
    version: int = Field(description="Counted from 1; every change is a new one.")
    name: str
    phrases: str = Field(description=f"{_PHRASES} Empty: none.")
    examples: list[str] = Field(description=_EXAMPLES)
    threshold: float = Field(description=_THRESHOLD)
    side: Side | None = Field(description=_SIDE)
    part: str | None = Field(description=_PART)
    question: bool = Field(description=_QUESTION)
    about: str = Field(description=_ABOUT)
    embedder: str | None = Field(
        description="What vectors the threshold was chosen with; null without examples."
    )
    created_at: datetime = Field(description="When its first version was written, in UTC.")
    created_by: str | None = Field(description="Who wrote that; null where nobody said.")
    written_at: datetime = Field(description="When this version was written, in UTC.")
    written_by: str | None = Field(description="Who wrote this version.")

    @classmethod
    def of(cls, written: Written[Tracker]) -> "TrackerOut":
        """A version of a tracker."""
        body = written.body
        return cls(
            id=written.id, version=written.version, name=body.name, phrases=body.phrases,
            examples=list(body.examples), threshold=body.threshold, side=body.side,
            part=body.part, question=body.question, about=body.about, embedder=body.embedder,
            created_at=written.created_at, created_by=written.created_by,
            written_at=written.written_at, written_by=written.written_by,
        )  # fmt: skip


class TrackersOut(BaseModel):
    """Every tracker as it stands."""

    trackers: list[TrackerOut] = Field(description="The first begun, first.")

    @classmethod
    def of(cls, trackers: Iterable[Written[Tracker]]) -> "TrackersOut":
        """Trackers."""
        return cls(trackers=[TrackerOut.of(one) for one in trackers])


class TrackerVersionsOut(BaseModel):
    """Every version of a tracker."""

    versions: list[TrackerOut] = Field(description="The newest first.")

    @classmethod
    def of(cls, versions: Iterable[Written[Tracker]]) -> "TrackerVersionsOut":
        """Versions, given from the first on."""
        return cls(versions=[TrackerOut.of(one) for one in reversed(list(versions))])


def _read(given: dict[str, Any]) -> dict[str, Any]:
    side = given.get("side")
    return given | {"side": Side(side)} if side else given
