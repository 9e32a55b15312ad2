"""Trackers: phrases and ideas that are watched in every call."""

from fastapi import APIRouter

from api.problems import declared

router = APIRouter(prefix="/trackers", tags=["coaching"], responses=declared(401, 422, 503))
