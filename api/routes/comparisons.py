"""Comparisons: one group of calls against another, and before against after."""

from fastapi import APIRouter

from api.problems import declared

router = APIRouter(prefix="/compare", tags=["coaching"], responses=declared(401, 422, 503))
