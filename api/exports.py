"""Exports: rows streamed as CSV or NDJSON, as a file to keep."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final

from fastapi import Query
from starlette.responses import StreamingResponse

from indexer.exporting import Format, Row, lines_of

_MEDIA_TYPES: Final = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.NDJSON: "application/x-ndjson",
}

FormatOf = Annotated[Format, Query(alias="format", description="`csv` or `ndjson`.")]

EXPORTED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The rows, streamed.",
        "content": {
            kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in _MEDIA_TYPES.values()
        },
    }
}
"""What a route says of its export in the OpenAPI document, in `responses`."""


def exported(
    rows: Iterable[Row], columns: Sequence[str], form: Format, *, name: str
) -> StreamingResponse:
    """Rows on their way out, as a file called `name` with the ending of its format."""
    return StreamingResponse(
        lines_of(rows, columns, form),
        media_type=_MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )
