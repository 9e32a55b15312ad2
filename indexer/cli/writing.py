"""Commands that write: sync, reindex."""

import dataclasses
import sys
from typing import TYPE_CHECKING

import typer

from indexer.cli.opening import AsJson, builder, console, services, settings, write_json

if TYPE_CHECKING:
    from indexer.cli.progress import Bar, JsonLines
    from indexer.sync import SyncReport

_STOPPED = 130


def sync(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Fetch what is new or changed in Close, and make it searchable.

    The first time that is everything. It can be stopped at any moment and run
    again: nothing is done twice. Where stdout is no terminal, or with --json, each
    line is a JSON object: what happens, once a second at most, and at last a report.
    """
    # Late: see indexer/cli/__init__.py.
    from indexer.sync import sync as bring_up_to_date

    try:
        with (
            services(ctx) as opened,
            opened.writing(),
            opened.close_client() as close,
            _progress(as_json=as_json) as progress,
        ):
            report = bring_up_to_date(
                close=close,
                store=opened.store,
                embedder=opened.embedder,
                progress=progress,
                patience=opened.settings.transcript_patience,
            )
    except KeyboardInterrupt:
        typer.echo("callsift: stopped; run `callsift sync` again to go on from here", err=True)
        raise typer.Exit(_STOPPED) from None
    if _is_for_programs(as_json=as_json):
        write_json({"event": "done", **dataclasses.asdict(report)})
    else:
        _show(report)


def reindex(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Cut and embed every stored call again.

    Needed after CALLSIFT_EMBEDDING_MODEL has changed. Works on a copy, from what is
    stored: nothing is fetched, searches go on, and the copy takes the data's place at
    the end. A server that runs must be started anew if the model has changed.
    """
    # Late: see indexer/cli/__init__.py.
    from indexer.bootstrap import renewal
    from indexer.reindex import reindex as embed_again

    try:
        with renewal(builder(ctx)(settings())) as opened, _progress(as_json=as_json) as progress:
            calls = embed_again(store=opened.store, embedder=opened.embedder, progress=progress)
            embedder = str(opened.embedder.identity)
    except KeyboardInterrupt:
        typer.echo("callsift: stopped; the data are as they were", err=True)
        raise typer.Exit(_STOPPED) from None
    if _is_for_programs(as_json=as_json):
        write_json({"event": "done", "calls": calls, "embedder": embedder})
    else:
        typer.echo(f"{calls:,} calls embedded again by {embedder}")


def _progress(*, as_json: bool) -> "Bar | JsonLines":
    from indexer.cli.progress import Bar, JsonLines

    return JsonLines() if _is_for_programs(as_json=as_json) else Bar(console())


def _is_for_programs(*, as_json: bool) -> bool:
    return as_json or not sys.stdout.isatty()


def _show(report: "SyncReport") -> None:
    from indexer.screen import Screen, length

    screen = Screen(console())
    screen.say(
        f"{report.fetched:,} calls fetched, {report.texts_embedded:,} texts embedded "
        f"in {length(report.seconds)} and {report.requests:,} requests"
    )
    screen.say(
        f"{report.indexed:,} of {report.known - report.deleted:,} calls can be searched; "
        f"{report.waiting:,} wait, {report.failed:,} failed"
    )
    for problem in report.problems:
        screen.say(problem, style="yellow")
