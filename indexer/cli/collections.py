"""Commands: callsift collections."""

import typer

commands = typer.Typer(help="collections.", no_args_is_help=True, rich_markup_mode=None)
