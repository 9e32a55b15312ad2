"""The pages: where a coach or a QA analyst works.

Each is made on the server from what the API is made of, and takes the API's parameters;
a script makes it quicker to work with, and none is needed to search and to read.
"""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.pages import (
    calibrations,
    calls,
    coach,
    collections,
    me,
    reviews,
    samples,
    saved,
    searching,
    signing_in,
    similar,
    status,
    topics,
    trackers,
)
from api.pages.problems import answer_people, in_pages
from api.pages.rendering import static_file

__all__ = ["answer_people", "in_pages", "router"]

router = APIRouter(include_in_schema=False)
for part in (
    searching, calls, similar, saved, coach, trackers, topics, collections, samples,
    calibrations, reviews,  # in this order: /review/calibrations is no review
    me, status, signing_in,
):  # fmt: skip
    router.include_router(part.router)


@router.get("/static/{version}/{name}")
async def show_static_file(version: str, name: str) -> Response:
    """A style sheet, a script or a picture."""
    found = static_file(version, name)
    if found is None:
        raise HTTPException(404, "there is no such file")
    return found
