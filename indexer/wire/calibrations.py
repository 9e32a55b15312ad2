"""The wire shapes of calibrations: what is begun, how far it is."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from indexer.calibrating import (
    Chosen,
    Standing,
    begin,
    drawn_from_filter,
    drawn_from_sample,
    named,
)
from indexer.exporting import Format
from indexer.papers import Written
from indexer.reviewing.assigning import Reviewer
from indexer.reviewing.keeping import SCORECARDS
from indexer.sampling import SAMPLES
from indexer.store.contract import Store
from indexer.wire.filters import Count, WhereIn
from models.calibration import MOST_REVIEWS, Calibration, CalibrationDraw
from models.errors import QueryInvalid
from models.saved import LONGEST_NAME

_NAME = f"What people call it: 1 to {LONGEST_NAME} printable characters, no other calibration's."
_REVIEWERS = (
    "Who reviews, two at least: names, or objects with a name and a `user_id`. Nobody is given"
    " a call of their own, by that user or by their name."
)

Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class CalibrationExport(BaseModel):
    """How a calibration's answers are exported."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    format: Format = Field(Format.CSV, description="`csv` or `ndjson`.")


class CalibrationReviewerIn(BaseModel):
    """Somebody who reviews."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Text = Field(description="Their name, as they say it in `X-Callsift-User`.")
    user_id: Text | None = Field(None, description="Their own user in Close, if they have one.")


class CalibrationDrawIn(BaseModel):
    """Calls to draw at random: from a sample's, or from those that pass a filter."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    size: Count = Field(ge=1, le=MOST_REVIEWS, description="How many.")
    seed: Text | None = Field(
        None,
        description="Decides which: the same seed and calls give the same draw. Made up if not"
        " given.",
    )
    sample: Text | None = Field(None, description="From the calls of this sample (id or name).")
    where: WhereIn | None = Field(
        None, description="From the calls with a transcript that pass this filter."
    )

    def chosen(self, *, store: Store, now: datetime) -> Chosen:
        """The calls that it draws.

        Raises:
            PaperNotFound: there is no such sample.
            QueryInvalid: so many calls are not there, or it is not said from which.
        """
        seed = self.seed or secrets.token_hex(4)
        if self.sample is not None and self.where is not None:
            raise QueryInvalid("draw.sample", "is given together with where: give one of them")
        if self.sample is not None:
            sample = SAMPLES.find(store, self.sample)
            return drawn_from_sample(sample, size=self.size, seed=seed, store=store)
        where = self.where or WhereIn.model_validate({})
        kept = where.model_dump(mode="json", exclude_unset=True)
        return drawn_from_filter(where.where(now=now), kept, size=self.size, seed=seed, store=store)


Reviewers = Annotated[
    list[Text | CalibrationReviewerIn], Field(min_length=1, max_length=100, description=_REVIEWERS)
]


class CalibrationIn(BaseModel):
    """A calibration to begin. Give either `call_ids` or `draw`."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str = Field(description=_NAME)
    scorecard: Text = Field(description="What is asked: a scorecard's id or name.")
    scorecard_version: Annotated[int, Field(ge=1, strict=True)] | None = Field(
        None, description="Which version of it; the newest if not given. It stays that one."
    )
    reviewers: Reviewers
    call_ids: Annotated[list[Text], Field(max_length=MOST_REVIEWS)] | None = Field(
        None, description="These calls, in this order."
    )
    draw: CalibrationDrawIn | None = Field(None, description="Calls drawn at random.")

    def begin(self, *, store: Store, by: str, now: datetime) -> Written[Calibration]:
        """Begin it.

        Raises:
            PaperNotFound: there is no such scorecard, version of it, or sample.
            PaperNameTaken: another calibration has its name.
            QueryInvalid: it cannot be one, or its calls are not there.
        """
        scorecard = SCORECARDS.find(store, self.scorecard)
        if self.scorecard_version is not None:
            scorecard = SCORECARDS.get(store, scorecard.id, version=self.scorecard_version)
        chosen = self._chosen(store, now)
        reviewers = reviewers_of(self.reviewers)
        return begin(self.name, chosen, reviewers, scorecard, store=store, by=by, at=now)

    def _chosen(self, store: Store, now: datetime) -> Chosen:
        if self.call_ids is not None and self.draw is not None:
            raise QueryInvalid("call_ids", "is given together with draw: give one of them")
        if self.draw is not None:
            return self.draw.chosen(store=store, now=now)
        if self.call_ids is None:
            raise QueryInvalid("call_ids", "say which calls: call_ids or draw")
        return named(self.call_ids, store=store)


class CalibrationChangeIn(BaseModel):
    """What to change of an open calibration; what is left out stays."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str | None = Field(None, description=_NAME)
    reviewers: Reviewers | None = Field(
        None,
        description=_REVIEWERS + " Who is new is given every call; who is left out must not"
        " have finished a review.",
    )


