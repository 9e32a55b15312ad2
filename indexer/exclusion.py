"""Exclusion: calls that are left out on purpose, by rules such as `user_id:user_...`. Pure.

A rule is a filter of search with one value. A call that any rule matches is never
stored; the ledger says which rule it was.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from models import Call, SearchFilter

_FIELDS: Final = {
    "user_id": "user_ids",
    "lead_id": "lead_ids",
    "contact_id": "contact_ids",
    "outcome_id": "outcome_ids",
    "disposition": "dispositions",
    "direction": "directions",
    "call_method": "call_methods",
}
_SHORT: Final = "max_duration"
_SECONDS: Final = re.compile("[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is left out: its text as it was set, and the calls it means."""

    text: str
    where: SearchFilter


def read_rule(text: str) -> Rule:
    """Read `name:value`.

    Raises:
        ValueError: it is no such rule; says which there are.
    """
    name, _, value = (part.strip() for part in text.partition(":"))
    if name in _FIELDS and value:
        where = SearchFilter(**{_FIELDS[name]: (value,)})  # type: ignore[arg-type]
        return Rule(text=f"{name}:{value}", where=where)
    if name == _SHORT and _SECONDS.fullmatch(value):
        return Rule(text=f"{name}:{value}", where=SearchFilter(max_duration_s=int(value)))
    names = ", ".join((*_FIELDS, f"{_SHORT} (seconds)"))
    raise ValueError(f"{text!r} is no rule: write name:value, with a name of {names}")


def rule_against(call: Call, rules: Iterable[Rule]) -> Rule | None:
    """The first rule that leaves a call out; None lets it in."""
    return next((rule for rule in rules if rule.where.admits(call)), None)
