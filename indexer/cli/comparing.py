"""The command `callsift compare`."""

import typer


def compare(ctx: typer.Context) -> None:
    """Compare."""
