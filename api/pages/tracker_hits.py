"""What a tracker finds, for people: hits, calls without one, labelling, versions."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from api.deps import NowDep, ReadinessDep, ServicesDep, require_same_origin
from api.identity import MaybeWho
from api.pages.address import Address, read
from api.pages.forms import fields_of
from api.pages.links import call_path
from api.pages.rendering import render
from api.pages.searching import how_much
from api.pages.tracked import Narrowing, ShownHit, marks_of, shown
from indexer import tracking
from indexer.bootstrap import Services
from indexer.tracking import TRACKERS, Asked, Spoken
from indexer.wire import CallOut
from indexer.wire.trackers import TrackerAskedIn, TrackerCallsIn, TrackerDiffIn, TrackerHitsIn
from models import Kind
from models.errors import QueryInvalid
from models.tracker import Order, Verdict

router = APIRouter(include_in_schema=False)

_NOT_PAGING: Final = ("cursor", "order", "without", "last")


class LabelPageIn(TrackerAskedIn):
    """Which hits are labelled, and which was labelled last."""

    last: str | None = Field(None, max_length=300, description="`recording:12:acti_...`.")


def common(asked: Asked, address: Address, *, here: str) -> dict[str, Any]:
    """What every page of a tracker shows."""
    path = f"/trackers/{asked.tracker.id}"
    kept = address.without(*_NOT_PAGING)
    places = {
        "overview": ("Overview", kept.at(path)),
        "hits": ("Hits", kept.at(f"{path}/hits")),
        "calls": ("Calls without a hit", kept.having("without", "true").at(f"{path}/calls")),
        "label": ("Label", kept.at(f"{path}/label")),
        "versions": (
            "Versions",
            kept.without("version", "threshold", "from", "to").at(f"{path}/versions"),
        ),
    }
    return {"asked": asked, "path": path, "places": places, "here": here}


@router.get("/{tracker_id}/hits")
def show_hits(
    request: Request, services: ServicesDep, readiness: ReadinessDep, now: NowDep, tracker_id: str
) -> Response:
    """Show a page of hits."""
    address = Address.of(request)
    page = read(TrackerHitsIn, address)
    readiness.require()
    asked = _ask(tracker_id, page, services, now)
    found = tracking.page_of_hits(
        asked.tracker, asked.found, asked.where, order=page.order, limit=page.limit,
        cursor=page.cursor, labels=tracking.labels_of(tracker_id, store=services.store),
        store=services.store,
    )  # fmt: skip
    here = f"/trackers/{tracker_id}/hits"
    return render(
        request,
        "tracker-hits.html",
        hits=shown(found.hits, asked.tracker.body),
        total=found.total,
        marks=marks_of(asked.tracker.body),
        orders=[
            (order, address.without("cursor").having("order", order.value).at(here))
            for order in Order
        ],
        order=page.order,
        next_url=address.having("cursor", found.next_cursor).at(here) if found.next_cursor else "",
        export_url=_export_url(tracker_id, address),
        narrowing=Narrowing.of(address, services.store),
        searched=how_much(services.store),
        **common(asked, address, here="hits"),
    )


@router.get("/{tracker_id}/calls")
def show_calls(
    request: Request, services: ServicesDep, readiness: ReadinessDep, now: NowDep, tracker_id: str
) -> Response:
    """Show a page of the calls that have a hit, or have none."""
    address = Address.of(request)
    page = read(TrackerCallsIn, address)
    readiness.require()
    asked = _ask(tracker_id, page, services, now)
    calls, total = tracking.page_of_calls(
        asked.tracker, asked.found, asked.where, without=page.without, limit=page.limit,
        cursor=page.cursor, store=services.store,
    )  # fmt: skip
    here = f"/trackers/{tracker_id}/calls"
    first = address.without("cursor")
    return render(
        request,
        "tracker-calls.html",
        calls=[(CallOut.of(record), call_path(record.call.id)) for record in calls.records],
        total=total,
        passing=services.store.count(asked.where),
        without=page.without,
        with_url=first.without("without").at(here),
        without_url=first.having("without", "true").at(here),
        next_url=address.having("cursor", calls.next_cursor).at(here) if calls.next_cursor else "",
        narrowing=Narrowing.of(address, services.store),
        searched=how_much(services.store),
        **common(asked, address, here="calls" if page.without else ""),
    )


@router.get("/{tracker_id}/label")
def show_next(
    request: Request,
    services: ServicesDep,
    readiness: ReadinessDep,
    now: NowDep,
    who: MaybeWho,
    tracker_id: str,
) -> Response:
    """Show the next hit to be labelled, and the one that was labelled last."""
    address = Address.of(request)
    page = read(LabelPageIn, address)
    readiness.require()
    asked = _ask(tracker_id, page, services, now)
    todo, rest = tracking.to_label(asked, limit=1, store=services.store)
    return render(
        request,
        "tracker-label.html",
        hit=next(iter(shown(todo, asked.tracker.body, blind=True)), None),
        last=_last(page.last, asked, services),
        unlabelled=rest,
        precision=tracking.precision(asked.tracker, asked.found, store=services.store),
        marks=marks_of(asked.tracker.body),
        action=address.without("last").at(f"/trackers/{tracker_id}/label"),
        who=who,
        verdicts=tuple(Verdict),
        searched=how_much(services.store),
        **common(asked, address, here="label"),
    )


@router.post("/{tracker_id}/label", dependencies=[Depends(require_same_origin)])
def label_hit(
    request: Request,
    services: ServicesDep,
    now: NowDep,
    who: MaybeWho,
    tracker_id: str,
    fields: Annotated[dict[str, str], Depends(fields_of)],
) -> Response:
    """Keep a label, and go on to the next hit."""
    address = Address.of(request)
    here = f"/trackers/{tracker_id}/label"
    if who is None:
        return RedirectResponse(Address((("back", address.at(here)),)).at("/me"), status_code=303)
    spoken = _spoken(fields.get("hit", ""))
    if spoken is None or fields.get("verdict") not in list(Verdict):
        raise QueryInvalid("verdict", "is missing: go back and choose yes, no or unsure")
    tracker = TRACKERS.get(services.store, tracker_id)
    verdict = Verdict(fields["verdict"])
    tracking.put_label(tracker, spoken, verdict, store=services.store, by=who, at=now)
    return RedirectResponse(address.having("last", fields["hit"]).at(here), status_code=303)


@router.get("/{tracker_id}/versions")
def show_versions(
    request: Request, services: ServicesDep, readiness: ReadinessDep, now: NowDep, tracker_id: str
) -> Response:
    """Show every version, and two of them held against each other."""
    address = Address.of(request)
    page = read(TrackerDiffIn, address)
    readiness.require()
    store, embedder = services.store, services.embedder
    versions = TRACKERS.versions(store, tracker_id)
    told, came, left = None, [], []
    if len(versions) > 1:
        before, after = tracking.two_versions(tracker_id, page.earlier, page.later, store=store)
        told = tracking.diff(before, after, page.where(now=now), store=store, embedder=embedder)
        came = shown(tracking.quoted(told.came[: page.limit], store=store), after.body)
        left = shown(tracking.quoted(told.left[: page.limit], store=store), before.body)
    asked = tracking.ask(tracker_id, page.where(now=now), store=store, embedder=embedder)
    return render(
        request,
        "tracker-versions.html",
        versions=list(reversed(versions)),
        diff=told,
        came=came,
        left=left,
        marks_after=marks_of(told.after.body) if told else None,
        marks_before=marks_of(told.before.body) if told else None,
        narrowing=Narrowing.of(address, store),
        searched=how_much(store),
        **common(asked, address, here="versions"),
    )


def _last(named: str | None, asked: Asked, services: Services) -> ShownHit | None:
    """The hit that was labelled last, with its label, if it still is one."""
    spoken = _spoken(named or "")
    hit = next((one for one in asked.found.hits() if one.spoken == spoken), None)
    if hit is None:
        return None
    labels = tracking.labels_of(asked.tracker.id, store=services.store)
    quoted = tracking.quoted([hit], labels.by_hit, store=services.store)
    return next(iter(shown(quoted, asked.tracker.body, blind=True)), None)


def _spoken(named: str) -> Spoken | None:
    kind, _, rest = named.partition(":")
    position, _, call_id = rest.partition(":")
    if kind not in list(Kind) or not position.isdecimal() or not call_id:
        return None
    return Spoken(call_id=call_id, kind=Kind(kind), position=int(position))


def _ask(tracker_id: str, page: TrackerAskedIn, services: Services, now: datetime) -> Asked:
    return tracking.ask(
        tracker_id,
        page.where(now=now),
        version=page.version,
        threshold=page.threshold,
        store=services.store,
        embedder=services.embedder,
    )


def _export_url(tracker_id: str, address: Address) -> str:
    kept = address.without(*_NOT_PAGING, "limit").having("format", "csv")
    return kept.at(f"/v1/trackers/{tracker_id}/export")
