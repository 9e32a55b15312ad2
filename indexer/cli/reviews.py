"""Commands: callsift review."""

import typer

commands = typer.Typer(help="review.", no_args_is_help=True, rich_markup_mode=None)
