"""Options that say what is drawn, for commands that draw samples."""

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from models.errors import QueryInvalid

if TYPE_CHECKING:
    from pydantic import BaseModel

    from indexer.wire import WhereIn

Shape = TypeVar("Shape", bound="BaseModel")


def _options(
    *,
    per: Annotated[
        list[str] | None,
        typer.Option(
            metavar="rep:N|stratum:N", help="Calls of each rep, or of each stratum: rep:5."
        ),
    ] = None,
    size: Annotated[int | None, typer.Option(help="Calls in all.")] = None,
    share: Annotated[float | None, typer.Option(help="Share of the calls: 0.1 is a tenth.")] = None,
    strata: Annotated[
        str | None,
        typer.Option(
            metavar="FIELD,...",
            help="Divide calls by rep, direction, disposition, outcome, duration, week,"
            " call_method, playbook or lead; by several at once with commas.",
        ),
    ] = None,
    duration_edges: Annotated[
        str | None,
        typer.Option(metavar="S,...", help="Seconds at which bands of duration begin: 60,300,900."),
    ] = None,
    exclude: Annotated[
        str, typer.Option(help="Leave out calls that are: reviewed; sampled; or none.")
    ] = "reviewed",
    untranscribed: Annotated[
        bool, typer.Option("--untranscribed", help="Voicemails and calls without transcript, too.")
    ] = False,
    tracker: Annotated[
        list[str] | None,
        typer.Option(help="A queue by risk, no random draw: calls that this tracker hits."),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(help="By risk: calls beyond this, such as 'longest_monologue_s > 180'."),
    ] = None,
) -> None:
    """Only its signature is used."""


def drawing(command: Callable[..., None]) -> Callable[..., None]:
    """A command with the options that say what is drawn; it takes them as `draw`, by name."""
    options = list(inspect.signature(_options).parameters.values())
    own = [p for p in inspect.signature(command).parameters.values() if p.name != "draw"]

    def run(*args: Any, **given: Any) -> None:
        chosen = {option.name: given.pop(option.name) for option in options}
        command(*args, draw=chosen, **given)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__dict__["__signature__"] = inspect.Signature([*own, *options])
    return run


def body_of(shape: type[Shape], asked: "WhereIn", draw: dict[str, Any], **more: Any) -> Shape:
    """What a command asks for, as the body of a request.

    The option `--min-duration` excludes and counts calls that are shorter.

    Raises:
        QueryInvalid: an option is wrong.
    """
    # Late: see indexer/cli/__init__.py.
    from pydantic import ValidationError

    where = asked.model_dump(mode="json", exclude_unset=True)
    risk = {"trackers": draw["tracker"], "metrics": draw["metric"]}
    given = {
        **more,
        **_per(draw["per"] or []),
        **risk,
        "size": draw["size"],
        "share": draw["share"],
        "min_duration": where.pop("min_duration", None),
        "where": where,
        "strata": _listed(draw["strata"]),
        "duration_edges": _listed(draw["duration_edges"]),
        "sort": "risk" if any(risk.values()) else None,
        "with_transcript": not draw["untranscribed"],
    }
    given = {name: value for name, value in given.items() if value is not None}
    given["exclude"] = [one for one in _listed(draw["exclude"]) or [] if one != "none"]
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        [first, *_] = error.errors()
        field = str(first["loc"][0]) if first["loc"] else "sample"
        raise QueryInvalid(field, first["msg"].removeprefix("Value error, ")) from None


def _per(told: list[str]) -> dict[str, int]:
    """`rep:5` as the number of each rep."""
    found = {}
    for one in told:
        what, _, number = one.partition(":")
        if what not in ("rep", "stratum") or not number.isdecimal():
            raise QueryInvalid("per", "write rep:5 or stratum:5, with a whole number")
        found[f"per_{what}"] = int(number)
    return found


def _listed(told: str | None) -> list[str] | None:
    return None if told is None else [one.strip() for one in told.split(",") if one.strip()]
