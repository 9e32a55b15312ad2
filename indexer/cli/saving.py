"""Saving what `callsift search` was asked, and asking it again."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum
from functools import partial
from typing import Any, Final

import typer

from indexer.cli.opening import services
from indexer.when import utc_now
from models import Dialogue, SearchQuery

_READER: Final = f"{__name__}.reader"
_NOT_THE_QUESTION: Final = frozenset(("text", "limit", "cursor", "as_json", "save"))
_OF_A_DIALOGUE: Final = frozenset(("then", "within", "never"))
_GIVEN: Final = "COMMANDLINE"


def save_asked(ctx: typer.Context, name: str, query: SearchQuery) -> None:
    """Save the question of this command line under a name, as it was typed."""
    # Late: see indexer/cli/__init__.py.
    from indexer import saved

    with services(ctx) as opened:
        made = saved.save(name, _asked(ctx, query), store=opened.store, now=utc_now())
    typer.echo(f"Saved as {made.name!r}: callsift searches run {made.name!r}", err=True)


def hand_over(ctx: typer.Context, query: SearchQuery) -> bool:
    """Give a question to whoever only wants it read; False if nobody does."""
    reader: Callable[[SearchQuery], None] | None = ctx.meta.pop(_READER, None)
    if reader is None:
        return False
    reader(query)
    return True


def read(ctx: typer.Context, search: Callable[..., None], asked: Mapping[str, Any]) -> SearchQuery:
    """What a saved question means now, read as the command `search` reads its options.

    Raises:
        ValidationError, QueryInvalid: it does not take them, or not any more.
    """
    # Late, for pydantic takes as long to import as all of `--help`.
    from pydantic import TypeAdapter, validate_call

    from indexer.wire import Steps, dialogue_of

    options = {name: value for name, value in asked.items() if name not in ("q", "dialogue")}
    found: list[SearchQuery] = []
    ctx.meta[_READER] = found.append
    validate_call(partial(search, ctx))([asked.get("q", "")], **options)
    [query] = found
    steps = asked.get("dialogue")
    if steps is None:
        return query
    return replace(query, dialogue=dialogue_of(TypeAdapter(Steps).validate_python(steps)))


def _asked(ctx: typer.Context, query: SearchQuery) -> dict[str, Any]:
    """The question as `POST /v1/search` takes it: options have the same names there."""
    given = {
        name: _plain(value)
        for name, value in ctx.params.items()
        if name not in _NOT_THE_QUESTION | _OF_A_DIALOGUE
        and (source := ctx.get_parameter_source(name)) is not None
        and source.name == _GIVEN
    }
    if query.dialogue is not None:
        return {"dialogue": _steps(query.dialogue)} | given
    return ({"q": query.text} if query.text else {}) | given


def _steps(dialogue: Dialogue) -> list[dict[str, Any]]:
    # Late, for pydantic takes as long to import as all of `--help`.
    from indexer.wire import StepOut

    steps = (StepOut.of(step).model_dump(mode="json") for step in dialogue.steps)
    return [{name: value for name, value in step.items() if value} for step in steps]


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.value if isinstance(value, Enum) else value
