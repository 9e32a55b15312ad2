"""The command `callsift topics`."""

import typer


def topics(ctx: typer.Context) -> None:
    """Topics."""
