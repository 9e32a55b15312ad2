"""What can be asked, as it comes in: one shape for query strings and for JSON bodies."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, get_origin

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from indexer.grammar import parse, parse_part
from indexer.when import parse_when
from indexer.wire import SpokenBy, Steps, dialogue_of
from models import LONGEST_TEXT, CallState, Group, Kind, Mode, SearchFilter, SearchQuery, Side

_MOST_VALUES: Final = 1000
_LONGEST_S: Final = 10**9  # a number SQLite holds; no call lasts thirty years
_WHEN: Final = "`2026-03-01`, an ISO 8601 time (UTC without an offset), or an age: `12h`, `30d`."


class SpokenKind(StrEnum):
    """The kinds that have utterances."""

    RECORDING = "recording"
    VOICEMAIL = "voicemail"


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
PartOf = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Limit = Annotated[Count, Field(ge=1, le=100, description="Answers on a page, 1 to 100.")]
Cursor = Annotated[
    str | None,
    Field(min_length=1, max_length=1000, description="`next_cursor` of the page before."),
]


class _Filters(BaseModel):
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
            QueryInvalid: `since` or `until` is no moment, or `part` no part of a call.
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
            part=parse_part(self.part, field="part") if self.part is not None else None,
            asked=self.question,
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


class FilterParameters(_Filters):
    """Which calls. Several values of one name mean any of them; different names must all hold."""

    kind: Kinds = Field((), description="Only words that come from these.")

    def where(self, *, now: datetime) -> SearchFilter:
        """The filter they stand for; raises as without a kind."""
        return replace(super().where(now=now), kinds=self.kind)


class CallParameters(FilterParameters):
    """Which calls, and which page of them."""

    limit: Limit = 10
    cursor: Cursor = None


class SearchParameters(CallParameters):
    """A question, and which calls and words may answer it."""

    q: str = Field(
        "",
        max_length=LONGEST_TEXT,
        description="What to look for, in words of your own. Empty: the newest calls."
        ' `"a phrase"` must be said and `-word` must not; `AND`, `OR`, `NOT` in capitals, and'
        " brackets, say what must be said together. `contact: too expensive -> user: offers a"
        " discount within 60s` is a dialogue: one said after the other.",
    )
    mode: Mode = Field(
        Mode.HYBRID, description="By meaning (`semantic`), by words (`keyword`) or both."
    )
    one_turn: bool = Field(
        default=False,
        description="True: what `q` says must be said (phrases, words with `AND`) is said within"
        " one turn of one speaker, not just somewhere in the call.",
    )
    group: Group = Field(
        Group.CALL,
        description="What an answer is: a `call` with its best moments, or a `moment` with its"
        " call. All moments can be paged through; `total` says how many there are.",
    )
    explain: bool = Field(
        default=False, description="True: say of each ranked call what its score was made of."
    )

    def where(self, *, now: datetime) -> SearchFilter:
        """The filter they stand for; raises as without a question."""
        return replace(super().where(now=now), in_one_turn=self.one_turn)

    def query(self, *, now: datetime) -> SearchQuery:
        """The question they stand for; raises as `where` does."""
        return SearchQuery(
            text=self.q,
            mode=self.mode,
            where=self.where(now=now),
            group=self.group,
            explain=self.explain,
            limit=self.limit,
            cursor=self.cursor,
        )


class SearchBody(SearchParameters):
    """A question as JSON: the parameters of `GET /v1/search`, or a dialogue step by step."""

    dialogue: Steps | None = Field(
        None,
        description="Things said one after the other, in place of `q`: each step is a later"
        " utterance of the same conversation than the step before it.",
    )

    def query(self, *, now: datetime) -> SearchQuery:
        """The question it stands for.

        Raises:
            QueryInvalid: as `where`, or a step makes no sense.
            RequestValidationError: `q` asks for something else than `dialogue`.
        """
        query = super().query(now=now)
        if self.dialogue is None:
            return query
        dialogue = dialogue_of(self.dialogue)
        # An answer's `query` has both where `q` was a dialogue, and can be asked again.
        if self.q.strip() and parse(self.q).dialogue != dialogue:
            told = "is given together with {}: ask one of them"
            raise _refused({"q": told.format("dialogue"), "dialogue": told.format("q")})
        return replace(query, dialogue=dialogue)


class SimilarParameters(_Filters):
    """What other calls are compared with, and which of them."""

    utterance: Count | None = Field(
        None,
        ge=0,
        description="Calls in which something like this utterance is said: its place in the"
        " transcript, from 0. Without it, calls that are alike as a whole.",
    )
    kind: SpokenKind | None = Field(
        None, description="The transcript that `utterance` is of; the recording's if none is named."
    )
    mode: Mode | None = Field(
        None,
        description="How `utterance` is compared: by meaning (`semantic`), by words (`keyword`) or"
        " both (`hybrid`, the default). Whole calls are compared by meaning.",
    )
    explain: bool = Field(
        default=False, description="True: say of each call what its score was made of."
    )
    limit: Limit = 10
    cursor: Cursor = None

    def query(self, *, now: datetime) -> SearchQuery:
        """Filter, page and way of comparing; raises as `where` does.

        Raises:
            RequestValidationError: something is said of an utterance, and none is named.
        """
        if self.utterance is None:
            given = (name for name in ("kind", "mode") if getattr(self, name) is not None)
            told = dict.fromkeys(given, "is about an utterance: say which, with utterance")
            if told:
                raise _refused(told)
        return SearchQuery(
            mode=self.mode or Mode.HYBRID,
            where=self.where(now=now),
            explain=self.explain,
            limit=self.limit,
            cursor=self.cursor,
        )


class SavedParameters(BaseModel):
    """Which answers of a saved search."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    new: bool = Field(default=False, description="Only those that are new since it was last seen.")
    limit: Limit = 10
    cursor: Cursor = None


class LedgerParameters(BaseModel):
    """Which calls of the ledger."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    state: CallState = Field(CallState.FAILED, description="Calls in this state.")
    limit: Count = Field(50, ge=1, le=1000, description="Calls on a page, 1 to 1000.")
    cursor: Cursor = None


def refusing_repeated(*shapes: type[BaseModel]) -> Callable[[Request], Awaitable[None]]:
    """What refuses a second value where one is taken: we would have to ignore one of them."""
    single = {
        name
        for shape in shapes
        for name, field in shape.model_fields.items()
        if get_origin(field.annotation) is not tuple
    }

    async def refuse(request: Request) -> None:
        given = Counter(name for name, _ in request.query_params.multi_items())
        repeated = [name for name in given if given[name] > 1 and name in single]
        if repeated:
            raise _refused(dict.fromkeys(repeated, "is given more than once, and takes one value"))

    return refuse


refuse_repeated: Final = refusing_repeated(SearchParameters, SavedParameters, LedgerParameters)


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
