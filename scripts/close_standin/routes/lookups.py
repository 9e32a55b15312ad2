"""What calls refer to: users, the organization, leads, contacts and outcomes."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from scripts.close_standin.errors import NotFound
from scripts.close_standin.fields import projected
from scripts.close_standin.query import fields_in, page_query
from scripts.close_standin.records import full_name
from scripts.close_standin.routes.deps import CallerDep, CauseDep, CloseDep
from scripts.close_standin.state import StandIn
from scripts.close_standin.world import Record

router = APIRouter()


@router.get("/me/")
async def get_me(close: CloseDep, caller: CallerDep, request: Request) -> JSONResponse:
    """Return the user whose key or token came with the request, with its organizations."""
    user = close.records.users.get(caller.user_id or "", {"id": caller.user_id})
    ours = {"id": close.records.organization["id"], "name": close.records.organization.get("name")}
    return _one(user | {"organizations": [ours]}, request)


@router.get("/user/")
async def list_users(close: CloseDep, request: Request) -> JSONResponse:
    """List the users; here organizations are ids."""
    return _page(
        [_with_organization(user, close) for user in close.records.users.values()], request
    )


@router.get("/user/{user_id}/")
async def get_user(close: CloseDep, request: Request, user_id: str) -> JSONResponse:
    """Return one user."""
    return _one(_with_organization(_found(close.records.users, user_id, "User"), close), request)


@router.get("/organization/{organization_id}/")
async def get_organization(close: CloseDep, request: Request, organization_id: str) -> JSONResponse:
    """Return the organization with its present and former members."""
    ours = _found(
        {close.records.organization["id"]: close.records.organization},
        organization_id,
        "Organization",
    )
    members = [_membership(user) for user in close.records.users.values()]
    return _one({"memberships": members, "inactive_memberships": []} | ours, request)


@router.get("/outcome/")
async def list_outcomes(close: CloseDep, request: Request) -> JSONResponse:
    """List the outcomes that are not deleted."""
    return _page(list(close.records.outcomes.values()), request)


@router.get("/lead/{lead_id}/")
async def get_lead(close: CloseDep, request: Request, lead_id: str) -> JSONResponse:
    """Return one lead."""
    return _one(_found(close.records.leads, lead_id, "Lead"), request)


@router.delete("/lead/{lead_id}/")
async def delete_lead(close: CloseDep, cause: CauseDep, lead_id: str) -> JSONResponse:
    """Delete a lead and all that belongs to it."""
    close.delete_lead(lead_id, cause=cause)
    return JSONResponse({})


@router.get("/contact/{contact_id}/")
async def get_contact(close: CloseDep, request: Request, contact_id: str) -> JSONResponse:
    """Return one contact."""
    return _one(_found(close.records.contacts, contact_id, "Contact"), request)


def _found(records: Mapping[str, Record], id_: str, kind: str) -> Record:
    if id_ not in records:
        raise NotFound(kind)
    return records[id_]


def _one(record: Record, request: Request) -> JSONResponse:
    return JSONResponse(projected(record, fields_in(request.query_params)))


def _page(records: list[Record], request: Request) -> JSONResponse:
    close: StandIn = request.app.state.close
    page = page_query(request.query_params, close.limits)
    fields = fields_in(request.query_params)
    rows = records[page.skip : page.skip + page.limit]
    has_more = len(records) > page.skip + page.limit
    return JSONResponse({"data": [projected(row, fields) for row in rows], "has_more": has_more})


def _with_organization(user: Record, close: StandIn) -> Record:
    return user | {"organizations": [close.records.organization["id"]]}


def _membership(user: Record) -> Record:
    return {
        "user_id": user["id"],
        "user_full_name": full_name(user),
        "user_email": user.get("email"),
        "user_image": user.get("image"),
        "role_id": "admin",
    }
