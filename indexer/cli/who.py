"""Who runs a command: an option, the setting, or who is logged in."""

from typing import TYPE_CHECKING, Annotated

import typer

from indexer.identity import name_at_terminal

if TYPE_CHECKING:
    from indexer.bootstrap import Services

As = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Who you are; else CALLSIFT_USER.")
]


def who(opened: "Services", as_: str | None) -> str:
    """The name that a command is run under.

    Raises:
        QueryInvalid: it is no name, or none can be found.
    """
    return name_at_terminal(as_ or opened.settings.user)
