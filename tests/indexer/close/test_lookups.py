"""Names of leads and outcomes, and whose credentials we use."""

from typing import Any

import httpx
import pytest

from indexer.close import Account
from models import Lead, Outcome
from models.errors import CloseUnauthorized, CloseUnreadable
from tests.indexer.close.talking import Told, a_close, a_page, ok, paths, query


def test_outcomes_are_read_from_all_pages() -> None:
    told = Told(
        a_page([{"id": "outcome_1", "name": "Booked"}], has_more=True),
        a_page([{"id": "outcome_2", "name": "Not \ud800 now"}]),
    )

    assert a_close(told).outcomes() == {
        "outcome_1": Outcome(id="outcome_1", name="Booked"),
        "outcome_2": Outcome(id="outcome_2", name="Not \ufffd now"),
    }
    assert [query(request).get("_skip") for request in told.requests] == [None, "1"]


@pytest.mark.parametrize("status", [403, 404])
def test_a_close_without_outcomes_has_none(status: int) -> None:
    assert a_close(Told(httpx.Response(status))).outcomes() == {}


def test_refused_credentials_are_not_taken_for_no_outcomes() -> None:
    with pytest.raises(CloseUnauthorized):
        a_close(Told(httpx.Response(401))).outcomes()


@pytest.mark.parametrize("row", [None, {}, {"id": "outcome_1"}, {"id": 1, "name": "x"}])
def test_an_outcome_without_id_or_name_is_left_out(row: Any) -> None:
    assert a_close(Told(a_page([row]))).outcomes() == {}


def test_a_lead_has_its_display_name_and_its_page() -> None:
    url = "https://app.close.com/lead/lead_1/"
    told = Told(ok({"id": "lead_1", "display_name": "Quillmoor", "name": "", "html_url": url}))

    assert a_close(told).lead("lead_1") == Lead(id="lead_1", name="Quillmoor", url=url)
    assert query(told.requests[0]) == {"_fields": "id,display_name,name,html_url"}


def test_a_lead_without_a_display_name_has_its_name() -> None:
    told = Told(ok({"id": "lead_1", "display_name": None, "name": "Quillmoor"}))

    assert a_close(told).lead("lead_1") == Lead(id="lead_1", name="Quillmoor")


def test_a_lead_links_to_nothing_but_a_web_page() -> None:
    told = Told(ok({"id": "lead_1", "html_url": "javascript:alert(1)"}))

    assert a_close(told).lead("lead_1") == Lead(id="lead_1")


@pytest.mark.parametrize("status", [403, 404])
def test_a_lead_gone_or_hidden_is_none(status: int) -> None:
    assert a_close(Told(httpx.Response(status))).lead("lead_1") is None


def test_an_id_cannot_lead_elsewhere() -> None:
    told = Told(httpx.Response(404))

    a_close(told).lead("../me?x=1")

    assert paths(told.requests) == ["/lead/../me?x=1/"]
    assert told.requests[0].url.raw_path.startswith(b"/api/v1/lead/..%2Fme%3Fx%3D1/?_fields")


@pytest.mark.parametrize("lead_id", ["", "..", "lead_\n"])
def test_what_can_be_no_id_is_never_asked_for(lead_id: str) -> None:
    told = Told(httpx.Response(404))

    assert a_close(told).lead(lead_id) is None
    assert told.requests == []


@pytest.mark.parametrize(
    ("organizations", "organization_id", "name"),
    [
        pytest.param([{"id": "orga_1", "name": "Quillmoor"}], "orga_1", "Quillmoor", id="objects"),
        pytest.param(["orga_1"], "orga_1", None, id="plain ids"),
        pytest.param([], None, None, id="none"),
        pytest.param(None, None, None, id="null"),
    ],
)
def test_the_account_names_user_and_organization(
    organizations: Any, organization_id: str | None, name: str | None
) -> None:
    told = Told(ok({"id": "user_1", "organizations": organizations}))

    assert a_close(told).account() == Account(
        user_id="user_1", organization_id=organization_id, organization_name=name
    )


def test_an_account_without_a_user_is_unreadable() -> None:
    with pytest.raises(CloseUnreadable, match="no user id"):
        a_close(Told(ok({}))).account()
