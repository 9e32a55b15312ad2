"""Commands for teams: list, add, change, remove."""

from typing import TYPE_CHECKING, Annotated

import typer

from indexer.cli.opening import AsJson, console, services, write_json
from indexer.when import utc_now

if TYPE_CHECKING:
    from indexer.bootstrap import Services
    from indexer.papers import Written
    from models.team import Team

_HELP = """Teams: named groups of reps, to be compared and coached.

\b
  callsift teams add East --rep "Ana Bell" --rep user_2qYf...
  callsift compare --metric talk_ratio --by team
"""

commands = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(metavar="TEAM", help="A team's name, in any case, or its id.")]
Who = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Who you are, if not CALLSIFT_USER.")
]


@commands.command("list", epilog="\b\nExamples:\n  callsift teams list --json")
def list_all(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List the teams and their reps, by name."""
    # Late: see indexer/cli/__init__.py.
    from indexer import teams
    from indexer.screen import Screen
    from indexer.wire.teams import TeamOut, TeamsOut

    with services(ctx) as opened:
        found = [(one, teams.members(one.body, opened.store)) for one in teams.teams(opened.store)]
    if as_json:
        out = TeamsOut(teams=[TeamOut.of(team, reps) for team, reps in found])
        write_json(out.model_dump(mode="json"))
        return
    screen = Screen(console())
    for team, reps in found:
        screen.say(team.body.name)
        for rep in reps:
            screen.say(f"   {rep.name}, {rep.calls:,} calls, {rep.user_id}", style="dim")
    if not found:
        screen.say("No teams. Make one: callsift teams add East --rep 'Ana Bell'")


@commands.command(epilog="\b\nExamples:\n  callsift teams add East --rep 'Ana Bell'")
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="No other team's.")],
    *,
    rep: Annotated[
        list[str], typer.Option(metavar="REP", help="Who is in it, by id or name; several.")
    ],
    as_: Who = None,
    as_json: AsJson = False,
) -> None:
    """Make a team."""
    # Late: see indexer/cli/__init__.py.
    from indexer import teams
    from indexer.identity import name_at_terminal
    from models.team import Team

    with services(ctx) as opened:
        by = name_at_terminal(as_ or opened.settings.user)
        members = teams.user_ids_of(rep, opened.store, field="rep")
        made = teams.TEAMS.add(opened.store, Team(name=name, user_ids=members), by=by, at=utc_now())
        _tell(opened, made, f"{made.body.name!r} has {_reps(made)}", as_json=as_json)


@commands.command(
    epilog="\b\nExamples:\n  callsift teams change East --name North\n"
    "  callsift teams change North --add 'Bo Lind' --drop 'Ana Bell'"
)
def change(
    ctx: typer.Context,
    team: Name,
    *,
    name: Annotated[str | None, typer.Option(help="A new name.")] = None,
    add: Annotated[
        list[str] | None, typer.Option(metavar="REP", help="Who comes in; several.")
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option(metavar="REP", help="Who goes out; several.")
    ] = None,
    as_: Who = None,
    as_json: AsJson = False,
) -> None:
    """Give a team another name, or other reps."""
    # Late: see indexer/cli/__init__.py.
    from dataclasses import replace

    from indexer import teams
    from indexer.identity import name_at_terminal

    with services(ctx) as opened:
        by = name_at_terminal(as_ or opened.settings.user)
        known = teams.TEAMS.find(opened.store, team)
        coming = teams.user_ids_of(add or (), opened.store, field="add")
        going = teams.leaving(known.body, drop or (), opened.store)
        stay = [user_id for user_id in known.body.user_ids if user_id not in going]
        wanted = replace(
            known.body,
            name=known.body.name if name is None else name,
            user_ids=tuple(dict.fromkeys((*stay, *coming))),
        )
        made = teams.TEAMS.change(opened.store, known, wanted, by=by, at=utc_now())
        _tell(opened, made, f"{made.body.name!r} has {_reps(made)}", as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift teams remove East")
def remove(ctx: typer.Context, team: Name, *, as_json: AsJson = False) -> None:
    """Delete a team. No call is touched."""
    # Late: see indexer/cli/__init__.py.
    from indexer import teams

    with services(ctx) as opened:
        known = teams.TEAMS.find(opened.store, team)
        teams.TEAMS.discard(opened.store, [known.id])
    if as_json:
        write_json({"id": known.id, "deleted": True})
    else:
        typer.echo(f"{known.body.name!r} is deleted")


def _tell(opened: "Services", team: "Written[Team]", told: str, *, as_json: bool) -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer import teams
    from indexer.wire.teams import TeamOut

    if as_json:
        out = TeamOut.of(team, teams.members(team.body, opened.store))
        write_json(out.model_dump(mode="json"))
    else:
        typer.echo(told)


def _reps(team: "Written[Team]") -> str:
    count = len(team.body.user_ids)
    return f"{count} rep" if count == 1 else f"{count} reps"
