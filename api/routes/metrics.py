"""Metrics: what calls measure, and by which formulas."""

from fastapi import APIRouter

from api.problems import declared

router = APIRouter(prefix="/metrics", tags=["coaching"], responses=declared(401, 422, 503))
