"""Topics: what calls are about, found in them."""

from fastapi import APIRouter

from api.problems import declared

router = APIRouter(prefix="/topics", tags=["coaching"], responses=declared(401, 422, 503))
