"""Names to show: of leads, of outcomes, and of the account our credentials belong to.

Stated in Close's OpenAPI description: `/outcome/` and `/lead/{id}/` with `_fields`, and
the fields read here. Asserted by other clients: `/me/` holds `organizations` as objects
with `id` and `name`. Seen in recorded traffic of older days: as plain ids. Documented:
an outcome that was deleted disappears while calls keep its id.
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from indexer.close.answers import JsonObject
from indexer.close.connection import Connection
from indexer.close.pages import pages
from indexer.close.texts import is_id, storable
from models import Lead, Outcome
from models.errors import CloseForbidden, CloseNotFound, CloseUnreadable

_LEAD_FIELDS: Final = "id,display_name,name,html_url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose credentials we use: the user they act as, and the organization it sees."""

    user_id: str
    organization_id: str | None = None
    organization_name: str | None = None


def outcomes(connection: Connection) -> dict[str, Outcome]:
    """Every outcome Close still has, by id; none where Close has no outcomes or hides them."""
    try:
        # No `_limit`: the largest one differs by list and is not published.
        found = [row for page in pages(connection, "/outcome/") for row in page.rows]
    except (CloseNotFound, CloseForbidden):
        return {}
    known = [_read_outcome(row) for row in found if isinstance(row, dict)]
    return {outcome.id: outcome for outcome in known if outcome is not None}


def lead(connection: Connection, lead_id: str) -> Lead | None:
    """The lead's name and its page in Close; None when it is gone or hidden from us."""
    if not is_id(lead_id):
        return None
    path = f"/lead/{quote(lead_id, safe='')}/"
    try:
        answer = connection.get(path, {"_fields": _LEAD_FIELDS})
    except (CloseNotFound, CloseForbidden):
        return None
    url = _text(answer, "html_url")
    return Lead(
        id=lead_id,
        name=_text(answer, "display_name") or _text(answer, "name"),
        # It becomes a link on a page: nothing but a web address may pass.
        url=url if url is not None and url.startswith(("https://", "http://")) else None,
    )


def account(connection: Connection) -> Account:
    """Whose credentials we use.

    Raises:
        CloseUnauthorized: Close refuses them.
        CloseUnreadable: the answer names no user.
    """
    answer = connection.get("/me/")
    user_id = _text(answer, "id")
    if user_id is None:
        raise CloseUnreadable("GET /me/: the answer names no user id")
    organization = _organization(answer)
    return Account(
        user_id=user_id,
        organization_id=_text(organization, "id"),
        organization_name=_text(organization, "name"),
    )


def _organization(answer: JsonObject) -> JsonObject:
    """The organization an answer of `/me/` names first; a key belongs to one only."""
    listed = answer.get("organizations")
    first: Any = listed[0] if isinstance(listed, list) and listed else None
    if isinstance(first, dict):
        return first
    return {"id": first or answer.get("organization_id")}


def _read_outcome(row: JsonObject) -> Outcome | None:
    outcome_id, name = _text(row, "id"), _text(row, "name")
    return Outcome(id=outcome_id, name=name) if outcome_id and name else None


def _text(row: JsonObject, name: str) -> str | None:
    """A text that is there and not empty."""
    value = row.get(name)
    return storable(value) if isinstance(value, str) and value else None
