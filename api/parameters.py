"""What can be asked, as it comes in: one shape for query strings and for JSON bodies."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, get_origin

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field

from indexer.grammar import parse
from indexer.wire import FilterFields, Steps, dialogue_of
from indexer.wire.filters import Count, Kinds
from models import LONGEST_TEXT, CallState, Group, Mode, SearchFilter, SearchQuery


class SpokenKind(StrEnum):
    """The kinds that have utterances."""

    RECORDING = "recording"
    VOICEMAIL = "voicemail"


Limit = Annotated[Count, Field(ge=1, le=100, description="Answers on a page, 1 to 100.")]
Cursor = Annotated[
    str | None,
    Field(min_length=1, max_length=1000, description="`next_cursor` of the page before."),
]


class FilterParameters(FilterFields):
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


class SimilarParameters(FilterFields):
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
