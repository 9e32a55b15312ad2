"""What went wrong, as a page: the same problems as the API's, for people."""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from api.pages.rendering import render
from api.pages.searching import show_refusal
from api.problems import Problem, ProblemResponse
from indexer.when import utc_now
from models.errors import CallsiftError

_UNAUTHORIZED: Final = 401
_NOT_PAGES: Final = ("/v1", "/openapi.json", "/healthz", "/readyz", "/static/")

Handler = Callable[[Request, Exception], Awaitable[Response]]


def is_for_people(request: Request) -> bool:
    """Whether a page is asked for, by a browser."""
    path = request.url.path
    asked = request.headers.get("accept", "")
    return not path.startswith(_NOT_PAGES) and "text/html" in asked


def in_pages(request: Request, refusal: ProblemResponse) -> Response:
    """A refusal as whoever asked can read it; a browser that has to sign in is sent to do so."""
    if not is_for_people(request):
        return refusal
    if refusal.status_code == _UNAUTHORIZED and request.method in ("GET", "HEAD"):
        query = f"?{request.url.query}" if request.url.query else ""
        there = urlencode({"next": f"{request.url.path}{query}"})
        return RedirectResponse(f"/sign-in?{there}", status_code=303)
    problem = Problem.model_validate_json(bytes(refusal.body))
    kept = {n: v for n, v in refusal.headers.items() if n in ("retry-after", "www-authenticate")}
    return render(
        request, "problem.html", status=problem.status, headers=kept, problem=problem, searched=None
    )


def answer_people(app: FastAPI) -> None:
    """Have an application answer its problems as pages where a page was asked for."""
    for kind in (CallsiftError, RequestValidationError, HTTPException):
        usual = app.exception_handlers[kind]
        app.add_exception_handler(kind, _in_pages(usual))  # type: ignore[arg-type]


def _in_pages(usual: Handler) -> Handler:
    async def answer(request: Request, error: Exception) -> Response:
        refusal = await usual(request, error)
        assert isinstance(refusal, ProblemResponse)
        if request.url.path == "/" and is_for_people(request):
            problem = Problem.model_validate_json(bytes(refusal.body))
            services = request.app.state.services
            return await run_in_threadpool(show_refusal, request, problem, services, utc_now())
        return in_pages(request, refusal)

    return answer
