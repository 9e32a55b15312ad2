"""Which calls count: conversations or voicemails, never the two together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from indexer.metrics import FORMULAS, type_of
from indexer.store.contract import Store
from models import Kind, SearchFilter, Side
from models.comparison import CallSort, Within
from models.metric import CallType
from models.outline import CallOutline

NO_TYPE = "none"
"""The type of calls that have none: of no playbook, say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """The calls that count, in order of their ids, and how many do not, by reason."""

    looked_at: int
    calls: tuple[CallOutline, ...]
    left_out: Mapping[str, int]


def select(where: SearchFilter, sort: CallSort, store: Store) -> Selected:
    """The calls of a sort that pass a filter."""
    found = store.outlines(where, formulas=FORMULAS)
    if sort is CallSort.ALL:
        return Selected(looked_at=len(found), calls=tuple(found), left_out={})
    if sort is CallSort.VOICEMAILS:
        kept = tuple(one for one in found if type_of(one) is CallType.VOICEMAIL)
        reason = "no voicemail that was transcribed"
    else:
        talks = of_both_sides(where, store)
        kept = tuple(
            one for one in found if one.id in talks and type_of(one) is CallType.CONVERSATION
        )
        reason = "no conversation: no recording in which both sides spoke"
    rest = len(found) - len(kept)
    return Selected(looked_at=len(found), calls=kept, left_out={reason: rest} if rest else {})


def of_both_sides(where: SearchFilter, store: Store) -> set[str]:
    """The calls in whose recording both sides spoke, of those that pass but for their words."""
    calls = replace(where, part=None, asked=False, said=None, in_one_turn=False)
    spoke = [
        {
            outline.id
            for outline in store.outlines(
                replace(calls, side=side, kinds=(Kind.RECORDING,)), formulas=FORMULAS
            )
        }
        for side in (Side.USER, Side.CONTACT)
    ]
    return spoke[0] & spoke[1]


def compared_type(call: CallOutline, within: Within) -> str:
    """The type of a call, in Close's words."""
    match within:
        case Within.DIRECTION:
            return call.direction or NO_TYPE
        case Within.OUTCOME:
            return call.outcome_id or NO_TYPE
        case Within.PLAYBOOK:
            return call.playbook_id or NO_TYPE
        case Within.NONE:
            return "any"
