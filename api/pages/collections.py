"""Collections."""

from fastapi import APIRouter

router = APIRouter(prefix="/collections", include_in_schema=False)
