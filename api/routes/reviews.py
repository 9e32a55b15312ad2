"""Reviews: calls that people listen to, and what they say of them."""

from fastapi import APIRouter

from api.problems import declared

router = APIRouter(prefix="/reviews", tags=["review"], responses=declared(401, 422, 503))
