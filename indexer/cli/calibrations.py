"""Commands: callsift calibration."""

import typer

commands = typer.Typer(help="calibration.", no_args_is_help=True, rich_markup_mode=None)
