"""Forms that change something: what is in them."""

from typing import Final
from urllib.parse import parse_qs

from fastapi import Request
from starlette.exceptions import HTTPException

_MOST_FIELDS: Final = 10
_MANY_FIELDS: Final = 1000


async def fields_of(request: Request) -> dict[str, str]:
    """The fields of a form, the first value of each.

    Raises:
        HTTPException: the body is no form.
    """
    return await _read(request, _MOST_FIELDS)


async def many_fields_of(request: Request) -> dict[str, str]:
    """The fields of a form that has some for each of many things; raises as `fields_of`."""
    return await _read(request, _MANY_FIELDS)


async def _read(request: Request, most: int) -> dict[str, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415, "the body must be a form: application/x-www-form-urlencoded")
    try:
        text = (await request.body()).decode("ascii")
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=most)
    except ValueError as error:
        raise HTTPException(400, "the body is no form that can be read") from error
    return {name: values[0] for name, values in fields.items()}
