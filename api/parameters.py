"""What can be asked, as it comes in: one shape for query strings and for JSON bodies."""

from collections import Counter
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, get_origin

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from indexer.when import parse_when
from models import LONGEST_TEXT, CallState, Kind, Mode, SearchFilter, SearchQuery, Side

_MOST_VALUES: Final = 1000
_LONGEST_S: Final = 10**9  # a number SQLite holds; no call lasts thirty years
_WHEN: Final = "`2026-03-01`, an ISO 8601 time (UTC without an offset), or an age: `12h`, `30d`."


class SpokenBy(StrEnum):
    """The sides one can ask for; an utterance may be of neither."""

    USER = "user"
    CONTACT = "contact"


def _listed(value: object) -> object:
    """A single value as a list of one."""
    return value if isinstance(value, list | tuple) else [value]


def _no_truth(value: object) -> object:
    """Refuse true and false, which Python takes for 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("must be a whole number")  # noqa: TRY004 - pydantic's way to refuse
    return value


Value = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Values = Annotated[tuple[Value, ...], BeforeValidator(_listed), Field(max_length=_MOST_VALUES)]
Kinds = Annotated[tuple[Kind, ...], BeforeValidator(_listed), Field(max_length=_MOST_VALUES)]
Count = Annotated[int, BeforeValidator(_no_truth)]
When = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class FilterParameters(BaseModel):
    """Which calls. Several values of one name mean any of them; different names must all hold."""

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
    kind: Kinds = Field((), description="Only words that come from these.")

    def where(self, *, now: datetime) -> SearchFilter:
        """The filter they stand for.

        Raises:
            QueryInvalid: `since` or `until` is no moment.
            RequestValidationError: two of them leave nothing between them.
        """
        since = parse_when(self.since, now=now, field="since") if self.since else None
        until = parse_when(self.until, now=now, field="until") if self.until else None
        if since is not None and until is not None and since >= until:
            raise _refused({"since": "must be before until", "until": "must be after since"})
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
            kinds=self.kind,
        )

    def _check_durations(self) -> None:
        least, most = self.min_duration, self.max_duration
        if least is not None and most is not None and least > most:
            raise _refused(
                {
                    "min_duration": "must not be more than max_duration",
                    "max_duration": "must not be less than min_duration",
                }
            )


class CallParameters(FilterParameters):
    """Which calls, and which page of them."""

    limit: Count = Field(10, ge=1, le=100, description="Calls on a page, 1 to 100.")
    cursor: str | None = Field(
        None, min_length=1, max_length=1000, description="`next_cursor` of the page before."
    )


class SearchParameters(CallParameters):
    """A question, and which calls and words may answer it."""

    q: str = Field(
        "",
        max_length=LONGEST_TEXT,
        description="What to look for, in words of your own. Empty: the newest calls.",
    )
    mode: Mode = Field(
        Mode.HYBRID, description="By meaning (`semantic`), by words (`keyword`) or both."
    )

    def query(self, *, now: datetime) -> SearchQuery:
        """The question they stand for; raises as `where` does."""
        return SearchQuery(
            text=self.q,
            mode=self.mode,
            where=self.where(now=now),
            limit=self.limit,
            cursor=self.cursor,
        )


class LedgerParameters(BaseModel):
    """Which calls of the ledger."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    state: CallState = Field(CallState.FAILED, description="Calls in this state.")
    limit: Count = Field(50, ge=1, le=1000, description="Calls on a page, 1 to 1000.")
    cursor: str | None = Field(
        None, min_length=1, max_length=1000, description="`next_cursor` of the page before."
    )


_SINGLE: Final = frozenset(
    name
    for shape in (SearchParameters, LedgerParameters)
    for name, field in shape.model_fields.items()
    if get_origin(field.annotation) is not tuple
)


async def refuse_repeated(request: Request) -> None:
    """Refuse a second value where one is taken: we would have to ignore one of them."""
    given = Counter(name for name, _ in request.query_params.multi_items())
    repeated = [name for name in given if given[name] > 1 and name in _SINGLE]
    if repeated:
        raise _refused(dict.fromkeys(repeated, "is given more than once, and takes one value"))


async def refuse_parameters(request: Request) -> None:
    """Refuse every query parameter, where none is known."""
    if request.query_params:
        raise _refused(dict.fromkeys(request.query_params, "there is no such parameter"))


def _refused(problems: dict[str, str]) -> RequestValidationError:
    """Several parameters at fault at once, told as pydantic tells it."""
    errors: list[dict[str, Any]] = [
        {"type": "refused", "loc": ("query", name), "msg": problem}
        for name, problem in problems.items()
    ]
    return RequestValidationError(errors)
