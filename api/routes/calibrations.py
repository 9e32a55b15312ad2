"""Calibrations: how far reviewers agree when none sees what the others answer."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response, status

from api.deps import NowDep, ServicesDep, require_same_origin
from api.exports import EXPORTED, exported
from api.identity import MaybeWho, Who
from api.parameters import refuse_parameters, refusing_repeated
from api.problems import declared
from indexer import calibrating
from indexer.papers import Written
from indexer.reviewing.keeping import CALIBRATIONS
from indexer.store.contract import Store
from indexer.wire.calibration_report import CalibrationReportOut
from indexer.wire.calibrations import (
    CalibrationChangeIn,
    CalibrationExport,
    CalibrationIn,
    CalibrationOut,
    CalibrationsOut,
    reviewers_of,
)
from models.calibration import Calibration

router = APIRouter(prefix="/calibrations", tags=["review"], responses=declared(401, 422, 503))

_WRITING: Final = [Depends(refuse_parameters), Depends(require_same_origin)]


@router.get("", dependencies=[Depends(refuse_parameters)])
def list_calibrations(services: ServicesDep) -> CalibrationsOut:
    """List every calibration, the latest first."""
    known = reversed(CALIBRATIONS.all(services.store))
    return CalibrationsOut(calibrations=[_told(one, services.store) for one in known])


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=_WRITING,
    responses=declared(403, 404, 409),
)
def begin_calibration(
    services: ServicesDep, now: NowDep, who: Who, body: CalibrationIn, response: Response
) -> CalibrationOut:
    """Begin a calibration: each reviewer is given each call, to review without the others."""
    made = body.begin(store=services.store, by=who, now=now)
    response.headers["Location"] = f"/v1/calibrations/{made.id}"
    return _told(made, services.store)


@router.get("/{calibration_id}", dependencies=[Depends(refuse_parameters)], responses=declared(404))
def show_calibration(services: ServicesDep, calibration_id: str) -> CalibrationOut:
    """Show one calibration, and how far its reviewers are: not what they answered."""
    return _told(CALIBRATIONS.get(services.store, calibration_id), services.store)


@router.patch("/{calibration_id}", dependencies=_WRITING, responses=declared(403, 404, 409))
def change_calibration(
    services: ServicesDep, now: NowDep, who: Who, calibration_id: str, body: CalibrationChangeIn
) -> CalibrationOut:
    """Change a calibration's name, or its reviewers as long as it is open."""
    known = CALIBRATIONS.get(services.store, calibration_id)
    changed = calibrating.change(
        known,
        name=body.name,
        reviewers=None if body.reviewers is None else reviewers_of(body.reviewers),
        store=services.store,
        by=who,
        at=now,
    )
    return _told(changed, services.store)


@router.delete(
    "/{calibration_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[*_WRITING],
    responses=declared(403, 404),
)
def delete_calibration(services: ServicesDep, calibration_id: str) -> None:
    """Delete a calibration, with every review in it."""
    known = CALIBRATIONS.get(services.store, calibration_id)
    calibrating.discard(known, store=services.store)


@router.post("/{calibration_id}/close", dependencies=_WRITING, responses=declared(403, 404, 409))
def close_calibration(
    services: ServicesDep, now: NowDep, who: Who, calibration_id: str
) -> CalibrationOut:
    """Close a calibration for good: everybody sees the answers, and nobody changes them.

    What is not finished by then is left out.
    """
    known = CALIBRATIONS.get(services.store, calibration_id)
    closed = calibrating.close(known, store=services.store, by=who, at=now)
    return _told(closed, services.store)


@router.get(
    "/{calibration_id}/report",
    dependencies=[Depends(refuse_parameters)],
    responses=declared(404, 409),
)
def show_report(services: ServicesDep, calibration_id: str) -> CalibrationReportOut:
    """Show how far the reviewers agree. Refused as long as the calibration is open."""
    known = CALIBRATIONS.get(services.store, calibration_id)
    return CalibrationReportOut.of(known, calibrating.report_of(known, store=services.store))


@router.get(
    "/{calibration_id}/export",
    dependencies=[Depends(refusing_repeated(CalibrationExport))],
    response_class=Response,
    responses={**EXPORTED, **declared(404)},
)
def export_answers(
    services: ServicesDep,
    who: MaybeWho,
    calibration_id: str,
    asked: Annotated[CalibrationExport, Query()],
) -> Response:
    """Export the answers: as long as the calibration is open, one's own."""
    known = CALIBRATIONS.get(services.store, calibration_id)
    seen = calibrating.seen_in(known, store=services.store, who=who)
    scorecard = calibrating.scorecard_of(known, store=services.store)
    rows = calibrating.rows(known, scorecard, seen)
    return exported(rows, calibrating.COLUMNS, asked.format, name=f"calibration-{known.id}")


def _told(known: Written[Calibration], store: Store) -> CalibrationOut:
    reviews = calibrating.reviews_in(known, store=store)
    return CalibrationOut.of(known, calibrating.standing(known, reviews))
