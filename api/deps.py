"""What routes are given: the services, the time, and the check that we can search."""

from datetime import UTC, datetime
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException

from api.readiness import Readiness
from indexer.bootstrap import Services
from indexer.worker import Worker

# Each is async because it only looks something up: a plain function would cost a thread.


async def services_of(request: Request) -> Services:
    """What the application was made with."""
    services: Services = request.app.state.services
    return services


async def readiness_of(request: Request) -> Readiness:
    """Whether this application can search."""
    readiness: Readiness = request.app.state.readiness
    return readiness


async def worker_of(request: Request) -> Worker | None:
    """What keeps this server's calls current, if anything does."""
    worker: Worker | None = request.app.state.worker
    return worker


async def now() -> datetime:
    """The time that `30d` is counted back from."""
    return datetime.now(UTC)


async def require_ready(readiness: Annotated[Readiness, Depends(readiness_of)]) -> None:
    """Let a request pass only when a search can be answered."""
    readiness.require()


async def require_same_origin(request: Request) -> None:
    """Refuse what another site had a browser send, before it changes anything.

    A browser says where a form stands: all in `Sec-Fetch-Site` where the connection is
    trusted, else in `Origin`. What says neither is no browser, and has nobody's session.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        is_ours = site == "same-origin"
    else:
        is_ours = origin is None or urlsplit(origin).netloc == request.headers["host"]
    if not is_ours:
        raise HTTPException(403, "this was sent from another site, and changes nothing")


ServicesDep = Annotated[Services, Depends(services_of)]
ReadinessDep = Annotated[Readiness, Depends(readiness_of)]
WorkerDep = Annotated[Worker | None, Depends(worker_of)]
NowDep = Annotated[datetime, Depends(now)]

WhenReady: Final = Depends(require_ready)

# Tells readers of the OpenAPI document. The check itself is in api/security.py: it
# comes before a body is read, and before it is known whether there is such a path.
WithKey: Final = Security(
    HTTPBearer(
        auto_error=False,
        scheme_name="API key",
        description="One of CALLSIFT_API_KEYS. A server without keys asks for none.",
    )
)
