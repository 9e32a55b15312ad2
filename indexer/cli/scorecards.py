"""Commands for scorecards: list, show, add, change, remove, example."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from indexer.cli.opening import AsJson, console, services, write_json
from indexer.cli.who import As, who
from indexer.when import utc_now
from models.errors import QueryInvalid

if TYPE_CHECKING:
    from indexer.papers import Written
    from indexer.reviewing.scorecards import GivenSection
    from indexer.wire.scorecards import ScorecardIn
    from models.scorecard import Scorecard

_HELP = """What reviewers are asked of a call.

A scorecard has sections and questions with weights, answered by yes or no or on a
scale; a question may not apply, or fail the whole call. A change makes a new version:
reviews that were assigned before keep theirs.
"""

commands = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None)

Wanted = Annotated[str, typer.Argument(metavar="SCORECARD", help="Its id, or its name.")]
File = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help="JSON as the API takes it, or lines as `example` prints; - is stdin."
    ),
]

_LONGEST = 1_000_000


@commands.command("list", epilog="\b\nExamples:\n  callsift scorecards list --json")
def list_all(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List the scorecards as they stand."""
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing import SCORECARDS
    from indexer.screen import Screen
    from indexer.wire.scorecards import ScorecardsOut

    with services(ctx) as opened:
        found = SCORECARDS.all(opened.store)
    if as_json:
        write_json(ScorecardsOut.of(found).model_dump(mode="json"))
        return
    screen = Screen(console())
    for one in found:
        asked = len(one.body.questions)
        screen.say(one.body.name)
        screen.say(
            f"   {asked} question{'s' * (asked != 1)}, version {one.version}; {one.id}", style="dim"
        )
    if not found:
        screen.say("No scorecards. To begin: callsift scorecards example > card.txt")


@commands.command(epilog="\b\nExamples:\n  callsift scorecards show Discovery > discovery.txt")
def show(
    ctx: typer.Context,
    wanted: Wanted,
    *,
    version: Annotated[int | None, typer.Option(min=1, help="As it was in this one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a scorecard, in lines that `add` and `change` take."""
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing import SCORECARDS
    from indexer.reviewing.plain import written_plain
    from indexer.wire.scorecards import ScorecardOut

    with services(ctx) as opened:
        known = SCORECARDS.find(opened.store, wanted)
        if version is not None:
            known = SCORECARDS.get(opened.store, known.id, version=version)
    if as_json:
        write_json(ScorecardOut.of(known).model_dump(mode="json"))
    else:
        typer.echo(written_plain(known.body), nl=False)


@commands.command(epilog="\b\nExamples:\n  callsift scorecards add card.txt --name Discovery")
def add(
    ctx: typer.Context,
    file: File,
    *,
    name: Annotated[str | None, typer.Option(help="Its name, where the file has none.")] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Make a scorecard of a file."""
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing import SCORECARDS, scorecards

    given_name, sections = _read(file)
    body = scorecards.made(name or given_name or "", sections)
    with services(ctx) as opened:
        made = SCORECARDS.add(opened.store, body, by=who(opened, as_), at=utc_now())
    _tell(made, f"{made.body.name!r} is made", as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift scorecards change Discovery discovery.txt")
def change(
    ctx: typer.Context,
    wanted: Wanted,
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="Its questions from now on.")
    ] = None,
    *,
    name: Annotated[str | None, typer.Option(help="Its name from now on.")] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Write a scorecard's next version. Reviews that were assigned before keep theirs."""
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing import SCORECARDS, scorecards

    given_name, sections = (None, None) if file is None else _read(file)
    if file is None and name is None:
        raise QueryInvalid("file", "say what changes: a file of questions, --name, or both")
    with services(ctx) as opened:
        known = SCORECARDS.find(opened.store, wanted)
        changed = scorecards.change(
            opened.store, known, name=name or given_name, sections=sections,
            by=who(opened, as_), at=utc_now(),
        )  # fmt: skip
    _tell(changed, f"{changed.body.name!r} is at version {changed.version}", as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift scorecards remove Discovery")
def remove(ctx: typer.Context, wanted: Wanted, *, as_json: AsJson = False) -> None:
    """Delete a scorecard that no review asks by."""
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing import SCORECARDS, scorecards

    with services(ctx) as opened:
        known = SCORECARDS.find(opened.store, wanted)
        scorecards.remove(opened.store, known.id)
    if as_json:
        write_json({"id": known.id, "deleted": True})
    else:
        typer.echo(f"{known.body.name!r} is deleted")


@commands.command(epilog="\b\nExamples:\n  callsift scorecards example > card.txt")
def example() -> None:
    """Print a scorecard to begin with, as `add` takes it."""
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing.plain import EXAMPLE

    typer.echo(EXAMPLE, nl=False)


def _read(file: str) -> "tuple[str | None, list[GivenSection]]":
    """The name, if it has one, and the sections of a file.

    Raises:
        QueryInvalid: it cannot be read, or is no scorecard.
    """
    # Late: see indexer/cli/__init__.py.
    from indexer.reviewing.plain import read_plain

    text = _text(file)
    if not text.lstrip().startswith("{"):
        return None, read_plain(text)
    given = _from_json(text)
    return given.name, given.given()


def _from_json(text: str) -> "ScorecardIn":
    # Late: see indexer/cli/__init__.py.
    from pydantic import ValidationError

    from indexer.wire.scorecards import ScorecardIn

    try:
        return ScorecardIn.model_validate_json(text)
    except ValidationError as error:
        [first, *_] = error.errors()
        field = ".".join(map(str, first["loc"])) or "file"
        raise QueryInvalid(field, first["msg"].removeprefix("Value error, ")) from None


def _text(file: str) -> str:
    try:
        text = sys.stdin.read(_LONGEST + 1) if file == "-" else Path(file).read_text("utf-8")
    except (OSError, ValueError) as error:
        raise QueryInvalid("file", f"{file!r} cannot be read: {error}") from None
    if len(text) > _LONGEST:
        raise QueryInvalid("file", f"has more than {_LONGEST:,} characters")
    return text


def _tell(written: "Written[Scorecard]", told: str, *, as_json: bool) -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer.wire.scorecards import ScorecardOut

    if as_json:
        write_json(ScorecardOut.of(written).model_dump(mode="json"))
    else:
        typer.echo(told)
