"""Makes an organization out of calls alone, whatever they leave out."""

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO, TypeGuard

from scripts.close_standin.fields import blank_call
from scripts.close_standin.world import Record, World

_ORGANIZATION = "orga_standin"
_BEFORE_ALL = "2000-01-01T00:00:00+00:00"


def read_calls(paths: Iterable[Path]) -> Iterator[Record]:
    """Go through the calls of NDJSON files, one object a line; names in `.gz` are unpacked.

    Raises:
        ValueError: a line is no call with an id; the message says which line.
    """
    for path in paths:
        with _opened(path) as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _read(line, f"{path}, line {number}")


def world_of(calls: Iterable[Record]) -> World:
    """Return an organization that has these calls, completed, and all whom they name.

    Users, leads and contacts are made up from their ids; of two calls with one
    id the last counts.
    """
    complete = list({call["id"]: _completed(call) for call in calls}.values())
    owner = next((c["organization_id"] for c in complete if c["organization_id"]), _ORGANIZATION)
    return World(
        organization={"id": owner, "name": "Stand-in organization"},
        users=_users(complete),
        leads=_leads(complete),
        contacts=_contacts(complete),
        calls=[call | {"organization_id": owner} for call in complete],
    )


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def _read(line: str, where: str) -> Record:
    try:
        call = json.loads(line)
    except ValueError as error:
        raise ValueError(f"{where}: not JSON.") from error
    if not _is_call(call):
        raise ValueError(f"{where}: not a call with an id.")
    return call


def _is_call(value: object) -> TypeGuard[Record]:
    return isinstance(value, dict) and isinstance(value.get("id"), str)


def _completed(call: Record) -> Record:
    """Return a call with all fields; dates that it lacks are those that it has."""
    created = call.get("date_created") or call.get("activity_at") or _BEFORE_ALL
    user_id = call.get("user_id")
    derived = {
        "user_name": call.get("user_name") or (user_id and _name("User", user_id)),
        "date_created": created,
        "activity_at": call.get("activity_at") or created,
        "date_updated": call.get("date_updated") or created,
    }
    return blank_call() | {"created_by": user_id} | call | derived


def _users(calls: Sequence[Record]) -> list[Record]:
    names = {call["user_id"]: call["user_name"] for call in calls if call["user_id"]}
    return [_user(user_id, name) for user_id, name in names.items()]


def _user(user_id: str, name: str) -> Record:
    first, _, last = name.partition(" ")
    return {
        "id": user_id,
        "email": f"{user_id.lower()}@example.com",
        "first_name": first,
        "last_name": last,
        "image": None,
    }


def _leads(calls: Sequence[Record]) -> list[Record]:
    contacts: dict[str, dict[str, None]] = {}
    for call in calls:
        if call["lead_id"]:
            contacts.setdefault(call["lead_id"], {})[call["contact_id"]] = None
    return [_lead(lead_id, [id_ for id_ in ids if id_]) for lead_id, ids in contacts.items()]


def _lead(lead_id: str, contact_ids: list[str]) -> Record:
    name = _name("Lead", lead_id)
    return {
        "id": lead_id,
        "display_name": name,
        "name": name,
        "html_url": f"https://app.close.com/lead/{lead_id}/",
        "status_label": "Potential",
        "url": None,
        "description": None,
        "contact_ids": contact_ids,
    }


def _contacts(calls: Sequence[Record]) -> list[Record]:
    callers = {call["contact_id"]: call for call in calls if call["contact_id"]}
    return [_contact(contact_id, call) for contact_id, call in callers.items()]


def _contact(contact_id: str, call: Record) -> Record:
    name = _name("Contact", contact_id)
    phone = {"phone": call["phone"], "phone_formatted": call["phone"], "type": "office"}
    return {
        "id": contact_id,
        "display_name": name,
        "name": name,
        "title": None,
        "lead_id": call["lead_id"],
        "phones": [phone | {"country": None}] if call["phone"] else [],
        "emails": [],
    }


def _name(kind: str, id_: str) -> str:
    return f"{kind} {id_.rpartition('_')[2][:6]}"
