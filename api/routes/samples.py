"""Samples: calls drawn for review, so that the draw can be replayed."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response, status

from api.deps import NowDep, ReadinessDep, ServicesDep, require_same_origin
from api.exports import EXPORTED, exported
from api.identity import MaybeWho
from api.parameters import refuse_parameters, refusing_repeated
from api.problems import declared
from api.readiness import Readiness
from indexer import sampling
from indexer.papers import Written
from indexer.reviewing import progress, reviewed_call_ids, reviews_of
from indexer.sampling import SAMPLES, population_of
from indexer.sampling.manifests import canonical, manifest_of_sample
from indexer.store.contract import Store
from indexer.wire.drawing import DrawIn, PreviewIn, SampleIn, where_of
from indexer.wire.planning import PlannedOut, PlannerIn
from indexer.wire.sample_rows import (
    SampleExport,
    call_columns,
    call_rows,
    population_columns,
    population_rows,
)
from indexer.wire.samples import (
    ManifestOut,
    PreviewOut,
    SampleFactsOut,
    SampleOut,
    SamplesOut,
    VerifiedOut,
)
from models.sample import Sample, SampleSort

router = APIRouter(prefix="/samples", tags=["review"], responses=declared(401, 422, 503))

_WRITING: Final = [Depends(refuse_parameters), Depends(require_same_origin)]
_READING: Final = [Depends(refuse_parameters)]


@router.get("", dependencies=_READING)
def list_samples(services: ServicesDep) -> SamplesOut:
    """List every sample, without its calls."""
    found = SAMPLES.all(services.store)
    return SamplesOut(
        samples=[SampleFactsOut.of(one, progress(services.store, one.id)) for one in found]
    )


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=_WRITING,
    responses=declared(403, 404, 409),
)
def draw_sample(
    services: ServicesDep,
    readiness: ReadinessDep,
    now: NowDep,
    who: MaybeWho,
    body: SampleIn,
    response: Response,
) -> SampleOut:
    """Freeze the calls that can be drawn, draw from them by the seed, and keep both.

    The same seed and population give the same calls on any machine. With `control`, a
    second sample is drawn, whose `control_of` is this one.
    """
    _require_network(body, readiness)
    made, *_ = sampling.make(
        body.name,
        body.plan(),
        body.where.where(now=now),
        store=services.store,
        embedder=services.embedder,
        reviewed=reviewed_call_ids(services.store),
        control=body.control,
        by=who,
        at=now,
    )
    response.headers["Location"] = f"/v1/samples/{made.id}"
    return _out(made, services.store)


@router.post("/preview", dependencies=_READING, responses=declared(404))
def preview_sample(
    services: ServicesDep, readiness: ReadinessDep, now: NowDep, body: PreviewIn
) -> PreviewOut:
    """Say what would be drawn from what, with every shortfall, and keep nothing."""
    _require_network(body, readiness)
    found = sampling.preview(
        body.plan(),
        body.where.where(now=now),
        store=services.store,
        embedder=services.embedder,
        reviewed=reviewed_call_ids(services.store),
    )
    return PreviewOut.of(found)


@router.get("/plan", dependencies=[Depends(refusing_repeated(PlannerIn))])
def plan_sample(
    services: ServicesDep, now: NowDep, asked: Annotated[PlannerIn, Query()]
) -> PlannedOut:
    """Say how many calls it takes to know a rate so well, or to see something rare at all."""
    return PlannedOut.of(asked.planned(store=services.store, now=now))


@router.get("/{sample_id}", dependencies=_READING, responses=declared(404))
def show_sample(services: ServicesDep, sample_id: str) -> SampleOut:
    """Show one sample with its strata, its calls and how far its reviews are."""
    return _out(SAMPLES.get(services.store, sample_id), services.store)


@router.delete(
    "/{sample_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=_WRITING,
    responses=declared(403, 404, 409),
)
def delete_sample(services: ServicesDep, sample_id: str) -> None:
    """Delete a sample of which no review was given to anybody yet."""
    sample = SAMPLES.get(services.store, sample_id)
    reviews = len(reviews_of(services.store, sample_id))
    sampling.remove(sample, services.store, reviews=reviews)


@router.get(
    "/{sample_id}/manifest",
    dependencies=_READING,
    response_model=ManifestOut,
    responses=declared(404),
)
def show_manifest(services: ServicesDep, sample_id: str) -> Response:
    """Send the manifest as the very bytes whose SHA-256 is the sample's `manifest`."""
    sample = SAMPLES.get(services.store, sample_id).body
    return Response(canonical(manifest_of_sample(sample)), media_type="application/json")


@router.post(
    "/{sample_id}/verify",
    dependencies=[Depends(refuse_parameters)],
    responses=declared(404),
)
def verify_sample(services: ServicesDep, readiness: ReadinessDep, sample_id: str) -> VerifiedOut:
    """Draw again from the frozen population, and say what has changed since. Nothing is kept."""
    sample = SAMPLES.get(services.store, sample_id)
    if not sample.body.is_random:
        readiness.require()
    verified = sampling.verify(
        sample,
        where_of(sample.body),
        store=services.store,
        embedder=services.embedder,
        reviewed=reviewed_call_ids(services.store),
    )
    return VerifiedOut.of(verified)


@router.get(
    "/{sample_id}/export",
    dependencies=[Depends(refusing_repeated(SampleExport))],
    response_class=Response,
    responses=EXPORTED | declared(404),
)
def export_sample(
    services: ServicesDep, sample_id: str, asked: Annotated[SampleExport, Query()]
) -> Response:
    """Export the calls of a sample: a row for each, with its probability and its weight."""
    sample = SAMPLES.get(services.store, sample_id).body
    return exported(call_rows(sample), call_columns(sample), asked.format, name="sample")


@router.get(
    "/{sample_id}/population/export",
    dependencies=[Depends(refusing_repeated(SampleExport))],
    response_class=Response,
    responses=EXPORTED | declared(404),
)
def export_population(
    services: ServicesDep, sample_id: str, asked: Annotated[SampleExport, Query()]
) -> Response:
    """Export the frozen population of a sample: every call that could have been drawn."""
    sample = SAMPLES.get(services.store, sample_id).body
    rows = population_rows(sample, population_of(sample, services.store))
    return exported(rows, population_columns(sample), asked.format, name="population")


def _out(sample: Written[Sample], store: Store) -> SampleOut:
    return SampleOut.of(sample, progress(store, sample.id))


def _require_network(body: DrawIn, readiness: Readiness) -> None:
    """Wait for the embedder where trackers may compare meaning."""
    if body.sort is SampleSort.RISK:
        readiness.require()
