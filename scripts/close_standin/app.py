"""The stand-in as a web application."""

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from scripts.close_standin.errors import (
    BadFields,
    BadQuery,
    GrantRefused,
    NotFound,
    StandInError,
)
from scripts.close_standin.gate import Gate, MethodOverride
from scripts.close_standin.routes import audio, calls, events, lookups, oauth, webhooks
from scripts.close_standin.state import StandIn


def create_app(close: StandIn) -> FastAPI:
    """Serve `close` under `/api/v1`, and audio and OAuth beside it, as Close does.

    The stand-in may be changed, and its faults and limits switched, while the
    application runs.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.close = close
    for router in (calls.router, events.router, lookups.router, webhooks.router):
        app.include_router(router, prefix="/api/v1")
    app.include_router(oauth.router)
    app.include_router(audio.router)
    # The middleware added last is the first that a request meets.
    app.add_middleware(Gate, close=close)
    app.add_middleware(MethodOverride)
    app.add_exception_handler(StandInError, _refused)
    app.add_exception_handler(HTTPException, _not_served)
    return app


async def _refused(_: Request, error: Exception) -> JSONResponse:
    match error:
        case NotFound():
            return JSONResponse({"error": str(error)}, 404)
        case BadFields():
            return JSONResponse({"errors": [], "field-errors": error.problems}, 400)
        case BadQuery() | GrantRefused():
            return JSONResponse({"error": str(error)}, 400)
    raise error


async def _not_served(_: Request, error: Exception) -> JSONResponse:
    """Answer for paths and methods that the application does not have."""
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)
