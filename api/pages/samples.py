"""Samples: which there are, drawing one, and what was drawn from what."""

from datetime import datetime
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from api.deps import NowDep, ReadinessDep, ServicesDep, require_same_origin
from api.identity import MaybeWho
from api.pages.address import Address, read
from api.pages.assigning import assignment_of
from api.pages.drawing import PER, WRONG, draw_of, share_of, what_is_wrong
from api.pages.estimates import estimates_context
from api.pages.filters import Filters, told
from api.pages.forms import fields_of
from api.pages.rendering import render
from api.pages.searching import how_much
from api.parameters import refuse_parameters
from api.readiness import Readiness
from indexer import sampling
from indexer.bootstrap import Services
from indexer.estimating import DEFAULT_MARK
from indexer.metrics import METRICS
from indexer.papers import Written
from indexer.reviewing import progress, reviewed_call_ids, reviews_of
from indexer.sampling import SAMPLES
from indexer.store.contract import Papers
from indexer.tracking import TRACKERS
from indexer.when import utc_now
from indexer.wire.drawing import DrawIn, where_of
from indexer.wire.drawn import shortfalls_in_words
from indexer.wire.sample_estimates import EstimateParameters
from indexer.wire.samples import PreviewOut, SampleFactsOut, SampleOut, VerifiedOut
from models import EVERYTHING
from models.errors import ActionRefused
from models.sample import Sample, SampleSort, StratumField

router = APIRouter(prefix="/samples", include_in_schema=False)

_OURS: Final = [Depends(require_same_origin)]
_CHOSEN_BY: Final = ("user_id", "direction", "disposition", "outcome_id", "call_method")
"""Filters that the form offers with their values."""
REASONS: Final = {
    "voicemail": "a voicemail, not a conversation",
    "no_transcript": "nothing transcribed",
    "too_short": "too short",
    "no_rep": "nobody knows whose call it is",
    "reviewed": "reviewed already",
    "sampled": "in another sample",
    "unmeasured": "not measured yet",
    "no_risk": "meets no criterion",
    "not_in_filter": "deleted, or no longer what the filter asks for",
}


@router.get("", dependencies=[Depends(refuse_parameters)])
def list_samples(request: Request, services: ServicesDep) -> Response:
    """List every sample, the latest first."""
    store = services.store
    known = reversed(SAMPLES.all(store))
    return render(
        request,
        "samples.html",
        samples=[SampleFactsOut.of(one, progress(store, one.id)) for one in known],
        searched=how_much(store),
    )


@router.get("/new")
def ask(request: Request, services: ServicesDep, readiness: ReadinessDep, now: NowDep) -> Response:
    """Ask what is to be drawn; once it is said, show what would be."""
    address = Address.of(request)
    if not address.pairs:
        week = now.isocalendar()
        usual = Address((("seed", f"{week.year}-W{week.week:02}"), ("exclude", "reviewed")))
        return _form(request, services, usual)
    try:
        found = _preview(draw_of(address), services, readiness, now)
    except WRONG as error:
        return _form(request, services, address, problem=what_is_wrong(error))
    return _form(request, services, address, found=found)


@router.post("", dependencies=_OURS)
def make(
    request: Request,
    services: ServicesDep,
    readiness: ReadinessDep,
    now: NowDep,
    who: MaybeWho,
    fields: Annotated[dict[str, str], Depends(fields_of)],
) -> Response:
    """Draw what a preview showed, and keep it under a name."""
    address = Address(tuple(parse_qsl(fields.get("asked", ""))))
    found = None
    try:
        draw = draw_of(address)
        found = _preview(draw, services, readiness, now)
        made, *_ = sampling.make(
            fields.get("name", ""),
            draw.plan(),
            draw.where.where(now=now),
            store=services.store,
            embedder=services.embedder,
            reviewed=reviewed_call_ids(services.store),
            control=share_of(fields.get("control", "")),
            by=who,
            at=now,
        )
    except WRONG as error:
        name = fields.get("name", "")
        return _form(
            request, services, address, found=found, problem=what_is_wrong(error), name=name
        )
    return RedirectResponse(f"/samples/{made.id}", status_code=303)