def reviewers_of(given: Iterable[str | CalibrationReviewerIn]) -> list[Reviewer]:
    """Reviewers as they were given."""
    return [
        Reviewer(name=one) if isinstance(one, str) else Reviewer(name=one.name, user_id=one.user_id)
        for one in given
    ]


def reviewers_from(lines: Iterable[str]) -> list[dict[str, str]]:
    """Reviewers as people type them, one a line: a name, or `name = their user in Close`."""
    given = [line.partition("=") for line in lines if line.strip()]
    return [
        {"name": name.strip(), **({"user_id": user_id.strip()} if user_id.strip() else {})}
        for name, _, user_id in given
    ]


class StandingOut(BaseModel):
    """How far a reviewer is. Nothing here says what anybody answered."""

    reviewer: str = Field(description="Their name.")
    user_id: str | None = Field(description="Their own user in Close, if it was given.")
    done: int = Field(description="Reviews they have finished.")
    open: int = Field(description="Reviews they have not.")
    own: int = Field(description="Calls that are their own, and not for them to review.")


class DrawnOut(BaseModel):
    """How the calls were drawn."""

    seed: str = Field(description="Draws the same calls again.")
    eligible: int = Field(description="Calls that could have been drawn.")
    sample_id: str | None = Field(description="The sample they are of, if they are.")
    where: dict[str, Any] | None = Field(description="The filter they passed, as it was typed.")

    @classmethod
    def of(cls, draw: CalibrationDraw) -> "DrawnOut":
        """A draw."""
        where = None if draw.where is None else dict(draw.where)
        return cls(seed=draw.seed, eligible=draw.eligible, sample_id=draw.sample_id, where=where)


class CalibrationOut(BaseModel):
    """A calibration: which calls, by whom, and how far it is."""

    id: str = Field(description="Its id.")
    name: str = Field(description="What people call it.")
    version: int = Field(description="Counts its changes, from 1.")
    call_ids: list[str] = Field(description="The calls.")
    draw: DrawnOut | None = Field(description="How they were drawn; null where people named them.")
    scorecard_id: str = Field(description="What is asked.")
    scorecard_version: int = Field(description="Which version of it.")
    reviewers: list[StandingOut] = Field(description="Who reviews, and how far each is.")
    created_at: datetime = Field(description="In UTC.")
    created_by: str | None = Field(description="Who began it.")
    closed_at: datetime | None = Field(description="In UTC; null as long as it is open.")
    closed_by: str | None = Field(description="Who closed it.")

    @classmethod
    def of(cls, known: Written[Calibration], standing: Iterable[Standing]) -> "CalibrationOut":
        """A calibration with how far its reviewers are."""
        body = known.body
        return cls(
            id=known.id,
            name=body.name,
            version=known.version,
            call_ids=list(body.call_ids),
            draw=DrawnOut.of(body.draw) if body.draw else None,
            scorecard_id=body.scorecard_id,
            scorecard_version=body.scorecard_version,
            reviewers=[
                StandingOut(
                    reviewer=one.reviewer,
                    user_id=body.user_ids.get(one.reviewer),
                    done=one.done,
                    open=one.open,
                    own=one.own,
                )
                for one in standing
            ],
            created_at=known.created_at,
            created_by=known.created_by,
            closed_at=body.closed_at,
            closed_by=body.closed_by,
        )


class CalibrationsOut(BaseModel):
    """Every calibration, the latest first."""

    calibrations: list[CalibrationOut] = Field(description="Them.")
