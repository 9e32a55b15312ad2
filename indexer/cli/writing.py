"""The command that writes what Close has: sync."""

import dataclasses
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from indexer.cli.opening import AsJson, console, services, write_json

if TYPE_CHECKING:
    from indexer.bootstrap import Services
    from indexer.cli.progress import Bar, JsonLines
    from indexer.sync import SyncReport

_STOPPED = 130


def sync(
    ctx: typer.Context,
    *,
    full: Annotated[
        bool, typer.Option("--full", help="Compare every call with Close's, to be sure.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on until Ctrl-C, as a running server does.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fetch what is new or changed in Close, and make it searchable.

    The first time that is everything. It can be stopped at any moment and run
    again: nothing is done twice. Where stdout is no terminal, or with --json, each
    line is a JSON object: what happens, once a second at most, and at last a report.
    """
    try:
        with _sigterm_as_ctrl_c(), services(ctx) as opened:
            if full or not watch:
                _sync_once(opened, compare_all=full, as_json=as_json)
            if watch:
                _watch(opened, as_json=as_json)
    except KeyboardInterrupt:
        typer.echo("callsift: stopped; run `callsift sync` again to go on from here", err=True)
        raise typer.Exit(_STOPPED) from None


def _sync_once(opened: "Services", *, compare_all: bool, as_json: bool) -> None:
    # Late: see indexer/cli/__init__.py.
    from indexer.sync import sync as bring_up_to_date

    with (
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
            rules=opened.settings.exclude,
            compare_all=compare_all,
        )
    _tell(report, as_json=as_json)


def _watch(opened: "Services", *, as_json: bool) -> None:
    """Keep the store current until somebody asks to stop, then end well."""
    # Late: see indexer/cli/__init__.py.
    from indexer.worker import Worker

    opened.close_client().close()  # so that missing credentials are told at once
    worker = Worker(opened, told=lambda report: _tell(report, as_json=as_json))
    worker.start()
    try:
        worker.wait()
    except KeyboardInterrupt:
        worker.stop()


@contextmanager
def _sigterm_as_ctrl_c() -> Iterator[None]:
    """Let what a service manager sends end a command as a person would."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _progress(*, as_json: bool) -> "Bar | JsonLines":
    from indexer.cli.progress import Bar, JsonLines

    return JsonLines() if _is_for_programs(as_json=as_json) else Bar(console())


def _is_for_programs(*, as_json: bool) -> bool:
    return as_json or not sys.stdout.isatty()


def _tell(report: "SyncReport", *, as_json: bool) -> None:
    if _is_for_programs(as_json=as_json):
        write_json({"event": "done", **dataclasses.asdict(report)})
    else:
        _show(report)


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
    found = {"new": report.new, "changed": report.changed, "gone from Close": report.gone}
    said = ", ".join(f"{count:,} {what}" for what, count in found.items())
    screen.say(f"every call was compared: {said}" if report.compared_all else said)
    for problem in report.problems:
        screen.say(problem, style="yellow")
