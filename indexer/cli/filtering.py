"""Options that say which calls, for commands that take some of them: those of `search`."""

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from indexer.cli.asking import search
from models.errors import QueryInvalid

if TYPE_CHECKING:
    from indexer.wire import WhereIn

_NAMES: Final = (
    "disposition", "direction", "call_method", "user_id", "lead_id", "contact_id", "outcome_id",
    "since", "until", "min_duration", "max_duration", "side", "kind", "part", "question",
    "one_turn",
)  # fmt: skip
_SAID: Final = inspect.Parameter(
    "said",
    inspect.Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[
        str | None, typer.Option(metavar="WORDS", help="What must be said: '\"cancel\" OR lawyer'.")
    ],
)


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """A command with the options that say which calls; it takes them as `asked`, a `WhereIn`."""
    options = inspect.signature(search).parameters
    filters = [*(options[name] for name in _NAMES), _SAID]
    own = [p for p in inspect.signature(command).parameters.values() if p.name != "asked"]

    def run(*args: Any, **given: Any) -> None:
        chosen = {option.name: given.pop(option.name) for option in filters}
        command(*args, asked=where_from(chosen), **given)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__dict__["__signature__"] = inspect.Signature([*own, *filters])
    run.__annotations__ = {p.name: p.annotation for p in [*own, *filters]}
    return run


def where_from(given: Mapping[str, Any]) -> "WhereIn":
    """Filters by the names they have everywhere; those that are None or empty are not there.

    Raises:
        QueryInvalid: one is unknown or wrong.
    """
    # Late: see indexer/cli/__init__.py.
    from pydantic import ValidationError

    from indexer.wire import WhereIn

    try:
        told = {n: v for n, v in given.items() if v is not None and v is not False and v != []}
        return WhereIn.model_validate(told)
    except ValidationError as error:
        [first, *_] = error.errors()
        field = str(first["loc"][0]) if first["loc"] else "filter"
        raise QueryInvalid(field, first["msg"].removeprefix("Value error, ")) from None
