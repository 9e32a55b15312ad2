"""Replaying a draw: whether it gives the same calls again, and what has changed since."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from indexer.embedder import Embedder
from indexer.papers import Written
from indexer.sampling.drawing import draw
from indexer.sampling.making import frame_of, population_of
from indexer.sampling.manifests import (
    hash_of,
    hash_of_population,
    manifest_of,
    manifest_of_sample,
)
from indexer.store.contract import Store
from models import SearchFilter
from models.errors import PaperNotFound, QueryInvalid
from models.sample import Population, Sample, SamplePlan

NOT_IN_FILTER: Final = "not_in_filter"
"""Deleted since, or no longer what the filter asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """How the calls that could be drawn now differ from those that were frozen.

    Reviews of frozen calls do not count: they came after the draw. `left` counts calls
    that cannot be drawn any more, by reason. `moved` are now of other values, and
    `drawn_again` how many calls of the sample the same seed would draw; None where the
    plan does not fit the calls of now.
    """

    eligible: int
    added: int
    left: Mapping[str, int]
    moved: int
    drawn_again: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What came of replaying a draw: `problems` says each thing that is not as it was."""

    manifest: str
    """The hash of the draw that was made again."""
    problems: tuple[str, ...]
    today: Today

    @property
    def is_same(self) -> bool:
        """Whether population, calls and probabilities are what the manifest says."""
        return not self.problems


def verify(
    sample: Written[Sample],
    where: SearchFilter,
    *,
    store: Store,
    embedder: Embedder,
    reviewed: Collection[str] = (),
) -> Verified:
    """Draw again from the frozen population, and compare with the manifest.

    `where` is the plan's filter, read as of the draw.

    Raises:
        PaperNotFound: the frozen population is gone.
    """
    body = sample.body
    population = population_of(body, store)
    hashed = hash_of_population(population)
    drawn = draw(body.plan, population)
    again = hash_of(
        manifest_of(
            body.plan,
            drawn,
            looked_at=body.looked_at,
            excluded=body.excluded,
            population=hashed,
        )
    )
    kept = hash_of(manifest_of_sample(body))
    checks = (
        (hashed == body.population, "the frozen population is not the one that was hashed"),
        (kept == body.manifest, "what is kept of the sample is not what was hashed"),
        (again == body.manifest, "the draw made again is not the one of the manifest"),
    )
    frozen = {call.call_id for call in population.calls}
    today = _today(
        sample, population, where, store=store, embedder=embedder,
        reviewed=[call_id for call_id in reviewed if call_id not in frozen],
    )  # fmt: skip
    return Verified(
        manifest=again, problems=tuple(told for holds, told in checks if not holds), today=today
    )


def _today(
    sample: Written[Sample],
    population: Population,
    where: SearchFilter,
    *,
    store: Store,
    embedder: Embedder,
    reviewed: Collection[str],
) -> Today:
    plan = sample.body.plan
    try:
        frame, _, _ = frame_of(
            plan, where, store=store, embedder=embedder, reviewed=reviewed, but=sample.id
        )
    except (PaperNotFound, QueryInvalid):  # a tracker or a metric that is gone
        return Today(eligible=0, added=0, left={}, moved=0, drawn_again=None)
    then, now = _keys(population), _keys(frame.population)
    gone = [frame.excluded_calls.get(one, NOT_IN_FILTER) for one in then if one not in now]
    return Today(
        eligible=len(now),
        added=len(now.keys() - then.keys()),
        left=dict(sorted(Counter(map(str, gone)).items())),
        moved=sum(then[one] != now[one] for one in then.keys() & now.keys()),
        drawn_again=_drawn_again(plan, frame.population, sample.body),
    )


def _keys(population: Population) -> dict[str, tuple[str, ...]]:
    return {call.call_id: population.cells[call.cell] for call in population.calls}


def _drawn_again(plan: SamplePlan, population: Population, sample: Sample) -> int | None:
    if not population.calls:
        return 0
    try:
        drawn = {call.call_id for call in draw(plan, population).calls}
    except QueryInvalid:
        return None
    return sum(call.call_id in drawn for call in sample.calls)
