"""Teams: reps who are looked at together."""

from fastapi import APIRouter

from api.problems import declared

router = APIRouter(prefix="/teams", tags=["coaching"], responses=declared(401, 422, 503))
