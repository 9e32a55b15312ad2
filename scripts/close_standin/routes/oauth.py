"""OAuth: `/oauth2/token/` and `/oauth2/revoke/`."""

from fastapi import APIRouter
from starlette.responses import JSONResponse

from scripts.close_standin.routes.deps import CloseDep, FormDep

router = APIRouter(prefix="/oauth2")


@router.post("/token/")
async def grant_tokens(close: CloseDep, form: FormDep) -> JSONResponse:
    """Trade an authorization code or a refresh token for new tokens."""
    with close.lock:
        return JSONResponse(close.access.grant(form))


@router.post("/revoke/")
async def revoke_token(close: CloseDep, form: FormDep) -> JSONResponse:
    """Make a refresh token useless."""
    with close.lock:
        close.access.revoke(form)
    return JSONResponse({})
