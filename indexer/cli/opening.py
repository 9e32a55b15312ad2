"""What commands begin with: settings, services, a console."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from indexer.bootstrap import Services
    from indexer.settings import Settings

Build = Callable[["Settings"], "Services"]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

_WIDTH_IN_A_FILE = 120


def settings() -> "Settings":
    """The settings, logging set up as they say.

    Raises:
        SettingsInvalid: one is wrong.
    """
    # Late, for pydantic takes as long to import as all of `--help`.
    from indexer.settings import load_settings

    loaded = load_settings()
    for name in ("indexer", "api"):
        logging.getLogger(name).setLevel(loaded.log_level.upper())
    return loaded


def builder(ctx: typer.Context) -> Build:
    """What turns settings into services: the context's object in tests, else ours."""
    # Late, for numpy and SQLite take as long to import as all of `--help`.
    from indexer.bootstrap import build

    return ctx.obj or build


@contextmanager
def services(ctx: typer.Context) -> Iterator["Services"]:
    """The services for one command, closed after it."""
    opened = builder(ctx)(settings())
    try:
        yield opened
    finally:
        opened.close()


def console() -> "Console":
    """Where people read. A file or a pipe gets long lines, and no colours."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDTH_IN_A_FILE
    return Console(width=width, highlight=False)


def write_json(value: Any) -> None:
    """One line of JSON on stdout, at once."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()
