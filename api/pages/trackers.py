"""Trackers for people: which there are, making and changing one, how often it finds something."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from api.deps import NowDep, ReadinessDep, ServicesDep, require_same_origin
from api.identity import MaybeWho
from api.pages import tracker_hits
from api.pages.address import Address, read
from api.pages.forms import fields_of
from api.pages.rendering import render
from api.pages.searching import how_much
from api.pages.tracked import Narrowing, Plot, marks_of, shown
from indexer import tracking
from indexer.bootstrap import Services
from indexer.papers import Written
from indexer.tracking import TRACKERS, Asked, Counts
from indexer.wire.trackers import TrackerAskedIn
from models import SearchFilter, Side
from models.errors import CallsiftError, PaperChanged, PaperNameTaken, QueryInvalid
from models.tracker import DEFAULT_THRESHOLD, By, Order, Tracker

router = APIRouter(prefix="/trackers", include_in_schema=False)

_OURS: Final = [Depends(require_same_origin)]
_FIELDS: Final = (
    "name", "phrases", "examples", "threshold", "side", "part", "question", "about", "version",
)  # fmt: skip
_WEEKS: Final = 8
_FEW: Final = 5
_REFUSED: Final = 422
_CONFLICT: Final = 409

Fields = Annotated[dict[str, str], Depends(fields_of)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A tracker in the list, with its last weeks; `why` says why it cannot be asked any more."""

    tracker: Written[Tracker]
    counts: Counts | None
    plot: Plot | None
    warning: str | None = None
    why: str = ""


@router.get("")
def list_trackers(
    request: Request, services: ServicesDep, readiness: ReadinessDep, now: NowDep
) -> Response:
    """List every tracker with its last eight weeks."""
    readiness.require()
    return _list(request, services, now)


@router.post("", dependencies=_OURS)
def add_tracker(
    request: Request,
    services: ServicesDep,
    readiness: ReadinessDep,
    now: NowDep,
    who: MaybeWho,
    fields: Fields,
) -> Response:
    """Begin a tracker."""
    readiness.require()
    try:
        made = tracking.add(
            _tracker(fields), store=services.store, embedder=services.embedder, by=who, at=now
        )
    except (QueryInvalid, PaperNameTaken) as problem:
        return _list(request, services, now, given=fields, problem=problem)
    return RedirectResponse(f"/trackers/{made.id}", status_code=303)


@router.get("/{tracker_id}")
def show_tracker(
    request: Request,
    services: ServicesDep,
    readiness: ReadinessDep,
    now: NowDep,
    tracker_id: str,
) -> Response:
    """Show a tracker: how often it finds something, how often that is right, its newest hits."""
    readiness.require()
    return _show(request, services, now, tracker_id)


@router.post("/{tracker_id}", dependencies=_OURS)
def change_tracker(
    request: Request,
    services: ServicesDep,
    readiness: ReadinessDep,
    now: NowDep,
    who: MaybeWho,
    tracker_id: str,
    fields: Fields,
) -> Response:
    """Change a tracker: a new version."""
    readiness.require()
    known = TRACKERS.get(services.store, tracker_id)
    try:
        tracking.change(
            known, _tracker(fields), version=_whole(fields.get("version", "")),
            store=services.store, embedder=services.embedder, by=who, at=now,
        )  # fmt: skip
    except (QueryInvalid, PaperNameTaken, PaperChanged) as problem:
        return _show(request, services, now, tracker_id, given=fields, problem=problem)
    return RedirectResponse(f"/trackers/{tracker_id}", status_code=303)


@router.post("/{tracker_id}/delete", dependencies=_OURS)
def delete_tracker(services: ServicesDep, tracker_id: str) -> Response:
    """Delete a tracker with every version and label."""
    tracking.remove(TRACKERS.get(services.store, tracker_id), store=services.store)
    return RedirectResponse("/trackers", status_code=303)


router.include_router(tracker_hits.router)


def _list(
    request: Request,
    services: Services,
    now: datetime,
    *,
    given: dict[str, str] | None = None,
    problem: CallsiftError | None = None,
) -> Response:
    return render(
        request,
        "trackers.html",
        status=_status(problem),
        trackers=[_listed(one, services, now) for one in TRACKERS.all(services.store)],
        weeks=_WEEKS,
        given=dict.fromkeys(_FIELDS, "") | given if given else _fields_for(None),
        problem=problem,
        searched=how_much(services.store),
    )


