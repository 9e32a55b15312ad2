"""Commands for the subscription by which Close tells us of calls: webhook create, list, delete."""

import dataclasses
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import SplitResult, urlsplit

import typer

from indexer.cli.opening import AsJson, console, services, write_json
from models.errors import CloseError, CloseNotFound, QueryInvalid, StoreBroken

if TYPE_CHECKING:
    from indexer.close import Close, FileWebhookKeys, Subscription

_PATH: Final = "/v1/webhooks/close"

_HELP = """Have Close tell of calls as they happen.

A sync needs no webhook: it asks Close what has changed. With one, a server that runs
knows sooner.
"""

commands = typer.Typer(help=_HELP, no_args_is_help=True, rich_markup_mode=None)


@commands.command(
    epilog="\b\nExamples:\n"
    "  callsift webhook create https://calls.example.com\n"
    "  callsift webhook create https://example.com/calls/v1/webhooks/close"
)
def create(
    ctx: typer.Context,
    url: Annotated[
        str,
        typer.Argument(help=f"Where Close reaches this server; without a path, {_PATH} is added."),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Have Close deliver what happens to calls to this server.

    A subscription of ours that is there already is used again, and resumed if Close
    has paused it. Its key is kept in the data directory, where the server finds it.
    """
    url = _address(url)
    with services(ctx) as opened, opened.close_client() as close:
        keys = opened.webhook_keys
        held = keys.held()
        same = [one for one in close.subscriptions() if one.url == url]
        strangers = [one.id for one in same if one.id not in held]
        found = next((one for one in same if one.id in held), None)
        if found is not None:
            close.activate(found.id)
        used = found.id if found is not None else _made(url, close=close, keys=keys)
    if as_json:
        told = {"id": used, "url": url, "is_new": found is None, "without_key": strangers}
        write_json(told)
        return
    typer.echo(f"Close delivers to {url}: subscription {used}{_history(found)}")
    for stranger in strangers:
        typer.echo(
            f"Subscription {stranger} delivers there too, and its key is not known here: nothing"
            f" it delivers is accepted. Delete it: callsift webhook delete {stranger}"
        )


@commands.command("list", epilog="\b\nExamples:\n  callsift webhook list --json")
def list_all(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """List the subscriptions in Close, also those of other applications."""
    # Late: see indexer/cli/__init__.py.
    from indexer.screen import Screen

    with services(ctx) as opened, opened.close_client() as close:
        held = opened.webhook_keys.held()
        found = close.subscriptions()
    if as_json:
        rows = [{**dataclasses.asdict(one), "has_key": one.id in held} for one in found]
        write_json({"subscriptions": rows})
        return
    screen = Screen(console())
    for one in found:
        state = "active" if one.is_active else "paused"
        whose = "ours" if one.id in held else "not ours: its key is not known here"
        screen.say(f"{one.id}  {state}, {whose}")
        screen.say(f"  {one.url}")
        screen.say(f"  {', '.join(one.events) or 'no events'}", style="dim")
    if not found:
        screen.say("No subscriptions. Make one: callsift webhook create https://...")


@commands.command(epilog="\b\nExamples:\n  callsift webhook delete whsub_0aTnKx5cWq8JfBhRd3LgMu")
def delete(
    ctx: typer.Context,
    subscription_id: Annotated[
        str, typer.Argument(metavar="ID", help="A subscription's id, as list gives it: whsub_...")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Delete a subscription in Close, and forget its key."""
    with services(ctx) as opened, opened.close_client() as close:
        keys = opened.webhook_keys
        try:
            close.unsubscribe(subscription_id)
        except CloseNotFound as error:
            forgotten = "; its key is forgotten" if keys.forget(subscription_id) else ""
            raise CloseNotFound(
                f"Close has no subscription {subscription_id} that we may delete{forgotten}"
            ) from error
        keys.forget(subscription_id)
    if as_json:
        write_json({"id": subscription_id, "deleted": True})
    else:
        typer.echo(f"Subscription {subscription_id} is deleted, and its key forgotten")


def _history(found: "Subscription | None") -> str:
    """What was there of a subscription before it was asked for."""
    if found is None:
        return ""
    return ", which was there already" if found.is_active else ", which was paused until now"


def _made(url: str, *, close: "Close", keys: "FileWebhookKeys") -> str:
    """The id of a new subscription, its key kept; there is none if it cannot be kept."""
    made = close.subscribe(url)
    try:
        keys.keep(made)
    except StoreBroken as error:
        raise StoreBroken(f"{error}. {_undone(made.subscription_id, close)}") from error
    return made.subscription_id


def _undone(subscription_id: str, close: "Close") -> str:
    """Delete a subscription of no use; how that went."""
    try:
        close.unsubscribe(subscription_id)
    except CloseError:
        return (
            "The new subscription is of no use without its key, and could not be deleted:"
            f" callsift webhook delete {subscription_id}"
        )
    return "The new subscription is deleted again"


def _address(text: str) -> str:
    """Where Close is to deliver, whole, and always spelt the same.

    Raises:
        QueryInvalid: it is no address that Close could deliver to safely.
    """
    try:
        url = _checked(text.strip())
    except ValueError as error:
        raise QueryInvalid("URL", f"{error}. Example: https://calls.example.com") from None
    path = url.path if url.path not in ("", "/") else _PATH
    return url._replace(netloc=url.netloc.lower(), path=path).geturl()


def _checked(text: str) -> SplitResult:
    # Late: see indexer/cli/__init__.py.
    from indexer.settings import is_loopback

    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("holds a space or a character that no web address has")
    url = urlsplit(text)
    if url.scheme not in ("http", "https") or not url.hostname or url.port == 0:
        raise ValueError("is no http or https address")
    if "@" in url.netloc or url.query or url.fragment:
        raise ValueError("must be an address only: no user, no password, no ? and no #")
    if url.scheme == "http" and not is_loopback(url.hostname):
        raise ValueError("must be https: over http what calls are about would travel readable")
    return url
