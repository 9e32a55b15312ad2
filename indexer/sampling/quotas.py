"""How many calls of what: the plan's numbers held against what there is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from indexer.sampling.shares import shared_out_at_least
from indexer.sampling.strata import Counted, calls_of
from models.errors import QueryInvalid
from models.sample import Population, Quota, SamplePlan, StratumField


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Cells that a number of calls was asked for together, and how many come."""

    cells: tuple[Counted, ...]
    wanted: int
    drawn: int


def blocks_of(plan: SamplePlan, population: Population) -> tuple[tuple[Quota, ...], list[Block]]:
    """The numbers a plan asks for, and the cells they are drawn from.

    Raises:
        QueryInvalid: the plan's size is less than its reps are due.
    """
    sizes = Counter(call.cell for call in population.calls)
    cells = tuple(Counted(at, key, sizes[at]) for at, key in enumerate(population.cells))
    if plan.per_stratum is not None:
        blocks = [_block((cell,), plan.per_stratum) for cell in cells]
        return tuple(_quota(block, block.cells[0].key) for block in blocks), blocks
    if plan.per_rep is None:
        block = _block(cells, plan.size or _share(plan, cells))
        return (_quota(block, ()),), [block]
    by_rep = _by_rep(population, cells)
    blocks = _of_reps(plan, by_rep)
    quotas = [_quota(block, (rep,)) for rep, block in zip(by_rep, blocks, strict=True)]
    quotas += [
        Quota(key=(rep,), population=0, wanted=plan.per_rep, drawn=0)
        for rep in population.reps_without
    ]
    if plan.size is not None:
        drawn = sum(block.drawn for block in blocks)
        quotas.append(Quota(key=(), population=calls_of(cells), wanted=plan.size, drawn=drawn))
    return tuple(quotas), blocks


def _by_rep(population: Population, cells: Sequence[Counted]) -> dict[str, tuple[Counted, ...]]:
    field = population.fields.index(StratumField.REP)
    reps = sorted({cell.key[field] for cell in cells})
    return {rep: tuple(cell for cell in cells if cell.key[field] == rep) for rep in reps}


def _of_reps(plan: SamplePlan, by_rep: dict[str, tuple[Counted, ...]]) -> list[Block]:
    assert plan.per_rep is not None
    least = plan.per_rep
    if plan.size is None:
        return [
            _block(cells, max(least, _share(plan, cells) if plan.share else 0))
            for cells in by_rep.values()
        ]
    sizes = [calls_of(cells) for cells in by_rep.values()]
    due = [min(least, size) for size in sizes]
    if plan.size < sum(due):
        raise QueryInvalid(
            "size", f"must be at least {sum(due)}, for {least} of each of {len(due)} reps"
        )
    shares = shared_out_at_least(
        min(plan.size, sum(sizes)), due, sizes, [(rep,) for rep in by_rep], plan.seed
    )
    return [
        Block(cells=cells, wanted=max(least, share), drawn=share)
        for cells, share in zip(by_rep.values(), shares, strict=True)
    ]


def _share(plan: SamplePlan, cells: Sequence[Counted]) -> int:
    """A share of cells' calls, rounded half up; at least one call."""
    assert plan.share is not None
    return max(1, floor(plan.share * calls_of(cells) + 0.5))


def _block(cells: tuple[Counted, ...], wanted: int) -> Block:
    return Block(cells=cells, wanted=wanted, drawn=min(wanted, calls_of(cells)))


def _quota(block: Block, key: tuple[str, ...]) -> Quota:
    return Quota(key=key, population=calls_of(block.cells), wanted=block.wanted, drawn=block.drawn)
