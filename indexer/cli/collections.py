"""Commands for collections: list, new, add, show, comment, move, remove, export, delete."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from indexer.cli.opening import AsJson, console, services, write_json
from indexer.cli.who import As, who
from indexer.exporting import Format, lines_of
from indexer.when import utc_now
from models.errors import QueryInvalid

if TYPE_CHECKING:
    from indexer.bootstrap import Services
    from indexer.papers import Written
    from indexer.wire.collections import CollectionItemOut
    from models.collection import Collection, Item

_HELP = """Keep moments of calls together, with comments.

Each moment keeps its words as they were said; `show` says where they have changed since.
"""

commands = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(metavar="NAME", help="A collection's name or id.")]
Place = Annotated[int, typer.Argument(metavar="PLACE", help="Which moment, from 1.")]


@commands.command("list", epilog="\b\nExamples:\n  callsift collections list --json")
def list_all(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List the collections, the one begun last first."""
    # Late: see indexer/cli/__init__.py.
    from indexer.collections import COLLECTIONS
    from indexer.screen import Screen
    from indexer.wire.collections import CollectionsOut

    with services(ctx) as opened:
        out = CollectionsOut.of(COLLECTIONS.all(opened.store))
    if as_json:
        write_json(out.model_dump(mode="json"))
        return
    screen = Screen(console())
    for one in out.collections:
        screen.say(one.name)
        moments = f"{one.size} moment{'' if one.size == 1 else 's'}"
        screen.say(f"   {moments}; {one.description}".rstrip("; "), style="dim")
    if not out.collections:
        screen.say("No collections. Begin one: callsift collections new 'Good openings'")


