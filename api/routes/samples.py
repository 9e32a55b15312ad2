"""Samples: calls drawn for review, so that the draw can be replayed."""

from fastapi import APIRouter

from api.problems import declared

router = APIRouter(prefix="/samples", tags=["review"], responses=declared(401, 422, 503))
