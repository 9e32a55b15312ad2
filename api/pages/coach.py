"""Coach."""

from fastapi import APIRouter

router = APIRouter(prefix="/coach", include_in_schema=False)
