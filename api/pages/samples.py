"""Samples."""

from fastapi import APIRouter

router = APIRouter(prefix="/samples", include_in_schema=False)
