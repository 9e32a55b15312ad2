"""Commands for saved searches: list, run, seen, rename, remove."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from indexer.cli.asking import compares_meaning, search
from indexer.cli.opening import AsJson, console, services, write_json
from indexer.cli.saving import read
from indexer.when import utc_now
from models.errors import QueryInvalid, SavedSearchOutdated
from models.saved import SavedSearch

if TYPE_CHECKING:
    from indexer.saved import SavedAnswer

_HELP = """Ask saved questions again, and see what is new.

Save one with `callsift search ... --save NAME`. A call is new if it, or its first
transcript, has arrived here since the search was last marked as seen, whenever it
took place; with words to look for, if it is among the best 100 answers.
"""

commands = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(metavar="NAME", help="A saved search's name, in any case.")]

_NONE: Final = 'No saved searches. Save one: callsift search "price objection" --save Prices'


@commands.command("list", epilog="\b\nExamples:\n  callsift searches list --json")
def list_all(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List the saved searches, by name."""
    # Late: see indexer/cli/__init__.py.
    from indexer import wire
    from indexer.screen import Screen

    with services(ctx) as opened:
        found = opened.store.saved_searches()
    if as_json:
        write_json(wire.SavedSearchesOut.of(found).model_dump(mode="json"))
        return
    screen, now = Screen(console()), utc_now()
    for one in found:
        screen.say(one.name)
        screen.say(f"   {_question(one)}; {_seen(one, now)}", style="dim")
    if not found:
        screen.say(_NONE)


@commands.command(epilog="\b\nExamples:\n  callsift searches run Prices --new")
def run(
    ctx: typer.Context,
    name: Name,
    *,
    new: Annotated[bool, typer.Option("--new", help="Only what is new.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Calls a page.")] = 10,
    cursor: Annotated[str | None, typer.Option(help="Of the page before, for the next.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask a saved question, and say what is new in the answers."""
    # Late: see indexer/cli/__init__.py.
    from dataclasses import replace

    from pydantic import ValidationError

    from indexer import saved, wire
    from indexer.screen import Screen

    with services(ctx) as opened:
        known = saved.by_name(name, opened.store)
        try:
            query = read(ctx, search, known.asked)
        except (QueryInvalid, ValidationError) as error:
            raise SavedSearchOutdated(known.name, _told(error)) from error
        if compares_meaning(query):
            opened.ready()
        answer = saved.answer(
            known,
            replace(query, limit=limit, cursor=cursor),
            only_new=new,
            store=opened.store,
            embedder=opened.embedder,
        )
    if as_json:
        write_json(wire.SavedAnswerOut.of_saved(answer).model_dump(mode="json"))
        return
    screen = Screen(console())
    screen.show_page(answer.page)
    screen.say(_news(answer, utc_now()))
    if answer.new:
        screen.say(f"Mark as seen: callsift searches seen {known.name!r} --upto {answer.upto}")


@commands.command(epilog="\b\nExamples:\n  callsift searches seen Prices")
def seen(
    ctx: typer.Context,
    name: Name,
    *,
    upto: Annotated[
        int | None,
        typer.Option(min=0, help="As `run` gives it: what has arrived since stays new."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Mark a search's answers as seen: only what arrives later is new then."""
    # Late: see indexer/cli/__init__.py.
    from indexer import saved

    with services(ctx) as opened:
        known = saved.by_name(name, opened.store)
        marked = saved.see(known.id, upto=upto, store=opened.store, now=utc_now())
    _tell(marked, f"{marked.name!r} is marked as seen", as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift searches rename Prices 'Price objections'")
def rename(
    ctx: typer.Context,
    name: Name,
    new_name: Annotated[str, typer.Argument(metavar="NEW_NAME", help="No other search's.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Give a search another name."""
    # Late: see indexer/cli/__init__.py.
    from indexer import saved

    with services(ctx) as opened:
        known = saved.by_name(name, opened.store)
        changed = saved.change(known.id, name=new_name, store=opened.store)
    _tell(changed, f"{known.name!r} is now {changed.name!r}", as_json=as_json)


@commands.command(epilog="\b\nExamples:\n  callsift searches remove Prices")
def remove(ctx: typer.Context, name: Name, *, as_json: AsJson = False) -> None:
    """Delete a saved search. No call is touched."""
    # Late: see indexer/cli/__init__.py.
    from indexer import saved

    with services(ctx) as opened:
        known = saved.by_name(name, opened.store)
        opened.store.forget_search(known.id)
    if as_json:
        write_json({"id": known.id, "deleted": True})
    else:
        typer.echo(f"{known.name!r} is deleted")


def _tell(search: SavedSearch, told: str, *, as_json: bool) -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer import wire

    if as_json:
        write_json(wire.SavedSearchOut.of(search).model_dump(mode="json"))
    else:
        typer.echo(told)


def _question(search: SavedSearch) -> str:
    """A question on one line, as it would be typed."""
    steps = search.asked.get("dialogue")
    typed = " -> ".join(map(_step, steps)) if steps else search.asked.get("q")
    parts = [repr(typed)] if typed else ["newest calls"]
    for name, value in search.asked.items():
        if name in ("q", "dialogue"):
            continue
        values = value if isinstance(value, list) else [value]
        option = f"--{name.replace('_', '-')}"
        parts += [option if one is True else f"{option} {one}" for one in values]
    return " ".join(parts)


def _step(step: Mapping[str, Any]) -> str:
    """A step of a dialogue as it would be typed."""
    who = step.get("side") or "anyone"
    never = " never" * bool(step.get("never")) + " anywhere" * bool(step.get("anywhere"))
    part = f" in {step['part']}" if step.get("part") else ""
    within = f" within {step['within']}" if step.get("within") else ""
    return f"{who}{never}: {step['text']}{part}{within}"


def _news(answer: "SavedAnswer", now: datetime) -> str:
    new = f"{answer.new:,} new" if answer.new else "Nothing new"
    return f"{new}; {_seen(answer.saved, now)}"


def _seen(search: SavedSearch, now: datetime) -> str:
    # Late: see indexer/cli/__init__.py.
    from indexer.screen import length_in_words

    if search.seen_at is None:
        return f"never marked as seen, saved {length_in_words(now - search.created_at)} ago"
    return f"last marked as seen {length_in_words(now - search.seen_at)} ago"


def _told(error: Exception) -> str:
    # Late: see indexer/cli/__init__.py.
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
