"""Calibrations: which there are, beginning one, how far it is, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from api.deps import NowDep, ServicesDep, require_same_origin
from api.identity import MaybeWho, Who
from api.pages.forms import fields_of
from api.pages.rendering import render
from api.pages.searching import how_much
from indexer import calibrating
from indexer.bootstrap import Services
from indexer.identity import is_same_person
from indexer.papers import Written
from indexer.reviewing.keeping import CALIBRATIONS, SCORECARDS
from indexer.sampling import SAMPLES
from indexer.wire.calibration_report import AgreementOut, CalibrationReportOut
from indexer.wire.calibrations import CalibrationIn, CalibrationOut, reviewers_from
from indexer.wire.estimates import EstimateOut
from models.calibration import Calibration
from models.errors import PaperError, QueryInvalid
from models.review import Review, ReviewState

router = APIRouter(prefix="/review/calibrations", include_in_schema=False)

_OURS: Final = [Depends(require_same_origin)]
_EMPTY: Final[Mapping[str, str]] = {"how": "filter", "size": "8", "since": "30d"}
_FIELDS: Final = (
    "name", "scorecard", "reviewers", "how", "call_ids", "sample", "size", "seed", "since",
    "min_duration",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A review that whoever asks has to do, or has done."""

    review_id: str
    call_id: str
    title: str
    is_done: bool


@router.get("")
def list_calibrations(request: Request, services: ServicesDep) -> Response:
    """List every calibration, the latest first."""
    known = reversed(CALIBRATIONS.all(services.store))
    return render(
        request,
        "calibrations.html",
        calibrations=[_told(one, services) for one in known],
        searched=how_much(services.store),
    )


@router.get("/new")
def ask(request: Request, services: ServicesDep, who: MaybeWho, sample: str = "") -> Response:
    """Ask what is to be calibrated on."""
    typed = {"reviewers": f"{who}\n" if who else "", "sample": sample}
    return _form(request, services, {**_EMPTY, **typed, **({"how": "sample"} if sample else {})})


@router.post("", dependencies=_OURS)
def begin(
    request: Request,
    services: ServicesDep,
    now: NowDep,
    who: Who,
    fields: Annotated[dict[str, str], Depends(fields_of)],
) -> Response:
    """Begin a calibration, or show what is wrong with it."""
    try:
        asked = CalibrationIn.model_validate(_asked(fields))
        made = asked.begin(store=services.store, by=who, now=now)
    except (QueryInvalid, PaperError) as error:
        return _form(request, services, fields, problem=str(error))
    except ValidationError as error:
        return _form(request, services, fields, problem=_first(error))
    return RedirectResponse(f"/review/calibrations/{made.id}", status_code=303)


@router.get("/{calibration_id}")
def show(request: Request, services: ServicesDep, who: MaybeWho, calibration_id: str) -> Response:
    """Show how far a calibration is; once it is closed, what it says."""
    known = CALIBRATIONS.get(services.store, calibration_id)
    closed = known.body.is_closed
    report = (
        CalibrationReportOut.of(known, calibrating.report_of(known, store=services.store))
        if closed
        else None
    )
    return render(
        request,
        "calibration.html",
        calibration=_told(known, services),
        scorecard=calibrating.scorecard_of(known, store=services.store),
        tasks=_tasks(known, services, who),
        report=report,
        titles={one: _title(one, services) for one in known.body.call_ids} if report else {},
        agreed=agreed,
        number=number,
        who=who,
        searched=how_much(services.store),
    )


@router.post("/{calibration_id}/close", dependencies=_OURS)
def close(services: ServicesDep, now: NowDep, who: Who, calibration_id: str) -> Response:
    """Close a calibration, and show what it says."""
    known = CALIBRATIONS.get(services.store, calibration_id)
    calibrating.close(known, store=services.store, by=who, at=now)
    return RedirectResponse(f"/review/calibrations/{calibration_id}", status_code=303)


@router.post("/{calibration_id}/delete", dependencies=_OURS)
def delete(services: ServicesDep, calibration_id: str) -> Response:
    """Delete a calibration, with every review in it."""
    calibrating.discard(CALIBRATIONS.get(services.store, calibration_id), store=services.store)
    return RedirectResponse("/review/calibrations", status_code=303)


def number(estimate: EstimateOut, form: str = "{:.2f}") -> tuple[str, str, str]:
    """A number, its interval, and why there is none, as a table shows them."""
    if estimate.value is None:
        return "", "", estimate.why or ""
    between = ""
    if estimate.interval is not None:
        between = f"{form.format(estimate.interval.low)} to {form.format(estimate.interval.high)}"
    return form.format(estimate.value), between, estimate.why or ""


def agreed(agreement: AgreementOut) -> str:
    """What the agreement is called, from the worst to the best that its interval allows."""
    band = agreement.alpha_band
    if band is None:
        return ""
    ends = [band.lowest, band.highest]
    if ends[0] == ends[1] or None in ends:
        return band.name
    return f"{ends[0]} to {ends[1]}"


def _form(
    request: Request, services: Services, typed: Mapping[str, str], *, problem: str = ""
) -> Response:
    return render(
        request,
        "calibration-new.html",
        status=422 if problem else 200,
        typed={name: typed.get(name, "") for name in _FIELDS},
        problem=problem,
        scorecards=SCORECARDS.all(services.store),
        samples=SAMPLES.all(services.store),
        searched=how_much(services.store),
    )


def _asked(fields: Mapping[str, str]) -> dict[str, Any]:
    """What the form asks for, as the API takes it."""
    asked: dict[str, Any] = {
        "name": fields.get("name", ""),
        "scorecard": fields.get("scorecard", ""),
        "reviewers": reviewers_from(fields.get("reviewers", "").splitlines()),
    }
    how = fields.get("how", "")
    if how == "ids":
        return asked | {"call_ids": fields.get("call_ids", "").split()}
    draw: dict[str, Any] = {"size": _size(fields.get("size", ""))}
    if seed := fields.get("seed", "").strip():
        draw["seed"] = seed
    if how == "sample":
        draw["sample"] = fields.get("sample", "")
    else:
        typed = {name: fields.get(name, "").strip() for name in ("since", "min_duration")}
        draw["where"] = {name: value for name, value in typed.items() if value}
    return asked | {"draw": draw}


def _size(text: str) -> int | str:
    return int(text) if text.strip().isdecimal() else text


def _first(error: ValidationError) -> str:
    [first, *_] = error.errors()
    field = ".".join(str(part) for part in first["loc"] if isinstance(part, str))
    return f"{field}: {first['msg'].removeprefix('Value error, ')}"


def _told(known: Written[Calibration], services: Services) -> CalibrationOut:
    reviews = calibrating.reviews_in(known, store=services.store)
    return CalibrationOut.of(known, calibrating.standing(known, reviews))


def _tasks(known: Written[Calibration], services: Services, who: str | None) -> list[Task]:
    if known.body.is_closed:
        return []
    reviews = calibrating.reviews_in(known, store=services.store)
    return [_task(one, services) for one in reviews if is_same_person(one.body.reviewer, who)]


def _task(review: Written[Review], services: Services) -> Task:
    return Task(
        review_id=review.id,
        call_id=review.body.call_id,
        title=_title(review.body.call_id, services),
        is_done=review.body.state is ReviewState.DONE,
    )


def _title(call_id: str, services: Services) -> str:
    record = services.store.get(call_id)
    name = None if record is None or record.lead is None else record.lead.name
    return name or call_id
