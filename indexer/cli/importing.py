"""The command that reads calls from files: import."""

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from indexer.cli.opening import AsJson, console, services, write_json

if TYPE_CHECKING:
    from indexer.importing import ImportReport

_INCOMPLETE: Final = 1
_STOPPED: Final = 130


def import_(
    ctx: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            dir_okay=False,
            readable=True,
            help="NDJSON in UTF-8: one call a line. `.gz` is unpacked; - is stdin.",
        ),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Read calls from files, and make them searchable. Close is not asked.

    A line is a call as Close spells it, with `id` and `date_created` at least; it may
    name its lead and outcome (`lead_name`, `outcome_name`). Calls that Close has shown
    us stay as they are. Lines that are no call are named on stderr, and the exit code
    is then 1; the others are imported all the same.
    """
    # Late: see indexer/cli/__init__.py.
    from indexer.cli.progress import Bar, JsonLines
    from indexer.importing import STDIN, import_files

    for file in files:
        if file != STDIN and not file.exists():  # Typer's own check knows no stdin
            raise typer.BadParameter(f"there is no {file}", param_hint="FILE")
    is_for_programs = as_json or not sys.stdout.isatty()
    try:
        with (
            services(ctx) as opened,
            opened.writing(),
            JsonLines() if is_for_programs else Bar(console()) as progress,
        ):
            report = import_files(
                files,
                store=opened.store,
                embedder=opened.embedder,
                progress=progress,
                rules=opened.settings.exclude,
            )
    except KeyboardInterrupt:
        typer.echo("callsift: stopped; run it again to go on: nothing is done twice", err=True)
        raise typer.Exit(_STOPPED) from None
    if is_for_programs:
        write_json({"event": "done", **dataclasses.asdict(report)})
    else:
        _show(report)
    _tell_refused(report)


def _show(report: "ImportReport") -> None:
    from indexer.screen import Screen, length

    screen = Screen(console())
    screen.say(
        f"{report.imported:,} calls imported, {report.texts_embedded:,} texts embedded "
        f"in {length(report.seconds)}"
    )
    counts = {
        "shown us by Close": report.known_from_close,
        "deleted in Close": report.deleted,
        "newer here": report.older,
        "excluded by a rule": report.excluded,
        "refused": report.refused,
    }
    others = ", ".join(f"{count:,} {why}" for why, count in counts.items() if count)
    screen.say(f"{report.lines:,} lines read; not imported: {others or 'none'}")


def _tell_refused(report: "ImportReport") -> None:
    if not report.refused:
        return
    for problem in report.problems:
        typer.echo(f"callsift: {problem}", err=True)
    if untold := report.refused - len(report.problems):
        typer.echo(f"callsift: and {untold:,} more lines", err=True)
    raise typer.Exit(_INCOMPLETE)
