"""Commands: callsift sample."""

import typer

commands = typer.Typer(help="sample.", no_args_is_help=True, rich_markup_mode=None)
