"""Topics."""

from fastapi import APIRouter

router = APIRouter(prefix="/topics", include_in_schema=False)
