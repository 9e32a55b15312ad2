"""What a page was asked, as its form shows it again; and what in it could not be understood."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.pages.address import Address
from api.pages.filters import FILTERS, Link
from api.problems import Problem
from models import Group, Mode

HIDDEN: Final = ("lead_id", "contact_id", "limit", "part", "one_turn", "group", "explain")
"""Parameters of a search that no control of its page shows; api/static/search.js lists them too."""

_BEFORE: Final = 40
_AFTER: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a page was asked, as its form shows it again."""

    address: Address
    ranks: bool = True
    """Whether anything is asked by which moments could be ranked."""

    @property
    def text(self) -> str:
        """The question itself."""
        return self.address.one("q")

    @property
    def mode(self) -> str:
        """How it is compared."""
        return self.address.one("mode") or Mode.HYBRID

    @property
    def modes(self) -> list[Mode]:
        """The ways there are."""
        return list(Mode)

    @property
    def carried(self) -> tuple[tuple[str, str], ...]:
        """Parameters that no control of the form shows, and that it must not lose."""
        shown = ("cursor", "q", "n")
        return self.address.without(*shown).pairs

    @property
    def is_narrowed(self) -> bool:
        """Whether filters keep any call or any words from answering."""
        return bool(self.address.only(FILTERS).pairs)

    @property
    def unshown(self) -> tuple[tuple[str, str], ...]:
        """The same, on the page whose filters show most of them.

        A field for dates cannot show an age such as `30d`.
        """
        ages = [name for name in ("since", "until") if not self.date(name)]
        return self.address.only((*HIDDEN, *ages)).pairs

    @property
    def kept(self) -> str:
        """The question as a saved search keeps it, as a query string; empty if it asks nothing."""
        address = self.address.without("cursor", "n", "limit", "explain")
        return address.at("").removeprefix("?") if address.pairs else ""

    @property
    def groups(self) -> Iterator[Link]:
        """What can be ranked. Nobody's moments answer where nothing is asked."""
        address = self.address.without("cursor", "group")
        ranks = self.ranks and bool(self.text)
        are_moments = ranks and self.address.one("group") == Group.MOMENT
        yield Link(label="Calls", url=address.at("/"), is_chosen=not are_moments)
        there = address.without("explain").having("group", Group.MOMENT).at("/")
        yield Link(label="Moments", url=there if ranks else "", is_chosen=are_moments)

    def date(self, name: str) -> str:
        """`since` or `until`, where it is a date."""
        value = self.address.one(name)
        return value if _is_date(value) else ""

    def value(self, name: str) -> str:
        """Any other parameter."""
        return self.address.one(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What could not be understood in the box: what is wrong, and where in the text."""

    problem: str
    before: str
    here: str
    """The character at fault; empty where something is missing at the end."""
    after: str

    @classmethod
    def of(cls, problem: Problem | None, text: str) -> "Fault | None":
        """The fault that a problem tells of; None if it is not about a place in the text."""
        for error in (problem and problem.errors) or ():
            if error.field == "q" and error.at is not None:
                at = min(error.at, len(text))
                start, end = max(0, at - _BEFORE), at + 1 + _AFTER
                return cls(
                    problem=error.problem,
                    before=("…" if start else "") + text[start:at],
                    here=text[at : at + 1],
                    after=text[at + 1 : end] + ("…" if end < len(text) else ""),
                )
        return None


def _is_date(text: str) -> bool:
    try:
        return len(text) == len("2026-03-01") and bool(datetime.fromisoformat(text))
    except ValueError:
        return False
