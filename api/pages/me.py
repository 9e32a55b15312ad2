"""Who is at this browser: a name on what one makes and reviews, until there are accounts."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from api.deps import ServicesDep, require_same_origin
from api.identity import COOKIE, MaybeWho, cookie_of
from api.pages.forms import fields_of
from api.pages.rendering import render
from api.pages.searching import how_much
from indexer.identity import name_of_person

router = APIRouter(prefix="/me", include_in_schema=False)

_A_YEAR_S: Final = 365 * 24 * 3600


@router.get("")
def ask_name(request: Request, services: ServicesDep, name: MaybeWho, back: str = "/") -> Response:
    """Ask who is here."""
    searched = how_much(services.store)
    return render(request, "me.html", name=name, back=_within(back), searched=searched)


@router.post("", dependencies=[Depends(require_same_origin)])
def keep_name(request: Request, fields: Annotated[dict[str, str], Depends(fields_of)]) -> Response:
    """Remember who is here, and go back to where they were."""
    name = name_of_person(fields.get("name", ""))
    answer = RedirectResponse(_within(fields.get("back", "/")), status_code=303)
    answer.set_cookie(
        COOKIE,
        cookie_of(name),
        max_age=_A_YEAR_S,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


def _within(back: str) -> str:
    """A path of ours; the first page for whatever might lead elsewhere."""
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if is_ours else "/"
