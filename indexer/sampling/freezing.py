"""Freezing a population: which calls of a filter can be drawn, and why the others cannot."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from indexer.metrics import type_of
from indexer.sampling.cells import cell_of, in_order
from indexer.sampling.risk import Risk
from indexer.sampling.shares import Key
from models.metric import CallType
from models.outline import CallOutline
from models.sample import Eligible, Exclusion, Population, SamplePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The calls of a filter at one moment: those that can be drawn, and the rest counted.

    `excluded` has every reason that was looked for, in the order of looking, and a call
    for the first that holds: they and the population add up to `looked_at`.
    """

    looked_at: int
    excluded: Mapping[str, int]
    population: Population
    excluded_calls: Mapping[str, Exclusion] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """What was looked at and left out, in words."""
        reasons = [
            f"{count:,} {reason.replace('_', ' ')}"
            for reason, count in self.excluded.items()
            if count
        ]
        return f"{self.looked_at:,} looked at" + "".join(f", {reason}" for reason in reasons)


def freeze(
    calls: Iterable[CallOutline],
    plan: SamplePlan,
    *,
    reviewed: Collection[str] = (),
    sampled: Collection[str] = (),
    risk: Risk | None = None,
) -> Frame:
    """Freeze the calls that a plan can draw from.

    `reviewed` are calls that somebody has reviewed, `sampled` those of other samples;
    `risk` are the criteria of a queue, which draws from the calls that meet one.
    """
    tests = _tests(plan, frozenset(reviewed), frozenset(sampled), risk)
    everything = sorted(calls, key=lambda call: call.id)
    why = {
        call.id: next((reason for reason, holds in tests.items() if holds(call)), None)
        for call in everything
    }
    counts = Counter(why.values())
    eligible = [call for call in everything if why[call.id] is None]
    cell = partial(cell_of, plan=plan) if risk is None else risk.cell_of
    return Frame(
        looked_at=len(everything),
        excluded={str(reason): counts[reason] for reason in tests},
        population=Population(
            fields=tuple(plan.strata) if risk is None else risk.criteria,
            reps_without=() if plan.per_rep is None else _reps_without(everything, eligible),
            **_in_cells(eligible, cell),
        ),
        excluded_calls={call_id: reason for call_id, reason in why.items() if reason},
    )


def _tests(
    plan: SamplePlan, reviewed: frozenset[str], sampled: frozenset[str], risk: Risk | None
) -> dict[Exclusion, Callable[[CallOutline], bool]]:
    """What is looked for in a call, in this order, and whether it holds of one."""
    tests: dict[Exclusion, Callable[[CallOutline], bool]] = {}
    if plan.with_transcript:
        tests[Exclusion.VOICEMAIL] = lambda call: type_of(call) is CallType.VOICEMAIL
        tests[Exclusion.NO_TRANSCRIPT] = lambda call: not call.spoken
    if plan.min_duration_s is not None:
        least_s = plan.min_duration_s
        tests[Exclusion.TOO_SHORT] = lambda call: call.duration_s < least_s
    if plan.per_rep is not None:
        tests[Exclusion.NO_REP] = lambda call: call.user_id is None
    if plan.exclude_reviewed:
        tests[Exclusion.REVIEWED] = lambda call: call.id in reviewed
    if plan.exclude_sampled:
        tests[Exclusion.SAMPLED] = lambda call: call.id in sampled
    if risk is not None:
        if risk.thresholds:
            tests[Exclusion.UNMEASURED] = lambda call: (
                call.figures is None and not risk.is_met_by(call)
            )
        tests[Exclusion.NO_RISK] = lambda call: not risk.is_met_by(call)
    return tests


def _in_cells(
    eligible: Iterable[CallOutline], cell: Callable[[CallOutline], Key]
) -> dict[str, Any]:
    keys = {call.id: cell(call) for call in eligible}
    cells = tuple(sorted(set(keys.values()), key=in_order))
    places = {key: at for at, key in enumerate(cells)}
    calls = tuple(
        Eligible(
            call_id=call.id,
            cell=places[keys[call.id]],
            user_id=call.user_id,
            user_name=call.user_name,
        )
        for call in eligible
    )
    return {"cells": cells, "calls": calls}


def _reps_without(
    everything: Iterable[CallOutline], eligible: Iterable[CallOutline]
) -> tuple[str, ...]:
    """Reps none of whose calls can be drawn."""
    present = {call.user_id for call in eligible}
    reps = {call.user_id for call in everything if call.user_id not in present}
    return tuple(sorted(rep for rep in reps if rep is not None))
