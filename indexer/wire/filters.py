"""Which calls: filters as people and programs write them, over HTTP and in what is kept."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from indexer.grammar import parse_part, read_demand
from indexer.when import parse_when
from indexer.wire.dialogues import SpokenBy
from models import LONGEST_TEXT, Kind, SearchFilter, Side
from models.errors import QueryInvalid

_MOST_VALUES: Final = 1000
_LONGEST_S: Final = 10**9  # a number SQLite holds; no call lasts thirty years
_WHEN: Final = "`2026-03-01`, an ISO 8601 time (UTC without an offset), or an age: `12h`, `30d`."


def listed(value: object) -> object:
    """A single value as a list of one."""
    return value if isinstance(value, list | tuple) else [value]


def no_truth(value: object) -> object:
    """Refuse true and false, which Python takes for 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("must be a whole number")  # noqa: TRY004 - pydantic's way to refuse
    return value


Value = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Values = Annotated[tuple[Value, ...], BeforeValidator(listed), Field(max_length=_MOST_VALUES)]
Kinds = Annotated[tuple[Kind, ...], BeforeValidator(listed), Field(max_length=_MOST_VALUES)]
Count = Annotated[int, BeforeValidator(no_truth)]
When = Annotated[str, StringConstraints(min_length=1, max_length=60)]
PartOf = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class FilterFields(BaseModel):
    """Which calls, and which of their words, but for the kind of these."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    disposition: Values = Field(
        (), description="How the line ended: `answered`, `no-answer`, `vm-left`, ..."
    )
    direction: Values = Field((), description="`inbound` or `outbound`.")
    call_method: Values = Field(
        (), description="`regular`, `power`, `predictive` or `external` (logged by hand)."
    )
    user_id: Values = Field((), description="Calls of these Close users.")
    lead_id: Values = Field((), description="Calls of these leads.")
    contact_id: Values = Field((), description="Calls with these contacts.")
    outcome_id: Values = Field((), description="Calls that were given these outcomes.")
    since: When | None = Field(None, description=f"Calls that happened then or later: {_WHEN}")
    until: When | None = Field(None, description=f"Calls that happened before: {_WHEN}")
    min_duration: Count | None = Field(
        None, ge=0, le=_LONGEST_S, description="Seconds talked, at least."
    )
    max_duration: Count | None = Field(
        None, ge=0, le=_LONGEST_S, description="Seconds talked, at most."
    )
    side: SpokenBy | None = Field(
        None, description="Only words of this side: ours (`user`) or theirs (`contact`)."
    )
    part: PartOf | None = Field(
        None,
        description="Only words said in this part of the call: `first 60s`, `first 2m`,"
        " `last 30s`, `last 10%`. What has no time is in no part.",
    )
    question: bool = Field(default=False, description="True: only what was said as a question.")

    def where(self, *, now: datetime) -> SearchFilter:
        """The filter they stand for.

        Raises:
            QueryInvalid: `since` or `until` is no moment, `part` no part of a call, or two of
                them leave nothing between them.
        """
        since = parse_when(self.since, now=now, field="since") if self.since else None
        until = parse_when(self.until, now=now, field="until") if self.until else None
        if since is not None and until is not None and since >= until:
            others = {"until": "must be after since"}
            raise QueryInvalid("since", "must be before until", others=others)
        self._check_durations()
        return SearchFilter(
            dispositions=self.disposition,
            directions=self.direction,
            call_methods=self.call_method,
            user_ids=self.user_id,
            lead_ids=self.lead_id,
            contact_ids=self.contact_id,
            outcome_ids=self.outcome_id,
            since=since,
            until=until,
            min_duration_s=self.min_duration,
            max_duration_s=self.max_duration,
            side=Side(self.side) if self.side else None,
            part=parse_part(self.part, field="part") if self.part is not None else None,
            asked=self.question,
        )

    def _check_durations(self) -> None:
        least, most = self.min_duration, self.max_duration
        if least is not None and most is not None and least > most:
            others = {"max_duration": "must not be less than min_duration"}
            raise QueryInvalid("min_duration", "must not be more than max_duration", others=others)


class WhereIn(FilterFields):
    """Which calls: as the filters of a search, in the words people type.

    What is kept is kept as it was typed: `30d` stays thirty days before each asking.
    """

    kind: Kinds = Field((), description="Only words that come from these.")
    said: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)] | None = Field(
        None,
        description='What must be said, in the words of search\'s box: `"cancel" OR lawyer`,'
        " `-discount`. Bare words must all be said.",
    )
    one_turn: bool = Field(
        default=False, description="True: `said` must hold within one turn of one speaker."
    )

    def where(self, *, now: datetime) -> SearchFilter:
        """The filter they stand for.

        Raises:
            QueryInvalid: as without `said`, or that is no expression.
        """
        said = None if self.said is None else read_demand(self.said, "said")
        return replace(
            super().where(now=now), kinds=self.kind, said=said, in_one_turn=self.one_turn
        )
