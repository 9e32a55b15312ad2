"""The command line: `callsift sync`, `search`, `show`, `status`, `check`, `webhook` and more.

Modules that take long to import are imported by the commands that need them, so
that `--help` and quick commands are quick; no other import of ours is late.
"""

import io
import logging
import sys
import traceback
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from indexer import version
from indexer.cli import (
    asking,
    calibrations,
    checking,
    collections,
    comparing,
    importing,
    metrics,
    reindexing,
    reviews,
    samples,
    scorecards,
    searches,
    serving,
    similar,
    teams,
    topics,
    trackers,
    webhook,
    writing,
)
from indexer.cli.opening import Build
from models.errors import CallsiftError, QueryInvalid, SettingsInvalid

_PROBLEM, _USAGE, _INTERRUPTED = 1, 2, 130

_HELP = """Search the sales calls your team makes in Close.

\b
Start:
  CLOSE_API_KEY=api_... callsift sync
  callsift search "price objection" --side contact --since 30d
  callsift serve

\b
Exit codes:
  0    it worked
  1    it did not: the line on stderr says why
  2    a wrong option, setting or question
  130  a sync, import or reindex stopped by Ctrl-C

Settings are read from the environment and from .env; .env.example lists them all.
"""


class _Commands(TyperGroup):
    """Tells our errors as one line each, whichever command they come from."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except CallsiftError as error:
            tell(error)
            is_usage = isinstance(error, SettingsInvalid | QueryInvalid)
            raise typer.Exit(_USAGE if is_usage else _PROBLEM) from None
        except KeyboardInterrupt:
            raise typer.Exit(_INTERRUPTED) from None


app = typer.Typer(
    cls=_Commands,
    name="callsift",
    help=_HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 -- as Typer calls it
    if wanted:
        typer.echo(f"callsift {version()}")
        raise typer.Exit


@app.callback()
def _all_commands(
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    pass


for _command, *_examples in (
    (
        writing.sync,
        "CLOSE_API_KEY=api_... callsift sync",
        "callsift sync --json | tail -n 1",
    ),
    (
        importing.import_,
        "callsift import calls.ndjson older-calls.ndjson.gz",
        "jq -c '.data[]' answer.json | callsift import -",
    ),
    (
        asking.search,
        'callsift search "price objection" --disposition answered --side contact --since 30d',
        "callsift search competitor --mode keyword --min-duration 120",
        "callsift search --direction inbound --json",
        """callsift search '"annual plan" -discount' --part 'last 10%' --group moment""",
        """callsift search 'contact: too expensive' --then 'user: a discount' --within 60s""",
        'callsift search "price objection" --since 30d --save Prices',
    ),
    (
        similar.similar,
        "callsift similar acti_4AAXvMjG9yQ0VxSjZaLGjT --utterance 12",
    ),
    (
        asking.show,
        "callsift show acti_4AAXvMjG9yQ0VxSjZaLGjT",
    ),
    (
        asking.status,
        "callsift status --json",
    ),
    (
        asking.ledger,
        "callsift ledger --state waiting",
        "callsift ledger acti_4AAXvMjG9yQ0VxSjZaLGjT",
    ),
    (
        metrics.metrics,
        "callsift metrics --since 30d --csv",
    ),
    (
        comparing.compare,
        "callsift compare --metric talk_ratio --by rep --since 90d",
    ),
    (
        topics.topics,
        "callsift topics --since 90d --side contact",
    ),
    (
        checking.check,
        "callsift check && callsift sync",
    ),
    (
        reindexing.reindex,
        "callsift reindex --model BAAI/bge-small-en-v1.5",
        "callsift reindex --back",
    ),
    (
        serving.serve,
        "callsift serve --port 8080",
        'curl "http://127.0.0.1:8080/v1/search?q=price+objection"',
    ),
):
    app.command(_command.__name__.rstrip("_"), epilog="\n  ".join(["\b\nExamples:", *_examples]))(
        _command
    )


for _name, _group in (
    ("searches", searches),
    ("trackers", trackers),
    ("teams", teams),
    ("collections", collections),
    ("sample", samples),
    ("scorecards", scorecards),
    ("review", reviews),
    ("calibration", calibrations),
    ("webhook", webhook),
):
    app.add_typer(_group.commands, name=_name)


def main(build: Build | None = None) -> None:
    """Run a command, and exit with its code; `build` makes other services than ours."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # whatever a customer said can be shown
    logging.basicConfig(stream=sys.stderr, format="callsift: %(message)s")
    try:
        app(prog_name="callsift", obj=build)
    except Exception as error:  # noqa: BLE001 -- whatever is left is a defect of ours
        # Its own words may quote a customer; CALLSIFT_LOG_LEVEL=debug shows them.
        if logging.getLogger("indexer").isEnabledFor(logging.DEBUG):
            traceback.print_exception(error)
        typer.echo(f"callsift: unexpected {type(error).__name__}, a defect of ours", err=True)
        sys.exit(_PROBLEM)


def tell(error: Exception) -> None:
    """Say on stderr what went wrong, in debug logs also where."""
    if logging.getLogger("indexer").isEnabledFor(logging.DEBUG):
        traceback.print_exception(error)
    for line in str(error).splitlines():
        typer.echo(f"callsift: {line}", err=True)
