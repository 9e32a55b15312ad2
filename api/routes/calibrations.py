"""Calibrations: how far reviewers agree."""

from fastapi import APIRouter

from api.problems import declared

router = APIRouter(prefix="/calibrations", tags=["review"], responses=declared(401, 422, 503))
