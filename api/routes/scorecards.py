"""Scorecards: what reviewers are asked of a call."""

from fastapi import APIRouter

from api.problems import declared

router = APIRouter(prefix="/scorecards", tags=["review"], responses=declared(401, 422, 503))
