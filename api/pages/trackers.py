"""Trackers."""

from fastapi import APIRouter

router = APIRouter(prefix="/trackers", include_in_schema=False)
