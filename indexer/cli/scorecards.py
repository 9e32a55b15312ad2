"""Commands: callsift scorecards."""

import typer

commands = typer.Typer(help="scorecards.", no_args_is_help=True, rich_markup_mode=None)
