"""Teams as they are kept, and the reps they are made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from indexer.papers import Folder, Written
from indexer.store.contract import Store
from models import Facet
from models.errors import QueryInvalid
from models.saved import name_key
from models.team import Team

TEAMS: Final = Folder("team", Team)

_SHOWN: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Rep:
    """A Close user, the name of their newest call, and how many calls are stored of them."""

    user_id: str
    name: str
    calls: int


def reps(store: Store) -> list[Rep]:
    """Every rep of whom a call is stored, by name."""
    counts = store.counts(Facet.USER)
    found = [Rep(user_id=c.value, name=c.label, calls=c.calls) for c in counts]
    return sorted(found, key=lambda rep: (name_key(rep.name), rep.user_id))


def teams(store: Store) -> list[Written[Team]]:
    """Every team, by name."""
    return sorted(TEAMS.all(store), key=lambda team: name_key(team.body.name))


def members(team: Team, store: Store) -> list[Rep]:
    """The reps of a team, by name; one without a call here goes by their id."""
    known = {rep.user_id: rep for rep in reps(store)}
    found = [known.get(u, Rep(user_id=u, name=u, calls=0)) for u in team.user_ids]
    return sorted(found, key=lambda rep: (name_key(rep.name), rep.user_id))


def user_ids_of(wanted: Iterable[str], store: Store, *, field: str) -> tuple[str, ...]:
    """The ids of reps who are named by id or by name, each once.

    Raises:
        QueryInvalid: no rep, or more than one, has such a name; names `field`.
    """
    known = reps(store)
    return tuple(dict.fromkeys(_user_id(text.strip(), known, field) for text in wanted))


def changed_members(team: Team, wanted: Iterable[str], store: Store) -> tuple[str, ...]:
    """All reps of a team from now on: those who are in it may stay though no call is left.

    Raises:
        QueryInvalid: as `user_ids_of`.
    """
    ids = [
        text if text in team.user_ids else user_ids_of([text], store, field="user_ids")[0]
        for text in wanted
    ]
    return tuple(dict.fromkeys(ids))


def leaving(team: Team, named: Iterable[str], store: Store) -> set[str]:
    """The ids of reps of a team who are named, by id or name.

    Raises:
        QueryInvalid: one is not in it.
    """
    going = set()
    for text in named:
        ids = {text} & set(team.user_ids) or set(user_ids_of([text], store, field="drop"))
        if not ids <= set(team.user_ids):
            raise QueryInvalid("drop", f"{text!r} is not in {team.name!r}")
        going |= ids
    return going


def _user_id(wanted: str, known: list[Rep], field: str) -> str:
    if any(rep.user_id == wanted for rep in known):
        return wanted
    named = [rep for rep in known if name_key(rep.name) == name_key(wanted)]
    if len(named) == 1:
        return named[0].user_id
    if named:
        ids = ", ".join(rep.user_id for rep in named)
        raise QueryInvalid(field, f"{wanted!r} is the name of several reps, say which: {ids}")
    raise QueryInvalid(field, f"no call of a rep {wanted!r} is stored here{_known(known)}")


def _known(known: list[Rep]) -> str:
    if not known:
        return ""
    shown = ", ".join(rep.name for rep in known[:_SHOWN])
    more = len(known) - _SHOWN
    return f"; reps are {shown}{f' and {more} more' if more > 0 else ''}"
