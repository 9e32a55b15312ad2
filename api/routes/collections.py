"""Collections: moments kept together, with comments."""

from fastapi import APIRouter

from api.problems import declared

router = APIRouter(prefix="/collections", tags=["coaching"], responses=declared(401, 422, 503))
