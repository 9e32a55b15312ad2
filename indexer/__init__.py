"""The verbs of Callsift: everything from Close to a found passage."""

from importlib import metadata


def version() -> str:
    """The installed version of Callsift; `0` when it runs without being installed."""
    try:
        return metadata.version("callsift")
    except metadata.PackageNotFoundError:
        return "0"
