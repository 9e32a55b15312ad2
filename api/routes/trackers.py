"""Trackers: phrases and ideas that are watched for in every call."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response, status
from starlette.responses import StreamingResponse

from api.deps import NowDep, ServicesDep, WhenReady, require_same_origin
from api.exports import EXPORTED, exported
from api.identity import MaybeWho, Who
from api.parameters import refuse_parameters, refusing_repeated
from api.problems import declared
from indexer import tracking
from indexer.bootstrap import Services
from indexer.tracking import TRACKERS
from indexer.wire.filters import WhereIn
from indexer.wire.labels import LabelledOut
from indexer.wire.trackers import (
    LabelIn,
    TrackerAskedIn,
    TrackerCallsIn,
    TrackerChangeIn,
    TrackerCountsIn,
    TrackerDiffIn,
    TrackerExportIn,
    TrackerHitsIn,
    TrackerIn,
    TrackerLabelsIn,
    TrackerOut,
    TrackerPreviewIn,
    TrackersOut,
    TrackerVersionsOut,
)
from indexer.wire.tracking import (
    TrackerCallsOut,
    TrackerCountsOut,
    TrackerHitsOut,
    TrackerPreviewOut,
)
from indexer.wire.tracking_judged import PrecisionsOut, ToLabelOut, TrackerDiffOut
from indexer.wire.tracking_rows import HIT_COLUMNS, rows_of_hits

router = APIRouter(prefix="/trackers", tags=["coaching"], responses=declared(401, 422, 503))

_WRITING: Final = [Depends(refuse_parameters), Depends(require_same_origin)]
_repeated: Final = Depends(
    refusing_repeated(
        TrackerHitsIn,
        TrackerCallsIn,
        TrackerCountsIn,
        TrackerLabelsIn,
        TrackerDiffIn,
        TrackerExportIn,
    )
)
_ASKING: Final = [_repeated, WhenReady]


@router.get("", dependencies=[Depends(refuse_parameters)])
def list_trackers(services: ServicesDep) -> TrackersOut:
    """List every tracker as it stands."""
    return TrackersOut.of(TRACKERS.all(services.store))


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=[*_WRITING, WhenReady],
    responses=declared(403, 409),
)
def add_tracker(
    services: ServicesDep, now: NowDep, who: MaybeWho, body: TrackerIn, response: Response
) -> TrackerOut:
    """Begin a tracker. It finds in every call that is stored, and in each that will be."""
    made = tracking.add(
        body.tracker(), store=services.store, embedder=services.embedder, by=who, at=now
    )
    response.headers["Location"] = f"/v1/trackers/{made.id}"
    return TrackerOut.of(made)


@router.post("/preview", dependencies=[*_WRITING, WhenReady], responses=declared(403))
def preview_tracker(
    services: ServicesDep, now: NowDep, body: TrackerPreviewIn
) -> TrackerPreviewOut:
    """Say what a tracker would find, and keep nothing."""
    tracker, where = body.tracker(), body.where or WhereIn.model_validate({})
    found, hits = tracking.preview(
        tracker, where.where(now=now), limit=body.limit, store=services.store,
        embedder=services.embedder,
    )  # fmt: skip
    return TrackerPreviewOut.of(found, hits, tracker.examples)


@router.get("/{tracker_id}", dependencies=[Depends(refuse_parameters)], responses=declared(404))
def show_tracker(services: ServicesDep, tracker_id: str) -> TrackerOut:
    """Show a tracker as it stands."""
    return TrackerOut.of(TRACKERS.get(services.store, tracker_id))


@router.patch(
    "/{tracker_id}", dependencies=[*_WRITING, WhenReady], responses=declared(403, 404, 409)
)
def change_tracker(
    services: ServicesDep, now: NowDep, who: MaybeWho, tracker_id: str, body: TrackerChangeIn
) -> TrackerOut:
    """Change a tracker: a new version, unless it would say the same. Old ones stay."""
    known = TRACKERS.get(services.store, tracker_id)
    return TrackerOut.of(
        tracking.change(
            known, body.of(known.body), version=body.version, store=services.store,
            embedder=services.embedder, by=who, at=now,
        )
    )  # fmt: skip


@router.delete(
    "/{tracker_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=_WRITING,
    responses=declared(403, 404),
)
def delete_tracker(services: ServicesDep, tracker_id: str) -> None:
    """Delete a tracker with every version, and the labels of its hits. No call is touched."""
    tracking.remove(TRACKERS.get(services.store, tracker_id), store=services.store)


@router.get(
    "/{tracker_id}/versions", dependencies=[Depends(refuse_parameters)], responses=declared(404)
)
def list_tracker_versions(services: ServicesDep, tracker_id: str) -> TrackerVersionsOut:
    """List every version of a tracker, the newest first."""
    return TrackerVersionsOut.of(TRACKERS.versions(services.store, tracker_id))


@router.get("/{tracker_id}/diff", dependencies=_ASKING, responses=declared(404))
def compare_tracker_versions(
    services: ServicesDep, now: NowDep, tracker_id: str, asked: Annotated[TrackerDiffIn, Query()]
) -> TrackerDiffOut:
    """Hold two versions against each other: what changed, and which hits came and left."""
    before, after = tracking.two_versions(
        tracker_id, asked.earlier, asked.later, store=services.store
    )
    told = tracking.diff(
        before, after, asked.where(now=now), store=services.store, embedder=services.embedder
    )
    came, left = (
        tracking.quoted(hits[: asked.limit], store=services.store)
        for hits in (told.came, told.left)
    )
    return TrackerDiffOut.of(told, came, left)


@router.get("/{tracker_id}/hits", dependencies=_ASKING, responses=declared(404))
def list_tracker_hits(
    services: ServicesDep, now: NowDep, tracker_id: str, page: Annotated[TrackerHitsIn, Query()]
) -> TrackerHitsOut:
    """List what a tracker finds, each hit with its words and what was said around it."""
    asked = _ask(tracker_id, page, services, now)
    labels = tracking.labels_of(tracker_id, store=services.store)
    found = tracking.page_of_hits(
        asked.tracker, asked.found, asked.where, order=page.order, limit=page.limit,
        cursor=page.cursor, labels=labels, store=services.store,
    )  # fmt: skip
    return TrackerHitsOut.of(asked, found)


@router.get(
    "/{tracker_id}/export",
    dependencies=_ASKING,
    responses={**EXPORTED, **declared(404)},
    response_class=StreamingResponse,
)
def export_tracker_hits(
    services: ServicesDep,
    now: NowDep,
    tracker_id: str,
    asked: Annotated[TrackerExportIn, Query()],
) -> StreamingResponse:
    """Export every hit as a row."""
    answer = _ask(tracker_id, asked, services, now)
    labels = tracking.labels_of(tracker_id, store=services.store)
    hits = tracking.every_hit(answer, labels=labels, store=services.store)
    rows = rows_of_hits(answer.tracker, hits)
    return exported(rows, HIT_COLUMNS, asked.form, name="hits")


@router.get("/{tracker_id}/calls", dependencies=_ASKING, responses=declared(404))
def list_tracker_calls(
    services: ServicesDep, now: NowDep, tracker_id: str, page: Annotated[TrackerCallsIn, Query()]
) -> TrackerCallsOut:
    """List the calls that have a hit; or those that could have one, and have none."""
    asked = _ask(tracker_id, page, services, now)
    calls, total = tracking.page_of_calls(
        asked.tracker, asked.found, asked.where, without=page.without, limit=page.limit,
        cursor=page.cursor, store=services.store,
    )  # fmt: skip
    passing = services.store.count(asked.where)
    return TrackerCallsOut.of(asked, calls, without=page.without, total=total, passing=passing)


@router.get("/{tracker_id}/counts", dependencies=_ASKING, responses=declared(404))
def count_tracker_hits(
    services: ServicesDep, now: NowDep, tracker_id: str, page: Annotated[TrackerCountsIn, Query()]
) -> TrackerCountsOut:
    """Count hits by week or by rep, and the share of calls that have one."""
    asked = _ask(tracker_id, page, services, now)
    counts = tracking.count(asked.found, page.by, asked.where, store=services.store)
    return TrackerCountsOut.of(asked, page.by, counts)


@router.get("/{tracker_id}/precision", dependencies=_ASKING, responses=declared(404))
def show_tracker_precision(
    services: ServicesDep, now: NowDep, tracker_id: str, asked: Annotated[TrackerAskedIn, Query()]
) -> PrecisionsOut:
    """Say how many hits are right, as far as they are labelled: by version, and by threshold."""
    answer = _ask(tracker_id, asked, services, now)
    told = tracking.precisions(
        answer.tracker, answer.where, store=services.store, embedder=services.embedder
    )
    return PrecisionsOut.of(answer, told)


@router.get("/{tracker_id}/labels", dependencies=_ASKING, responses=declared(404))
def list_hits_to_label(
    services: ServicesDep, now: NowDep, tracker_id: str, page: Annotated[TrackerLabelsIn, Query()]
) -> ToLabelOut:
    """List the hits to be labelled next: in this order they are a random sample."""
    asked = _ask(tracker_id, page, services, now)
    hits, unlabelled = tracking.to_label(asked, limit=page.limit, store=services.store)
    precision = tracking.precision(asked.tracker, asked.found, store=services.store)
    return ToLabelOut.of(asked, hits, unlabelled=unlabelled, precision=precision)


@router.post(
    "/{tracker_id}/labels",
    status_code=status.HTTP_201_CREATED,
    dependencies=_WRITING,
    responses=declared(403, 404, 409),
)
def label_hit(
    services: ServicesDep, now: NowDep, who: Who, tracker_id: str, body: LabelIn
) -> LabelledOut:
    """Say of a hit whether it is what the tracker is meant to find, in place of an older label."""
    label = tracking.put_label(
        TRACKERS.get(services.store, tracker_id), body.spoken(), body.verdict,
        store=services.store, by=who, at=now,
    )  # fmt: skip
    return LabelledOut.of(label)


def _ask(
    tracker_id: str, asked: TrackerAskedIn, services: Services, now: datetime
) -> tracking.Asked:
    return tracking.ask(
        tracker_id,
        asked.where(now=now),
        version=asked.version,
        threshold=asked.threshold,
        store=services.store,
        embedder=services.embedder,
    )
