"""Who does something here: a name, until there are accounts.

The one place that says what a name may be, and where a command line takes it from. A
request's comes from `api/identity.py`. Nothing proves a name: it tells colleagues apart.
"""

import getpass

from models.errors import QueryInvalid
from models.saved import name_from, name_key


def name_of_person(text: str, *, field: str = "name") -> str:
    """A person's name as it is kept: composed, without blanks around it.

    Raises:
        QueryInvalid: it is empty, too long, or not on one line; names `field`.
    """
    try:
        return name_from(text)
    except QueryInvalid as error:
        raise QueryInvalid(field, error.problem) from None


def is_same_person(one: str | None, other: str | None) -> bool:
    """Whether two names are one person's: whatever the case."""
    return one is not None and other is not None and name_key(one) == name_key(other)


def name_at_terminal(told: str | None) -> str:
    """Who runs a command: as told by option or setting, else who is logged in on this machine."""
    if told is not None:
        return name_of_person(told, field="as")
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user that has no name
        raise QueryInvalid("as", "say who you are, with --as NAME or CALLSIFT_USER") from None
