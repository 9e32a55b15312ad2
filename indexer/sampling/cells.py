"""The values that calls are divided by, as they stand in the key of a cell."""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from models.outline import CallOutline
from models.sample import SamplePlan, StratumField

NOTHING: Final = "(none)"
"""The value of a call that has none in a field."""

_NUMBER: Final = re.compile("([0-9]+)")


def cell_of(call: CallOutline, plan: SamplePlan) -> tuple[str, ...]:
    """A call's value in each field of a plan."""
    return tuple(
        band_of(call.duration_s, plan.duration_edges_s)
        if name is StratumField.DURATION
        else _PLAIN[name](call) or NOTHING
        for name in plan.strata
    )


def band_of(duration_s: int, edges_s: Sequence[int]) -> str:
    """The band of a duration in seconds: `60-299 s`, or the last, `900+ s`."""
    at = bisect_right(edges_s, duration_s)
    begins = edges_s[at - 1] if at else 0
    return f"{begins}+ s" if at == len(edges_s) else f"{begins}-{edges_s[at] - 1} s"


def week_of(call: CallOutline) -> str:
    """The ISO week of a call in UTC: `2026-W11`."""
    year, week, _ = call.activity_at.isocalendar()
    return f"{year}-W{week:02}"


def in_order(key: tuple[str, ...]) -> tuple[tuple[str | int, ...], ...]:
    """What keys are sorted by: numbers in them as numbers, so that `60-299 s` is before `300`."""
    return tuple(
        tuple(int(part) if at % 2 else part for at, part in enumerate(_NUMBER.split(value)))
        for value in key
    )


_PLAIN: Final[Mapping[StratumField, Callable[[CallOutline], str | None]]] = {
    StratumField.REP: lambda call: call.user_id,
    StratumField.DIRECTION: lambda call: call.direction,
    StratumField.DISPOSITION: lambda call: call.disposition,
    StratumField.OUTCOME: lambda call: call.outcome_id,
    StratumField.CALL_METHOD: lambda call: call.call_method,
    StratumField.PLAYBOOK: lambda call: call.playbook_id,
    StratumField.LEAD: lambda call: call.lead_id,
    StratumField.WEEK: week_of,
}
