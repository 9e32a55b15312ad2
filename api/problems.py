"""Errors as answers (RFC 9457): the only place where an error meets a number."""

import json
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.readiness import NotReady
from models.errors import (
    ActionRefused,
    CallNotFound,
    CallsiftError,
    EmbedderError,
    EmbedderMismatch,
    PaperChanged,
    PaperNameTaken,
    PaperNotFound,
    QueryInvalid,
    SavedSearchNotFound,
    SavedSearchOutdated,
    SearchNameTaken,
    StoreBusy,
    StoreError,
    WebhookRefused,
)

logger = logging.getLogger(__name__)

_MOST_ERRORS: Final = 50  # a request of a thousand wrong names gets no longer answer
_LONGEST_NAME: Final = 100
_LAST_INDEX: Final = re.compile(r"\[\d+\]$")


class FieldProblem(BaseModel):
    """One thing wrong with a request."""

    field: str = Field(description="The parameter at fault, or `body` for the body as a whole.")
    problem: str = Field(description="What is wrong with it.")
    at: int | None = Field(
        default=None,
        description="The character of its text where that is, counted from 0. Absent if it is"
        " about no character.",
    )


class Problem(BaseModel):
    """An error, as `application/problem+json`."""

    type: str = Field(description="Names the kind of problem: compare this, not the words.")
    title: str = Field(description="The kind of problem, in words.")
    status: int = Field(description="The HTTP status again.")
    detail: str = Field(description="What happened, and what to do.")
    errors: list[FieldProblem] | None = Field(
        None, description="With status 422: each parameter at fault. Absent otherwise."
    )


class ProblemResponse(Response):
    """A problem on its way out."""

    media_type = "application/problem+json"

    def __init__(
        self,
        status: int,
        *,
        title: str,
        detail: str,
        name: str | None = None,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        problem = Problem(
            type=f"urn:callsift:problem:{name}" if name else "about:blank",
            title=title,
            status=status,
            detail=detail,
            errors=list(errors) or None,
        )
        # Escaped, because a name that we refuse may hold what UTF-8 cannot.
        content = json.dumps(problem.model_dump(exclude_none=True), ensure_ascii=True)
        super().__init__(content, status_code=status, headers=dict(headers or {}))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    """What an error of ours is to HTTP."""

    status: int
    name: str
    title: str
    retry_after_s: int | None = None


_MEANINGS: Final[dict[type[Exception], _Meaning]] = {
    QueryInvalid: _Meaning(status=422, name="query-invalid", title="The question is not valid"),
    CallNotFound: _Meaning(status=404, name="call-not-found", title="No such call"),
    SavedSearchNotFound: _Meaning(
        status=404, name="search-not-found", title="No such saved search"
    ),
    SearchNameTaken: _Meaning(status=409, name="search-name-taken", title="The name is taken"),
    SavedSearchOutdated: _Meaning(
        status=409, name="search-outdated", title="The saved question cannot be asked any more"
    ),
    PaperNotFound: _Meaning(status=404, name="not-found", title="No such thing"),
    PaperNameTaken: _Meaning(status=409, name="name-taken", title="The name is taken"),
    PaperChanged: _Meaning(status=409, name="changed", title="Somebody changed it meanwhile"),
    ActionRefused: _Meaning(status=409, name="refused", title="This cannot be done now"),
    WebhookRefused: _Meaning(status=401, name="webhook-refused", title="Not accepted as Close's"),
    NotReady: _Meaning(status=503, name="not-ready", title="Not ready yet", retry_after_s=5),
    StoreBusy: _Meaning(status=503, name="store-busy", title="The store is busy", retry_after_s=5),
    EmbedderMismatch: _Meaning(status=503, name="embedder-mismatch", title="Another embedder"),
    StoreError: _Meaning(status=503, name="store-unusable", title="The store cannot be used"),
    EmbedderError: _Meaning(status=503, name="embedder-unusable", title="No embedder"),
    CallsiftError: _Meaning(status=500, name="failed", title="That did not work"),
}

# Pydantic's words for these speak of Python.
_PLAINER: Final = {
    "extra_forbidden": "there is no such parameter",
    "missing": "is missing",
    "model_attributes_type": "must be a JSON object, sent as application/json",
    "model_type": "must be a JSON object",
    "json_invalid": "is not JSON",
    "string_unicode": "holds half of a character",
}


def answer_problems(app: FastAPI) -> None:
    """Have an application answer our errors, and its own, as problems."""
    app.add_exception_handler(CallsiftError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_request)
    app.add_exception_handler(HTTPException, _of_http)


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route says of its problems in the OpenAPI document."""
    return {s: {"model": Problem, "description": HTTPStatus(s).phrase} for s in statuses}


async def _of_ours(request: Request, error: Exception) -> Response:
    meaning = next(_MEANINGS[kind] for kind in type(error).__mro__ if kind in _MEANINGS)
    if isinstance(error, QueryInvalid):
        first = FieldProblem(field=error.field, problem=error.problem, at=error.at)
        rest = [FieldProblem(field=f, problem=p) for f, p in error.others.items()]
        return _invalid([first, *rest])
    if meaning.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, NotReady):
        logger.warning("%s %s: %s", request.method, request.url.path, error)
    retry = meaning.retry_after_s
    return ProblemResponse(
        meaning.status,
        name=meaning.name,
        title=meaning.title,
        detail=str(error),
        headers={"Retry-After": str(retry)} if retry else None,
    )


async def _of_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _invalid(problems_in(error))


def problems_in(error: RequestValidationError) -> list[FieldProblem]:
    """What is wrong with a request, each thing told once."""
    found = [(_field(e["loc"]), _PLAINER.get(e["type"], e["msg"])) for e in error.errors()]
    return [FieldProblem(field=f, problem=p) for f, p in dict.fromkeys(found)]


async def _of_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return ProblemResponse(
        error.status_code,
        title=HTTPStatus(error.status_code).phrase,
        detail=str(error.detail),
        headers=error.headers,
    )


def _invalid(found: Iterable[FieldProblem]) -> ProblemResponse:
    errors = list(found)[:_MOST_ERRORS]
    meaning = _MEANINGS[QueryInvalid]
    return ProblemResponse(
        meaning.status,
        name=meaning.name,
        title=meaning.title,
        detail="; ".join(f"{e.field}: {e.problem}" for e in errors),
        errors=errors,
    )


def _field(location: Sequence[str | int]) -> str:
    """The parameter of a place such as ("query", "disposition", 0).

    What is wrong in a step of a dialogue is told as `dialogue[1].text`.
    """
    path = ""
    for part in location[1:]:
        path += f"[{part}]" if isinstance(part, int) else f"{'.' if path else ''}{part}"
    return (_LAST_INDEX.sub("", path) or str(location[0]))[:_LONGEST_NAME]
