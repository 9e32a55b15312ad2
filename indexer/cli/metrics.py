"""The command `callsift metrics`."""

import typer


def metrics(ctx: typer.Context) -> None:
    """Metrics."""
