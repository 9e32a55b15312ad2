"""Who asks: the one place where a request meets a name, until there are accounts.

`X-Callsift-User` says it, else the cookie that the page `/me` sets, else `CALLSIFT_USER`.
"""

from typing import Annotated, Final
from urllib.parse import quote, unquote

from fastapi import Depends, Request

from indexer.bootstrap import Services
from indexer.identity import name_of_person
from models.errors import QueryInvalid

HEADER: Final = "X-Callsift-User"
COOKIE: Final = "callsift-user"


def name_given(request: Request) -> str | None:
    """The name that a request gives, or else the setting, if there is one.

    Raises:
        QueryInvalid: what it gives is no name.
    """
    header = request.headers.get(HEADER)
    if header is not None:
        return name_of_person(_read(header), field=HEADER)
    cookie = request.cookies.get(COOKIE)
    if cookie is not None:
        return name_of_person(unquote(cookie), field=COOKIE)
    services: Services = request.app.state.services
    return services.settings.user


async def who(request: Request) -> str | None:
    """The name that a request gives, if any; raises as `name_given`."""
    return name_given(request)


async def somebody(name: Annotated[str | None, Depends(who)]) -> str:
    """The name that a request gives, where there has to be one.

    Raises:
        QueryInvalid: it gives none.
    """
    if name is None:
        raise QueryInvalid(HEADER, "say who you are: send this header with your name")
    return name


def cookie_of(name: str) -> str:
    """A name as the cookie holds it."""
    return quote(name)


def _read(header: str) -> str:
    """A header's text: percent-encoded or plain UTF-8, which HTTP delivers as Latin-1."""
    try:
        return unquote(header.encode("latin-1").decode())
    except UnicodeDecodeError:
        return unquote(header)


MaybeWho = Annotated[str | None, Depends(who)]
Who = Annotated[str, Depends(somebody)]
