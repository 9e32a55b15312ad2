"""Making samples: looked at, frozen, drawn and kept."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

from indexer.embedder import Embedder
from indexer.metrics import FORMULAS
from indexer.papers import Written
from indexer.sampling.drawing import Drawn, draw
from indexer.sampling.freezing import Frame, freeze
from indexer.sampling.kept import POPULATIONS, SAMPLES
from indexer.sampling.manifests import hash_of, hash_of_population, manifest_of
from indexer.sampling.risk import risk_of
from indexer.store.contract import Store
from indexer.tracking import TRACKERS
from models import Facet, SearchFilter
from models.errors import ActionRefused, QueryInvalid
from models.outline import CallOutline
from models.sample import Population, Sample, SamplePlan, SampleSort, StratumField


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be drawn, and from what; nothing of it is kept."""

    plan: SamplePlan
    frame: Frame
    drawn: Drawn
    names: dict[str, str]


def frame_of(
    plan: SamplePlan,
    where: SearchFilter,
    *,
    store: Store,
    embedder: Embedder,
    reviewed: Collection[str],
    but: str | None = None,
) -> tuple[Frame, dict[str, str], dict[str, str]]:
    """What a plan can draw from now; names by id; and why a call is in a queue, by its id.

    Calls of other samples are those of all but one, if its id is given.

    Raises:
        PaperNotFound: a risk queue names a tracker that is not there.
        QueryInvalid: a threshold names no metric, or no number.
    """
    outlines = store.outlines(where, formulas=FORMULAS)
    is_queue = plan.sort is SampleSort.RISK
    risk = risk_of(plan, where, store=store, embedder=embedder) if is_queue else None
    sampled: frozenset[str] = frozenset()
    if plan.exclude_sampled:
        others = (one.body.calls for one in SAMPLES.all(store) if one.id != but)
        sampled = frozenset(call.call_id for calls in others for call in calls)
    frame = freeze(outlines, plan, reviewed=reviewed, sampled=sampled, risk=risk)
    names = _names(plan, outlines, where, store)
    if risk is None:
        return frame, names, {}
    whys = {call.id: risk.why(call) for call in outlines if call.id not in frame.excluded_calls}
    return frame, names, whys


def preview(
    plan: SamplePlan,
    where: SearchFilter,
    *,
    store: Store,
    embedder: Embedder,
    reviewed: Collection[str] = (),
) -> Preview:
    """Draw as a plan says, and keep nothing. `where` is the plan's filter, read.

    Raises:
        PaperNotFound: a risk queue names a tracker that is not there.
        QueryInvalid: no call passes, none is left to draw from, or the plan does not fit.
    """
    plan = _with_ids(plan, store)
    frame, names, whys = frame_of(plan, where, store=store, embedder=embedder, reviewed=reviewed)
    if not frame.looked_at:
        raise QueryInvalid("where", "no call passes this filter")
    if not frame.population.calls:
        raise QueryInvalid("where", f"no call is left to draw from: {frame.told}")
    drawn = draw(plan, frame.population)
    told = tuple(replace(call, why=whys.get(call.call_id)) for call in drawn.calls)
    return Preview(plan=plan, frame=frame, drawn=replace(drawn, calls=told), names=names)


def make(
    name: str,
    plan: SamplePlan,
    where: SearchFilter,
    *,
    store: Store,
    embedder: Embedder,
    reviewed: Collection[str] = (),
    control: float | None = None,
    by: str | None,
    at: datetime,
) -> list[Written[Sample]]:
    """Draw as a plan says, and keep it with its population under a name.

    Beside a risk queue, `control` draws a random sample of the same filter: that share of
    the queue's number, rounded up. It comes second, and speaks for the population as the
    queue does not.

    Raises:
        PaperNameTaken: there is a sample of that name.
        PaperNotFound, QueryInvalid: as `preview`, or `control` is no share of a queue.
    """
    _require_control(plan, control)
    found = preview(plan, where, store=store, embedder=embedder, reviewed=reviewed)
    samples = [(_sample(name, found, at), found.frame.population)]
    if control is not None:
        beside = replace(
            plan, sort=SampleSort.RANDOM, trackers=(), thresholds=(),
            size=max(1, ceil(control * len(found.drawn.calls))),
        )  # fmt: skip
        drawn = preview(beside, where, store=store, embedder=embedder, reviewed=reviewed)
        samples.append((_sample(f"{name} (control)", drawn, at), drawn.frame.population))
    populations = {sample.population: population for sample, population in samples}
    drafts = [
        POPULATIONS.new(population, paper_id=hashed)
        for hashed, population in populations.items()
        if store.paper(POPULATIONS.kind, hashed) is None
    ]
    first = SAMPLES.new(samples[0][0])
    rest = [SAMPLES.new(replace(sample, control_of=first.id)) for sample, _ in samples[1:]]
    return SAMPLES.read(store.write([*drafts, first, *rest], by=by, at=at))


def population_of(sample: Sample, store: Store) -> Population:
    """What a sample was drawn from, as it was frozen."""
    return POPULATIONS.get(store, sample.population).body


def remove(sample: Written[Sample], store: Store, *, reviews: int) -> None:
    """Delete a sample, and its population if no other was drawn from it.

    Raises:
        ActionRefused: it has that many reviews, which speak for a population by its draw.
    """
    if reviews:
        raise ActionRefused(
            f"the sample {sample.body.name!r} has {reviews:,} reviews, which say nothing without"
            " the draw they came from: it stays"
        )
    SAMPLES.discard(store, [sample.id])
    if all(one.body.population != sample.body.population for one in SAMPLES.all(store)):
        POPULATIONS.discard(store, [sample.body.population])


def _sample(name: str, found: Preview, at: datetime) -> Sample:
    frame, drawn = found.frame, found.drawn
    population = hash_of_population(frame.population)
    told = manifest_of(
        found.plan,
        drawn,
        looked_at=frame.looked_at,
        excluded=frame.excluded,
        population=population,
    )
    return Sample(
        name=name,
        plan=found.plan,
        drawn_at=at,
        looked_at=frame.looked_at,
        excluded=dict(frame.excluded),
        eligible=len(frame.population.calls),
        population=population,
        strata=drawn.strata,
        calls=drawn.calls,
        manifest=hash_of(told),
        quotas=drawn.quotas,
        names=found.names,
    )


def _with_ids(plan: SamplePlan, store: Store) -> SamplePlan:
    """A plan with its trackers by their ids, however they were named."""
    if not plan.trackers:
        return plan
    return replace(plan, trackers=tuple(TRACKERS.find(store, one).id for one in plan.trackers))


def _require_control(plan: SamplePlan, control: float | None) -> None:
    if control is None:
        return
    if plan.sort is not SampleSort.RISK:
        raise QueryInvalid("control", "is drawn beside a queue by risk only")
    if not 0 < control <= 1:
        raise QueryInvalid("control", "must be over 0, and at most 1")


def _names(
    plan: SamplePlan, outlines: list[CallOutline], where: SearchFilter, store: Store
) -> dict[str, str]:
    """What people call the reps and outcomes that calls are divided by, by id."""
    newest = sorted(outlines, key=lambda call: (call.activity_at, call.id))
    names = {call.user_id: call.user_name for call in newest if call.user_id and call.user_name}
    if StratumField.OUTCOME in plan.strata:
        names |= {one.value: one.label for one in store.counts(Facet.OUTCOME, where)}
    return names
