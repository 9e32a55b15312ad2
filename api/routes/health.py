"""Health, for whoever starts and watches the process. Needs no key, and tells nothing of calls."""

from fastapi import APIRouter, Response, status

from api.deps import ReadinessDep
from api.schemas import HealthOut, ReadyOut

router = APIRouter(tags=["health"])


@router.get("/healthz")
def is_alive() -> HealthOut:
    """Say that the process is there."""
    return HealthOut()


@router.get("/readyz", responses={503: {"model": ReadyOut, "description": "Not ready"}})
def is_ready(readiness: ReadinessDep, response: Response) -> ReadyOut:
    """Say whether searches can be answered, or what is missing."""
    missing = list(readiness.missing())
    if missing:
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    return ReadyOut(status="not ready" if missing else "ready", missing=missing)