@router.get("/{sample_id}")
def show(request: Request, services: ServicesDep, sample_id: str) -> Response:
    """Show a sample: what it was drawn from, how far its reviews are, and what they say."""
    mark = read(EstimateParameters, Address.of(request)).mark
    return _page(request, services, SAMPLES.get(services.store, sample_id), mark=mark)


@router.post("/{sample_id}/verify", dependencies=_OURS)
def verify(
    request: Request, services: ServicesDep, readiness: ReadinessDep, sample_id: str
) -> Response:
    """Draw again from the frozen calls, and say on the sample's page what came of it."""
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
    return _page(request, services, sample, verified=VerifiedOut.of(verified))


@router.post("/{sample_id}/delete", dependencies=_OURS)
def delete(request: Request, services: ServicesDep, sample_id: str) -> Response:
    """Delete a sample that nobody was given to review; else say on its page why it stays."""
    sample = SAMPLES.get(services.store, sample_id)
    try:
        reviews = len(reviews_of(services.store, sample_id))
        sampling.remove(sample, services.store, reviews=reviews)
    except ActionRefused as error:
        return _page(request, services, sample, problem=str(error))
    return RedirectResponse("/samples", status_code=303)


def _page(
    request: Request,
    services: Services,
    sample: Written[Sample],
    *,
    mark: float = DEFAULT_MARK,
    verified: VerifiedOut | None = None,
    problem: str = "",
) -> Response:
    store = services.store
    out = SampleOut.of(sample, progress(store, sample.id))
    return render(
        request,
        "sample.html",
        status=409 if problem else 200,
        sample=out,
        filters=_filters_in_words(out),
        shortfalls=shortfalls_in_words(out.quotas),
        queue=_queue_of(sample, store),
        reviews={one.body.call_id: one for one in reviews_of(store, sample.id)},
        verified=verified,
        problem=problem,
        reasons=REASONS,
        searched=how_much(store),
        assignment=assignment_of(store, sample.id, now=utc_now()),
        **estimates_context(store, sample, mark=mark),
    )


def _form(
    request: Request,
    services: Services,
    address: Address,
    *,
    found: PreviewOut | None = None,
    problem: str = "",
    name: str = "",
) -> Response:
    groups = Filters.of(address, EVERYTHING, services.store).groups
    return render(
        request,
        "sample-new.html",
        status=422 if problem else 200,
        address=address,
        groups=[group for group in groups if group.name in _CHOSEN_BY],
        per=PER,
        fields=list(StratumField),
        trackers=TRACKERS.all(services.store),
        metrics=METRICS.values(),
        found=found,
        shortfalls=shortfalls_in_words(found.quotas) if found else [],
        asked=address.at("")[1:],
        name=name or address.one("seed"),
        problem=problem,
        reasons=REASONS,
        searched=how_much(services.store),
    )


def _preview(draw: DrawIn, services: Services, readiness: Readiness, now: datetime) -> PreviewOut:
    """What would be drawn.

    Raises:
        QueryInvalid, PaperError: nothing can be.
    """
    if draw.sort is SampleSort.RISK:
        readiness.require()
    found = sampling.preview(
        draw.plan(),
        draw.where.where(now=now),
        store=services.store,
        embedder=services.embedder,
        reviewed=reviewed_call_ids(services.store),
    )
    return PreviewOut.of(found)


def _queue_of(sample: Written[Sample], store: Papers) -> Written[Sample] | None:
    """The queue by risk that a sample was drawn beside, or the sample beside a queue."""
    others = SAMPLES.all(store)
    beside = (one for one in others if sample.id == one.body.control_of)
    return next((one for one in others if one.id == sample.body.control_of), next(beside, None))


def _filters_in_words(sample: SampleOut) -> list[str]:
    pairs = [
        (name, value)
        for name, values in sample.plan.where.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return [
        told(name, str(value).lower() if value is True else str(value)) for name, value in pairs
    ]