@commands.command(epilog="\b\nExamples:\n  callsift collections new 'Good openings'")
def new(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="No other collection's.")],
    *,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Begin a collection."""
    # Late: see indexer/cli/__init__.py.
    from indexer import collections

    with services(ctx) as opened:
        made = collections.begin(
            name, description, store=opened.store, by=who(opened, as_), at=utc_now()
        )
        _tell(opened, made, f"{made.body.name!r} is begun", as_json=as_json)


@commands.command(
    epilog="\b\nExamples:\n  callsift collections add 'Good openings' acti_4AAXvMjG9yQ0VxSjZaLGjT"
    " --utterance 12 --upto 14\n  callsift collections add Prices acti_4AAXvMjG9yQ0VxSjZaLGjT"
    " --at 83.5 --comment 'Listen to the pause'"
)
def add(
    ctx: typer.Context,
    name: Name,
    call_id: Annotated[str, typer.Argument(metavar="CALL", help="A call's id.")],
    *,
    utterance: Annotated[
        int | None, typer.Option(min=0, help="Its first utterance, from 0.")
    ] = None,
    upto: Annotated[
        int | None, typer.Option(min=0, help="Its last one, which is included.")
    ] = None,
    at: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Or a second of its audio.")
    ] = None,
    voicemail: Annotated[bool, typer.Option("--voicemail", help="Of the voicemail.")] = False,
    quote: Annotated[
        str | None, typer.Option(help="Which of its words; refused if they are not said there.")
    ] = None,
    title: Annotated[str, typer.Option(help="What it shows, in a few words.")] = "",
    comment: Annotated[str | None, typer.Option(help="What to say of it.")] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Keep a moment at the end of a collection."""
    # Late: see indexer/cli/__init__.py.
    from indexer import collections
    from models import Kind

    if utterance is None and at is None:
        raise QueryInvalid("utterance", "say which moment, with --utterance or --at")
    wanted = collections.Wanted(
        call_id=call_id, kind=Kind.VOICEMAIL if voicemail else Kind.RECORDING, first=utterance,
        last=upto, at_s=at, quote=quote,
    )  # fmt: skip
    with services(ctx) as opened:
        known = collections.COLLECTIONS.find(opened.store, name)
        kept, item = collections.add_item(
            known.id, wanted, title=title, remark=comment, store=opened.store,
            by=who(opened, as_), at=utc_now(),
        )  # fmt: skip
        said = item.quote.splitlines()[0] if item.quote else "a silent moment"
        _tell(opened, kept, f"Kept in {kept.body.name!r}: {said}", as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift collections show 'Good openings'")
def show(ctx: typer.Context, name: Name, *, as_json: AsJson = False) -> None:
    """Show a collection's moments, in order."""
    # Late: see indexer/cli/__init__.py.
    from indexer.collections import COLLECTIONS
    from indexer.screen import Screen
    from indexer.wire.collections import CollectionOut

    with services(ctx) as opened:
        out = CollectionOut.of_kept(COLLECTIONS.find(opened.store, name), opened.store)
    if as_json:
        write_json(out.model_dump(mode="json"))
        return
    screen = Screen(console())
    screen.say(out.name, style="bold")
    if out.description:
        screen.say(out.description)
    for item in out.items:
        screen.say(f"{item.place}. {_heading(item)}", style="bold")
        for line in item.quote.splitlines():
            screen.say(f"   {line}")
        for told in _told(item):
            screen.say(f"   {told}", style="dim")
    if not out.items:
        screen.say("It is empty. callsift collections add --help says how to keep a moment.")


@commands.command(
    epilog="\b\nExamples:\n  callsift collections comment Prices 2 'Too early' --at 91"
)
def comment(
    ctx: typer.Context,
    name: Name,
    place: Place,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to say of it.")],
    *,
    at: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="The second it is about.")
    ] = None,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Say something of a moment."""
    # Late: see indexer/cli/__init__.py.
    from indexer import collections

    with services(ctx) as opened:
        known = collections.COLLECTIONS.find(opened.store, name)
        kept, _ = collections.comment(
            known.id, _item(known, place).id, text, at_s=at, store=opened.store,
            by=who(opened, as_), at=utc_now(),
        )  # fmt: skip
        _tell(opened, kept, "Said", as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift collections move Prices 4 1")
def move(
    ctx: typer.Context,
    name: Name,
    place: Place,
    to: Annotated[int, typer.Argument(metavar="TO", help="Where it shall stand, from 1.")],
    *,
    as_: As = None,
    as_json: AsJson = False,
) -> None:
    """Put a moment at another place."""
    # Late: see indexer/cli/__init__.py.
    from indexer import collections

    with services(ctx) as opened:
        known = collections.COLLECTIONS.find(opened.store, name)
        kept = collections.change_item(
            known.id, _item(known, place).id, place=to, store=opened.store,
            by=who(opened, as_), at=utc_now(),
        )  # fmt: skip
        _tell(opened, kept, f"Moment {place} is now {to}", as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift collections remove Prices 2")
def remove(
    ctx: typer.Context, name: Name, place: Place, *, as_: As = None, as_json: AsJson = False
) -> None:
    """Take a moment out, with its comments. The call stays as it is."""
    # Late: see indexer/cli/__init__.py.
    from indexer import collections

    with services(ctx) as opened:
        known = collections.COLLECTIONS.find(opened.store, name)
        kept = collections.remove_item(
            known.id, _item(known, place).id, version=known.version, store=opened.store,
            by=who(opened, as_), at=utc_now(),
        )  # fmt: skip
        _tell(opened, kept, f"Moment {place} is taken out", as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift collections export Prices > prices.csv")
def export(
    ctx: typer.Context,
    name: Name,
    *,
    as_ndjson: Annotated[bool, typer.Option("--ndjson", help="JSON lines; else CSV.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV, which is usual.")] = False,
) -> None:
    """Print a row for each moment."""
    # Late: see indexer/cli/__init__.py.
    from indexer.collections import COLLECTIONS
    from indexer.wire.collection_rows import COLUMNS, rows_of

    if as_csv and as_ndjson:
        raise QueryInvalid("ndjson", "choose one: --csv or --ndjson")
    form = Format.NDJSON if as_ndjson else Format.CSV
    with services(ctx) as opened:
        known = COLLECTIONS.find(opened.store, name)
        sys.stdout.writelines(lines_of(rows_of(known, opened.store), COLUMNS, form))


@commands.command(epilog="\b\nExamples:\n  callsift collections delete Prices")
def delete(ctx: typer.Context, name: Name, *, as_json: AsJson = False) -> None:
    """Delete a collection. No call is touched."""
    # Late: see indexer/cli/__init__.py.
    from indexer import collections

    with services(ctx) as opened:
        known = collections.COLLECTIONS.find(opened.store, name)
        collections.delete(known.id, store=opened.store)
    if as_json:
        write_json({"id": known.id, "deleted": True})
    else:
        typer.echo(f"{known.body.name!r} is deleted")


def _item(known: "Written[Collection]", place: int) -> "Item":
    items = known.body.items
    if not items:
        raise QueryInvalid("place", f"{known.body.name!r} is empty")
    if not 1 <= place <= len(items):
        raise QueryInvalid("place", f"must be between 1 and {len(items)}")
    return items[place - 1]


def _heading(item: "CollectionItemOut") -> str:
    # Late: see indexer/cli/__init__.py.
    from indexer.screen import length

    second = f" at {length(item.start_s)}" if item.start_s is not None else ""
    return f"{item.title or item.lead_name or item.call_id}{second}"


def _told(item: "CollectionItemOut") -> list[str]:
    # Late: see indexer/cli/__init__.py.
    from indexer.collections import Standing
    from indexer.screen import length

    told = {
        Standing.CHANGED: ["The words there have changed since."],
        Standing.GONE: ["The call is no longer stored."],
        Standing.THERE: [f"callsift show {item.call_id}"],
    }[item.standing]
    for one in item.comments:
        second = f" at {length(one.at_s)}" if one.at_s is not None else ""
        told.append(f"{one.by or 'Somebody'}{second}: {one.text}")
    return told


def _tell(opened: "Services", kept: "Written[Collection]", told: str, *, as_json: bool) -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer.screen import Screen
    from indexer.wire.collections import CollectionOut

    if as_json:
        write_json(CollectionOut.of_kept(kept, opened.store).model_dump(mode="json"))
    else:
        Screen(console()).say(told)