def _show(
    request: Request,
    services: Services,
    now: datetime,
    tracker_id: str,
    *,
    given: dict[str, str] | None = None,
    problem: CallsiftError | None = None,
) -> Response:
    address = Address() if problem else Address.of(request)
    page = read(TrackerAskedIn, address)
    asked = tracking.ask(
        tracker_id, page.where(now=now), version=page.version, threshold=page.threshold,
        store=services.store, embedder=services.embedder,
    )  # fmt: skip
    newest = TRACKERS.get(services.store, tracker_id)
    return render(
        request,
        "tracker.html",
        status=_status(problem),
        given=dict.fromkeys(_FIELDS, "") | given if given else _fields_for(newest),
        problem=problem,
        newest=newest,
        narrowing=Narrowing.of(address, services.store),
        searched=how_much(services.store),
        **_numbers(asked, services),
        **tracker_hits.common(asked, address, here="overview"),
    )


def _numbers(asked: Asked, services: Services) -> dict[str, Any]:
    """What a tracker's page says of it in numbers, and its newest hits."""
    store = services.store
    weeks = tracking.count(asked.found, By.WEEK, asked.where, store=store)
    reps = tracking.count(asked.found, By.REP, asked.where, store=store)
    newest = tracking.page_of_hits(
        asked.tracker, asked.found, asked.where, order=Order.NEW, limit=_FEW, cursor=None,
        labels=tracking.labels_of(asked.tracker.id, store=store), store=store,
    )  # fmt: skip
    return {
        "weeks": weeks,
        "reps": reps,
        "plot": Plot.of(weeks.rows),
        "precisions": tracking.precisions(
            asked.tracker, asked.where, store=store, embedder=services.embedder
        ),
        "hits": shown(newest.hits, asked.tracker.body),
        "marks": marks_of(asked.tracker.body),
    }


def _listed(tracker: Written[Tracker], services: Services, now: datetime) -> Listed:
    last = tracking.monday(now)
    first = last - timedelta(weeks=_WEEKS - 1)
    where = SearchFilter(since=datetime.combine(first, time.min, UTC))
    try:
        asked = tracking.ask(tracker.id, where, store=services.store, embedder=services.embedder)
    except QueryInvalid as error:
        return Listed(tracker=tracker, counts=None, plot=None, why=str(error))
    counts = tracking.count(asked.found, By.WEEK, where, store=services.store, weeks=(first, last))
    return Listed(tracker=tracker, counts=counts, plot=Plot.of(counts.rows), warning=asked.warning)


def _fields_for(known: Written[Tracker] | None) -> dict[str, str]:
    """What a form holds before anybody types."""
    if known is None:
        return dict.fromkeys(_FIELDS, "") | {"threshold": f"{DEFAULT_THRESHOLD:g}"}
    body = known.body
    return {
        "name": body.name,
        "phrases": body.phrases,
        "examples": "\n".join(body.examples),
        "threshold": f"{body.threshold:g}",
        "side": body.side or "",
        "part": body.part or "",
        "question": "true" if body.question else "",
        "about": body.about,
        "version": str(known.version),
    }


def _tracker(fields: dict[str, str]) -> Tracker:
    """The tracker that a form describes.

    Raises:
        QueryInvalid: it could find nothing.
    """
    lines = (line.strip() for line in fields.get("examples", "").splitlines())
    side = fields.get("side", "")
    if side not in ("", Side.USER, Side.CONTACT):
        raise QueryInvalid("side", "must be user or contact")
    return Tracker(
        name=fields.get("name", ""),
        phrases=fields.get("phrases", "").strip(),
        examples=tuple(line for line in lines if line),
        threshold=_number(fields.get("threshold", "")),
        side=Side(side) if side else None,
        part=fields.get("part", "").strip() or None,
        question=fields.get("question") == "true",
        about=fields.get("about", "").strip(),
    )


def _number(text: str) -> float:
    try:
        return float(text) if text.strip() else DEFAULT_THRESHOLD
    except ValueError:
        raise QueryInvalid("threshold", "must be a number over 0, at most 1") from None


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _status(problem: CallsiftError | None) -> int:
    if problem is None:
        return 200
    return _REFUSED if isinstance(problem, QueryInvalid) else _CONFLICT
