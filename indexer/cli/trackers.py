"""Commands: callsift trackers."""

import typer

commands = typer.Typer(help="trackers.", no_args_is_help=True, rich_markup_mode=None)
