"""Templates filled in, static files, and the headers that keep a page to itself."""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from api.identity import name_given
from api.pages import marking, words
from models.errors import QueryInvalid

PART_HEADER: Final = "callsift-part"
"""Set by our script, which wants the part of a page that an answer changes, and no more:
`answer and counts`, or while one only types `answer`, as then no filter's counts change."""

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Links to Close tell it nothing. To ourselves it is sent: with `no-referrer` a browser
    # would also keep from us the origin of a form, which tells ours from another site's.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
_MEDIA_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_A_YEAR: Final = "public, max-age=31536000, immutable"


def wants_part(request: Request) -> bool:
    """Whether our script asks, rather than a reader."""
    return PART_HEADER in request.headers


def wants_counts(request: Request) -> bool:
    """Whether the counts beside the filters may have changed."""
    return request.headers.get(PART_HEADER) != "answer"


def render(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> Response:
    """A page; or the part of it that our script asks for: the template `_` before its name."""
    names = [f"_{template}", template] if wants_part(request) else [template]
    access = request.app.state.access
    found = _environment().select_template(names)
    html = found.render(has_sign_in=not access.is_open, **_here(request), **context)
    return HTMLResponse(html, status, headers={**(headers or {}), **_HEADERS})


def _here(request: Request) -> dict[str, str]:
    """Who is at this browser, and how the page that asks for their name leads back here."""
    name: str | None = None
    with suppress(QueryInvalid):  # whoever needs a name says so
        name = name_given(request)
    query = f"?{request.url.query}" if request.url.query else ""
    back = urlencode({"back": f"{request.url.path}{query}"}) if request.method == "GET" else ""
    return {"me": name or "", "to_me": f"/me?{back}" if back else "/me"}


def static_file(version: str, name: str) -> Response | None:
    """A static file; kept by browsers for a year when asked for by its present version."""
    content = _static().get(name)
    if content is None:
        return None
    kept = {"Cache-Control": _A_YEAR} if version == _version() else {}
    kind = _MEDIA_TYPES[name.rsplit(".", 1)[-1]]
    return Response(content, headers={**_HEADERS, **kept}, media_type=kind)


def _address_of(name: str) -> str:
    return f"/static/{_version()}/{name}"


@cache
def _static() -> dict[str, bytes]:
    folder = files("api") / "static"
    found = [f for f in folder.iterdir() if f.name.rsplit(".", 1)[-1] in _MEDIA_TYPES]
    return {file.name: file.read_bytes() for file in sorted(found, key=lambda file: file.name)}


@cache
def _version() -> str:
    """A name for the content of all static files: they import each other, so they change as one."""
    digest = hashlib.sha256()
    for name, content in _static().items():
        digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()[:12]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = _address_of
    for told in (
        words.age,
        words.cost,
        words.counted,
        words.length,
        words.length_aloud,
        marking.excerpt,
        marking.marked,
        words.moment,
        words.parameter,
        words.percent,
        words.seconds,
        words.shortened,
        words.worded,
    ):
        environment.filters[told.__name__] = told
    return environment
