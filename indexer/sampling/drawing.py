"""The draw `draw@1`: plan, population and seed in, calls with their probabilities out. Pure.

1. How many: in all, of each rep, or of each cell, as the plan says; never more than there
   are. Shares in proportion are rounded by the largest remainder.
2. Cells that are due fewer than two calls each are put together as one stratum
   (`strata_of`). A stratum's number is fixed, so each of its calls has the probability
   number / calls, and no call has none.
3. Within a stratum, the number is spread over its cells as evenly as whole numbers allow,
   from a random start (`spread`): this keeps every probability as it is.
4. Of each cell come the calls whose HMAC-SHA256 under the seed is smallest.

Nothing depends on the order of the population, on the machine or on the clock; a call
that is added takes the place of one of its own cell, or of none.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from indexer.sampling.keys import key_of
from indexer.sampling.quotas import Block, blocks_of
from indexer.sampling.shares import shared_out, spread
from indexer.sampling.strata import Counted, Together, calls_of, key_together, strata_of
from models.sample import (
    Cell,
    DrawnCall,
    Eligible,
    Population,
    Quota,
    Sample,
    SamplePlan,
    SampleSort,
    Stratum,
)

ALGORITHM: Final = "draw@1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What a draw comes to."""

    quotas: tuple[Quota, ...]
    strata: tuple[Stratum, ...]
    calls: tuple[DrawnCall, ...]


def draw(plan: SamplePlan, population: Population) -> Drawn:
    """Draw from a frozen population as a plan says.

    Raises:
        QueryInvalid: the plan's size is less than its reps are due.
    """
    if plan.sort is SampleSort.RISK:
        return _queue(plan, population)
    in_cells = _by_cell(plan.seed, population)
    quotas, blocks = blocks_of(plan, population)
    strata: list[Stratum] = []
    calls: list[DrawnCall] = []
    for block in blocks:
        for stratum, chosen in _drawn_of(block, plan.seed, in_cells):
            probability = stratum.drawn / stratum.population
            calls += [_drawn(call, population, len(strata), probability) for call in chosen]
            strata.append(stratum)
    return Drawn(quotas=quotas, strata=tuple(strata), calls=tuple(calls))


def substitutes(
    sample: Sample,
    population: Population,
    stratum: int,
    taken: Collection[str],
    *,
    instead_of: str | None = None,
) -> str | None:
    """The next call of a stratum in the draw's own order that is not taken, if there is one.

    One of the cell of the call that it comes in place of, as long as there is one. In a
    risk queue it is the call of the highest risk that is left.
    """
    if not sample.is_random:
        left = (one for one in _by_risk(sample.plan.seed, population) if one.call_id not in taken)
        return next((call.call_id for call in left), None)
    places = {key: at for at, key in enumerate(population.cells)}
    cells = {places[cell.key] for cell in sample.strata[stratum].cells}
    homes = {call.call_id: call.cell for call in population.calls if call.cell in cells}
    home = homes.get(instead_of or "")
    in_order = sorted(
        (call_id for call_id in homes if call_id not in taken),
        key=lambda call_id: (homes[call_id] != home, key_of(sample.plan.seed, call_id), call_id),
    )
    return next(iter(in_order), None)


@dataclass(frozen=True, slots=True)
class _Keyed:
    """A call and its key; ordered as calls come."""

    order: tuple[bytes, str]
    call: Eligible


def _by_cell(seed: str, population: Population) -> list[list[_Keyed]]:
    """The calls of each cell in the order in which they come."""
    cells: list[list[_Keyed]] = [[] for _ in population.cells]
    for call in population.calls:
        cells[call.cell].append(_Keyed((key_of(seed, call.call_id), call.call_id), call))
    for cell in cells:
        cell.sort(key=attrgetter("order"))
    return cells


def _drawn_of(
    block: Block, seed: str, in_cells: Sequence[Sequence[_Keyed]]
) -> list[tuple[Stratum, list[Eligible]]]:
    """The strata of a block, each with the calls that were drawn."""
    together = strata_of(block.cells, block.drawn)
    keys = [key_together(cells) for cells in together]
    sizes = [calls_of(cells) for cells in together]
    wanted = shared_out(block.wanted, sizes, keys, seed)
    drawn = shared_out(block.drawn, sizes, keys, seed)
    return [
        _drawn_together(cells, key, want, number, seed, in_cells)
        for cells, key, want, number in zip(together, keys, wanted, drawn, strict=True)
    ]


def _drawn_together(
    cells: Together,
    key: tuple[str, ...],
    wanted: int,
    drawn: int,
    seed: str,
    in_cells: Sequence[Sequence[_Keyed]],
) -> tuple[Stratum, list[Eligible]]:
    shares = spread(drawn, [cell.calls for cell in cells], key, seed)
    stratum = Stratum(
        key=key,
        population=calls_of(cells),
        wanted=wanted,
        drawn=drawn,
        cells=tuple(
            Cell(key=cell.key, population=cell.calls, drawn=share)
            for cell, share in zip(cells, shares, strict=True)
        ),
    )
    chosen = [
        one for cell, share in zip(cells, shares, strict=True) for one in in_cells[cell.at][:share]
    ]
    return stratum, [one.call for one in sorted(chosen, key=attrgetter("order"))]


def _drawn(
    call: Eligible, population: Population, stratum: int, probability: float | None
) -> DrawnCall:
    return DrawnCall(
        call_id=call.call_id,
        stratum=stratum,
        probability=probability,
        user_id=call.user_id,
        user_name=call.user_name,
        key=population.cells[call.cell],
    )


def _queue(plan: SamplePlan, population: Population) -> Drawn:
    """The calls of the highest risk: chosen, not drawn, and so without probabilities."""
    assert plan.size is not None
    chosen = _by_risk(plan.seed, population)[: plan.size]
    counts = [0] * len(population.cells)
    sizes = list(counts)
    for call in chosen:
        counts[call.cell] += 1
    for call in population.calls:
        sizes[call.cell] += 1
    cells = tuple(
        Cell(key=key, population=size, drawn=count)
        for key, size, count in zip(population.cells, sizes, counts, strict=True)
    )
    numbers = {"population": len(population.calls), "wanted": plan.size, "drawn": len(chosen)}
    counted = [Counted(at, cell.key, cell.population) for at, cell in enumerate(cells)]
    return Drawn(
        quotas=(Quota(key=(), **numbers),),
        strata=(Stratum(key=key_together(counted), cells=cells, **numbers),),
        calls=tuple(_drawn(call, population, 0, None) for call in chosen),
    )


def _by_risk(seed: str, population: Population) -> list[Eligible]:
    """Calls that meet the most criteria first, equals in the order of their keys."""
    met = [sum(bool(value) for value in key) for key in population.cells]
    return sorted(
        population.calls,
        key=lambda call: (-met[call.cell], key_of(seed, call.call_id), call.call_id),
    )
