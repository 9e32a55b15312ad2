"""Commands: callsift teams."""

import typer

commands = typer.Typer(help="teams.", no_args_is_help=True, rich_markup_mode=None)
