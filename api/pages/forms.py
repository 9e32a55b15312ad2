"""Forms that change something: who may send them, and what is in them."""

from typing import Final
from urllib.parse import parse_qs, urlsplit

from fastapi import Request
from starlette.exceptions import HTTPException

_MOST_FIELDS: Final = 10


async def require_same_origin(request: Request) -> None:
    """Refuse a form that another site had a browser send.

    A browser says where a form stands: all in `Sec-Fetch-Site` where the connection is
    trusted, else in `Origin`. What says neither is no browser, and has nobody's session.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        is_ours = site == "same-origin"
    else:
        is_ours = origin is None or urlsplit(origin).netloc == request.headers["host"]
    if not is_ours:
        raise HTTPException(403, "this form was sent from another site, and changes nothing")


async def fields_of(request: Request) -> dict[str, str]:
    """The fields of a form, the first value of each.

    Raises:
        HTTPException: the body is no form.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415, "the body must be a form: application/x-www-form-urlencoded")
    try:
        text = (await request.body()).decode("ascii")
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400, "the body is no form that can be read") from error
    return {name: values[0] for name, values in fields.items()}
