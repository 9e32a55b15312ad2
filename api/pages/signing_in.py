"""Signing in with a key of the server, for those who read pages; and signing out."""

from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from api.access import SESSION_COOKIE, SESSION_S, Access
from api.deps import require_same_origin
from api.pages.forms import fields_of
from api.pages.rendering import render

router = APIRouter(include_in_schema=False)

_HOME: Final = "/"


@router.get("/sign-in")
async def show_sign_in(request: Request) -> Response:
    """Ask for a key; where none is needed, go on."""
    following = local_path(request.query_params.get("next"))
    access: Access = request.app.state.access
    if access.is_open:
        return RedirectResponse(following, status_code=303)
    return _form(request, following)


@router.post("/sign-in", dependencies=[Depends(require_same_origin)])
async def sign_in(request: Request) -> Response:
    """Begin a session for whoever has a key."""
    fields = await fields_of(request)
    following = local_path(fields.get("next"))
    access: Access = request.app.state.access
    if not access.is_key(fields.get("key", "").strip().encode()):
        return _form(request, following, is_wrong=True)
    answer = RedirectResponse(following, status_code=303)
    answer.set_cookie(
        SESSION_COOKIE, access.begin(), max_age=SESSION_S, path="/",
        httponly=True, samesite="strict", secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


@router.post("/sign-out", dependencies=[Depends(require_same_origin)])
async def sign_out(request: Request) -> Response:
    """End the session."""
    access: Access = request.app.state.access
    access.end(request.cookies.get(SESSION_COOKIE, ""))
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def local_path(given: str | None) -> str:
    """A path of this server to go on to; `/` in place of anything that leads elsewhere."""
    text = given or _HOME
    # A browser reads \\ as /, and leaves out tabs and line breaks: //evil.example in disguise.
    is_plain = text.isprintable() and "\\" not in text and not text.startswith("//")
    parts = urlsplit(text) if is_plain else urlsplit(_HOME)
    is_local = is_plain and text.startswith("/") and not parts.scheme and not parts.netloc
    return text if is_local and parts.path != "/sign-in" else _HOME


def _form(request: Request, following: str, *, is_wrong: bool = False) -> Response:
    return render(
        request,
        "sign-in.html",
        status=401 if is_wrong else 200,
        following=following,
        is_wrong=is_wrong,
        searched=None,
    )
