"""The records of the organization, and how they refer to each other."""

from collections.abc import Sequence

from scripts.close_standin.errors import BadFields, NotFound
from scripts.close_standin.shelf import CallShelf
from scripts.close_standin.world import Record, World


class Records:
    """All that Close stores of one organization; nothing here leaves an event."""

    def __init__(self, world: World) -> None:
        self.organization = world.organization
        self.users = _by_id(world.users)
        self.leads = _by_id(world.leads)
        self.contacts = _by_id(world.contacts)
        self.outcomes = _by_id(world.outcomes)
        self.calls = CallShelf(world.calls)

    @property
    def organization_id(self) -> str:
        """The id that every record of the organization carries."""
        return str(self.organization["id"])

    def lead(self, lead_id: str) -> Record:
        """Return one lead.

        Raises:
            NotFound: there is no such lead.
        """
        if lead_id not in self.leads:
            raise NotFound("Lead")
        return self.leads[lead_id]

    def calls_of(self, lead_id: str) -> list[Record]:
        """Return the calls of a lead, oldest first."""
        return [call for call in self.calls if call.get("lead_id") == lead_id]

    def contacts_of(self, lead_id: str) -> list[Record]:
        """Return the people of a lead."""
        return [c for c in self.contacts.values() if c.get("lead_id") == lead_id]

    def check_relations(self, fields: Record) -> None:
        """Check that the records which these fields refer to are there.

        Raises:
            BadFields: at least one is not.
        """
        known = {"lead_id": self.leads, "contact_id": self.contacts, "user_id": self.users}
        problems = {
            name: "Does not exist."
            for name, records in known.items()
            if fields.get(name) is not None and fields[name] not in records
        }
        if problems:
            raise BadFields(problems)

    def named(self, call: Record) -> Record:
        """Return a call with the display names of the users it refers to.

        The name of somebody who is no user any more stays as it is.
        """
        ids = {"user_name": "user_id", "created_by_name": "created_by"}
        ids |= {"updated_by_name": "updated_by"}
        names = {name: self.users.get(call.get(id_field) or "") for name, id_field in ids.items()}
        gone = {name for name, id_field in ids.items() if call.get(id_field) and not names[name]}
        return call | {n: user and full_name(user) for n, user in names.items() if n not in gone}


def full_name(user: Record) -> str:
    """Return the name under which Close shows a user."""
    return f"{user.get('first_name') or ''} {user.get('last_name') or ''}".strip()


def _by_id(records: Sequence[Record]) -> dict[str, Record]:
    return {record["id"]: record for record in records}
