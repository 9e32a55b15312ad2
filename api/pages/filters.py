"""The filters beside an answer: what can be chosen, what is chosen, and how many calls each has."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from api.pages.address import Address
from api.pages.words import length, parameter, worded
from indexer.facets import facets
from indexer.grammar import parse_part
from indexer.store.contract import Store
from models import Facet, FacetCount, SearchFilter
from models.errors import QueryInvalid

_TITLES: Final = {
    Facet.USER: ("user_id", "Rep"),
    Facet.SIDE: ("side", "Who said it"),
    Facet.DISPOSITION: ("disposition", "Disposition"),
    Facet.OUTCOME: ("outcome_id", "Outcome"),
    Facet.DIRECTION: ("direction", "Direction"),
    Facet.KIND: ("kind", "Where it was said"),
    Facet.CALL_METHOD: ("call_method", "Call method"),
}
"""The filters with counts, in the order they are shown: their parameter and their title."""
_IDS: Final = frozenset(("user_id", "outcome_id"))
_AGES: Final = {
    "24h": "24 hours",
    "7d": "7 days",
    "30d": "30 days",
    "90d": "90 days",
    "52w": "12 months",
}
_LENGTHS: Final = (
    (None, 60, "Under 1 min"),
    (60, 300, "1 to 5 min"),
    (300, 900, "5 to 15 min"),
    (900, None, "Over 15 min"),
)
_PARTS: Final = {
    "first 60s": "First minute",
    "first 10%": "First 10%",
    "last 60s": "Last minute",
    "last 10%": "Last 10%",
}

FILTERS: Final = (
    *(name for name, _ in _TITLES.values()),
    *"lead_id contact_id since until min_duration max_duration part question one_turn".split(),
)
"""The parameters that choose calls, as the API has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value that can be chosen."""

    value: str
    label: str
    calls: int
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The values of one filter; of `side` one can be chosen, of others several."""

    name: str
    title: str
    choices: tuple[Choice, ...]

    @property
    def takes_one(self) -> bool:
        """Whether choosing a value replaces the one chosen before."""
        return self.name == "side"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that chooses something, or takes it away."""

    label: str
    url: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Everything beside an answer, and what of it is in force."""

    groups: tuple[Group, ...]
    ages: tuple[Link, ...]
    lengths: tuple[Link, ...]
    parts: tuple[Link, ...]
    chosen: tuple[Link, ...]
    """Each value in force, with the link that takes it away."""
    are_counted: bool

    @classmethod
    def of(
        cls, address: Address, where: SearchFilter | None, store: Store, *, counts: bool = True
    ) -> "Filters":
        """The filters of a page; for a filter that is wrong (`where` None) only what was chosen.

        Without `counts` they are left out, unless a name can be had from them alone.
        """
        address = address.without("cursor")
        are_counted = counts or any(address.all(name) for name in _IDS)
        counted = facets(where, store) if where is not None and are_counted else {}
        groups = tuple(_group(f, counted.get(f, []), address) for f in _TITLES)
        return cls(
            groups=tuple(group for group in groups if group.choices),
            ages=tuple(_ages(address)),
            lengths=tuple(_lengths(address)),
            parts=tuple(_parts(address)),
            chosen=tuple(_chosen(address, groups)),
            are_counted=are_counted,
        )


def _group(facet: Facet, counts: list[FacetCount], address: Address) -> Group:
    name, title = _TITLES[facet]
    chosen = address.all(name)
    choices = [
        Choice(
            value=count.value,
            label=count.label if name in _IDS else worded(count.value),
            calls=count.calls,
            is_chosen=count.value in chosen,
        )
        for count in counts
    ]
    absent = [value for value in chosen if value not in {choice.value for choice in choices}]
    choices += [
        Choice(value=v, label=v if name in _IDS else worded(v), calls=0, is_chosen=True)
        for v in dict.fromkeys(absent)
    ]
    return Group(name=name, title=title, choices=tuple(choices))


def _ages(address: Address) -> Iterator[Link]:
    any_time = address.without("since", "until")
    since = "" if address.one("until") else address.one("since")
    yield Link(label="Any time", url=any_time.at("/"), is_chosen=any_time == address)
    for value, label in _AGES.items():
        url = any_time.having("since", value).at("/")
        yield Link(label=label, url=url, is_chosen=value == since)


def _lengths(address: Address) -> Iterator[Link]:
    any_length = address.without("min_duration", "max_duration")
    now = address.one("min_duration"), address.one("max_duration")
    yield Link(label="Any", url=any_length.at("/"), is_chosen=now == ("", ""))
    for least, most, label in _LENGTHS:
        chosen = any_length
        for name, value in (("min_duration", least), ("max_duration", most)):
            chosen = chosen if value is None else chosen.having(name, value)
        is_chosen = now == (str(least or ""), str(most or ""))
        yield Link(label=label, url=chosen.at("/"), is_chosen=is_chosen)


def _parts(address: Address) -> Iterator[Link]:
    anywhere = address.without("part")
    now = _part(address.one("part"))
    yield Link(label="Any", url=anywhere.at("/"), is_chosen=not now)
    for value, label in _PARTS.items():
        yield Link(label=label, url=anywhere.having("part", value).at("/"), is_chosen=value == now)


def _part(value: str) -> str:
    """A part of a call as it is written here: `first 1m` as `first 60s`."""
    try:
        return str(parse_part(value, field="part")) if value else ""
    except QueryInvalid:
        return value


def _chosen(address: Address, groups: tuple[Group, ...]) -> Iterator[Link]:
    labels = {(g.name, c.value): c.label for g in groups for c in g.choices}
    for name, value in address.pairs:
        if name in FILTERS:
            label = told(name, value, labels.get((name, value)))
            yield Link(label=label, url=address.less(name, value).at("/"))


def told(name: str, value: str, label: str | None = None) -> str:
    """A filter in force in words; `label` is what people call its value, where it is known."""
    if name == "side" and label:
        return f"Said by the {label.lower()}"
    if name in ("min_duration", "max_duration") and value.isdecimal():
        bound = "At least" if name == "min_duration" else "At most"
        return f"{bound} {length(min(int(value), 10**9))}"
    part = _part(value) if name == "part" else ""
    special = {
        "since": f"Last {_AGES[value]}" if value in _AGES else f"Since {value}",
        "until": f"Before {value}",
        "part": f"In the {_PARTS.get(part, part).lower()}",
        "question": "Asked as a question" if value == "true" else None,
        "one_turn": "Within one turn" if value == "true" else None,
    }
    return label or special.get(name) or f"{parameter(name).capitalize()} {value}"
